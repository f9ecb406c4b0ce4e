"""The shipped menu, read once, and callers of it."""

from __future__ import annotations

from functools import cache
from typing import Any

from channels.ussd.menu import Menu, MenuShelf, Session, Step, begin, reply
from channels.ussd.ports import Caller, Show
from workers.dialogue import SHIPPED_TEMPLATES, Wording

LANGUAGES = ("en", "zh", "fr", "ar", "sw")
NUMBER = "8613800138000"
CODE = "600902000001"


@cache
def wording() -> Wording:
    return Wording.load(SHIPPED_TEMPLATES, LANGUAGES, "en")


@cache
def menu() -> Menu:
    return MenuShelf(SHIPPED_TEMPLATES, LANGUAGES, "en").current().dialled("*123#")


def caller(language: str = "en") -> Caller:
    return Caller(NUMBER, language, "*123#", "hub")


def quote(code: str = CODE, price: int = 200, fee: int = 0, name: str = "Moon River") -> dict[str, Any]:
    return {"code": code, "name": name, "price": price, "days": 30, "fee": fee, "offer": ""}


def dial(*keys: str, language: str = "en", screen_chars: int = 160) -> Step:
    """What pressing these keys one after the other comes to."""
    step = begin(menu(), caller(language), screen_chars=screen_chars)
    for key in keys:
        step = reply(menu(), step[0], key)
    return step


def shown(step: Step) -> str:
    """The text on the screen; fails where none is shown."""
    effect = step[1]
    assert isinstance(effect, Show), effect
    return effect.text


def kept(session: Session) -> Session:
    """The session as a store gives it back."""
    return Session.from_json(session.to_json())
