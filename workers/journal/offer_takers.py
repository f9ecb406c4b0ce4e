"""Who had which offer: the charges whose price an offer gave."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import func, select

from workers.journal.database import Database
from workers.journal.tables import charges


class OfferTakers:
    """Looks at the charges of one journal; each call blocks and raises `JournalUnavailable`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def counts(self, offers: Collection[str], since: float) -> dict[str, tuple[int, int]]:
        """How often each of these offers gave a price since then, and what that came to in minor units."""
        with self._database.read() as connection:
            rows = connection.execute(
                select(charges.c.offer_id, func.count(), func.sum(charges.c.amount))
                .where(charges.c.offer_id.in_(offers), charges.c.at >= since)
                .group_by(charges.c.offer_id)
            )
            return {offer: (count, int(amount or 0)) for offer, count, amount in rows}

    def newest(self, offer: str, limit: int) -> list[dict[str, Any]]:
        """The last charges by one offer, the newest first."""
        with self._database.read() as connection:
            query = select(charges).where(charges.c.offer_id == offer).order_by(charges.c.at.desc()).limit(limit)
            return [dict(row._mapping) for row in connection.execute(query)]
