"""The text of a receipt as words by their keys (SMPP 3.4 appendix B), however the vendor writes it.

What vendors do to the standard's line, and what is read here all the same: fields left out, in another order, with
another separator or none, in quotes, in capitals; dates in five forms; words in the place of codes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta, timezone

_KEY = re.compile(
    r"""(?:
      (?P<id> (?<![A-Za-z0-9]) (?:(?:message|msg)[ _-]?)? id )
    | (?P<submit_date> submit(?:ted)? [ _-]? (?:date|time|on) )
    | (?P<done_date> done [ _-]? (?:date|time|on) )
    | (?P<stat> (?:(?:message|msg|final|dlr)[ _-]?)? stat(?:us|e)? )
    | (?P<err> err(?:or)? (?:[ _-]?code)? )
    | (?P<text> text )
    | (?P<sub> sub )
    | (?P<dlvrd> dlvrd )
    | (?P<other> (?<=[\s,;|]) [^\W\d]{3,16} )
    ) ["']? \s* [:=]""",
    re.VERBOSE | re.IGNORECASE,
)
"""Only `id` and keys unknown to us need something before them that is no letter: the rest stand in no other word."""
AROUND = " \t\r\n\0\"',;|{}"
"""What separates or encloses a value and is none of it."""

_DATE = re.compile(
    r"""([0-9]{10,15} | [0-9]{4}([-/.])[0-9]{2}\2[0-9]{2}[T ]+[0-9]{2}:[0-9]{2}(?::[0-9]{2})?) (?![0-9])
    (?:[.,][0-9]+)? \s* (Z|UTC|GMT|[+-][0-9]{2}:?[0-9]{2}|[+-])?""",
    re.VERBOSE | re.IGNORECASE,
)
_NO_DIGIT = re.compile(r"[^0-9]+")
_DATE_FORMS: Mapping[int, tuple[str, ...]] = {
    10: ("%y%m%d%H%M",),
    12: ("%y%m%d%H%M%S", "%Y%m%d%H%M"),
    14: ("%Y%m%d%H%M%S",),
}
"""By the number of digits.  Of twelve, a year from 2013 on makes no month of the first form."""
_SMPP_TIME_DIGITS = 15
"""YYMMDDhhmmss, a tenth of a second, and the zone in quarters of an hour before its sign (SMPP 3.4 §7.1.1)."""


def split_message(text: str) -> tuple[str, str]:
    """The receipt's own words, and what follows `text:`, which is a message."""
    for key in _KEY.finditer(text):
        if key.lastgroup == "text":
            return text[: key.start()], text[key.end() :]
    return text, ""


def words_in(text: str) -> dict[str, str]:
    """What stands behind `id`, `sub`, `dlvrd`, `submit_date`, `done_date`, `stat` and `err`; empty ones left out.

    A message in it tells nothing, whatever it looks like; but where neither id nor status came before it, they stand
    behind it, and the last of each counts.
    """
    own, message = split_message(text)
    words = _first_of_each(_pairs(own))
    if not words.keys() & {"id", "stat"}:
        words = _first_of_each(reversed(_pairs(message))) | words
    return words


def _pairs(text: str) -> list[tuple[str, str]]:
    keys = list(_KEY.finditer(text))
    ends = [*(key.start() for key in keys[1:]), len(text)]
    return [(str(key.lastgroup), text[key.end() : end].strip(AROUND)) for key, end in zip(keys, ends, strict=False)]


def _first_of_each(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    words: dict[str, str] = {}
    for key, value in pairs:
        if value and key not in ("text", "other"):
            words.setdefault(key, value)
    return words


def date_in(value: str) -> str:
    """A date as ISO 8601, by the SMSC's clock, with its zone where it says one; empty where it can't be read."""
    written = _DATE.match(value)
    if written is None:
        return ""
    digits, zone = _NO_DIGIT.sub("", written[1]), written[3] or ""
    if len(digits) == _SMPP_TIME_DIGITS and zone in ("+", "-"):
        minutes = 15 * int(digits[13:])
        digits, zone = digits[:12], f"{zone}{minutes // 60:02}{minutes % 60:02}"
    for form in _DATE_FORMS.get(len(digits), ()):
        try:
            return datetime.strptime(digits, form).replace(tzinfo=_zone(zone)).isoformat()
        except ValueError:
            continue
    return ""


def _zone(written: str) -> timezone | None:
    digits = _NO_DIGIT.sub("", written)
    if not digits:
        return timezone(timedelta()) if written.isalpha() else None
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-offset if written[0] == "-" else offset)
