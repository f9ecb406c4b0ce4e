"""Replies remembered by transaction id, and a core that forgets them."""

from __future__ import annotations

import asyncio

import pytest

from core_client import CoreClient, Doubtful, Refused
from tests.house.until import PATIENCE_S
from tests.sandbox.conftest import House
from tests.sandbox.words import FRIEND, FUNDED, NO_SERVICE, POOR, SECOND, TONE


async def test_the_same_transaction_gets_the_same_answer_and_no_second_effect(house: House, core: CoreClient) -> None:
    first = await core.order_tone(FUNDED, TONE, transaction_id="t", expected_price=200)
    again = await core.order_tone(FUNDED, TONE, transaction_id="t", expected_price=200)
    assert (again, len(await house.ledger())) == (first, 1)


async def test_a_deleted_tone_is_not_bought_again_by_the_repeat_of_its_order(house: House, core: CoreClient) -> None:
    await core.order_tone(FUNDED, TONE, transaction_id="t", expected_price=200)
    await core.delete_tone(FUNDED, TONE, transaction_id="d")
    assert (await core.order_tone(FUNDED, TONE, transaction_id="t", expected_price=200)).outcome == "done"
    assert (len(await house.ledger()), await core.owned_tones(FUNDED)) == (1, [])


async def test_a_gift_repeated_has_the_same_key(core: CoreClient) -> None:
    first = await core.present_tone(FUNDED, FRIEND, TONE, transaction_id="t", expected_price=200)
    again = await core.present_tone(FUNDED, FRIEND, TONE, transaction_id="t", expected_price=200)
    assert (again.outcome, again.key) == ("accepted", first.key)


async def test_a_refusal_is_told_until_its_cause_has_passed(house: House, core: CoreClient) -> None:
    """Nothing was done under its id, so under its id it is tried again: once it is done, it is done once."""
    for _ in range(2):
        with pytest.raises(Refused, match="balance"):
            await core.order_tone(POOR, TONE, transaction_id="t", expected_price=200)
    await house.core.set_balance(POOR, 1000)
    for _ in range(2):
        assert (await core.order_tone(POOR, TONE, transaction_id="t", expected_price=200)).outcome == "done"
    state = await core.query_transaction("t")
    assert state.answer
    assert ("done", 1) == (state.answer.outcome, len(await house.ledger()))


async def test_an_id_used_for_something_else_has_no_second_effect_and_leaves_a_doubt(
    house: House, core: CoreClient
) -> None:
    await core.order_tone(FUNDED, TONE, transaction_id="t", expected_price=200)
    with pytest.raises(Doubtful, match="transaction_reused"):
        await core.order_tone(FUNDED, SECOND, transaction_id="t", expected_price=300)
    with pytest.raises(Doubtful, match="transaction_reused"):
        await core.delete_tone(FUNDED, TONE, transaction_id="t")
    with pytest.raises(Doubtful, match="transaction_reused"):
        await core.order_tone(FUNDED, TONE, transaction_id="t", expected_price=300)
    assert [charge["tone"] for charge in await house.ledger()] == [TONE]


async def test_one_id_sent_twenty_times_at_once_is_one_order(house: House, core: CoreClient) -> None:
    calls = [core.order_tone(FUNDED, TONE, transaction_id="t", expected_price=200) for _ in range(20)]
    assert {answer.outcome for answer in await asyncio.gather(*calls)} == {"done"}
    assert len(await house.ledger()) == 1


async def test_what_became_of_each_transaction_is_told(core: CoreClient) -> None:
    await core.order_tone(FUNDED, TONE, transaction_id="order", expected_price=200)
    with pytest.raises(Refused):
        await core.order_tone(POOR, TONE, transaction_id="poor", expected_price=200)
    offered = await core.present_tone(FUNDED, FRIEND, SECOND, transaction_id="gift", expected_price=None)
    await core.affirm_present(FRIEND, offered.key, accept=True, transaction_id="yes")
    await core.subscribe(NO_SERVICE, transaction_id="open", brand="Easy")
    found = {}
    for name in ("order", "poor", "gift", "yes", "open"):
        state = await core.query_transaction(name)
        assert state.answer
        found[name] = (state.status, state.answer.outcome, state.answer.amount_charged)
    assert found == {
        "order": ("result", "done", 200),
        "poor": ("result", "refused", None),
        "gift": ("result", "accepted", 0),
        "yes": ("result", "done", 300),
        "open": ("result", "done", 500),
    }
    gift, yes = await core.query_transaction("gift"), await core.query_transaction("yes")
    assert gift.answer
    assert yes.answer
    assert (gift.answer.key, yes.answer.giver, yes.answer.tone_code) == (offered.key, FUNDED, SECOND)
    assert (await core.query_transaction("never")).status == "unseen"


async def test_an_account_sees_its_own_transactions_alone(house: House, core: CoreClient) -> None:
    await core.order_tone(FUNDED, TONE, transaction_id="t", expected_price=200)
    assert (await house.client("lookup", "lookup").query_transaction("t")).status == "unseen"


async def test_a_call_being_worked_on_is_in_progress(house: House, core: CoreClient) -> None:
    await house.faults(slow=3600)
    order = asyncio.create_task(core.order_tone(FUNDED, TONE, transaction_id="t", expected_price=200))
    async with asyncio.timeout(PATIENCE_S):
        while not house.core.in_flight:  # noqa: ASYNC110 (it is told by nothing else)
            await asyncio.sleep(0.005)
    await house.faults(slow=0)
    assert (await core.query_transaction("t")).status == "in_progress"
    order.cancel()


async def test_a_core_that_forgets_has_seen_nothing_and_still_checks_what_it_knows(
    house: House, core: CoreClient
) -> None:
    await house.faults(forget_transactions=True)
    first = await core.order_tone(FUNDED, TONE, transaction_id="t", expected_price=200)
    again = await core.order_tone(FUNDED, TONE, transaction_id="t", expected_price=200)
    assert (first.outcome, again.outcome, len(await house.ledger())) == ("done", "already", 1)
    assert (await core.query_transaction("t")).status == "unseen"
    await core.present_tone(FUNDED, FRIEND, SECOND, transaction_id="g", expected_price=None)
    with pytest.raises(Refused, match="gift_repeated"):
        await core.present_tone(FUNDED, FRIEND, SECOND, transaction_id="g", expected_price=None)


async def test_what_was_refused_at_the_door_or_busy_is_not_remembered(house: House, core: CoreClient) -> None:
    await house.faults(busy=1)
    with pytest.raises(Exception, match="busy"):
        await core.order_tone(FUNDED, TONE, transaction_id="t", expected_price=200)
    await house.faults(busy=0)
    assert (await core.query_transaction("t")).status == "unseen"
    assert (await core.order_tone(FUNDED, TONE, transaction_id="t", expected_price=200)).outcome == "done"


async def test_an_answer_that_was_lost_is_found_again(house: House, core: CoreClient) -> None:
    await house.faults(malformed=1)
    with pytest.raises(Doubtful):
        await core.order_tone(FUNDED, TONE, transaction_id="t", expected_price=200)
    await house.faults(malformed=0)
    state = await core.query_transaction("t")
    assert state.answer
    assert (state.status, state.answer.outcome, state.answer.amount_charged) == ("result", "done", 200)
