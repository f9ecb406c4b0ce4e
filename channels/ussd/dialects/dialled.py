"""What was dialled, parted: `*123*2*600902000001#` is the service `*123#` and, behind it, `2*600902000001`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

_REMEMBERED = 1024
"""Strings parted: many gateways send the code of the service with every key."""
_DIALLED = re.compile(r"[*#]{0,2}[0-9]{1,20}(?:\*[^*#]{0,60}){0,20}#?")
_CODE = re.compile(r"(?P<lead>[*#]{0,2})(?P<segments>[0-9]{1,20}(?:\*[0-9]{1,20}){0,5})#?")


@dataclass(frozen=True, slots=True)
class Dialled:
    """A dialled string in its two parts."""

    service_code: str
    """As `*123#`."""
    rest: str = field(repr=False)
    """Without the last `#`; empty where the service alone was dialled."""


@lru_cache(maxsize=_REMEMBERED)
def parted(written: str, service_codes: tuple[str, ...] = ()) -> Dialled | None:
    """Part a dialled string; None where it is none.

    The longest of `service_codes` that it begins with is the service; else its first segment is.  A gateway may leave
    the leading `*` and the last `#` away: `123*2` is read as `*123*2#`.
    """
    written = written.strip()
    if not _DIALLED.fullmatch(written):
        return None
    lead, segments = _parts(written)
    known = (code for code in map(_segments, service_codes) if code and segments[: len(code)] == code)
    length = max(map(len, known), default=1)
    return Dialled(f"{lead}{'*'.join(segments[:length])}#", "*".join(segments[length:]))


@lru_cache(maxsize=_REMEMBERED)
def service_code(written: str) -> str:
    """A service's code as `*123#`, whether it came so, as `123` or as `*123`; empty where it is none."""
    found = _CODE.fullmatch(written.strip())
    return f"{found['lead'] or '*'}{found['segments']}#" if found else ""


def begins_with(written: str, service_codes: Iterable[str]) -> bool:
    """Whether it begins with one of the service codes: then it was dialled, and is no answer to a screen."""
    segments = _parts(written.strip())[1]
    return any(code and segments[: len(code)] == code for code in map(_segments, service_codes))


def _parts(written: str) -> tuple[str, list[str]]:
    bare = written.lstrip("*#")
    return written[: len(written) - len(bare)] or "*", bare.removesuffix("#").split("*")


def _segments(code: str) -> list[str]:
    found = _CODE.fullmatch(code)
    return found["segments"].split("*") if found else []
