"""Taking up a dial that was dropped where it was left, or asking whether to."""

from __future__ import annotations

from channels.ussd.menu.entering import Step, enter
from channels.ussd.menu.keys import BACK, HOME, TRIES
from channels.ussd.menu.model import Menu
from channels.ussd.menu.saying import last_word, safe, word
from channels.ussd.menu.session import Session
from channels.ussd.menu.showing import show


@safe
def taken_up(menu: Menu, session: Session) -> Step:
    """Go on where it was left, or ask whether to, as the menu says."""
    if menu.resume == "continue":
        return enter(menu, session, session.screen)
    return _ask_again(menu, session._replace(waiting="again", tries=0))


def _ask_again(menu: Menu, session: Session) -> Step:
    words = (word(menu, session, name) for name in ("resume_question", "resume_go_on", "resume_start"))
    question, go_on, start = words
    text = f"{question}\n1 {go_on}\n2 {start}"
    shown, effect = show(menu, session._replace(notice=text, history=(), page=0))
    return shown._replace(history=session.history), effect


def again(menu: Menu, session: Session) -> Step:
    """Go on by the answer to that question."""
    session = session._replace(notice="")
    if session.input == "1":
        return enter(menu, session, session.screen)
    if session.input in ("2", BACK, HOME):
        return enter(menu, session._replace(variables={}), "initial_screen")
    if session.tries + 1 >= TRIES:
        return last_word(menu, session, "too_many_tries")
    return _ask_again(menu, session._replace(tries=session.tries + 1))
