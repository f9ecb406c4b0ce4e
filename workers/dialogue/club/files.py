"""The file of the club, `club.yaml` under the templates: read whole, each mistake told with its line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from zoneinfo import ZoneInfo

from workers.dialogue.clean import clean
from workers.dialogue.club.benefits import FILE
from workers.dialogue.club.levels import UTC, Club, Level, MembersList
from workers.dialogue.offers import fields
from workers.dialogue.offers.files import values, when_of, zone_missing
from workers.dialogue.offers.promoted import PLACES
from workers.dialogue.offers.rules import Price
from workers.dialogue.sources import NOTHING, Entry, Finding, TemplatesError, read

_SECTIONS = ("time_zone", "levels", "lists")
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
"""With `club:` before it and a month behind it, it has to fit the core's `offerCode`."""
_WHOLE = re.compile(r"[0-9]{1,9}")
_DAYS = re.compile(r"[1-9][0-9]{0,3}")
_LEVELS_AT_MOST = 9
_NAME_CHARS = 20
"""So that an answer about several levels finds room."""


def load_club(folder: Path) -> Club:
    """Read the file, which a folder may be without; raises TemplatesError with every finding."""
    findings: list[Finding] = []
    club = read_club(folder, findings)
    if findings:
        raise TemplatesError(findings)
    return club


def read_club(folder: Path, findings: list[Finding]) -> Club:
    """The club of the file; what is wrong is added to `findings`."""
    path = folder / FILE
    if not path.exists():
        return Club()
    root = read(path, findings)
    for name, entry in root.table.items():
        if name not in _SECTIONS:
            findings.append(Finding(path, entry.line, f"there is no '{name}' here", "it has " + ", ".join(_SECTIONS)))
    zone = _zone(root, path, findings)
    entries = root.table.get("levels", NOTHING).table
    levels = [one for name, entry in entries.items() if (one := _level(name, entry, path, findings))]
    findings += [Finding(path, line, what, right) for line, what, right in _clashes(levels)]
    if len(entries) > _LEVELS_AT_MOST:
        line = root.table["levels"].line
        findings.append(Finding(path, line, f"has {len(entries)} levels", f"keep {_LEVELS_AT_MOST} at most"))
    if "time_zone" not in root.table and any(level.free for level in levels):
        what = "gives free tones a month, of no time zone"
        right = "add time_zone, such as Asia/Shanghai: it is whose midnight begins a month"
        findings.append(Finding(path, root.table["levels"].line, what, right))
    lists = root.table.get("lists", NOTHING).table
    read_lists = (_list(name, entry, set(entries), path, findings) for name, entry in lists.items())
    return Club(tuple(levels), tuple(one for one in read_lists if one), zone)


def _zone(root: Entry, path: Path, findings: list[Finding]) -> ZoneInfo:
    try:
        return fields.zone(root.table["time_zone"]) if "time_zone" in root.table else UTC
    except fields.WrongValueError as error:
        findings.append(Finding(path, error.line, f"time_zone: {error.what}", error.right))
        return UTC


def _names(entry: Entry) -> dict[str, str]:
    found = {language: inner.text.strip() for language, inner in entry.table.items()}
    for language, name in found.items():
        if not name or clean(name).isdigit() or not clean(name) or len(name) > _NAME_CHARS:
            what = f"'{name}' is no name of a level"
            raise fields.WrongValueError(entry.table[language], what, f"use letters, {_NAME_CHARS} characters at most")
    if not found:
        raise fields.WrongValueError(entry, "says no name", "write {en: Gold, zh: 金卡}, a name for each language")
    return found


def _tones(entry: Entry) -> tuple[int, Price | None]:
    """How many are free a month, and what any other costs."""
    if entry.text:
        return 0, fields.price(entry)
    for name, inner in entry.table.items():
        if name not in ("free", "then"):
            raise fields.WrongValueError(inner, f"has no '{name}'", "write {free: 3, then: 100}, or one of them")
    if not entry.table:
        raise fields.WrongValueError(entry, "says nothing", "write {free: 3, then: 100}, or one price such as 50%")
    free = entry.table.get("free")
    count = int(_text(free, _WHOLE, "is no number of tones", "write a whole number")) if free else 0
    return count, fields.price(entry.table["then"]) if "then" in entry.table else None


def _text(entry: Entry, form: re.Pattern[str], what: str, right: str) -> str:
    if not form.fullmatch(entry.text.strip()):
        raise fields.WrongValueError(entry, f"'{entry.text}' {what}", right)
    return entry.text.strip()


_LEVEL: Mapping[str, fields.Reader] = {
    "names": _names,
    "code": lambda entry: _text(entry, re.compile("[0-9]{1,20}"), "is no box's code", "write the core's, in digits"),
    "price": lambda entry: int(_text(entry, _WHOLE, "is no price", "write it in the smallest unit, such as 1000")),
    "validity_days": lambda entry: int(_text(entry, _DAYS, "is no number of days", "write the period, such as 30")),
    "tones": _tones,
    "brands": fields.brands,
    "dates": fields.dates,
    "time_zone": fields.zone,
}
_NEEDED = ("code", "price", "validity_days")


def _level(id_: str, entry: Entry, path: Path, findings: list[Finding]) -> Level | None:
    before = len(findings)
    found = values(id_, entry, _LEVEL, path, findings)
    if not _ID.fullmatch(id_) or id_.isdigit():
        right = "take small letters, digits and -, at most 32: the core is told it"
        findings.append(Finding(path, entry.line, f"'{id_}' is no level's id", right))
    if missing := [key for key in _NEEDED if entry.table and key not in entry.table]:
        what = f"'{id_}' has no {' and no '.join(missing)}"
        findings.append(Finding(path, entry.line, what, "write code: '202', price: 1000 and validity_days: 30"))
    findings += [Finding(path, line, what, right) for line, what, right in zone_missing(id_, entry)]
    if len(findings) > before:
        return None
    free, then = found.get("tones", (0, None))
    return Level(
        id_,
        found["code"],
        found["price"],
        found["validity_days"],
        found.get("names", {}),
        free,
        then,
        found.get("brands", frozenset()),
        when_of(found),
        entry.line,
    )


def _clashes(levels: list[Level]) -> Iterator[tuple[int, str, str]]:
    """Levels that a text or the core could not tell apart."""
    for no, level in enumerate(levels):
        for other in levels[:no]:
            if level.code == other.code:
                yield level.line, f"'{level.id}' has the code of '{other.id}'", "each level is a box of its own"
            if same := sorted(set(level.words()) & set(other.words())):
                yield level.line, f"'{level.id}' is called {same[0]} as '{other.id}' is", "give it another name"


def _codes(entry: Entry) -> tuple[str, ...]:
    for one in fields.texts(entry):
        if not one.text.strip().isdecimal():
            raise fields.WrongValueError(one, f"'{one.text}' is no one tone's code", "write all its digits")
    return fields.codes(entry)


def _places(entry: Entry) -> frozenset[str]:
    for one in fields.texts(entry):
        if one.text.strip() not in PLACES:
            raise fields.WrongValueError(one, f"'{one.text}' is no place", "take from " + ", ".join(PLACES))
    return fields.names(entry)


_LIST: Mapping[str, fields.Reader] = {
    "levels": fields.names,
    "tones": _codes,
    "places": _places,
    "dates": fields.dates,
    "days": fields.days,
    "hours": fields.hours,
    "time_zone": fields.zone,
}


def _list(name: str, entry: Entry, levels: set[str], path: Path, findings: list[Finding]) -> MembersList | None:
    before = len(findings)
    found = values(name, entry, _LIST, path, findings)
    findings += [Finding(path, line, what, right) for line, what, right in zone_missing(name, entry)]
    if entry.table and "tones" not in entry.table:
        findings.append(Finding(path, entry.line, f"'{name}' has no tones", "write tones: ['600902000001']"))
    for unknown in sorted(found.get("levels", frozenset()) - levels):
        right = f"the levels are {', '.join(levels) or 'none: write them under `levels:`'}"
        findings.append(Finding(path, entry.table["levels"].line, f"'{name}': there is no level '{unknown}'", right))
    if not levels:
        findings.append(Finding(path, entry.line, f"'{name}' is for nobody", "write the levels under `levels:`"))
    if len(findings) > before:
        return None
    return MembersList(
        name,
        found.get("levels", frozenset()),
        found["tones"],
        when_of(found),
        found.get("places", frozenset()),
    )
