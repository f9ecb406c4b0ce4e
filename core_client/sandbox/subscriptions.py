"""UserManage: opening, closing and looking at the service of a number."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Connection

from core_client.sandbox.library import charge, empty, profile_of, store
from core_client.sandbox.numbers import ACTIVE, BRAND_FEES, DELETED, SUSPENDED
from core_client.sandbox.procedure import Reply, Request, World


def subscribe(connection: Connection, request: Request, _: World) -> Reply:
    """Charges the first month's fee."""
    profile = profile_of(connection, request.fields["phoneNumber"])
    brand = request.fields.get("tradeMark") or (profile.brand if profile else "")
    if profile is None:
        return Reply("301001")
    if brand not in BRAND_FEES:
        return Reply("200002", info="no such brand")
    if profile.barred:
        return Reply("301030")
    if profile.in_service:
        return Reply("301002", amount=0)
    opened = replace(profile, status=ACTIVE, brand=brand)
    fee = opened.monthly_fee
    if request.fields.get("expectedPrice") and int(request.fields["expectedPrice"]) != fee:
        return Reply("310002")
    if opened.balance < fee:
        return Reply("310001")
    charge(connection, request, opened, fee, action="open")
    return Reply("000000", amount=fee)


def unsubscribe(connection: Connection, request: Request, _: World) -> Reply:
    """Empties the library. Open also to a barred number: stopping is never refused."""
    profile = profile_of(connection, request.fields["phoneNumber"])
    if profile is None or not profile.in_service:
        return Reply("301001", amount=0)
    store(connection, replace(profile, status=DELETED))
    empty(connection, profile.number)
    return Reply("000000", amount=0)


def play_or_pause(connection: Connection, request: Request, _: World) -> Reply:
    """What is so already is done."""
    profile = profile_of(connection, request.fields["phoneNumber"])
    if profile is None or not profile.in_service:
        return Reply("301001")
    if profile.barred:
        return Reply("301030")
    store(connection, replace(profile, status=ACTIVE if request.fields["type"] == "1" else SUSPENDED))
    return Reply("000000", amount=0)


def query(connection: Connection, request: Request, _: World) -> Reply:
    """The fee is told also where there is no service yet: it is what opening would cost."""
    profile = profile_of(connection, request.fields["phoneNumber"])
    if profile is None:
        return Reply("301001")
    told = {"status": profile.status, "tradeMark": profile.brand, "monthlyFee": str(profile.monthly_fee)}
    return Reply("000000" if profile.in_service else "301001", fields=told)
