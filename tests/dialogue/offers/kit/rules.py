"""Offers as a test needs them, and moments as people write them."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from workers.dialogue.offers import Facts, Hours, Offer, Price, Thing, When

UTC = ZoneInfo("UTC")
NUMBER = "8613800138001"
TONE = Thing("600902000001", 200)
ANYBODY = Facts(NUMBER)


def moment(wall: str, zone: str = "UTC", *, fold: int = 0) -> float:
    """Seconds since the epoch of a local time; `fold` 1 is the second of two."""
    return datetime.fromisoformat(wall).replace(tzinfo=ZoneInfo(zone), fold=fold).timestamp()


def hours(text: str) -> Hours:
    """`22:00-06:00`."""
    start, end = (int(part[:2]) * 60 + int(part[3:]) for part in text.split("-"))
    return Hours(start, end)


def when(zone: str = "UTC", *parts: str, days: tuple[int, ...] = (), first: str = "", last: str = "") -> When:
    """The hours in `parts`; days by number, dates in ISO form."""
    return When(
        ZoneInfo(zone),
        datetime.fromisoformat(first) if first else None,
        datetime.fromisoformat(last) if last else None,
        frozenset(days),
        tuple(map(hours, parts)),
    )


def offer(id_: str = "spring", price: int | Price = 100, **more: Any) -> Offer:
    """One offer that is open always and fits everybody."""
    return Offer(id_, price if isinstance(price, Price) else Price(price), **{"when": when()} | more)


def write(folder: Path, text: str, name: str = "a.yaml") -> Path:
    """A file of offers in a folder of templates."""
    path = folder / "offers" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path
