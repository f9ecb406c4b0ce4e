"""Where a menu's screens lead: for its rules, its checks and its graph."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from channels.ussd.menu.model import (
    FunctionScreen,
    InitialScreen,
    InputScreen,
    Menu,
    MenuScreen,
    PriceScreen,
    RouterScreen,
    Screen,
    UpdateSessionScreen,
)


@dataclass(frozen=True, slots=True)
class Exit:
    """One way from a screen to another."""

    to: str
    why: str
    """A key, a condition or a reason; empty where there is no other way."""
    line: int = 0
    """Of the key; 0 where the screen's own is meant."""


def exits(screen: Screen) -> Iterator[Exit]:
    """Every way on from a screen, but for back and home, which every screen has."""
    if isinstance(screen, MenuScreen):
        if screen.items:
            yield Exit(screen.items.next_screen, "each", screen.items.line)
        yield from (
            Exit(option.next_screen, str(key), option.line) for key, option in enumerate(screen.options, start=1)
        )
    elif isinstance(screen, PriceScreen):
        yield from (
            Exit(option.next_screen, str(key), option.line) for key, option in enumerate(screen.options, start=2)
        )
        yield from (Exit(to, reason) for reason, to in screen.refused.items())
    elif isinstance(screen, RouterScreen):
        yield from (Exit(to, why) for (_, to), why in zip(screen.routes, screen.expressions, strict=True))
        yield Exit(screen.default_next_screen, "else")
    elif isinstance(screen, FunctionScreen):
        yield Exit(screen.next_screen, "")
        yield from (Exit(to, reason) for reason, to in screen.refused.items())
    elif isinstance(screen, InitialScreen | InputScreen | UpdateSessionScreen):
        yield Exit(screen.next_screen, "")


def begun(menu: Menu) -> tuple[str, ...]:
    """The screens where something begins: a dial, a shortcut, a push."""
    pushed = (name for name, screen in menu.screens.items() if screen.given)
    return ("initial_screen", *menu.shortcuts.values(), *pushed)


def reachable(menu: Menu) -> set[str]:
    """Every screen that some way leads to."""
    found: set[str] = set()
    waiting = [name for name in begun(menu) if name in menu.screens]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += [exit_.to for exit_ in exits(menu.screens[name]) if exit_.to in menu.screens]
    return found


def ends_at_price(menu: Menu, name: str) -> bool:
    """Whether inputs alone lead from a screen to a price, as a shortcut must."""
    seen: set[str] = set()
    waiting = [name]
    while waiting:
        name = waiting.pop()
        screen = menu.screens.get(name)
        if name in seen or isinstance(screen, PriceScreen):
            continue
        if not isinstance(screen, InputScreen | UpdateSessionScreen | RouterScreen):
            return False
        seen.add(name)
        waiting += [exit_.to for exit_ in exits(screen)]
    return True
