"""What the engine says by itself: a notice in the place of the screen, and the last word."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from channels.ussd.menu.entering import Step
from channels.ussd.menu.model import Menu
from channels.ussd.menu.session import Session
from channels.ussd.menu.showing import show
from channels.ussd.menu.templating import WRONG

P = ParamSpec("P")
_Stepping = Callable[Concatenate[Menu, Session, P], Step]


def safe(step: _Stepping[P]) -> _Stepping[P]:
    """A step that ends the dial with a word of regret where the menu does something wrong."""

    @wraps(step)
    def safely(menu: Menu, session: Session, /, *args: P.args, **more: P.kwargs) -> Step:
        try:
            return step(menu, session, *args, **more)
        except WRONG as error:
            # The text of a fault may be a subscriber's: the kind and the place are enough to find it.
            fault = f"{session.screen or 'initial_screen'}: {type(error).__name__}"
            return last_word(menu, session._replace(fault=fault), "sorry")

    return safely


def word(menu: Menu, session: Session, name: str) -> str:
    """One of the menu's words, in the language of the dial."""
    return menu.words[name].say(session.language, {"service_code": session.service_code})


def notice(menu: Menu, session: Session, text: str) -> Step:
    """A sentence in the place of the screen, with the way back."""
    return show(menu, session._replace(notice=text, waiting="", quote=None, page=0, tries=0, error=""))


def last_word(menu: Menu, session: Session, name: str, text: str = "") -> Step:
    """The end, with a `text` or one of the menu's words."""
    said = text or word(menu, session, name)
    return show(menu, session._replace(notice=said, ends=True, waiting="", quote=None, page=0, history=()))
