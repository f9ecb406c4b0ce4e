"""What must hold of a menu before a subscriber may walk it: each broken rule with its place.

What could only be better is in `check`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from channels.ussd.menu import samples
from channels.ussd.menu.flow import ends_at_price, exits
from channels.ussd.menu.model import InitialScreen, Menu, PriceScreen
from channels.ussd.menu.reading import Source
from channels.ussd.menu.templating import WRONG
from workers.dialogue.sources import Finding
from workers.dialogue.wording import Wording


def broken_rules(menu: Menu, sources: Sequence[Source], wording: Wording, file: Path, line: int) -> list[Finding]:
    """Everything that is wrong with a menu as a whole; `file` and `line` are those of its section `menu`."""
    found = [Finding(file, line, what, right) for what, right in _wrong_header(menu)]
    for screen in menu.screens.values():
        found += [
            Finding(
                screen.file,
                exit_.line or screen.line,
                f"'{screen.name}' leads to '{exit_.to}', which is no screen",
                "name one",
            )
            for exit_ in exits(screen)
            if exit_.to not in menu.screens
        ]
    found += _unknown_variables(sources)
    if not found:
        for screen in menu.screens.values():
            if isinstance(screen, PriceScreen):
                right = "write {{ quote.price | money }} and {{ quote.days | days }}; for a gift the fee too"
                found += [
                    Finding(screen.file, screen.text.line, f"'{screen.name}' {what}", right)
                    for what in _unsaid(menu, screen, wording)
                ]
    return found


def _wrong_header(menu: Menu) -> Iterator[tuple[str, str]]:
    initial = menu.screens.get("initial_screen")
    if not isinstance(initial, InitialScreen):
        yield "the menu has no initial_screen of that type", "write initial_screen: {type: initial_screen, …}"
    for alias, name in menu.shortcuts.items():
        if name not in menu.screens:
            yield f"the shortcut {alias} leads to '{name}', which is no screen", "name one"
        elif not ends_at_price(menu, name):
            yield (
                f"the shortcut {alias} doesn't end on a price screen",
                "let it lead there over input screens alone: whoever dials it must see the price before he says yes",
            )


def _unknown_variables(sources: Sequence[Source]) -> Iterator[Finding]:
    kept = frozenset[str]().union(*(source.kept for source in sources))
    for used in (used for source in sources for used in source.used):
        for name in sorted(used.names - kept):
            right = "it may use " + ", ".join(sorted(kept))
            yield Finding(used.file, used.line, f"'{used.what}' uses '{name}', which nothing keeps", right)


def _unsaid(menu: Menu, screen: PriceScreen, wording: Wording) -> Iterator[str]:
    """What a price screen keeps silent about: nobody can say yes to what he wasn't shown."""
    quote = samples.quote(screen, "plain")
    known = {**samples.variables(menu, "plain"), "quote": asdict(quote), "languages": menu.languages, "name_chars": 24}
    for language in menu.languages:
        try:
            text = screen.text.say(language, known | {"language": language, "service_code": "*123#"})
        except WRONG as error:
            yield f"can't be filled in ({language}): {error}"
            continue
        amounts = {"price": quote.price} | ({"fee of the recipient's service": quote.fee} if quote.fee else {})
        for name, amount in amounts.items():
            if wording.money(amount, language) not in text:
                yield f"doesn't tell the {name} ({language})"
        # The service is paid by the month, which a text says in words.
        if screen.action != "open" and wording.put("validity", language, days=quote.days) not in text:
            yield f"doesn't tell for how long ({language})"
