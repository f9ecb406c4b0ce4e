"""What messages cost, before and after their calls: reserved under the transaction id of the call, then settled.

An offer with a quota is counted in the transaction that reserves it, by one statement that counts only below the
quota: it is never oversold, however many workers and hosts there are.  A reservation is given back with the end that
says it took no effect, and stays where nobody knows: a quota is rather not used up than exceeded.

    reserve ──▶ reserved ──done──▶ kept ──a gift is turned down──▶ ended
                   │ refused, cancelled, not now ──▶ given back
                   │ unknown ──▶ stays until the core has said what became of it
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, and_, delete, func, insert, literal_column, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.elements import ColumnElement

from workers.journal.database import Database
from workers.journal.rows import Settlement
from workers.journal.states import FLOOD_TOLD
from workers.journal.tables import charges, inbox, offer_counts

RESERVED, KEPT, ENDED = "reserved", "kept", "ended"
_ALL = ""
"""In the place of a number: everybody together."""
_INSERT: Mapping[str, type[postgresql.Insert | sqlite.Insert]] = {
    "postgresql": postgresql.Insert,
    "sqlite": sqlite.Insert,
}


@dataclass(frozen=True, slots=True)
class Charge:
    """A charge that may be made under one transaction id."""

    transaction_id: str
    number: str = field(repr=False)
    action: str
    thing: str
    amount: int
    """Minor units."""
    offer_id: str = ""
    counted: bool = False
    """The offer has a quota."""
    total: int | None = None
    per_number: int | None = None
    """How often the offer may be had; None is without end."""


@dataclass(frozen=True, slots=True)
class Reserved:
    """A reservation that holds: this one, or the one made before under the same transaction id."""

    amount: int
    offer_id: str


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


def reserve(connection: Connection, wanted: Sequence[Charge], now: float) -> list[Reserved | None]:
    """Reserve each; None where its offer's quota is used up."""
    found = connection.execute(
        select(charges.c.transaction_id, charges.c.amount, charges.c.offer_id).where(
            charges.c.transaction_id.in_([one.transaction_id for one in wanted])
        )
    )
    held: dict[str, Reserved | None] = {row.transaction_id: Reserved(row.amount, row.offer_id) for row in found}
    # In one order on every host, so that two batches don't wait for each other's counts.
    for one in sorted(wanted, key=lambda one: (one.offer_id, one.number, one.transaction_id)):
        if held.get(one.transaction_id) is None:
            held[one.transaction_id] = _reserve(connection, one, now)
    return [held[one.transaction_id] for one in wanted]


def settle(connection: Connection, ends: Sequence[Settlement]) -> None:
    """Keep what was charged and give back the rest of what these messages have reserved."""
    for end in sorted(ends, key=lambda end: end.message):
        theirs = and_(of_message(end.message), charges.c.state == RESERVED)
        for transaction_id, amount in end.kept:
            kept = update(charges).where(charges.c.transaction_id == transaction_id, charges.c.state == RESERVED)
            connection.execute(kept.values(state=KEPT) if amount is None else kept.values(state=KEPT, amount=amount))
        _give_back(connection, theirs)
        for giver, tone in end.gifts_ended:
            _end_gift(connection, giver, tone)


class Quotas:
    """What was had, for those who look; each call blocks and raises `JournalUnavailable`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def used(self, number: str, offers: Collection[str]) -> dict[str, tuple[int, int]]:
        """How often each of these offers was had, by all and by this number; one that never was is left out."""
        with self._database.read() as connection:
            rows = connection.execute(
                select(offer_counts).where(
                    offer_counts.c.offer_id.in_(offers), offer_counts.c.number.in_((_ALL, number))
                )
            ).all()
        found = {(row.offer_id, row.number): row.used for row in rows}
        return {
            offer: (found.get((offer, _ALL), 0), found.get((offer, number), 0))
            for offer in offers
            if (offer, _ALL) in found
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
        mine = and_(charges.c.number == number, charges.c.transaction_id != besides)
        with self._database.read() as connection:
            spent = select(func.sum(charges.c.amount)).where(mine, charges.c.at >= spent_since)
            gifts = select(func.count()).where(mine, charges.c.at >= gifts_since, charges.c.action == "gift")
            return Counts(int(connection.scalar(spent) or 0), int(connection.scalar(gifts) or 0))

    def traffic(self, number: str, *, before: int, since: float, at_most: int) -> Traffic:
        """What a number sent since then, before the message of that id."""
        mine = and_(inbox.c.number == number, inbox.c.received_at > since)
        sent = select(literal_column("1")).where(mine, inbox.c.id < before).limit(at_most).subquery()
        told = (
            select(inbox.c.received_at)
            .where(mine, inbox.c.outcome == literal_column(f"'{FLOOD_TOLD}'"), inbox.c.id < before)
            .order_by(inbox.c.received_at.desc())
            .limit(1)
        )
        with self._database.read() as connection:
            messages = int(connection.scalar(select(func.count()).select_from(sent)) or 0)
            return Traffic(messages, connection.scalar(told))


def _reserve(connection: Connection, one: Charge, now: float) -> Reserved | None:
    if one.counted:
        if not _count(connection, one.offer_id, _ALL, one.total):
            return None
        if not _count(connection, one.offer_id, one.number, one.per_number):
            _uncount(connection, one.offer_id, (_ALL,))
            return None
    connection.execute(
        insert(charges).values(
            transaction_id=one.transaction_id,
            number=one.number,
            action=one.action,
            thing=one.thing,
            offer_id=one.offer_id,
            counted=one.counted,
            amount=one.amount,
            state=RESERVED,
            at=now,
        )
    )
    return Reserved(one.amount, one.offer_id)


def _count(connection: Connection, offer_id: str, number: str, at_most: int | None) -> bool:
    """Count once more, unless that would be one too many."""
    below = None if at_most is None else offer_counts.c.used < at_most
    counted = (
        _INSERT[connection.dialect.name](offer_counts)
        .values(offer_id=offer_id, number=number, used=1)
        .on_conflict_do_update(
            index_elements=[offer_counts.c.offer_id, offer_counts.c.number],
            set_={"used": offer_counts.c.used + 1},
            where=below,
        )
        .returning(offer_counts.c.used)
    )
    return connection.execute(counted).first() is not None


def _uncount(connection: Connection, offer_id: str, numbers: Sequence[str]) -> None:
    connection.execute(
        update(offer_counts)
        .where(offer_counts.c.offer_id == offer_id, or_(*(offer_counts.c.number == number for number in numbers)))
        .values(used=offer_counts.c.used - 1)
    )


def _give_back(connection: Connection, which: ColumnElement[bool]) -> None:
    gone = connection.execute(
        delete(charges).where(which).returning(charges.c.offer_id, charges.c.number, charges.c.counted)
    ).all()
    for row in sorted(gone):
        if row.counted:
            _uncount(connection, row.offer_id, (_ALL, row.number))


def _end_gift(connection: Connection, giver: str, tone: str) -> None:
    """Nothing was charged for a gift after all: its offer can be had again, but it counts among those given."""
    theirs = and_(charges.c.number == giver, charges.c.action == "gift", charges.c.thing == tone)
    last = select(charges).where(theirs, charges.c.state == KEPT).order_by(charges.c.at.desc()).limit(1)
    gift = connection.execute(last.with_for_update()).first()
    if gift is None:
        return
    ended = update(charges).where(charges.c.transaction_id == gift.transaction_id)
    connection.execute(ended.values(state=ENDED, amount=0, counted=False))
    if gift.counted:
        _uncount(connection, gift.offer_id, (_ALL, gift.number))


def of_message(transaction_id: str) -> ColumnElement[bool]:
    """The charges of a message's steps, by the primary key."""
    return charges.c.transaction_id.between(f"{transaction_id}00", f"{transaction_id}99")
