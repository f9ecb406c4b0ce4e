"""The sandbox's tones: 240 of them, with invented names and singers, the same on every machine.

Codes count up from 600902000001.  Every 40th is no longer sold (302019) and every 41st is withdrawn (302003), so that
both can be tried.  A few names are not Latin, since a real catalogue's aren't.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

FIRST_CODE = 600902000001
SIZE = 240

_FIRST = (
    "Paper", "Silver", "Midnight", "Slow", "Harbour", "Lantern", "Seventh", "Little",
    "Monsoon", "Glass", "Borrowed", "Northern", "Velvet", "Quiet", "Golden",
)  # fmt: skip
_SECOND = (
    "Boats", "Rain", "Tram", "Sparrow", "Letters", "Windows", "Avenue", "Moon",
    "Orchard", "Signal", "Sundays", "Kites", "River", "Matches", "Stairs", "Radio",
)  # fmt: skip
_SINGERS = (
    "Ada Linwood", "The Tin Umbrellas", "Juma & Sister", "Bo Wenxi", "Marisol Quay", "Hotel Verandah", "Kofi Lantern",
    "Nadia Perle", "Old Ferry Choir", "Samir Tal", "Yun Duo", "The Second Post", "Elka Morn",
)  # fmt: skip
_OTHER_SCRIPTS = {
    7: ("纸船", "云朵"),
    19: ("城南的雨", "薄雾乐队"),
    33: ("ليل المدينة", "سمير طل"),
    52: ("Café d'hiver", "Nadia Perle"),
    66: ("夜行电车", "云朵"),
}
_CHART = (1, 21, 52, 47, 64, 7, 100, 33, 19, 185)
_PRICES = (200, 300, 500)
_VALIDITY_DAYS = (30, 30, 90, 365)


@dataclass(frozen=True, slots=True)
class CatalogueTone:
    """One tone on the shelf."""

    code: str
    name: str
    singer: str
    price: int
    """Minor units."""
    validity_days: int
    expired: bool = False
    """No longer sold, but who has it keeps it."""
    withdrawn: bool = False
    """As if it had never been there."""


@dataclass(frozen=True, slots=True)
class CatalogueBox:
    """Several tones at one price."""

    code: str
    name: str
    price: int
    """Minor units."""
    validity_days: int
    tones: tuple[str, ...]
    """Codes."""


BOXES = {
    box.code: box
    for box in (
        CatalogueBox("101", "Rainy Season", 400, 30, tuple(str(FIRST_CODE + n) for n in (0, 1, 2))),
        CatalogueBox("102", "Quiet Evening", 600, 90, tuple(str(FIRST_CODE + n) for n in (3, 4, 5, 6))),
        CatalogueBox("103", "Around the World", 900, 365, tuple(str(FIRST_CODE + n) for n in (7, 19, 33, 52, 66))),
    )
}
"""By code: each is cheaper than its tones one by one."""


MEMBERSHIPS = {
    one.code: one
    for one in (
        CatalogueTone("201", "Music Club Silver", "", 500, 30),
        CatalogueTone("202", "Music Club Gold", "", 1000, 30),
    )
}
"""Boxes that stay in the library themselves, and are renewed as tones are: by code."""


CHART = tuple(str(FIRST_CODE + n) for n in _CHART)
"""The top tones of where nobody owns any yet: a newcomer's first look must not find an empty list."""


def starting_catalogue() -> Iterator[CatalogueTone]:
    """Every tone a new sandbox begins with."""
    for n in range(SIZE):
        name, singer = _OTHER_SCRIPTS.get(
            n,
            (f"{_FIRST[n % len(_FIRST)]} {_SECOND[n // len(_FIRST) % len(_SECOND)]}", _SINGERS[n % len(_SINGERS)]),
        )
        yield CatalogueTone(
            code=str(FIRST_CODE + n),
            name=name,
            singer=singer,
            price=_PRICES[n % len(_PRICES)],
            validity_days=_VALIDITY_DAYS[n % len(_VALIDITY_DAYS)],
            expired=n % 40 == 39,
            withdrawn=n % 41 == 40,
        )
