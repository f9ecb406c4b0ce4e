"""Memberships: boxes that stay in the library themselves, are renewed as tones are, and are no tones."""

from __future__ import annotations

from itertools import count

import pytest

from core_client import CoreClient, Refused
from tests.sandbox.conftest import House
from tests.sandbox.words import FUNDED, NO_SERVICE, TONE

DAY = 86_400.0
IDS = (f"m{no}" for no in count())
GOLD, GOLD_PRICE = "202", 1000


async def join(core: CoreClient, code: str = GOLD, number: str = FUNDED, price: int = GOLD_PRICE) -> str:
    answer = await core.order_bundle(number, code, transaction_id=next(IDS), expected_price=price)
    return answer.outcome


async def test_a_membership_is_a_box_of_the_library_and_no_tone_of_it(house: House, core: CoreClient) -> None:
    assert "done" == await join(core)
    await core.order_tone(FUNDED, TONE, transaction_id=next(IDS), expected_price=None)
    (box,) = await core.owned_boxes(FUNDED)
    assert (GOLD, "renews", GOLD_PRICE, 30) == (box.code, box.renewal, box.price, box.validity_days)
    assert [TONE] == [tone.code for tone in await core.owned_tones(FUNDED)]
    assert [("bundle", GOLD, GOLD_PRICE)] == [
        (row["action"], row["tone"], row["amount"]) for row in await house.ledger() if row["tone"] == GOLD
    ]


async def test_it_is_joined_once_and_left_for_good(core: CoreClient) -> None:
    assert ["done", "already"] == [await join(core), await join(core)]
    left = [await core.delete_box(FUNDED, GOLD, transaction_id=next(IDS)) for _ in range(2)]
    assert (["done", "already"], []) == ([answer.outcome for answer in left], await core.owned_boxes(FUNDED))


@pytest.mark.parametrize(
    ("reason", "number", "price"), [("price_changed", FUNDED, 999), ("no_service", NO_SERVICE, GOLD_PRICE)]
)
async def test_it_is_refused_at_another_price_and_without_the_service(
    core: CoreClient, reason: str, number: str, price: int
) -> None:
    with pytest.raises(Refused) as refused:
        await join(core, number=number, price=price)
    assert reason == refused.value.reason


async def test_it_cannot_be_played_or_ordered_as_a_tone_and_no_tone_is_left_as_a_box(core: CoreClient) -> None:
    await join(core)
    await core.order_tone(FUNDED, TONE, transaction_id=next(IDS), expected_price=None)
    for wrong in (
        core.order_tone(FUNDED, GOLD, transaction_id=next(IDS), expected_price=None),
        core.set_tone(FUNDED, GOLD, transaction_id=next(IDS)),
    ):
        with pytest.raises(Refused):
            await wrong
    assert "already" == (await core.delete_box(FUNDED, TONE, transaction_id=next(IDS))).outcome
    assert "already" == (await core.delete_tone(FUNDED, GOLD, transaction_id=next(IDS))).outcome


async def test_it_renews_by_itself_at_its_price_until_it_is_left(house: House, core: CoreClient) -> None:
    await join(core)
    await house.admin("PUT", "clock", {"ahead_s": 31 * DAY})
    assert [("renew", GOLD_PRICE)] == [
        (row["action"], row["amount"]) for row in await house.ledger() if row["action"] == "renew"
    ]
    await core.delete_box(FUNDED, GOLD, transaction_id=next(IDS))
    await house.admin("PUT", "clock", {"ahead_s": 62 * DAY})
    assert 1 == len([row for row in await house.ledger() if row["action"] == "renew"])


async def test_closing_the_service_ends_it(core: CoreClient) -> None:
    await join(core)
    await core.unsubscribe(FUNDED, transaction_id=next(IDS))
    await core.subscribe(FUNDED, transaction_id=next(IDS))
    assert [] == await core.owned_boxes(FUNDED)
