"""The music club as values: its levels, what each brings its members, and the lists that are theirs alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from rapidfuzz.distance import OSA

from workers.dialogue.clean import clean
from workers.dialogue.club.benefits import benefits_of
from workers.dialogue.offers.rules import Offer, Price
from workers.dialogue.offers.windows import When
from workers.dialogue.outcomes import LevelFacts

UTC = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class Level:
    """One level of membership, sold by the core as a box."""

    id: str
    code: str
    """The core's, of the box that is the membership."""
    price: int
    """Minor units for one period, where the core doesn't tell its own."""
    validity_days: int
    """One period."""
    names: Mapping[str, str] = field(default_factory=dict)
    """What subscribers call it, by language."""
    free: int = 0
    """Tones a month that cost nothing."""
    then: Price | None = None
    """What any other tone costs; None: what it costs everybody."""
    brands: frozenset[str] = frozenset()
    """Who may join, case-folded; empty: all."""
    when: When = field(default_factory=lambda: When(UTC))
    """When it may be joined.  Who has it keeps it."""
    line: int = 0

    def open_to(self, brand: str | None, at: float) -> bool:
        """Whether a number of that brand may join at a moment, in seconds since the epoch."""
        theirs = not self.brands or (brand is not None and brand.casefold() in self.brands)
        return theirs and self.when.open_at(at)

    def words(self) -> Iterator[str]:
        """What a subscriber may write for it, cleaned."""
        yield from (clean(one) for one in (self.id, *self.names.values()))

    def facts(self, price: int | None = None) -> LevelFacts:
        """What is told of it, at the core's `price` where that is known."""
        told = self.price if price is None else price
        then = Price(0) if self.then == Price(percent=0) else self.then or Price()
        return LevelFacts(
            self.id, dict(self.names), told, self.validity_days, self.free, then.amount, then.percent, self.code
        )


@dataclass(frozen=True, slots=True)
class MembersList:
    """Tones that only members may have, while it is in force."""

    name: str
    levels: frozenset[str]
    """Ids of those that may; empty: every level."""
    tones: tuple[str, ...]
    when: When
    places: frozenset[str] = frozenset()
    """Where members are shown them; empty: everywhere."""

    def is_for(self, level: str) -> bool:
        """Whether members of that level may have its tones."""
        return bool(level) and (not self.levels or level in self.levels)


@dataclass(frozen=True, slots=True)
class Club:
    """All of the file; made whole by `load_club`, never changed, replaced by the next load."""

    levels: tuple[Level, ...] = ()
    """The lowest first."""
    lists: tuple[MembersList, ...] = ()
    zone: ZoneInfo = UTC
    """Whose first midnight of a month brings new free tones."""

    def level(self, id_: str) -> Level | None:
        """The level of that id."""
        return next((one for one in self.levels if one.id == id_), None)

    def of_code(self, code: str) -> Level | None:
        """The level that the core sells as the box of that code."""
        return next((one for one in self.levels if one.code == code), None)

    def named(self, text: str) -> Level | None:
        """The level that a text means, by its id or its name in any language; one wrong letter names none."""
        wanted = clean(text)
        return next((one for one in self.levels if wanted in one.words()), None)

    def nearest(self, text: str) -> Level | None:
        """The level whose name is most like a text; None where there is no club."""
        wanted = clean(text)

        def distance(level: Level) -> float:
            return min(float(OSA.normalized_distance(wanted, word)) for word in level.words())

        return min(self.levels, key=distance, default=None)

    def may_have(self, code: str, at: float) -> tuple[Level, ...]:
        """The levels that may have a tone which is members' alone; empty: everybody may."""
        lists = [one for one in self.lists if code in one.tones and one.when.open_at(at)]
        return tuple(level for level in self.levels if any(one.is_for(level.id) for one in lists))

    def shown(self, level: str, at: float, *places: str) -> tuple[str, ...]:
        """The codes that a member of that level is shown first in these places, each once."""
        lists = (
            one for one in self.lists if one.is_for(level) and (not one.places or not one.places.isdisjoint(places))
        )
        return tuple(dict.fromkeys(code for one in lists if one.when.open_at(at) for code in one.tones))

    def benefits(self, level: str, at: float) -> tuple[Offer, ...]:
        """What makes tones cheaper for members of that level at a moment, as offers."""
        found = self.level(level)
        return benefits_of(found.id, found.free, found.then, self.zone, at, found.line) if found else ()
