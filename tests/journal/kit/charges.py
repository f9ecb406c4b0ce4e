"""Charges as workers reserve and settle them, and a look at what is kept of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from tests.journal.kit.messages import NUMBER
from workers.journal import Database, Journal
from workers.journal.arriving import new_transaction_id
from workers.journal.quotas import Charge, Reserved, reserve, settle
from workers.journal.rows import Settlement
from workers.journal.tables import charges, offer_counts

TONE = "600902000001"


def charge(message: str = "", step: int = 1, number: str = NUMBER, offer: str = "spring", **more: Any) -> Charge:
    """One charge of an offer that may be had twice by all; `more` replaces what doesn't matter to most tests."""
    values = {"action": "order", "thing": TONE, "amount": 100, "counted": bool(offer), "total": 2 if offer else None}
    return Charge(f"{message or new_transaction_id()}{step:02d}", number, offer_id=offer, **values | more)


def reserved(database: Database, *wanted: Charge) -> list[Reserved | None]:
    """Reserve them in one transaction."""
    return database.write(lambda connection: reserve(connection, wanted, database.now()))


def settled(database: Database, message: str, kept: Sequence[tuple[int, int | None]] = ()) -> None:
    """Settle a message; `kept` has (step, amount)."""
    end = Settlement(message, tuple((f"{message}{step:02d}", amount) for step, amount in kept))
    database.write(lambda connection: settle(connection, [end]))


def used(journal: Journal) -> dict[tuple[str, str], int]:
    """The counts by offer and number."""
    with journal.database.read() as connection:
        return {(row.offer_id, row.number): row.used for row in connection.execute(select(offer_counts))}


def kept(journal: Journal) -> list[tuple[str, int]]:
    """The state and amount of each charge, the oldest first."""
    with journal.database.read() as connection:
        rows = connection.execute(select(charges).order_by(charges.c.at, charges.c.transaction_id)).all()
    return [(row.state, row.amount) for row in rows]
