"""What every sale has: the tone must be on the shelf, its price the one agreed to, and the money there."""

from __future__ import annotations

from sqlalchemy import Connection

from core_client.sandbox.catalogue import MEMBERSHIPS, CatalogueTone
from core_client.sandbox.library import charge, own, owned_codes
from core_client.sandbox.numbers import Profile
from core_client.sandbox.procedure import Reply, Request, World


def sold(world: World, code: str) -> CatalogueTone | Reply:
    """The tone if it can be bought, else the refusal."""
    tone = world.catalogue.get(code)
    if tone is None or tone.withdrawn:
        return Reply("302003")
    return Reply("302019") if tone.expired else tone


def renewable(world: World, code: str) -> CatalogueTone | Reply:
    """The tone, or the membership, if another period of it can be bought, else the refusal."""
    return MEMBERSHIPS.get(code) or sold(world, code)


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


def sell(
    connection: Connection, request: Request, world: World, profile: Profile, tone: CatalogueTone, *, action: str
) -> Reply:
    """Charge a tone, or the offer's price for it, and put it into the library; `action` is the ledger's word for it."""
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
    until = own(connection, profile.number, tone, request.now, renews=True)
    charge(connection, request, profile, price, action=action, tone=tone.code)
    copied = tone.code if action == "copy" else ""
    return Reply("000000", amount=price, tone=copied, until=until)
