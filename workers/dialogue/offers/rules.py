"""An offer as a rule: whom and what it is for, when it is open, what it costs, how often it may be had."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from workers.dialogue.offers.windows import When

WILD = frozenset("*?")


@dataclass(frozen=True, slots=True)
class Thing:
    """What is sold: a tone, or a bundle of tones, which the core calls a box."""

    code: str
    price: int
    """The catalogue's, in minor units."""
    bundle: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of the number that would pay."""

    number: str = field(repr=False)
    """E.164 digits without +."""
    brand: str | None = None
    """None where it isn't known: then nothing fits it that names a brand."""


@dataclass(frozen=True, slots=True)
class Price:
    """An offer's price: an amount in minor units, or hundredths of the catalogue's."""

    amount: int | None = None
    percent: int | None = None

    def of(self, catalogue_price: int) -> int:
        """Minor units; a part of one is the subscriber's."""
        return catalogue_price * (self.percent or 0) // 100 if self.amount is None else self.amount

    def written(self, amount: Callable[[int], str] = str) -> str:
        """A part as `50%`, an amount as `amount` writes minor units."""
        return f"{self.percent}%" if self.amount is None else amount(self.amount)

    def __str__(self) -> str:
        return self.written()


@dataclass(frozen=True, slots=True)
class Quota:
    """How often an offer may be had; None is without end."""

    total: int | None = None
    per_number: int | None = None

    def __bool__(self) -> bool:
        return self.total is not None or self.per_number is not None


@dataclass(frozen=True, slots=True)
class Segment:
    """Numbers of a kind, by how they begin or one by one."""

    prefixes: tuple[str, ...] = ()
    numbers: frozenset[str] = field(default=frozenset(), repr=False)

    def holds(self, number: str) -> bool:
        """Whether a number is of this kind."""
        return number.startswith(self.prefixes) or number in self.numbers


@dataclass(frozen=True)
class Offer:
    """One rule; what is empty fits all."""

    id: str
    price: Price
    when: When
    priority: int = 0
    """The highest wins."""
    brands: frozenset[str] = frozenset()
    """Case-folded."""
    segments: frozenset[str] = frozenset()
    tones: tuple[str, ...] = ()
    """Codes, or patterns with * for any digits and ? for one."""
    bundle: str = ""
    """The code of a bundle, which it is for in the place of tones."""
    quota: Quota = Quota()
    file: Path = Path()
    line: int = 0

    @cached_property
    def _wanted(self) -> re.Pattern[str]:
        return re.compile(
            "|".join(re.escape(one).replace(r"\*", "[0-9]*").replace(r"\?", "[0-9]") for one in self.tones)
        )

    def sells(self, thing: Thing) -> bool:
        """Whether it is for this tone or bundle."""
        if self.bundle or thing.bundle:
            return thing.bundle and thing.code == self.bundle
        return not self.tones or self._wanted.fullmatch(thing.code) is not None

    def specificity(self, thing: Thing) -> int:
        """How much it asks for: one for each condition, one more where it names the very thing."""
        conditions = (self.brands, self.segments, self.when.days, self.when.hours, self.when.first or self.when.last)
        named = self.bundle == thing.code or thing.code in self.tones
        return sum(map(bool, conditions)) + bool(self.tones or self.bundle) + named
