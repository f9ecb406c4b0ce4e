"""The national language shift tables (3GPP 23.038 §6.2.1.2, annex A), read once from their file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from channels.smpp.text import gsm

FILE = Path(__file__).with_name("national_tables.yaml")
LANGUAGES = ("tr", "es", "pt", "bn", "gu", "hi", "kn", "ml", "or", "pa", "ta", "te", "ur")
"""ISO 639-1 codes in the order of the national language identifiers, from 1 (§6.2.1.2.4)."""


@dataclass(frozen=True, slots=True)
class Language:
    """What one language puts in the place of the default alphabet and of its extension table."""

    identifier: int
    locking: tuple[str | None, ...]
    """128 characters; empty where the language has no locking shift table."""
    single: Mapping[int, str]


@cache
def languages() -> Mapping[str, Language]:
    """All languages of the standard by ISO 639-1 code."""
    rows = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return {code: _language(row) for code, row in rows.items()}


def tables(locking: int, single: int) -> gsm.Tables:
    """The tables under these national language identifiers; an unknown one and 0 stand for the default's."""
    return _tables(*(identifier if 0 < identifier <= len(LANGUAGES) else 0 for identifier in (locking, single)))


@cache
def _tables(locking: int, single: int) -> gsm.Tables:
    if not locking and not single:
        return gsm.DEFAULT
    basic = languages()[LANGUAGES[locking - 1]].locking if locking else ()
    extension = languages()[LANGUAGES[single - 1]].single if single else gsm.EXTENSION
    return gsm.tables(basic or gsm.BASIC, extension)


def _language(row: Mapping[str, str | int]) -> Language:
    single = enumerate(_characters(str(row["single"])))
    return Language(
        int(row["identifier"]),
        _characters(str(row.get("locking", ""))),
        {code: character for code, character in single if character is not None},
    )


def _characters(points: str) -> tuple[str | None, ...]:
    return tuple(None if point == "----" else chr(int(point, 16)) for point in points.split())
