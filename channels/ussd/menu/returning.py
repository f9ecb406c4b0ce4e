"""What comes back of an effect: an answer to what was looked up, or why there is none, and what became of an order."""

from __future__ import annotations

from typing import Any

from channels.ussd.menu.entering import Step, enter, quote_arguments
from channels.ussd.menu.model import FunctionScreen, Menu, PriceScreen
from channels.ussd.menu.saying import last_word, notice, safe, word
from channels.ussd.menu.session import Session
from channels.ussd.menu.showing import context, show
from channels.ussd.menu.values import plain, quoted
from workers.dials import Placed


@safe
def answered(menu: Menu, session: Session, value: Any, now: float) -> Step:
    """Go on with what a function has answered; `now`, seconds since the epoch, is when a price in it is shown."""
    if session.waiting != "look":
        return show(menu, session)
    screen, value = menu.screens[session.screen], plain(value)
    if isinstance(screen, PriceScreen):
        said = quote_arguments(screen, context(menu, session))
        quote = quoted(value, session.screen, screen.action, said.get("number", ""), now)
        if said.get("code", quote.code) != quote.code:
            raise ValueError("the price of something else")
        return show(menu, session._replace(waiting="", quote=quote))
    if not isinstance(screen, FunctionScreen):
        raise TypeError("an answer to nothing that was asked")
    kept = {**session.variables, screen.session_key: value}
    return enter(menu, session._replace(variables=kept), screen.next_screen)


@safe
def refused(menu: Menu, session: Session, reason: str, text: str = "") -> Step:
    """Say why a function, or the core, says no, with the way back; or go where the screen sends that reason."""
    screen = menu.screens[session.screen]
    if isinstance(screen, FunctionScreen | PriceScreen) and reason in screen.refused:
        return enter(menu, session, screen.refused[reason])
    return notice(menu, session, plain(text) or word(menu, session, "refused"))


@safe
def failed(menu: Menu, session: Session) -> Step:
    """Say that nobody can tell now, with the way back."""
    return notice(menu, session, word(menu, session, "busy"))


@safe
def late(menu: Menu, session: Session, *, by_text: bool = True) -> Step:
    """Say that it takes too long; `by_text`: the answer follows by text message, as `Ask.instead` was placed."""
    return last_word(menu, session, "by_text") if by_text else failed(menu, session)


@safe
def placed(menu: Menu, session: Session, what: Placed) -> Step:
    """Say what has become of an order, or that its result follows by text message."""
    return last_word(menu, session, "in_doubt" if what.in_doubt else "accepted", plain(what.text))


@safe
def not_placed(menu: Menu, session: Session) -> Step:
    """Say that an order could not be made safe: nothing was taken."""
    return last_word(menu, session, "not_taken")
