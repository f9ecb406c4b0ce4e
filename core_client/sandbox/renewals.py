"""Renewing: a bought tone renews itself at the end of its period, at the price of its order, as long as that is paid.

One that can't be paid plays no more, is kept as unpaid and tried again day by day; in the end it goes.  Nothing runs
in the background: what was due is made up for before the next call is looked at, with the time at which it was due.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, select, update

from core_client.contract import operations
from core_client.sandbox import tables
from core_client.sandbox.library import DAY_S, charge, disown, held, moment, profile_of
from core_client.sandbox.procedure import Reply, Request, World
from core_client.sandbox.selling import price_for, renewable

_owned = tables.owned
_DUE = select(_owned).where(_owned.c.renew_at <= bindparam("now")).order_by(_owned.c.renew_at)
_NEXT = select(func.min(_owned.c.renew_at))
_PROLONG = (
    update(_owned)
    .where(_owned.c.number == bindparam("n"), _owned.c.tone == bindparam("t"))
    .values(until=bindparam("new_until"), renew_at=bindparam("try_at"))
)
_RENEW_TONE = operations()["renewTone"]
_SAME_S = 0.002
"""Moments are told to the millisecond."""
_SOONEST_S = 60.0
"""No tone that is bought now renews before; so there is no need to look before."""


def renew_due(connection: Connection, world: World, now: float) -> None:
    """Renew whatever is due by now, period after period."""
    if now < world.renewals_from <= now + _SOONEST_S:
        return
    while due := connection.execute(_DUE, {"now": now}).all():
        for row in due:
            _renew(connection, world, row, row.renew_at)
    soonest = connection.scalar(_NEXT)
    world.renewals_from = min(now + _SOONEST_S, soonest if soonest is not None else now + _SOONEST_S)


def _renew(connection: Connection, world: World, row: Row[Any], at: float) -> None:
    profile, tone = profile_of(connection, row.number), renewable(world, row.tone)
    if isinstance(tone, Reply):  # it is sold no more
        connection.execute(_PROLONG, {"n": row.number, "t": row.tone, "new_until": row.until, "try_at": None})
    elif profile is None or profile.balance < row.renewal_price:
        if at >= row.until + world.limits.unpaid_s:
            disown(connection, row.number, row.tone)
            return
        again = {"new_until": row.until, "try_at": at + world.limits.renewal_retry_s}
        connection.execute(_PROLONG, {"n": row.number, "t": row.tone} | again)
    else:
        until = max(row.until, at) + tone.validity_days * DAY_S
        connection.execute(_PROLONG, {"n": row.number, "t": row.tone, "new_until": until, "try_at": until})
        by_itself = Request(_RENEW_TONE, "", {}, at)
        charge(connection, by_itself, profile, row.renewal_price, action="renew", tone=row.tone)


def renew_tone(connection: Connection, request: Request, world: World) -> Reply:
    """One more period, charged now; a lower price is the portal's word, as that of an offer is."""
    fields = request.fields
    profile = profile_of(connection, fields["phoneNumber"])
    if profile is None or not profile.in_service:
        return Reply("301001")
    if profile.barred:
        return Reply("301030")
    row = held(connection, profile.number, request.now).get(fields["resourceCode"])
    if row is None:
        return Reply("302003")
    if fields.get("expectedUntil") and not _same(row.until, fields["expectedUntil"]):
        return Reply("302011", amount=0)
    tone = renewable(world, row.tone)
    if isinstance(tone, Reply):
        return tone
    price = price_for(request, world, tone.price if row.renewal_price is None else row.renewal_price)
    if isinstance(price, Reply):
        return price
    if profile.balance < price:
        return Reply("310001")
    until = max(row.until, request.now) + tone.validity_days * DAY_S
    renewed = {"new_until": until, "try_at": None if row.renew_at is None else until}
    connection.execute(_PROLONG, {"n": profile.number, "t": row.tone} | renewed)
    charge(connection, request, profile, price, action="renew", tone=row.tone)
    return Reply("000000", amount=price, until=until)


def told_of(row: Row[Any], now: float) -> dict[str, str]:
    """What a library tells of a tone beside the catalogue's words."""
    told = {"validUntil": moment(row.until)}
    if row.renew_at is None:
        return told | {"renewal": "ends"}
    return told | {"renewal": "renews" if row.until > now else "unpaid", "renewalPrice": str(row.renewal_price)}


def _same(until: float, told: str) -> bool:
    return abs(datetime.fromisoformat(told).timestamp() - until) < _SAME_S
