"""The values of an offers file, one reader for each kind: from what is written to what it means, or what is wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo, available_timezones

from workers.dialogue.offers.rules import Price, Quota
from workers.dialogue.offers.windows import WEEK, Hours
from workers.dialogue.sources import Entry

_HOURS = re.compile(r"([0-9]{1,2}):([0-9]{2}) *- *([0-9]{1,2}):([0-9]{2})")
_CODE = re.compile(r"[0-9*?]{1,20}")
_PREFIX = re.compile(r"[0-9]{1,15}")
_PRICE = re.compile(r"([0-9]{1,9})(%?)")
_COUNT = re.compile(r"[0-9]{1,9}")
_PRIORITY = re.compile(r"-?[0-9]{1,6}")
ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
"""An offer's id: the core's `offerCode` has 64 characters."""


class WrongValueError(ValueError):
    """A value that can't be taken: its line, what is wrong, and what would be right."""

    def __init__(self, entry: Entry, what: str, right: str) -> None:
        super().__init__(what)
        self.line = entry.line
        self.what = what
        self.right = right


def texts(entry: Entry) -> list[Entry]:
    """One value, or a list of them."""
    found = [entry] if isinstance(entry.value, str) else list(entry.items)
    if not found or not all(one.text.strip() for one in found):
        raise WrongValueError(entry, "says nothing", "write a value, or a list such as [a, b]; leave it out for all")
    return found


def names(entry: Entry) -> frozenset[str]:
    """Words as they are written."""
    return frozenset(one.text.strip() for one in texts(entry))


def brands(entry: Entry) -> frozenset[str]:
    """Brands, whose case doesn't matter."""
    return frozenset(name.casefold() for name in names(entry))


def codes(entry: Entry) -> tuple[str, ...]:
    """Codes of tones or patterns of them."""
    return tuple(_each(entry, _CODE, "is no tone's code", "write digits, with * for any digits and ? for one"))


def code(entry: Entry) -> str:
    """One bundle's code."""
    return _one(entry, _PREFIX, "is no bundle's code", "write its digits")


def prefixes(entry: Entry) -> tuple[str, ...]:
    """How numbers begin."""
    return tuple(_each(entry, _PREFIX, "is no beginning of a number", "write its digits with the country's code"))


def days(entry: Entry) -> frozenset[int]:
    """Days of the week, 0 is Monday."""
    found = [one.text.strip().lower()[:3] for one in texts(entry)]
    for one, day in zip(texts(entry), found, strict=True):
        if day not in WEEK:
            raise WrongValueError(one, f"'{one.text}' is no day", "take from " + ", ".join(WEEK))
    return frozenset(map(WEEK.index, found))


def hours(entry: Entry) -> tuple[Hours, ...]:
    """Parts of the day."""
    return tuple(_hours(one) for one in texts(entry))


def _hours(entry: Entry) -> Hours:
    match = _HOURS.fullmatch(entry.text.strip())
    start, end = (int(match[1]) * 60 + int(match[2]), int(match[3]) * 60 + int(match[4])) if match else (-1, -1)
    if not match or int(match[2]) > 59 or int(match[4]) > 59 or start >= 1440 or not 0 <= end <= 1440:
        raise WrongValueError(entry, f"'{entry.text}' is no part of a day", "write it as 09:00-17:30 or 22:00-06:00")
    if start == end:
        raise WrongValueError(entry, f"'{entry.text}' never opens: it ends where it begins", "00:00-24:00 is all day")
    return Hours(start, end)


def dates(entry: Entry) -> tuple[datetime | None, datetime | None]:
    """From the first, before the last."""
    for name, inner in entry.table.items():
        if name not in ("from", "to"):
            raise WrongValueError(inner, f"has no '{name}'", "write {from: 2027-02-01, to: 2027-03-01}")
    if not entry.table:
        raise WrongValueError(entry, "says no dates", "write {from: 2027-02-01, to: 2027-03-01}, or one of them")
    first, last = (_date(entry.table[name]) if name in entry.table else None for name in ("from", "to"))
    if first and last and first >= last:
        right = "put `to` after `from`: it is the first date no longer meant"
        raise WrongValueError(entry, "never opens: it is over before it begins", right)
    return first, last


def _date(entry: Entry) -> datetime:
    try:
        found = datetime.fromisoformat(entry.text.strip())  # local time of the zone, so without one of its own
    except ValueError:
        found = None
    if found is None or found.tzinfo or found.second or not 1970 < found.year < 2200:
        raise WrongValueError(entry, f"'{entry.text}' is no date", "write it as 2027-02-01 or 2027-02-01 09:00")
    return found


def zone(entry: Entry) -> ZoneInfo:
    """A time zone by its name."""
    if entry.text not in available_timezones():
        raise WrongValueError(entry, f"'{entry.text}' is no time zone", "take a name such as Asia/Shanghai or UTC")
    return ZoneInfo(entry.text)


def price(entry: Entry) -> Price:
    """Minor units, or a part of the catalogue's."""
    match = _PRICE.fullmatch(entry.text.strip())
    if not match or (match[2] and int(match[1]) > 100):
        right = "write it in the smallest unit, as the catalogue has it, such as 100, or as 50% of the catalogue's"
        raise WrongValueError(entry, f"'{entry.text}' is no price", right)
    return Price(percent=int(match[1])) if match[2] else Price(int(match[1]))


def quota(entry: Entry) -> Quota:
    """How often, in all and for each number."""
    found = {}
    for name, inner in entry.table.items():
        if name not in ("total", "per_number"):
            raise WrongValueError(inner, f"has no '{name}'", "write {total: 1000, per_number: 1}, or one of them")
        found[name] = int(_one(inner, _COUNT, "is no number of times", "write a whole number"))
        if not found[name]:
            raise WrongValueError(
                inner, f"{name} is 0: it could never be had", "leave the offer out, or write off: yes"
            )
    if not found:
        raise WrongValueError(entry, "says no number of times", "write {total: 1000, per_number: 1}, or one of them")
    return Quota(**found)


def priority(entry: Entry) -> int:
    """The highest wins."""
    return int(_one(entry, _PRIORITY, "is no priority", "write a whole number; the highest wins"))


def truth(entry: Entry) -> bool:
    """Yes or no."""
    if entry.text.lower() not in _TRUTH:
        raise WrongValueError(entry, f"'{entry.text}' is neither yes nor no", "write yes or no")
    return _TRUTH[entry.text.lower()]


_TRUTH: Mapping[str, bool] = {"yes": True, "true": True, "on": True, "no": False, "false": False, "off": False}


def _one(entry: Entry, form: re.Pattern[str], what: str, right: str) -> str:
    if not form.fullmatch(entry.text.strip()):
        raise WrongValueError(entry, f"'{entry.text}' {what}", right)
    return entry.text.strip()


def _each(entry: Entry, form: re.Pattern[str], what: str, right: str) -> list[str]:
    return [_one(one, form, what, right) for one in texts(entry)]


Reader = Callable[[Entry], object]
