"""What messages cost, before and after their calls: reserved under the transaction id of the call, then settled.

An offer with a quota is counted in the transaction that reserves it, by one statement that counts only below the
quota: it is never oversold, however many workers and hosts there are.  A reservation is given back with the end that
says it took no effect, and stays where nobody knows: a quota is rather not used up than exceeded.

    reserve ──▶ reserved ──done──▶ kept ──a gift that nobody takes──▶ ended
                   │ refused, cancelled, not now ──▶ given back
                   │ unknown ──▶ stays until the core has said what became of it
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

from sqlalchemy import (
    Connection,
    Executable,
    Integer,
    and_,
    bindparam,
    delete,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.sql.elements import ColumnElement

from workers.journal.on_conflict import INSERT_BY_DIALECT
from workers.journal.rows import Settlement
from workers.journal.tables import charges, offer_counts

RESERVED, KEPT, ENDED = "reserved", "kept", "ended"
_CHARGE = insert(charges)
ALL = ""
"""In the place of a number: everybody together."""


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


def end_gift(connection: Connection, transaction_id: str) -> None:
    """Nothing was charged for a gift after all: its offer can be had again, but it counts among those given."""
    theirs = and_(charges.c.transaction_id == transaction_id, charges.c.state == KEPT)
    gift = connection.execute(select(charges).where(theirs).with_for_update()).first()
    if gift is None:
        return
    connection.execute(update(charges).where(theirs).values(state=ENDED, amount=0, counted=False))
    if gift.counted:
        _uncount(connection, gift.offer_id, (ALL, gift.number))


def _reserve(connection: Connection, one: Charge, now: float) -> Reserved | None:
    if one.counted:
        if not _count(connection, one.offer_id, ALL, one.total):
            return None
        if not _count(connection, one.offer_id, one.number, one.per_number):
            _uncount(connection, one.offer_id, (ALL,))
            return None
    values = {
        "transaction_id": one.transaction_id,
        "number": one.number,
        "action": one.action,
        "thing": one.thing,
        "offer_id": one.offer_id,
        "counted": one.counted,
        "amount": one.amount,
        "state": RESERVED,
        "at": now,
    }
    connection.execute(_CHARGE, values)
    return Reserved(one.amount, one.offer_id)


def _count(connection: Connection, offer_id: str, number: str, at_most: int | None) -> bool:
    """Count once more, unless that would be one too many."""
    counting = _counting(connection.dialect.name, limited=at_most is not None)
    values: dict[str, object] = {"offer_id": offer_id, "number": number, "used": 1}
    return connection.execute(counting, values | ({} if at_most is None else {"at_most": at_most})).first() is not None


@cache
def _counting(dialect: str, *, limited: bool) -> Executable:
    """The statement that counts and looks at the limit in one; made once, since making it is what is dear."""
    return (
        INSERT_BY_DIALECT[dialect](offer_counts)
        .on_conflict_do_update(
            index_elements=[offer_counts.c.offer_id, offer_counts.c.number],
            set_={"used": offer_counts.c.used + 1},
            where=offer_counts.c.used < bindparam("at_most", type_=Integer) if limited else None,
        )
        .returning(offer_counts.c.used)
    )


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
            _uncount(connection, row.offer_id, (ALL, row.number))


def of_message(transaction_id: str) -> ColumnElement[bool]:
    """The charges of a message's steps, by the primary key."""
    return charges.c.transaction_id.between(f"{transaction_id}00", f"{transaction_id}99")
