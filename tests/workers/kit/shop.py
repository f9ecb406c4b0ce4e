"""An office whose prices come from offers and limits, with its charges in a real journal."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from sqlalchemy import select

from tests.workers.kit.office import Office, row_of
from tests.workers.kit.small_core import SmallCore
from workers.dialogue import Way
from workers.dialogue.limits import NumberLimits
from workers.dialogue.offers import Offer, Offers
from workers.journal import ClaimedRow, Ending, Journal
from workers.journal.quotas import settle
from workers.journal.tables import charges
from workers.pricing import JournalBook, Pricing

NOON = 1_801_828_800.0
"""2027-02-05 12:00 UTC, a Friday."""


def sent_now(text: str, **more: object) -> ClaimedRow:
    """A message that the shop has just been sent; an old one is not charged for without a question."""
    return row_of(text, received_at=NOON, **more)


class Shop:
    """One worker; `offers` may be changed while it is open, as files are."""

    def __init__(
        self,
        journal: Journal,
        *offers: Offer,
        limits: NumberLimits | None = None,
        way: Way = Way.NONE,
        brand: str = "",
        query_transaction: bool = True,
    ) -> None:
        self.journal = journal
        self.offers = Offers(offers)
        self.core = SmallCore(brand=brand)
        now: Callable[[], float] = lambda: self.office.now_s  # noqa: E731 - the office is made after it
        self.pricing = Pricing(lambda: self.offers, limits or NumberLimits(), JournalBook(journal), clock=now)
        self.office = Office(self.core, now_s=NOON, way=way, pricing=self.pricing, query_transaction=query_transaction)

    async def finished(self, ending: Ending) -> Ending:
        """Let the journal settle an ending, as it does when it is written."""
        if ending.settlement:
            end = ending.settlement
            await asyncio.to_thread(self.journal.database.write, lambda connection: settle(connection, [end]))
        return ending

    @staticmethod
    async def no_brand(_: str) -> str:
        """Where no offer asks for one."""
        return ""

    def charges(self) -> list[tuple[str, int, str]]:
        """State, amount and offer of each charge, by its transaction."""
        with self.journal.database.read() as connection:
            rows = connection.execute(select(charges).order_by(charges.c.transaction_id)).all()
        return [(row.state, row.amount, row.offer_id) for row in rows]
