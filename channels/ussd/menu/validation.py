"""What may be typed on an input screen: one reader for each kind, from what was typed to what is kept."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from workers.dialogue.numbers import e164_digits

Reader = Callable[[str, str], str | None]
"""(typed, caller's number) → what is kept, or None where it can't be taken."""

_PHONE = re.compile(r"\+?[0-9]{3,20}")
_GROUPED = re.compile(r"[ \-./()]")
_DIGITS = re.compile(r"[0-9]+")


@dataclass(frozen=True, slots=True)
class Validator:
    """What an input screen takes."""

    kind: str
    """A name of `KINDS`, or `words`."""
    read: Reader
    sample: str
    """One that it takes, as long as they come."""


def msisdn(typed: str, caller: str) -> str | None:
    """A telephone number as the caller would dial it, to E.164 digits."""
    bare = _GROUPED.sub("", typed)
    return e164_digits(bare, caller) if _PHONE.fullmatch(bare) else None


def hours(typed: str, _caller: str) -> str | None:
    """From and until when, to `HH:MM-HH:MM`: 09001800, 0918, 0900*1800, 9-18, 9:00-18:30.

    Past midnight where the end is the lower; both the same would be all day or never, and are refused.
    """
    groups = _DIGITS.findall(typed)
    if len(groups) == 1 and len(groups[0]) in (4, 8):
        half = len(groups[0]) // 2
        groups = [groups[0][:half], groups[0][half:]]
    elif len(groups) == 4:
        groups = [hour.zfill(2) + minute for hour, minute in zip(groups[::2], groups[1::2], strict=True)]
    times = [_time(group) for group in groups]
    if len(times) != 2 or None in times or times[0] == times[1]:
        return None
    return f"{times[0]}-{times[1]}"


def _time(digits: str) -> str | None:
    """9, 09, 900 or 0900 as 09:00; 24 is midnight."""
    if not 1 <= len(digits) <= 4:
        return None
    hour, minute = (int(digits), 0) if len(digits) <= 2 else (int(digits[:-2]), int(digits[-2:]))
    if hour > 24 or minute > 59 or (hour == 24 and minute):
        return None
    return f"{hour % 24:02d}:{minute:02d}"


def matching(pattern: re.Pattern[str]) -> Reader:
    """Whatever fits a regular expression from its first to its last character."""
    return lambda typed, _caller: typed if pattern.fullmatch(typed) else None


def digits_matching(pattern: re.Pattern[str]) -> Reader:
    """Likewise, and digits may come in groups: 6009 0200 0001 is how codes are read aloud."""
    return lambda typed, _caller: bare if pattern.fullmatch(bare := _GROUPED.sub("", typed)) else None


def between(least: int, most: int) -> Reader:
    """A whole number of that range."""

    def read(typed: str, _caller: str) -> str | None:
        if not (typed.isascii() and typed.isdecimal() and len(typed) <= 18):
            return None
        return str(int(typed)) if least <= int(typed) <= most else None

    return read
