"""What could be better in a menu that may be walked: lost screens, missing translations, texts that are too long.

Sizes are those with values as long as they come (`samples`), a name in the default alphabet and one that is not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from types import MappingProxyType

from channels.ussd.menu import samples
from channels.ussd.menu.flow import reachable
from channels.ussd.menu.layout import fits, units_at_most
from channels.ussd.menu.model import InputScreen, Menu, MenuScreen, PriceScreen, QuitScreen, Screen, Text
from channels.ussd.menu.session import Session
from channels.ussd.menu.showing import choices, context, laid_out
from channels.ussd.menu.templating import WRONG
from workers.dialogue.sources import Finding
from workers.dialogue.text_size import not_basic
from workers.dialogue.wording import Wording

PUSHED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"gift_offer_screen": ("giver", "name", "code", "key", "days"), "consent_screen": ("question", "question_key")}
)
"""Where a push begins, and the variables that it brings."""
_LONG = ("text", "question")
"""Variables that are whole sentences of others: what shows one may need several pages."""


def check(menu: Menu, wording: Wording, screen_chars: int = 160, whose: str = "") -> list[Finding]:
    """Everything that the product team ought to mend, by file and line.

    `screen_chars` is the lowest limit of any gateway, and `whose` says which that is.
    """
    found = [*_lost(menu), *_pushed(menu), *_untranslated(menu), *_letters(menu, wording)]
    one = f"a screen of {whose}" if whose else "a screen"
    shorten = (
        f"shorten it: {one} holds {screen_chars} letters of 7 bits, or {units_at_most(screen_chars)} with one of 16"
    )
    for kind in samples.NAMES:
        variables = samples.variables(menu, kind)
        for language in menu.languages:
            session = Session(
                menu.name, menu.version, "8613800138000", language, "*123#", "", screen_chars, variables=variables
            )
            for screen in menu.screens.values():
                at = session._replace(screen=screen.name, history=(menu.home,))
                found += [
                    Finding(screen.file, screen.line, f"'{screen.name}' ({language}): {what}", right)
                    for what, right in _sizes(menu, screen, at, kind, shorten)
                ]
            found += _words(menu, session, shorten)
    return list(dict.fromkeys(found))


def texts_of(screen: Screen) -> Iterator[Text]:
    """Every text of a screen, those of its keys too."""
    for one in fields(screen):
        value = getattr(screen, one.name)
        if isinstance(value, Text):
            yield value
    if isinstance(screen, MenuScreen | PriceScreen):
        yield from (option.text for option in screen.options)
    if isinstance(screen, MenuScreen) and screen.items:
        yield screen.items.text


def _lost(menu: Menu) -> Iterator[Finding]:
    seen = reachable(menu)
    for screen in menu.screens.values():
        if screen.name not in seen:
            yield Finding(screen.file, screen.line, f"nothing leads to '{screen.name}'", "lead there, or take it out")


def _pushed(menu: Menu) -> Iterator[Finding]:
    for name, given in PUSHED.items():
        screen = menu.screens.get(name)
        if screen is None:
            yield Finding(menu.words_file, 0, f"there is no '{name}', where a push begins", "copy the shipped one")
        elif missing := sorted(set(screen.given) - set(given)):
            what = f"'{name}' is given {', '.join(missing)}, which no push brings"
            yield Finding(screen.file, screen.line, what, f"a push brings {', '.join(given)}")


def _untranslated(menu: Menu) -> Iterator[Finding]:
    named = [(screen.name, screen.file, text) for screen in menu.screens.values() for text in texts_of(screen)]
    named += [(f"words: {name}", menu.words_file, text) for name, text in menu.words.items()]
    for name, file, text in named:
        missing = [language for language in menu.languages if language not in text.sources]
        if missing:
            right = f"write it; until then {menu.default_language} stands there"
            yield Finding(file, text.line, f"'{name}' has a text without {', '.join(missing)}", right)


def _letters(menu: Menu, wording: Wording) -> Iterator[Finding]:
    """Letters that leave a screen 70 of them where it could have 160."""
    plain = [language for language in menu.languages if wording.languages[language].alphabet == "gsm"]
    for screen in menu.screens.values():
        for text in texts_of(screen):
            shared = len(set(text.sources.values())) == 1  # the name of a language in its own letters
            for language in () if shared else plain:
                strange = not_basic(text.sources.get(language, ""))
                if strange:
                    what = f"'{screen.name}' ({language}): '{strange}' leaves the screen 70 letters"
                    yield Finding(screen.file, text.line, what, "take letters of the 7-bit alphabet")


def _sizes(menu: Menu, screen: Screen, session: Session, kind: str, shorten: str) -> Iterator[tuple[str, str]]:
    if not isinstance(screen, MenuScreen | InputScreen | PriceScreen | QuitScreen):
        return
    if isinstance(screen, PriceScreen):
        session = session._replace(quote=samples.quote(screen, kind))
    try:
        pages = laid_out(menu, session)
        keys = choices(session, screen, context(menu, session))
    except WRONG as error:
        yield f"can't be filled in: {error}", "use what the screens before it keep, and if … endif"
        return
    if not all(fits(page.text, session.screen_chars) for page in pages):
        yield "no page holds it", shorten
    shown = "\n".join(page.text for page in pages)
    for key in keys:
        if key.words and f"{key.key} {key.words}" not in shown:
            yield f"the words of key {key.key} are cut off, '{key.words}'", shorten
    most = _pages_at_most(screen, session, len(keys))
    if len(pages) > most:
        yield f"it needs {len(pages)} pages with a {kind} name, and ought to need {most}", shorten


def _pages_at_most(screen: Screen, session: Session, keys: int) -> int:
    """Pages that a screen may have: a price stands on one, and a list on no more than it has keys."""
    if isinstance(screen, MenuScreen):
        if set(screen.given) & set(_LONG):
            return 9
        # 70 letters hold two keys with the words of most, of a list one with the longest of names.
        return max(1, keys + 1 if screen.items else -(-keys // 2)) + (1 if screen.confirm else 0)
    return 2 if session.quote and session.quote.fee else 1


def _words(menu: Menu, session: Session, shorten: str) -> Iterator[Finding]:
    for name, text in menu.words.items():
        said = text.say(session.language, {"service_code": session.service_code})
        shown = session._replace(notice=said, history=(menu.home,))
        if len(laid_out(menu, shown)) > 1:
            what = f"words: '{name}' ({session.language}) needs more than one screen"
            yield Finding(menu.words_file, text.line, what, shorten)
