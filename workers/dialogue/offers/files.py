"""The files of offers, `offers/*.yaml` under the templates: read whole, each mistake told with its line.

An operator may spread offers over as many files as he likes: ids and segments are of one room, and the order of
files and lines decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

from workers.dialogue.offers import fields
from workers.dialogue.offers.rules import Offer, Price, Quota, Segment
from workers.dialogue.offers.windows import When
from workers.dialogue.sources import NOTHING, Entry, Finding, read

FOLDER = "offers"
_SECTIONS = ("segments", "offers")
_UTC = ZoneInfo("UTC")

_KEYS: Mapping[str, fields.Reader] = {
    "brands": fields.brands,
    "segment": fields.names,
    "days": fields.days,
    "hours": fields.hours,
    "dates": fields.dates,
    "time_zone": fields.zone,
    "tones": fields.codes,
    "bundle": fields.code,
    "price": fields.price,
    "quota": fields.quota,
    "priority": fields.priority,
    "off": fields.truth,
}


def read_offers(folder: Path, findings: list[Finding]) -> tuple[tuple[Offer, ...], dict[str, Segment]]:
    """Every offer that is on, by its id, and the segments; what is wrong is added to `findings`.

    A folder may be without offers.
    """
    offers: dict[str, Offer] = {}
    segments: dict[str, Segment] = {}
    named: list[tuple[Offer, Entry]] = []
    for path in sorted((folder / FOLDER).glob("*.yaml")):
        root = read(path, findings)
        for name, entry in root.table.items():
            if name not in _SECTIONS:
                findings.append(
                    Finding(path, entry.line, f"there is no '{name}' here", "it has " + ", ".join(_SECTIONS))
                )
        for name, entry in root.table.get("segments", NOTHING).table.items():
            if name in segments:
                findings.append(Finding(path, entry.line, f"the segment '{name}' stands elsewhere too", "keep one"))
            segments[name] = _segment(name, entry, path, findings)
        for id_, entry in root.table.get("offers", NOTHING).table.items():
            if id_ in offers:
                there = f"{offers[id_].file.name}:{offers[id_].line}"
                findings.append(Finding(path, entry.line, f"the offer '{id_}' stands at {there} too", "keep one"))
            found = _offer(id_, entry, path, findings)
            if found:
                offers[id_] = found
                named.append((found, entry))
    for offer, entry in named:
        for name in sorted(offer.segments - set(segments)):
            right = f"the segments are {', '.join(sorted(segments)) or 'none: write them under `segments:`'}"
            line = entry.table["segment"].line
            findings.append(Finding(offer.file, line, f"'{offer.id}': there is no segment '{name}'", right))
    on = (offer for offer, entry in named if offers.get(offer.id) is offer and not _is_off(entry))
    return tuple(sorted(on, key=lambda offer: offer.id)), segments


def values(
    what: str, entry: Entry, readers: Mapping[str, fields.Reader], path: Path, findings: list[Finding]
) -> dict[str, Any]:
    """A table's values by their readers; what can't be taken is added to `findings` and left out."""
    found: dict[str, Any] = {}
    if not entry.table:
        findings.append(Finding(path, entry.line, f"'{what}' says nothing", "there are " + ", ".join(readers)))
    for key, value in entry.table.items():
        reader = readers.get(key)
        if reader is None:
            findings.append(Finding(path, value.line, f"'{what}' has no '{key}'", "there are " + ", ".join(readers)))
            continue
        try:
            found[key] = reader(value)
        except fields.WrongValueError as error:
            findings.append(Finding(path, error.line, f"'{what}': {key}: {error.what}", error.right))
    return found


def when_of(found: Mapping[str, Any]) -> When:
    """The parts of a table that say when."""
    first, last = found.get("dates", (None, None))
    return When(
        zone=found.get("time_zone", _UTC),
        first=first,
        last=last,
        days=found.get("days", frozenset()),
        hours=found.get("hours", ()),
    )


def zone_missing(what: str, entry: Entry) -> Iterator[tuple[int, str, str]]:
    """Times without a zone would be an hour off somewhere."""
    said = [key for key in ("days", "hours", "dates") if key in entry.table]
    if said and "time_zone" not in entry.table:
        right = "add time_zone, such as Asia/Shanghai: it is whose midnight is meant"
        yield entry.table[said[0]].line, f"'{what}' says {' and '.join(said)} of no time zone", right


def _offer(id_: str, entry: Entry, path: Path, findings: list[Finding]) -> Offer | None:
    before = len(findings)
    found = values(id_, entry, _KEYS, path, findings)
    findings += [Finding(path, line, what, right) for line, what, right in _wrong(id_, entry)]
    if len(findings) > before:
        return None
    return Offer(
        id=id_,
        price=cast(Price, found["price"]),
        when=when_of(found),
        priority=found.get("priority", 0),
        brands=found.get("brands", frozenset()),
        segments=found.get("segment", frozenset()),
        tones=found.get("tones", ()),
        bundle=found.get("bundle", ""),
        quota=found.get("quota", Quota()),
        file=path,
        line=entry.line,
    )


def _wrong(id_: str, entry: Entry) -> Iterator[tuple[int, str, str]]:
    """What is wrong with an offer as a whole."""
    if not fields.ID.fullmatch(id_):
        yield (
            entry.line,
            f"'{id_}' is no offer's id",
            "take letters, digits, - _ and ., at most 64: the core is told it",
        )
    if "price" not in entry.table:
        yield entry.line, f"'{id_}' has no price", "write price: 100, or price: 50% of the catalogue's"
    if "tones" in entry.table and "bundle" in entry.table:
        yield entry.table["bundle"].line, f"'{id_}' is for tones and for a bundle", "make two offers of it"
    yield from zone_missing(id_, entry)


def _is_off(entry: Entry) -> bool:
    return "off" in entry.table and fields.truth(entry.table["off"])


def _segment(name: str, entry: Entry, path: Path, findings: list[Finding]) -> Segment:
    def numbers(inner: Entry) -> frozenset[str]:
        file = path.parent / inner.text
        try:
            lines = file.read_text(encoding="ascii").split("\n")
        except (OSError, UnicodeDecodeError):
            right = "name a text file beside this one, with a number on each line"
            raise fields.WrongValueError(inner, f"the numbers of '{inner.text}' can't be read", right) from None
        found = {line.strip().removeprefix("+") for line in lines if line.strip()}
        for no, line in enumerate(lines, start=1):
            if line.strip() and not line.strip().removeprefix("+").isdecimal():
                # Not the line itself: it may be a subscriber's number, mistyped.
                raise fields.WrongValueError(inner, f"line {no} of '{inner.text}' is no number", "write its digits")
        return frozenset(found)

    found = values(name, entry, {"prefixes": fields.prefixes, "numbers": numbers}, path, findings)
    return Segment(found.get("prefixes", ()), found.get("numbers", frozenset()))
