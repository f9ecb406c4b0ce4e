"""UserToneManage and ToneProvide: a subscriber's tones and the shelf they come from."""

from __future__ import annotations

from sqlalchemy import Connection

from core_client.sandbox.catalogue import CatalogueTone
from core_client.sandbox.library import charge, disown, own, owned_codes, profile_of
from core_client.sandbox.procedure import Reply, Request, World


def sold(world: World, code: str) -> CatalogueTone | Reply:
    """The tone if it can be bought, else the refusal."""
    tone = world.catalogue.get(code)
    if tone is None or tone.withdrawn:
        return Reply("302003")
    return Reply("302019") if tone.expired else tone


def price_for(request: Request, world: World, catalogue_price: int) -> int | Reply:
    """What the call is charged: the catalogue's price, or the one of the offer that it names; 310002 for any other.

    Of an offer that the core knows, its own price counts.  Of one it doesn't, it takes the portal's word, as for a
    discount, up to the catalogue's price.
    """
    offer, expected = request.fields.get("offerCode", ""), request.fields.get("expectedPrice")
    if offer in world.offers:
        price = world.offers[offer]
        return price if price is not None and expected in (None, "", str(price)) else Reply("310002")
    if offer and expected and int(expected) <= catalogue_price:
        return int(expected)
    return Reply("310002") if expected and int(expected) != catalogue_price else catalogue_price


def order_tone(connection: Connection, request: Request, world: World) -> Reply:
    """Charges the tone's price, or the offer's."""
    profile = profile_of(connection, request.fields["phoneNumber"])
    if profile is None or not profile.in_service:
        return Reply("301001")
    if profile.barred:
        return Reply("301030")
    tone = sold(world, request.fields["resourceCode"])
    if isinstance(tone, Reply):
        return tone
    codes = owned_codes(connection, profile.number, request.now)
    if tone.code in codes:
        return Reply("302011", amount=0)
    price = price_for(request, world, tone.price)
    if isinstance(price, Reply):
        return price
    if len(codes) >= world.limits.library:
        return Reply("303023")
    if profile.balance < price:
        return Reply("310001")
    own(connection, profile.number, tone, request.now)
    charge(connection, request, profile, price, action="order", tone=tone.code)
    return Reply("000000", amount=price)


def delete_tone(connection: Connection, request: Request, _: World) -> Reply:
    """Gives nothing back."""
    number, code = request.fields["phoneNumber"], request.fields["resourceCode"]
    profile = profile_of(connection, number)
    if profile is None or not profile.in_service:
        return Reply("301001")
    if code not in owned_codes(connection, number, request.now):
        return Reply("302003", amount=0)
    disown(connection, number, code)
    return Reply("000000", amount=0)


def query_library(connection: Connection, request: Request, world: World) -> Reply:
    """One page of a subscriber's tones."""
    number = request.fields["phoneNumber"]
    profile = profile_of(connection, number)
    if profile is None or not profile.in_service:
        return Reply("301001")
    codes = owned_codes(connection, number, request.now)
    first, last = int(request.fields["startRecordNum"]), int(request.fields["endRecordNum"])
    page = codes[first - 1 : last]
    return Reply("000000", fields={"recordSum": str(len(codes))}, tones=tuple(world.catalogue[code] for code in page))


def query_tone(_: Connection, request: Request, world: World) -> Reply:
    """A tone of the shelf; one that is no longer sold is still shown."""
    tone = world.catalogue.get(request.fields["resourceCode"])
    if tone is None or tone.withdrawn:
        return Reply("302003")
    return Reply("000000", tones=(tone,))
