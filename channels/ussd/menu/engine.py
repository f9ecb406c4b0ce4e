"""The menu engine: from a session and what happened to the session after it and what is to be done.

Pure.  Whatever a menu file does wrong ends the dial with the menu's own word of regret and `Session.fault`; nothing
is raised.  A charged order can only come of `_confirmed`, and that only of the quote whose screen was answered.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from types import MappingProxyType
from typing import Any, Concatenate, ParamSpec

from channels.ussd.menu import orders
from channels.ussd.menu.entering import Step, enter, quote_arguments
from channels.ussd.menu.inputs import typed_as
from channels.ussd.menu.model import FunctionScreen, InputScreen, Menu, MenuScreen, PriceScreen
from channels.ussd.menu.session import Session
from channels.ussd.menu.showing import CONFIRM, Choice, choices, confirms, context, laid_out, show
from channels.ussd.menu.templating import WRONG
from channels.ussd.menu.values import plain, quoted
from channels.ussd.ports import Caller, Place
from workers.dials import Placed

TRIES = 3
"""Wrong inputs in a row; with the last the dial ends."""
_HISTORY_AT_MOST = 20

_BACK, _HOME, _MORE = "0", "00", "98"
_NOTHING: Mapping[str, Any] = MappingProxyType({})

P = ParamSpec("P")
_Stepping = Callable[Concatenate[Menu, Session, P], Step]


def _safe(step: _Stepping[P]) -> _Stepping[P]:
    @wraps(step)
    def safe(menu: Menu, session: Session, /, *args: P.args, **more: P.kwargs) -> Step:
        try:
            return step(menu, session, *args, **more)
        except WRONG as error:
            # The text of a fault may be a subscriber's: the kind and the place are enough to find it.
            fault = f"{session.screen or 'initial_screen'}: {type(error).__name__}"
            return _last_word(menu, session._replace(fault=fault), "sorry")

    return safe


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


@_safe
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
        session, effect = _typed(menu, session._replace(input=typed_as(one)))
    return session, effect


@_safe
def reply(menu: Menu, session: Session, typed: str) -> Step:
    """Go on by what was typed."""
    session = session._replace(input=typed_as(typed), step=session.step + 1)
    if session.waiting == "order":  # its result was never shown: it is safe, and is told by text
        return _last_word(menu, session, "accepted")
    if session.waiting == "look":
        return enter(menu, session, session.screen)
    if session.input == _MORE and session.page + 1 < session.pages:
        return show(menu, session._replace(page=session.page + 1, error=""))
    if session.input == _BACK and session.page and not session.ends:
        return show(menu, session._replace(page=session.page - 1, error=""))
    if session.waiting == "again":
        return _again(menu, session)
    if session.ends:  # the last word has pages to come, and no key but the one for them
        return show(menu, session)
    if session.input == _HOME:
        return enter(menu, session, menu.home)
    if session.input == _BACK:
        return _back(menu, session)
    return _typed(menu, session)


def _back(menu: Menu, session: Session) -> Step:
    *before, last = session.history or (menu.home,)
    return enter(menu, session._replace(history=tuple(before)), last)


def _typed(menu: Menu, session: Session) -> Step:
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
        return _last_word(menu, session._replace(tries=tries), "too_many_tries")
    return show(menu, session._replace(tries=tries, error=error))


@_safe
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


@_safe
def refused(menu: Menu, session: Session, reason: str, text: str = "") -> Step:
    """Say why a function, or the core, says no, with the way back; or go where the screen sends that reason."""
    screen = menu.screens[session.screen]
    if isinstance(screen, FunctionScreen | PriceScreen) and reason in screen.refused:
        return enter(menu, session, screen.refused[reason])
    return _notice(menu, session, plain(text) or _word(menu, session, "refused"))


@_safe
def failed(menu: Menu, session: Session) -> Step:
    """Say that nobody can tell now, with the way back."""
    return _notice(menu, session, _word(menu, session, "busy"))


@_safe
def late(menu: Menu, session: Session, *, by_text: bool = True) -> Step:
    """Say that it takes too long; `by_text`: the answer follows by text message, as `Ask.instead` was placed."""
    return _last_word(menu, session, "by_text") if by_text else failed(menu, session)


@_safe
def placed(menu: Menu, session: Session, what: Placed) -> Step:
    """Say what has become of an order, or that its result follows by text message."""
    return _last_word(menu, session, "in_doubt" if what.in_doubt else "accepted", plain(what.text))


@_safe
def not_placed(menu: Menu, session: Session) -> Step:
    """Say that an order could not be made safe: nothing was taken."""
    return _last_word(menu, session, "not_taken")


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
    return _taken_up(menu, session)


@_safe
def _taken_up(menu: Menu, session: Session) -> Step:
    if menu.resume == "continue":
        return enter(menu, session, session.screen)
    return _ask_again(menu, session._replace(waiting="again", tries=0))


def _ask_again(menu: Menu, session: Session) -> Step:
    words = (_word(menu, session, name) for name in ("resume_question", "resume_go_on", "resume_start"))
    question, go_on, start = words
    text = f"{question}\n1 {go_on}\n2 {start}"
    shown, effect = show(menu, session._replace(notice=text, history=(), page=0))
    return shown._replace(history=session.history), effect


def _again(menu: Menu, session: Session) -> Step:
    session = session._replace(notice="")
    if session.input == "1":
        return enter(menu, session, session.screen)
    if session.input in ("2", _BACK, _HOME):
        return enter(menu, session._replace(variables={}), "initial_screen")
    if session.tries + 1 >= TRIES:
        return _last_word(menu, session, "too_many_tries")
    return _ask_again(menu, session._replace(tries=session.tries + 1))


def _word(menu: Menu, session: Session, name: str) -> str:
    return menu.words[name].say(session.language, {"service_code": session.service_code})


def _notice(menu: Menu, session: Session, text: str) -> Step:
    return show(menu, session._replace(notice=text, waiting="", quote=None, page=0, tries=0, error=""))


def _last_word(menu: Menu, session: Session, name: str, text: str = "") -> Step:
    said = text or _word(menu, session, name)
    return show(menu, session._replace(notice=said, ends=True, waiting="", quote=None, page=0, history=()))
