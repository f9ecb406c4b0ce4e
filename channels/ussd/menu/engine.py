"""The menu engine: from a session and what happened to the session after it and what is to be done.

Pure.  A dial begins here, is taken up, and goes on by keys (`keys`); what comes back of an effect is in `returning`.
Whatever a menu file does wrong ends the dial with the menu's own word of regret and `Session.fault`; nothing is raised.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from channels.ussd.menu.entering import Step, enter
from channels.ussd.menu.inputs import typed_as
from channels.ussd.menu.keys import BACK, HOME, MORE, pressed
from channels.ussd.menu.model import InputScreen, Menu
from channels.ussd.menu.resuming import again, taken_up
from channels.ussd.menu.saying import last_word, safe
from channels.ussd.menu.session import Session
from channels.ussd.menu.showing import show
from channels.ussd.menu.values import plain
from channels.ussd.ports import Caller

_NOTHING: Mapping[str, Any] = MappingProxyType({})


def begin(
    menu: Menu,
    caller: Caller,
    *,
    typed: str = "",
    screen_chars: int = 160,
    screen: str = "",
    variables: Mapping[str, Any] = _NOTHING,
) -> Step:
    """Begin a dial: at the first screen, where a shortcut leads, or at the `screen` of a push with its `variables`.

    `typed` is what was dialled behind the service code, without `#`.
    """
    session = Session(
        menu.name,
        menu.version,
        caller.number,
        caller.language if caller.language in menu.languages else menu.default_language,
        caller.service_code,
        caller.gateway,
        screen_chars,
        variables=plain(variables),
    )
    return _begun(menu, session, screen, typed)


@safe
def _begun(menu: Menu, session: Session, screen: str, typed: str) -> Step:
    if screen:
        return enter(menu, session, screen if screen in menu.screens else menu.home)
    alias, *inputs = typed.strip("#* ").split("*")
    if alias not in menu.shortcuts:
        return enter(menu, session, "initial_screen")
    session, effect = enter(menu, session, menu.shortcuts[alias])
    for one in inputs:
        # A shortcut types, and no more: it can neither say yes nor go past the price.
        at_input = not session.waiting and isinstance(menu.screens[session.screen], InputScreen)
        if not at_input or session.tries or not one:
            break
        session, effect = pressed(menu, session._replace(input=typed_as(one)))
    return session, effect


@safe
def reply(menu: Menu, session: Session, typed: str) -> Step:
    """Go on by what was typed."""
    session = session._replace(input=typed_as(typed), step=session.step + 1)
    if session.waiting == "order":  # its result was never shown: it is safe, and is told by text
        return last_word(menu, session, "accepted")
    if session.waiting == "look":
        return enter(menu, session, session.screen)
    if session.input == MORE and session.page + 1 < session.pages:
        return show(menu, session._replace(page=session.page + 1, error=""))
    if session.input == BACK and session.page and not session.ends:
        return show(menu, session._replace(page=session.page - 1, error=""))
    if session.waiting == "again":
        return again(menu, session)
    if session.ends:  # the last word has pages to come, and no key but the one for them
        return show(menu, session)
    if session.input == HOME:
        return enter(menu, session, menu.home)
    if session.input == BACK:
        return _back(menu, session)
    return pressed(menu, session)


def _back(menu: Menu, session: Session) -> Step:
    *before, last = session.history or (menu.home,)
    return enter(menu, session._replace(history=tuple(before)), last)


def resumed(
    menu: Menu,
    session: Session,
    caller: Caller,
    *,
    newest: Menu | None = None,
    typed: str = "",
    screen_chars: int = 160,
) -> Step:
    """Take up a dial that was dropped, as the menu says: start anew, go on, or ask which.

    What was dialled with a shortcut, what had no step yet, what waits for an order's result and what is dialled at
    another menu begins anew: in the `newest` version of what was dialled, where that is not `menu`.
    """
    newest = newest or menu
    anew = menu.resume == "start" or typed.strip("#* ") or session.ends or session.waiting == "order"
    other = newest.name != menu.name or caller.number != session.number
    if anew or other or session.screen in ("", menu.home):
        return begin(newest, caller, typed=typed, screen_chars=screen_chars)
    session = session._replace(
        service_code=caller.service_code,
        gateway=caller.gateway,
        screen_chars=screen_chars,
        input="",
        fault="",
        quote=None,
    )
    return taken_up(menu, session)
