"""All offers of the files, as they are asked for: made whole by `load`, never changed, replaced by the next load."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Self

from workers.dialogue.offers.choosing import Judged, Quote, Used, explain, price_for
from workers.dialogue.offers.files import read_offers
from workers.dialogue.offers.rules import WILD, Facts, Offer, Segment, Thing
from workers.dialogue.sources import Finding, TemplatesError

_UNUSED: Mapping[str, Used] = MappingProxyType({})


@dataclass(frozen=True)
class Offers:
    """The offers that are on, and the segments they name."""

    offers: tuple[Offer, ...] = ()
    segments: Mapping[str, Segment] = field(default_factory=dict)

    def __post_init__(self) -> None:
        by_code: defaultdict[str, list[Offer]] = defaultdict(list)
        wide = []
        for offer in self.offers:
            if offer.bundle or (offer.tones and not any(WILD & set(tone) for tone in offer.tones)):
                for code in (offer.bundle,) if offer.bundle else dict.fromkeys(offer.tones):
                    by_code[code].append(offer)
            else:
                wide.append(offer)
        object.__setattr__(self, "_by_code", dict(by_code))
        object.__setattr__(self, "_wide", tuple(wide))

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read `offers/*.yaml` of a folder of templates; raises TemplatesError with every finding."""
        findings: list[Finding] = []
        offers, segments = read_offers(folder, findings)
        if findings:
            raise TemplatesError(findings)
        return cls(offers, segments)

    def price_for(self, thing: Thing, facts: Facts, at: float, used: Mapping[str, Used] = _UNUSED) -> Quote:
        """What a tone or bundle costs a number at a moment, in seconds since the epoch.

        `used` says of the offers with a quota how often they were had; what isn't in it was never.
        """
        return price_for(thing, facts, at, self._near(thing), self.segments, used)

    def explain(
        self,
        thing: Thing,
        facts: Facts,
        at: float,
        used: Mapping[str, Used] = _UNUSED,
        amount: Callable[[int], str] = str,
    ) -> list[Judged]:
        """Every offer with why it wins, loses or doesn't fit; `amount` writes the minor units of a reason."""
        return explain(thing, facts, at, self.offers, self.segments, used, amount)

    def brand_matters(self, thing: Thing) -> bool:
        """Whether the price hangs on the number's brand, so that it must be asked for."""
        return any(offer.brands and offer.sells(thing) for offer in self._near(thing))

    def with_quota(self, thing: Thing) -> tuple[Offer, ...]:
        """The offers of which it must be known how often they were had."""
        return tuple(offer for offer in self._near(thing) if offer.quota and offer.sells(thing))

    def offer(self, id_: str) -> Offer | None:
        """The offer of that id; None where there is none any more."""
        return next((offer for offer in self.offers if offer.id == id_), None)

    def _near(self, thing: Thing) -> Iterable[Offer]:
        """Those that may be for it: most offers of a big campaign name their tones."""
        by_code: dict[str, list[Offer]] = self._by_code  # type: ignore[attr-defined]
        wide: tuple[Offer, ...] = self._wide  # type: ignore[attr-defined]
        return (*by_code.get(thing.code, ()), *wide)
