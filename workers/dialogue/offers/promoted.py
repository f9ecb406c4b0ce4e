"""Promoted tones, from `templates/promoted.yaml`: marketing's lists, shown first in TOP, NEW, help and menus."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from workers.dialogue.offers import fields
from workers.dialogue.offers.files import values, when_of, zone_missing
from workers.dialogue.offers.windows import When
from workers.dialogue.sources import NOTHING, Entry, Finding, TemplatesError, read

FILE = "promoted.yaml"
MENU = "menu"
"""Both lists of the USSD menu, top and new."""
PLACES = ("top", "new", "help", MENU)
"""Where a list may be shown."""


@dataclass(frozen=True, slots=True)
class PromotedList:
    """Tones that are shown first for a while; what is empty fits all."""

    name: str
    tones: tuple[str, ...]
    when: When
    brands: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()
    order: int = 0
    """The lowest comes first."""

    def is_for(self, places: Collection[str]) -> bool:
        """Whether it is shown in one of these places; of none it is asked anywhere."""
        return not places or not self.places or not self.places.isdisjoint(places)


@dataclass(frozen=True, slots=True)
class Promotions:
    """The lists of the file."""

    lists: tuple[PromotedList, ...] = ()

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read the file, which a folder may be without; raises TemplatesError with every finding."""
        findings: list[Finding] = []
        lists = read_promoted(folder, findings)
        if findings:
            raise TemplatesError(findings)
        return cls(lists)

    def brand_matters(self, *places: str) -> bool:
        """Whether what is shown in one of these places hangs on the brand, so that it must be asked for."""
        return any(one.brands and one.is_for(places) for one in self.lists)

    def promoted(self, at: float, brand: str | None = None, *places: str) -> tuple[str, ...]:
        """The codes to show first at a moment, in seconds since the epoch, each once.

        `brand` None fits only lists for all; without `places` it is anywhere.
        """
        shown = (
            one
            for one in sorted(self.lists, key=lambda one: (one.order, one.name))
            if (not one.brands or (brand is not None and brand.casefold() in one.brands))
            and one.is_for(places)
            and one.when.open_at(at)
        )
        return tuple(dict.fromkeys(code for one in shown for code in one.tones))


def read_promoted(folder: Path, findings: list[Finding]) -> tuple[PromotedList, ...]:
    """The lists of the file; what is wrong is added to `findings`."""
    path = folder / FILE
    if not path.exists():
        return ()
    root = read(path, findings)
    for name, entry in root.table.items():
        if name != "lists":
            findings.append(Finding(path, entry.line, f"there is no '{name}' here", "put lists under `lists:`"))
    found = []
    for name, entry in root.table.get("lists", NOTHING).table.items():
        one = _list(name, entry, path, findings)
        if one:
            found.append(one)
    return tuple(found)


def _codes(entry: Entry) -> tuple[str, ...]:
    found = fields.codes(entry)
    for one in fields.texts(entry):
        if not one.text.strip().isdecimal():
            raise fields.WrongValueError(one, f"'{one.text}' is no one tone's code", "write all its digits")
    return found


def _places(entry: Entry) -> frozenset[str]:
    for one in fields.texts(entry):
        if one.text.strip() not in PLACES:
            raise fields.WrongValueError(one, f"'{one.text}' is no place", "take from " + ", ".join(PLACES))
    return fields.names(entry)


_KEYS: Mapping[str, fields.Reader] = {
    "tones": _codes,
    "brands": fields.brands,
    "dates": fields.dates,
    "days": fields.days,
    "hours": fields.hours,
    "time_zone": fields.zone,
    "places": _places,
    "order": fields.priority,
}


def _list(name: str, entry: Entry, path: Path, findings: list[Finding]) -> PromotedList | None:
    before = len(findings)
    found = values(name, entry, _KEYS, path, findings)
    findings += [Finding(path, line, what, right) for line, what, right in zone_missing(name, entry)]
    if entry.table and "tones" not in entry.table:
        findings.append(Finding(path, entry.line, f"'{name}' has no tones", "write tones: ['600902000001']"))
    if len(findings) > before:
        return None
    return PromotedList(
        name,
        found["tones"],
        when_of(found),
        found.get("brands", frozenset()),
        found.get("places", frozenset()),
        found.get("order", 0),
    )
