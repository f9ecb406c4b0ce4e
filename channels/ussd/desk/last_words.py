"""The last words of a dial that are the menu's own, and of whom they are said to."""

from __future__ import annotations

from channels.ussd.menu import Menu, Session
from channels.ussd.menu.layout import first_of
from channels.ussd.ports import Caller, ScreenReply


def caller_of(session: Session) -> Caller:
    """Who dialled, as he did."""
    return Caller(session.number, session.language, session.service_code, session.gateway)


def last(menu: Menu, caller: Caller, word: str, screen_chars: int) -> ScreenReply:
    """One of the menu's words (`menu.words`) as the end, in the caller's language as far as the menu has it."""
    language = caller.language if caller.language in menu.languages else menu.default_language
    said = menu.words[word].say(language, {"service_code": caller.service_code})
    return ScreenReply(first_of(said, screen_chars), ends=True)
