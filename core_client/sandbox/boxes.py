"""Boxes, bought with one call: several tones at one price, or a membership, which stays in the library itself."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Connection

from core_client.sandbox.catalogue import BOXES, MEMBERSHIPS, CatalogueBox, CatalogueTone
from core_client.sandbox.library import charge, held, own, owned_codes, profile_of
from core_client.sandbox.numbers import Profile
from core_client.sandbox.procedure import Reply, Request, World
from core_client.sandbox.selling import price_for


def order_box(connection: Connection, request: Request, world: World) -> Reply:
    """Charges the box's price, or the offer's; tones that are owned already are bought anew, for the box's period."""
    profile = profile_of(connection, request.fields["phoneNumber"])
    if profile is None or not profile.in_service:
        return Reply("301001")
    if profile.barred:
        return Reply("301030")
    membership = MEMBERSHIPS.get(request.fields["resourceCode"])
    if membership:
        return _join(connection, request, world, profile, membership)
    box = BOXES.get(request.fields["resourceCode"])
    if box is None:
        return Reply("302003")
    owned = owned_codes(connection, profile.number, request.now)
    new = [code for code in box.tones if code not in owned]
    if not new:
        return Reply("302011", amount=0)
    price = price_for(request, world, box.price)
    if isinstance(price, Reply):
        return price
    if len(owned) + len(new) > world.limits.library:
        return Reply("303023")
    if profile.balance < price:
        return Reply("310001")
    for code in box.tones:
        own(connection, profile.number, replace(world.catalogue[code], validity_days=box.validity_days), request.now)
    charge(connection, request, profile, price, action="bundle", tone=box.code)
    return Reply("000000", amount=price)


def _join(connection: Connection, request: Request, world: World, profile: Profile, membership: CatalogueTone) -> Reply:
    """Charges the first period; the others are renewed as a tone's are."""
    row = held(connection, profile.number, request.now).get(membership.code)
    if row is not None and row.until > request.now:
        return Reply("302011", amount=0)
    price = price_for(request, world, membership.price)
    if isinstance(price, Reply):
        return price
    if profile.balance < price:
        return Reply("310001")
    until = own(connection, profile.number, membership, request.now, renews=True)
    charge(connection, request, profile, price, action="bundle", tone=membership.code)
    return Reply("000000", amount=price, until=until)


def query_boxes(_: Connection, request: Request, __: World) -> Reply:
    """One page of the boxes on sale; a membership is one without tones."""
    first, last = int(request.fields["startRecordNum"]), int(request.fields["endRecordNum"])
    memberships = (CatalogueBox(one.code, one.name, one.price, one.validity_days, ()) for one in MEMBERSHIPS.values())
    boxes = sorted([*BOXES.values(), *memberships], key=lambda box: box.code)
    return Reply("000000", fields={"recordSum": str(len(boxes))}, boxes=tuple(boxes[first - 1 : last]))
