"""Lower prices for renewals that could not be paid, from `templates/renewals.yaml`: marketing's file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Self

from workers.dialogue.offers import Price, fields
from workers.dialogue.offers.files import values
from workers.dialogue.sources import NOTHING, Entry, Finding, TemplatesError, read

RENEWALS_FILE = "renewals.yaml"
_SECTION = "lower_prices"
_WHOLE = re.compile("[1-9][0-9]{0,3}")


@dataclass(frozen=True)
class LowerPrice:
    """One rule; what is empty fits all."""

    id: str
    """The core is told it with the charge, as an offer's."""
    price: Price
    tones: tuple[str, ...] = ()
    """Codes, or patterns with * for any digits and ? for one."""
    brands: frozenset[str] = frozenset()
    """Case-folded."""
    tries: int = 3
    every_h: int = 24
    """Hours between two tries."""

    @cached_property
    def _wanted(self) -> re.Pattern[str]:
        return re.compile(
            "|".join(re.escape(one).replace(r"\*", "[0-9]*").replace(r"\?", "[0-9]") for one in self.tones)
        )

    def fits(self, tone_code: str, brand: str) -> bool:
        """Whether it is for that tone and a number of that brand; an empty brand is not known."""
        named = not self.tones or self._wanted.fullmatch(tone_code) is not None
        return named and (not self.brands or brand.casefold() in self.brands)


@dataclass(frozen=True, slots=True)
class LowerPrices:
    """The rules in the file's order; the first that fits counts."""

    rules: tuple[LowerPrice, ...] = ()

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read the file, which a folder may be without; raises TemplatesError with every finding."""
        findings: list[Finding] = []
        rules = read_lower_prices(folder, findings)
        if findings:
            raise TemplatesError(findings)
        return cls(rules)

    @property
    def brand_matters(self) -> bool:
        """Whether some rule is for a brand, so that it must be asked for."""
        return any(rule.brands for rule in self.rules)

    def rule(self, id_: str) -> LowerPrice | None:
        """The rule of that id; None where there is none any more."""
        return next((rule for rule in self.rules if rule.id == id_), None)

    def lower(self, tone_code: str, brand: str, price: int) -> tuple[str, int] | None:
        """The rule's id and its price in minor units; None where there is none below `price`."""
        rule = next((rule for rule in self.rules if rule.fits(tone_code, brand)), None)
        lower = rule.price.of(price) if rule else price
        return (rule.id, lower) if rule and lower < price else None


def read_lower_prices(folder: Path, findings: list[Finding]) -> tuple[LowerPrice, ...]:
    """The rules of the file; what is wrong is added to `findings`."""
    path = folder / RENEWALS_FILE
    if not path.exists():
        return ()
    root = read(path, findings)
    for name, entry in root.table.items():
        if name != _SECTION:
            findings.append(Finding(path, entry.line, f"there is no '{name}' here", f"put rules under `{_SECTION}:`"))
    rules = (_rule(*one, path, findings) for one in root.table.get(_SECTION, NOTHING).table.items())
    return tuple(rule for rule in rules if rule)


def _count(entry: Entry) -> int:
    if not _WHOLE.fullmatch(entry.text.strip()):
        raise fields.WrongValueError(entry, f"'{entry.text}' is no such number", "write a whole number from 1 on")
    return int(entry.text)


_KEYS: Mapping[str, fields.Reader] = {
    "tones": fields.codes,
    "brands": fields.brands,
    "price": fields.price,
    "tries": _count,
    "every_h": _count,
}


def _rule(id_: str, entry: Entry, path: Path, findings: list[Finding]) -> LowerPrice | None:
    before = len(findings)
    if not fields.ID.fullmatch(id_):
        right = "take letters, digits, - and _; the core is told it"
        findings.append(Finding(path, entry.line, f"'{id_}' can't be the name of a rule", right))
    found = values(id_, entry, _KEYS, path, findings)
    if entry.table and "price" not in entry.table:
        findings.append(Finding(path, entry.line, f"'{id_}' has no price", "write price: 100, or price: 50%"))
    return LowerPrice(id_, **found) if len(findings) == before else None
