"""What it means to come to a screen: one function for each kind, until one shows, asks or does something."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from channels.ussd.menu import orders
from channels.ussd.menu.model import (
    ActionScreen,
    FunctionScreen,
    InitialScreen,
    InputScreen,
    Menu,
    MenuScreen,
    PriceScreen,
    QuitScreen,
    RouterScreen,
    Screen,
    UpdateSessionScreen,
    Value,
    Variables,
)
from channels.ussd.menu.session import Session
from channels.ussd.menu.showing import context, show
from channels.ussd.ports import Ask, Effect, Place

Step = tuple[Session, Effect]

_HOPS_AT_MOST = 30
"""Screens in a row that show nothing: more, and they lead to each other."""


class Circling(ValueError):
    """A menu's routers lead to each other for ever."""


def enter(menu: Menu, session: Session, name: str) -> Step:
    """Come to a screen; raises what templates raise, and Circling."""
    for _ in range(_HOPS_AT_MOST):
        screen = menu.screens[name]
        session = session._replace(
            screen=name,
            page=0,
            pages=1,
            tries=0,
            error="",
            notice="",
            waiting="",
            quote=None,
            led_by=session.input,
            history=() if name == menu.home else session.history,
        )
        session, then = _ENTER[type(screen)](menu, session, screen)
        if not isinstance(then, str):
            return session, then
        name = then
    raise Circling(f"from {session.screen} on no screen shows anything")


def values(written: Mapping[str, Value], variables: Variables) -> dict[str, str]:
    """Templates filled in, without those that turn out empty."""
    return {name: said for name, value in written.items() if (said := value(variables))}


def quote_arguments(screen: PriceScreen, variables: Variables) -> dict[str, str]:
    """What the price of such a screen is asked by."""
    written = {"code": screen.code, "number": screen.number}
    return {"action": screen.action} | values({name: value for name, value in written.items() if value}, variables)


def _show(menu: Menu, session: Session, _: Screen) -> Step:
    return show(menu, session)


def _initial(_: Menu, session: Session, screen: Any) -> tuple[Session, str]:
    return session, screen.next_screen


def _router(menu: Menu, session: Session, screen: Any) -> tuple[Session, str]:
    variables = context(menu, session)
    for condition, name in screen.routes:
        if condition(variables):
            return session, name
    return session, screen.default_next_screen


def _update(menu: Menu, session: Session, screen: Any) -> tuple[Session, str]:
    variables = context(menu, session)
    kept = {name: value(variables) for name, value in screen.values.items()}
    language = screen.language(variables) if screen.language else session.language
    spoken = language if language in menu.languages else session.language
    return session._replace(variables={**session.variables, **kept}, language=spoken), screen.next_screen


def _function(menu: Menu, session: Session, screen: Any) -> Step:
    said = values(screen.arguments, context(menu, session))
    return _ask(session, screen.function, said)


def _price(menu: Menu, session: Session, screen: Any) -> Step:
    return _ask(session, "quote", quote_arguments(screen, context(menu, session)))


def _ask(session: Session, function: str, said: Mapping[str, str]) -> Step:
    ask = Ask(function, said, orders.instead(function, said, session))
    return session._replace(waiting="look"), ask


def _action(menu: Menu, session: Session, screen: Any) -> Step:
    said = values(screen.arguments, context(menu, session))
    return session._replace(waiting="order"), Place(orders.free(screen.action, said, session))


_ENTER: Mapping[type[Screen], Callable[[Menu, Session, Any], tuple[Session, Effect | str]]] = MappingProxyType(
    {
        InitialScreen: _initial,
        MenuScreen: _show,
        InputScreen: _show,
        RouterScreen: _router,
        UpdateSessionScreen: _update,
        FunctionScreen: _function,
        PriceScreen: _price,
        ActionScreen: _action,
        QuitScreen: _show,
    }
)
