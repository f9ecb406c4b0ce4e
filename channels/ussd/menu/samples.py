"""Values as long as they come, for all that a menu's texts may fill in: tried before a subscriber does."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from channels.ussd.menu.model import (
    FunctionScreen,
    InputScreen,
    Menu,
    MenuScreen,
    PriceScreen,
    Screen,
    UpdateSessionScreen,
    Value,
)
from channels.ussd.menu.session import Quote
from channels.ussd.menu.templating import WRONG
from workers.dials.lookups import FUNCTIONS

NAMES: Mapping[str, str] = MappingProxyType({"plain": "W" * 40, "foreign": "月" * 40})
"""A tone's name in the default alphabet, and one that makes a screen of any language hold 70 letters."""

_FIELDS: Mapping[str, Any] = MappingProxyType(
    {
        "code": "600902000001",
        "price": 12345,
        "fee": 23456,
        "days": 365,
        "giver": "8613800138000",
        "number": "8613800138000",
        "key": "AB12CD34",
        "question_key": "123",
        "id": "W" * 20,
        "until": "2027-12-31 23:59",
        "tones": 20,
        "count": 97,
        "state": "active",
        "offer": "",
        "text": "W" * 30 + " 123456" * 18,
        "question": "W" * 30 + " 123456" * 18,
    }
)
_ROWS = 5


def field(name: str, kind: str) -> Any:
    """A long value of that name."""
    return NAMES[kind] if name in ("name", "singer") else _FIELDS.get(name, "W" * 20)


def answer(function: str, kind: str) -> Any:
    """What a function may answer."""
    known = FUNCTIONS[function]
    if not known.rows:
        return {name: field(name, kind) for name in known.gives}
    row = {name: field(name, kind) for name in known.rows}
    return {name: [row] * _ROWS if name == "rows" else field(name, kind) for name in known.gives}


def quote(screen: PriceScreen, kind: str) -> Quote:
    """A price to be shown on that screen."""
    code = "" if screen.action == "open" else _FIELDS["code"]
    number = _FIELDS["number"] if screen.number else ""
    fee = _FIELDS["fee"] if screen.action == "gift" else 0
    days = 0 if screen.action == "open" else _FIELDS["days"]
    return Quote(screen.name, screen.action, code, number, NAMES[kind], _FIELDS["price"], days, fee, "", 0.0)


def variables(menu: Menu, kind: str) -> dict[str, Any]:
    """All that a session of the menu may have kept; what can't be made up is left out."""
    found: dict[str, Any] = {}
    screens = menu.screens.values()
    for screen in screens:
        found |= {name: field(name, kind) for name in screen.given}
        if isinstance(screen, InputScreen):
            found[screen.input_identifier] = screen.check.sample
        elif isinstance(screen, FunctionScreen):
            found[screen.session_key] = answer(screen.function, kind)
    for _ in range(2):  # a row's value may be made of a row's
        for screen in screens:
            if isinstance(screen, MenuScreen) and screen.items:
                rows = screen.items.rows(found)
                found |= {screen.items.name: rows[0]} if rows else {}
            for name, value in _written(screen):
                with contextlib.suppress(*WRONG):
                    found.setdefault(name, value(found))
    return found


def _written(screen: Screen) -> Iterator[tuple[str, Value]]:
    if isinstance(screen, UpdateSessionScreen):
        yield from screen.values.items()
    elif isinstance(screen, MenuScreen | PriceScreen):
        for option in screen.options:
            yield from option.values.items()
