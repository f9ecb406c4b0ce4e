"""Pages of what is looked through, the newest first: each begins behind a key, so a page far back costs no more."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Column, Connection, Row, Select

_LONGEST = 18
"""Digits of a key: a longer number is none of ours, and more than a database takes."""


@dataclass(frozen=True, slots=True)
class Page:
    """Rows as plain values, the newest first."""

    rows: list[dict[str, Any]] = field(repr=False)
    cursor: str = ""
    """Where the next page begins; empty where there is none."""


def key_of(text: str) -> int:
    """A key out of a cursor; raises ValueError where it is none."""
    if not (text.isascii() and text.isdecimal() and len(text) <= _LONGEST):
        raise ValueError(text)
    return int(text)


def page_by(
    key: Column[int], connection: Connection, query: Select[*tuple[Any, ...]], limit: int, cursor: str
) -> tuple[list[Row[*tuple[Any, ...]]], str]:
    """At most `limit` rows by a key of integers, and the next page's cursor; ValueError for a cursor that is none."""
    if cursor:
        query = query.where(key < key_of(cursor))
    rows = connection.execute(query.order_by(key.desc()).limit(limit + 1)).all()
    more = len(rows) > limit
    return [*rows[:limit]], str(rows[limit - 1]._mapping[key.name]) if more else ""
