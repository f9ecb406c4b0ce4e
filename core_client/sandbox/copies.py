"""Copying: buying what another subscriber plays, if he lets it be copied."""

from __future__ import annotations

from sqlalchemy import Connection

from core_client.sandbox.library import owned_codes, profile_of
from core_client.sandbox.numbers import SUSPENDED, Profile
from core_client.sandbox.procedure import Reply, Request, World
from core_client.sandbox.selling import sell, sold
from core_client.sandbox.settings import played_by


def query_copy(connection: Connection, request: Request, world: World) -> Reply:
    """Shows the tone and its price."""
    owner = _owner(connection, request)
    if isinstance(owner, Reply):
        return owner
    code = played_by(connection, owner.number, request.now)
    if code is None:
        return Reply("301018")
    tone = sold(world, code)
    return tone if isinstance(tone, Reply) else Reply("000000", tones=(tone,))


def copy_tone(connection: Connection, request: Request, world: World) -> Reply:
    """Charges the tone's price to the one who copies."""
    copier = profile_of(connection, request.fields["phoneNumber"])
    if copier is None or not copier.in_service:
        return Reply("301001")
    if copier.barred:
        return Reply("301030")
    owner = _owner(connection, request)
    if isinstance(owner, Reply):
        return owner
    if request.fields["resourceCode"] not in owned_codes(connection, owner.number, request.now):
        return Reply("301018")
    tone = sold(world, request.fields["resourceCode"])
    return tone if isinstance(tone, Reply) else sell(connection, request, world, copier, tone, action="copy")


def _owner(connection: Connection, request: Request) -> Profile | Reply:
    """Whose tone is copied, or why it can't be."""
    if request.fields["fromUserPhoneNumber"] == request.fields["phoneNumber"]:
        return Reply("303056")
    owner = profile_of(connection, request.fields["fromUserPhoneNumber"])
    if owner is None or not owner.in_service or owner.status == SUSPENDED:
        return Reply("301018")
    return Reply("301016") if owner.forbids_copying else owner
