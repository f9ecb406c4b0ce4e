"""CRBTPresent: a gift is offered with a key, and paid by its giver when the recipient accepts.

To a number without the service the giver may offer both, the tone and the service's first month (`expectedFee`):
nothing is opened or charged before that number says yes.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from core_client.sandbox import tables
from core_client.sandbox.library import charge, own, owned_codes, profile_of, store
from core_client.sandbox.numbers import ACTIVE, Profile
from core_client.sandbox.procedure import Reply, Request, World
from core_client.sandbox.selling import price_for, sold

_gifts = tables.gifts


def present(connection: Connection, request: Request, world: World) -> Reply:
    """Accepted (000001), with the key in resultInfo. Nothing is charged yet."""
    giver = profile_of(connection, request.fields["fromUserPhoneNumber"])
    recipient = profile_of(connection, request.fields["toUserPhoneNumber"])
    if giver is None or not giver.in_service or giver.barred:
        return Reply("301030" if giver and giver.in_service else "301001")
    if recipient == giver:
        return Reply("308007")
    tone = sold(world, request.fields["resourceCode"])
    if isinstance(tone, Reply):
        return tone
    price = price_for(request, world, tone.price)
    if isinstance(price, Reply):
        return price
    if recipient is None or recipient.barred:
        return Reply("308001")
    fee = _fee_for(request, recipient)
    if isinstance(fee, Reply):
        return fee
    if refusal := _refused_to(connection, request, world, recipient.number, tone.code):
        return refusal
    open_gifts = _open_gifts(request.now)
    given = connection.scalar(
        select(func.count()).select_from(_gifts).where(_gifts.c.giver == giver.number, *open_gifts)
    )
    if (given or 0) >= world.limits.open_gifts:
        return Reply("308027")
    if giver.balance < price + (fee or 0):
        return Reply("310001")
    key = _new_key(connection, world)
    row = {
        "key": key,
        "giver": giver.number,
        "recipient": recipient.number,
        "tone": tone.code,
        "price": price,
        "offer": request.fields.get("offerCode", ""),
        "state": "open",
        "until": request.now + world.limits.gift_s,
        "fee": fee,
    }
    connection.execute(insert(_gifts), row)
    return Reply("000001", info=key, amount=0)


def affirm(connection: Connection, request: Request, world: World) -> Reply:
    """The recipient's word. An administrator (role 3) may speak for him."""
    gift = connection.execute(select(_gifts).where(_gifts.c.key == request.fields["key"])).first()
    if gift is None or (request.fields["role"] == "1" and request.fields["roleCode"] != gift.recipient):
        return Reply("308020")  # the same for a key that is another's: keys can't be tried out
    if gift.state != "open":
        return Reply("308026", giver=gift.giver, tone=gift.tone)
    if gift.until <= request.now:
        return Reply("308021", giver=gift.giver, tone=gift.tone)
    if request.fields["affirmFlag"] == "2":
        _close(connection, gift.key, "declined")
        return Reply("000000", amount=0, giver=gift.giver, tone=gift.tone)
    paid = _hand_over(connection, request, world, gift)
    if isinstance(paid, str):
        return Reply(paid, giver=gift.giver, tone=gift.tone)
    _close(connection, gift.key, "accepted")
    return Reply("000000", amount=paid, giver=gift.giver, tone=gift.tone)


def _hand_over(connection: Connection, request: Request, world: World, gift: Row[Any]) -> int | str:
    """Give the tone and charge the giver at the price he agreed to; or the code why not, and the gift stays open.

    The service's fee is charged only if it is opened: the recipient may have opened it himself meanwhile.
    """
    recipient = profile_of(connection, gift.recipient)
    giver = profile_of(connection, gift.giver)
    tone = world.catalogue[gift.tone]
    if recipient is None or not (recipient.in_service or gift.fee is not None):
        return "301001"
    if recipient.barred:
        return "301030"
    fee = 0 if recipient.in_service else gift.fee
    codes = owned_codes(connection, recipient.number, request.now)
    if tone.code in codes:
        return "302011"
    if len(codes) >= world.limits.library:
        return "303023"
    if giver is None or not giver.in_service or giver.barred:
        return "302010"
    if giver.balance < gift.price + fee:
        return "310001"
    if not recipient.in_service:
        store(connection, replace(recipient, status=ACTIVE))
        charge(connection, request, giver, fee, action="gift_open", offer="")
        giver = replace(giver, balance=giver.balance - fee, stored=True)
    own(connection, recipient.number, tone, request.now)
    charge(connection, request, giver, gift.price, action="gift", tone=tone.code, offer=gift.offer)
    return int(gift.price + fee)


def _fee_for(request: Request, recipient: Profile) -> int | Reply | None:
    """What the service costs the giver: None where the recipient has it; 308001 where nobody agreed to pay for it."""
    if recipient.in_service:
        return None
    expected = request.fields.get("expectedFee")
    if not expected:
        return Reply("308001")
    return recipient.monthly_fee if int(expected) == recipient.monthly_fee else Reply("310002")


def _refused_to(connection: Connection, request: Request, world: World, recipient: str, code: str) -> Reply | None:
    codes = owned_codes(connection, recipient, request.now)
    if code in codes:
        return Reply("308004")
    if len(codes) >= world.limits.library:
        return Reply("308002")
    same = select(_gifts.c.key).where(_gifts.c.recipient == recipient, _gifts.c.tone == code, *_open_gifts(request.now))
    return Reply("308023") if connection.execute(same).first() else None


def _open_gifts(now: float) -> tuple[Any, ...]:
    return _gifts.c.state == "open", _gifts.c.until > now


def _close(connection: Connection, key: str, state: str) -> None:
    connection.execute(update(_gifts).where(_gifts.c.key == key).values(state=state))


def _new_key(connection: Connection, world: World) -> str:
    """Six digits, since somebody has to type them."""
    while True:
        key = f"{world.random.randrange(1_000_000):06d}"
        if connection.execute(select(_gifts.c.key).where(_gifts.c.key == key)).first() is None:
            return key
