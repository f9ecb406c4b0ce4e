"""What numbers have had and sent so far, for prices and limits: looked at often, so each look is one statement."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Integer, and_, bindparam, func, literal_column, select

from workers.journal.database import Database
from workers.journal.quotas import ALL, Reserved
from workers.journal.states import FLOOD_TOLD
from workers.journal.tables import charges, inbox, offer_counts


@dataclass(frozen=True, slots=True)
class Counts:
    """What a number has had so far."""

    spent: int = 0
    """Minor units, kept and reserved."""
    gifts: int = 0


@dataclass(frozen=True, slots=True)
class Traffic:
    """What a number has sent lately."""

    messages: int
    """No more than was asked for."""
    told_at: float | None
    """When it last sent the message whose answer told it to wait; None where that is longer ago."""


class Usage:
    """What was had, for those who look; each call blocks and raises `JournalUnavailable`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def used(self, number: str, offers: Collection[str]) -> dict[str, tuple[int, int]]:
        """How often each of these offers was had, by all and by this number; one that never was is left out."""
        with self._database.read() as connection:
            rows = connection.execute(
                select(offer_counts).where(
                    offer_counts.c.offer_id.in_(offers), offer_counts.c.number.in_((ALL, number))
                )
            ).all()
        found = {(row.offer_id, row.number): row.used for row in rows}
        return {
            offer: (found.get((offer, ALL), 0), found.get((offer, number), 0))
            for offer in offers
            if (offer, ALL) in found
        }

    def reserved(self, transaction_id: str) -> Reserved | None:
        """What is reserved or kept under a transaction id."""
        with self._database.read() as connection:
            row = connection.execute(
                select(charges.c.amount, charges.c.offer_id).where(charges.c.transaction_id == transaction_id)
            ).first()
        return Reserved(row.amount, row.offer_id) if row else None

    def counts(self, number: str, *, spent_since: float, gifts_since: float, besides: str = "") -> Counts:
        """What a number has spent and given since then; `besides` leaves one transaction id out."""
        since = {"spent_since": spent_since, "gifts_since": gifts_since}
        with self._database.read() as connection:
            row = connection.execute(_COUNTS, since | {"number": number, "besides": besides}).one()
        return Counts(int(row.spent or 0), int(row.gifts))

    def traffic(self, number: str, *, before: int, since: float, at_most: int) -> Traffic:
        """What a number sent since then, before the message of that id."""
        wish = {"number": number, "before": before, "since": since, "at_most": at_most}
        with self._database.read() as connection:
            row = connection.execute(_TRAFFIC, wish).one()
        return Traffic(row.messages, row.told_at)


# Made once: making a statement costs more than running it.
_mine = and_(charges.c.number == bindparam("number"), charges.c.transaction_id != bindparam("besides"))
_COUNTS = select(
    select(func.sum(charges.c.amount))
    .where(_mine, charges.c.at >= bindparam("spent_since"))
    .scalar_subquery()
    .label("spent"),
    select(func.count())
    .where(_mine, charges.c.at >= bindparam("gifts_since"), charges.c.action == literal_column("'gift'"))
    .scalar_subquery()
    .label("gifts"),
)
_lately = and_(
    inbox.c.number == bindparam("number"),
    inbox.c.received_at > bindparam("since"),
    inbox.c.id < bindparam("before"),
)
_sent = select(literal_column("1")).where(_lately).limit(bindparam("at_most", type_=Integer)).subquery()
_TRAFFIC = select(
    select(func.count()).select_from(_sent).scalar_subquery().label("messages"),
    select(inbox.c.received_at)
    .where(_lately, inbox.c.outcome == literal_column(f"'{FLOOD_TOLD}'"))
    .order_by(inbox.c.received_at.desc())
    .limit(literal_column("1"))
    .scalar_subquery()
    .label("told_at"),
)
