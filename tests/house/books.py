"""Three ledgers held against each other: the SMSC's, the journal's and the core's."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from channels.simulator import Count
from tests.house.handsets import Handsets
from tests.house.house import House


@dataclass(frozen=True)
class Books:
    """What is wrong between them when all is over; every list is empty where every promise held."""

    unacknowledged: int
    """Texts that no ESME_ROK came for."""
    rows_missing: int
    """Texts that the journal has no row of."""
    rows_double: int
    """Texts that the journal took for two."""
    orders_missing: list[tuple[str, str]] = field(repr=False)
    orders_double: list[tuple[str, str]] = field(repr=False)
    orders_strange: list[tuple[str, str]] = field(repr=False)
    """Orders in the core that nobody texted."""
    unanswered: list[tuple[str, str]] = field(repr=False)
    """Texts whose handset was never told that the tone is there."""
    answers_too_many: int
    """Answers beyond one for each text."""

    @classmethod
    def of_orders(cls, handsets: Handsets, house: House) -> Books:
        """Compare, where every text sent was the order of one tone, by its code as the last word."""
        wanted = [(number, text.split()[-1]) for number, text in handsets.sent]
        known = set(wanted)
        orders = house.core.orders()
        rows = Counter((row["number"], row["text"].split()[-1]) for row in house.messages())
        return cls(
            unacknowledged=len(wanted) - handsets.count(Count.TEXTS_ACCEPTED),
            rows_missing=len([one for one in wanted if not rows[one]]),
            rows_double=len([one for one in wanted if rows[one] > 1]),
            orders_missing=[one for one in wanted if not orders[one]],
            orders_double=[one for one, times in orders.items() if times > 1],
            orders_strange=[one for one in orders if one not in known],
            unanswered=[one for one in wanted if not handsets.told(one[0], "is yours", f"DEL {one[1]}")],
            answers_too_many=sum(map(len, handsets.smsc.answers.values())) - len(wanted),
        )

    def faults(self) -> dict[str, int]:
        """How many of each; empty where nothing was lost and nothing done twice.  Doubled answers are no fault."""
        counts = {
            "texts not acknowledged": self.unacknowledged,
            "texts not in the journal": self.rows_missing,
            "texts twice in the journal": self.rows_double,
            "orders missing": len(self.orders_missing),
            "orders made twice": len(self.orders_double),
            "orders nobody made": len(self.orders_strange),
            "texts without their answer": len(self.unanswered),
        }
        return {what: count for what, count in counts.items() if count}
