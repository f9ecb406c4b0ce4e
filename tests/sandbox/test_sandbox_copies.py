"""Copying what another subscriber plays: charged once, refused where he doesn't let it be copied."""

from __future__ import annotations

from itertools import count

import pytest

from core_client import CoreClient, Refused
from tests.sandbox.conftest import House
from tests.sandbox.words import BARRED, FRIEND, FUNDED, NO_SERVICE, POOR, SECOND, STRANGER, THIRD, TONE

FORBIDS = "8613800138099"
IDS = map(str, count())


async def order(core: CoreClient, number: str, *codes: str) -> None:
    for code in codes:
        await core.order_tone(number, code, transaction_id=next(IDS), expected_price=None)


async def copy(core: CoreClient, number: str, owner: str, code: str = SECOND, price: int | None = 300) -> int | None:
    answer = await core.copy_tone(number, owner, code, transaction_id=next(IDS), expected_price=price)
    return answer.amount_charged


async def test_what_is_shown_is_what_is_copied_and_charged_to_the_one_who_copies(
    house: House, core: CoreClient
) -> None:
    await order(core, FRIEND, TONE, SECOND)
    shown = await core.copyable_tone(FUNDED, FRIEND)
    assert (SECOND, 300) == (shown.code, shown.price)
    assert 300 == await copy(core, FUNDED, FRIEND)
    assert [SECOND] == [tone.code for tone in await core.owned_tones(FUNDED)]
    charge = (await house.ledger())[-1]
    assert (FUNDED, "copy", SECOND, 300) == (charge["number"], charge["action"], charge["tone"], charge["amount"])


async def test_the_tone_that_was_set_for_all_callers_is_the_one_to_copy(core: CoreClient) -> None:
    await order(core, FRIEND, TONE, SECOND)
    await core.set_tone(FRIEND, TONE, transaction_id=next(IDS))
    await core.set_tone(FRIEND, SECOND, caller=STRANGER, transaction_id=next(IDS))
    assert TONE == (await core.copyable_tone(FUNDED, FRIEND)).code


async def test_a_copy_of_what_is_owned_already_costs_nothing(house: House, core: CoreClient) -> None:
    await order(core, FRIEND, SECOND)
    await copy(core, FUNDED, FRIEND)
    charged = await house.ledger()
    answer = await core.copy_tone(FUNDED, FRIEND, SECOND, transaction_id=next(IDS), expected_price=300)
    assert ("already", charged) == (answer.outcome, await house.ledger())


@pytest.mark.parametrize(
    ("reason", "number", "owner", "code", "price"),
    [
        ("owner_forbids", FUNDED, FORBIDS, SECOND, 300),
        ("copy_refused", FUNDED, FUNDED, SECOND, 300),
        ("copy_refused", FUNDED, NO_SERVICE, SECOND, 300),
        ("copy_refused", FUNDED, FRIEND, THIRD, 500),
        ("price_changed", FUNDED, FRIEND, SECOND, 299),
        ("balance", POOR, FRIEND, SECOND, 300),
        ("no_service", NO_SERVICE, FRIEND, SECOND, 300),
        ("barred", BARRED, FRIEND, SECOND, 300),
    ],
)
async def test_a_copy_that_cannot_be_is_refused_with_its_reason_and_nothing_charged(
    house: House, core: CoreClient, reason: str, number: str, owner: str, code: str, price: int
) -> None:
    await order(core, FRIEND, SECOND)
    await order(core, FORBIDS, SECOND)
    charged = await house.ledger()
    with pytest.raises(Refused) as caught:
        await copy(core, number, owner, code, price)
    assert (reason, charged) == (caught.value.reason, await house.ledger())


@pytest.mark.parametrize(("reason", "owner"), [("owner_forbids", FORBIDS), ("copy_refused", STRANGER)])
async def test_why_nothing_can_be_copied_is_told_before_anything_is_asked(
    core: CoreClient, reason: str, owner: str
) -> None:
    with pytest.raises(Refused) as caught:
        await core.copyable_tone(FUNDED, owner)
    assert reason == caught.value.reason


async def test_who_has_paused_plays_nothing_to_copy(core: CoreClient) -> None:
    await order(core, FRIEND, SECOND)
    await core.play(FRIEND, plays=False, transaction_id=next(IDS))
    with pytest.raises(Refused, match="copy_refused"):
        await core.copyable_tone(FUNDED, FRIEND)
