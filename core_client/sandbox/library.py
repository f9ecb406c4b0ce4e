"""Rows that several procedures touch: subscribers, their tones, the ledger."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, func, insert, or_, select, update

from core_client.sandbox import tables
from core_client.sandbox.catalogue import MEMBERSHIPS, CatalogueTone
from core_client.sandbox.numbers import Profile, born
from core_client.sandbox.procedure import Request

DAY_S = 86_400.0

# Made once: making a statement costs more than running it.
_subscribers, _owned = tables.subscribers, tables.owned
_FIND = select(_subscribers).where(_subscribers.c.number == bindparam("n"))
_ADD = insert(_subscribers)
_CHANGE = (
    update(_subscribers)
    .where(_subscribers.c.number == bindparam("n"))
    .values(status=bindparam("s"), brand=bindparam("b"), balance=bindparam("money"))
)
_TONES = (
    select(_owned.c.tone, _owned.c.until)
    .where(_owned.c.number == bindparam("n"))
    .order_by(_owned.c.since, _owned.c.tone)
)
_HELD = (
    select(_owned)
    .where(_owned.c.number == bindparam("n"), or_(_owned.c.until > bindparam("now"), _owned.c.renew_at.is_not(None)))
    .order_by(_owned.c.since, _owned.c.tone)
)
_OWN = insert(_owned)
_DISOWN = delete(_owned).where(_owned.c.number == bindparam("n"), _owned.c.tone == bindparam("t"))
_EMPTY = delete(_owned).where(_owned.c.number == bindparam("n"))
_settings = tables.tone_settings
_UNSET = delete(_settings).where(_settings.c.number == bindparam("n"), _settings.c.tone == bindparam("t"))
_UNSET_ALL = delete(_settings).where(_settings.c.number == bindparam("n"))
_CHARGE = insert(tables.ledger)


def profile_of(connection: Connection, number: str) -> Profile | None:
    """A number's account; None for a number of another operator."""
    row = connection.execute(_FIND, {"n": number}).first()
    if row is None:
        return born(number)
    return Profile(row.number, row.status, row.brand, row.balance, row.barred, stored=True)


def store(connection: Connection, profile: Profile) -> None:
    """Write an account as it is now."""
    if profile.stored:
        values = {"n": profile.number, "s": profile.status, "b": profile.brand, "money": profile.balance}
        connection.execute(_CHANGE, values)
    else:
        row = {
            "number": profile.number,
            "status": profile.status,
            "brand": profile.brand,
            "balance": profile.balance,
            "barred": profile.barred,
        }
        connection.execute(_ADD, row)


def charge(
    connection: Connection,
    request: Request,
    profile: Profile,
    amount: int,
    *,
    action: str,
    tone: str = "",
    offer: str | None = None,
) -> None:
    """Take money and write it into the ledger; the account is written as `profile` has it, less the amount.

    `offer` is the call's own unless it is given.
    """
    store(connection, replace(profile, balance=profile.balance - amount))
    row = {
        "transaction_id": request.transaction_id or request.operation_id,
        "number": profile.number,
        "action": action,
        "tone": tone,
        "amount": amount,
        "at": request.now,
        "offer": request.fields.get("offerCode", "") if offer is None else offer,
    }
    connection.execute(_CHARGE, row)


def owned_codes(connection: Connection, number: str, now: float) -> list[str]:
    """Codes of the tones that are valid now, oldest first."""
    rows = connection.execute(_TONES, {"n": number})
    return [row.tone for row in rows if row.until > now and row.tone not in MEMBERSHIPS]


def held(connection: Connection, number: str, now: float) -> dict[str, Row[Any]]:
    """A library's rows by their codes, oldest first: the tones that are valid now, and those unpaid."""
    return {row.tone: row for row in connection.execute(_HELD, {"n": number, "now": now})}


def moment(at: float) -> str:
    """A moment as the contract has it."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def owner_counts(connection: Connection, now: float) -> dict[str, int]:
    """How many numbers own a tone now, by its code; those nobody owns are not in it."""
    rows = connection.execute(select(_owned.c.tone, func.count()).where(_owned.c.until > now).group_by(_owned.c.tone))
    return {tone: count for tone, count in rows}  # noqa: C416 - a row is no pair to mypy


def own(connection: Connection, number: str, tone: CatalogueTone, now: float, *, renews: bool = False) -> float:
    """Put a tone into a library and return until when; one that has run out makes room for itself.

    `renews`: its owner pays for it, period after period; what is given, or bought in a box, ends.
    """
    connection.execute(_DISOWN, {"n": number, "t": tone.code})
    until = now + tone.validity_days * DAY_S
    row = {"number": number, "tone": tone.code, "since": now, "until": until}
    renewal = {"renewal_price": tone.price if renews else None, "renew_at": until if renews else None}
    connection.execute(_OWN, row | renewal)
    return until


def disown(connection: Connection, number: str, code: str) -> None:
    """Take a tone out of a library, and out of what plays."""
    connection.execute(_DISOWN, {"n": number, "t": code})
    connection.execute(_UNSET, {"n": number, "t": code})


def empty(connection: Connection, number: str) -> None:
    """Take every tone out of a library."""
    connection.execute(_EMPTY, {"n": number})
    connection.execute(_UNSET_ALL, {"n": number})
