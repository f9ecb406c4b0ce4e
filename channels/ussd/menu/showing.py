"""What a screen shows: its text, its keys and the pages of both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from types import MappingProxyType
from typing import Any, cast

from channels.ussd.menu.layout import Labels, Page, fits, pages
from channels.ussd.menu.model import (
    KEYS_AT_MOST,
    Choice,
    InputScreen,
    Menu,
    MenuScreen,
    Option,
    PriceScreen,
    QuitScreen,
    Screen,
    Shown,
    Variables,
)
from channels.ussd.menu.session import Session
from channels.ussd.ports import Show

CONFIRM = ""
"""Where the key of a yes leads: no screen's name."""

NAME_CHARS = (24, 16, 12, 8, 5, 3, 0)
"""Of a tone's name on a screen; where a yes is asked for, as many as leave all on one page.  With none its code
stands for it: a name in another alphabet may have taken more than half of the room from the whole screen."""
_LIST_NAME_CHARS = 18
_NOTHING: Mapping[str, Any] = MappingProxyType({})


def context(menu: Menu, session: Session, name_chars: int = _LIST_NAME_CHARS) -> dict[str, Any]:
    """What templates may use: the session's variables and what is known of the dial."""
    found = {
        **session.variables,
        "language": session.language,
        "languages": menu.languages,
        "service_code": session.service_code,
        "name_chars": name_chars,
    }
    if session.quote:
        found["quote"] = asdict(session.quote)
        if not name_chars:
            found |= {"quote": found["quote"] | {"name": session.quote.code}, "name_chars": len(session.quote.code)}
    return found


def confirms(screen: Screen) -> bool:
    """Whether a key of it may be a yes: none that led here, and none before all has been shown."""
    return isinstance(screen, PriceScreen) or (isinstance(screen, MenuScreen) and screen.confirm)


def choices(session: Session, screen: Screen, variables: Variables) -> tuple[Choice, ...]:
    """The keys of a screen, from 1 on; where a yes is asked for, without the one that led here."""
    if not isinstance(screen, MenuScreen | PriceScreen):
        return ()
    language = session.language
    if isinstance(screen, MenuScreen) and screen.fixed:
        return screen.fixed[language]
    found: list[tuple[str, str, Mapping[str, Any]]] = []
    if isinstance(screen, PriceScreen):
        found.append((screen.confirm.say(language, variables), CONFIRM, _NOTHING))
    elif screen.items:
        items = screen.items
        for row in items.rows(variables) or ():
            words = items.text.say(language, {**variables, items.name: row})
            found.append((words, items.next_screen, {items.name: row}))
    found += (
        (option.text.say(language, variables), option.next_screen, _kept(option, variables))
        for option in screen.options
        if option.when is None or option.when(variables)
    )
    keys = (str(number) for number in range(1, KEYS_AT_MOST + 1))
    if confirms(screen):
        keys = (key for key in keys if key != session.led_by)
    return tuple(Choice(key, *one) for key, one in zip(keys, found, strict=False))


def _kept(option: Option, variables: Variables) -> Mapping[str, Any]:
    return {name: value(variables) for name, value in option.values.items()} if option.values else _NOTHING


def laid_out(menu: Menu, session: Session) -> tuple[Page, ...]:
    """All pages of where the session is."""
    if session.notice:
        return _pages(menu, session, session.notice, ())
    screen = menu.screens[session.screen]
    if not confirms(screen):
        return _screen(menu, session, screen, _LIST_NAME_CHARS)
    for name_chars in NAME_CHARS:
        found = _screen(menu, session, screen, name_chars)
        if len(found) == 1:
            break
    return found


def _screen(menu: Menu, session: Session, screen: Screen, name_chars: int) -> tuple[Page, ...]:
    variables = context(menu, session, name_chars)
    keys = choices(session, screen, variables)
    body = _body(screen, session, variables)
    return _pages(menu, session, body, keys)


def _body(screen: Screen, session: Session, variables: Variables) -> str:
    if isinstance(screen, InputScreen) and session.error:
        text = screen.error
    elif isinstance(screen, MenuScreen) and screen.items and screen.empty and not screen.items.rows(variables):
        text = screen.empty
    else:
        text = cast(Shown, screen).text
    return text.say(session.language, variables)


def _pages(menu: Menu, session: Session, body: str, keys: tuple[Choice, ...]) -> tuple[Page, ...]:
    def word(name: str) -> str:
        return menu.words[name].say(session.language, _NOTHING)

    if session.ends or isinstance(menu.screens.get(session.screen), QuitScreen):
        labels = paged = Labels(more=word("more"))
    else:
        at_home = session.screen == menu.home and not session.notice
        home = None if at_home else word("home")
        labels = Labels(word("back") if session.history else None, home, word("more"))
        paged = Labels(word("back"), home, word("more"))
    return pages(body, tuple((choice.key, choice.words) for choice in keys), labels, paged, session.screen_chars)


def show(menu: Menu, session: Session) -> tuple[Session, Show]:
    """Where the session is, on its page; the last page of a last word ends it."""
    found = laid_out(menu, session)
    page = min(session.page, len(found) - 1)
    last_word = session.ends or (not session.notice and isinstance(menu.screens[session.screen], QuitScreen))
    ends = last_word and page + 1 == len(found)
    if (page, len(found)) != (session.page, session.pages):
        session = session._replace(page=page, pages=len(found))
    return session, Show(_with_error(menu, session, found[page].text), ends)


def _with_error(menu: Menu, session: Session, text: str) -> str:
    """The page below what was wrong, where both fit: the screen again tells it, too."""
    if not session.error or session.notice or isinstance(menu.screens[session.screen], InputScreen):
        return text
    told = f"{menu.words[session.error].say(session.language, _NOTHING)}\n{text}"
    return told if fits(told, session.screen_chars) else text
