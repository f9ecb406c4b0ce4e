"""What a key does on the screen that it was pressed on: an input, a choice, the yes to a price, or nothing it knows.

A charged order can only come of `_confirmed`, and that only of the quote whose screen was answered.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from channels.ussd.menu import orders
from channels.ussd.menu.entering import Step, enter
from channels.ussd.menu.model import Choice, InputScreen, Menu, MenuScreen, PriceScreen
from channels.ussd.menu.saying import last_word
from channels.ussd.menu.session import Session
from channels.ussd.menu.showing import CONFIRM, choices, confirms, context, laid_out, show
from channels.ussd.ports import Place

BACK, HOME, MORE = "0", "00", "98"
"""Those that lead on, on every screen."""
TRIES = 3
"""Wrong inputs in a row; with the last the dial ends."""
_HISTORY_AT_MOST = 20


def pressed(menu: Menu, session: Session) -> Step:
    """Take an input that is none of those which lead on."""
    screen = menu.screens[session.screen]
    if session.notice:
        return _wrong(menu, session, "wrong_key")
    if isinstance(screen, InputScreen):
        kept = screen.check.read(session.input, session.number)
        if kept is None:
            return _wrong(menu, session, "input")
        return _forward(menu, session, screen.next_screen, {screen.input_identifier: kept})
    choice = _chosen(menu, session)
    if choice is None:
        return _wrong(menu, session, "wrong_key")
    if choice.next_screen == CONFIRM:
        return _confirmed(session)
    return _forward(menu, session, choice.next_screen, choice.values)


def _chosen(menu: Menu, session: Session) -> Choice | None:
    """The choice of the key that was pressed; where a yes is asked for, of a page that was shown."""
    screen = menu.screens[session.screen]
    if not isinstance(screen, MenuScreen | PriceScreen):
        return None
    found = {choice.key: choice for choice in choices(session, screen, context(menu, session))}
    if confirms(screen):
        seen = laid_out(menu, session)
        if session.page + 1 < len(seen):
            return None
    return found.get(session.input)


def _forward(menu: Menu, session: Session, name: str, kept: Mapping[str, Any]) -> Step:
    history = (*session.history, session.screen)[-_HISTORY_AT_MOST:]
    return enter(menu, session._replace(history=history, variables={**session.variables, **kept}), name)


def _confirmed(session: Session) -> Step:
    """The yes to the price in sight."""
    quote = session.quote
    if quote is None or quote.screen != session.screen:
        raise ValueError("a yes to no price")
    order = orders.charged(quote, session)
    return session._replace(quote=None, waiting="order", history=()), Place(order)


def _wrong(menu: Menu, session: Session, error: str) -> Step:
    tries = session.tries + 1
    if tries >= TRIES:
        return last_word(menu, session._replace(tries=tries), "too_many_tries")
    return show(menu, session._replace(tries=tries, error=error))
