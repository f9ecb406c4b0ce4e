"""Gifts: offered with a key, paid by the giver when the recipient says yes."""

from __future__ import annotations

import itertools

import pytest

from core_client import Answer, CoreClient, Refused
from tests.sandbox.conftest import House
from tests.sandbox.words import (
    BARRED,
    EXPIRED,
    FIFTH,
    FOREIGN,
    FOURTH,
    FRIEND,
    FUNDED,
    MISSING,
    NO_SERVICE,
    POOR,
    SECOND,
    STRANGER,
    THIRD,
    TONE,
)

IDS = (f"t{n}" for n in itertools.count())


async def give(core: CoreClient, giver: str, recipient: str, code: str, price: int | None = None) -> Answer:
    return await core.present_tone(giver, recipient, code, transaction_id=next(IDS), expected_price=price)


async def affirm(core: CoreClient, number: str, key: str, *, accept: bool = True) -> Answer:
    return await core.affirm_present(number, key, accept=accept, transaction_id=next(IDS))


async def test_a_gift_accepted_is_owned_by_one_and_paid_by_the_other(house: House, core: CoreClient) -> None:
    offered = await give(core, FUNDED, FRIEND, TONE, 200)
    assert (offered.outcome, offered.amount_charged, len(offered.key)) == ("accepted", 0, 6)
    assert (await house.ledger(), await core.owned_tones(FRIEND)) == ([], [])
    taken = await affirm(core, FRIEND, offered.key)
    assert (taken.outcome, taken.giver, taken.tone_code, taken.amount_charged) == ("done", FUNDED, TONE, 200)
    assert [tone.code for tone in await core.owned_tones(FRIEND)] == [TONE]
    assert [(c["number"], c["action"], c["amount"]) for c in await house.ledger()] == [(FUNDED, "gift", 200)]


async def test_a_gift_declined_costs_nothing_and_is_over(house: House, core: CoreClient) -> None:
    offered = await give(core, FUNDED, FRIEND, TONE)
    declined = await affirm(core, FRIEND, offered.key, accept=False)
    assert (declined.outcome, declined.giver, declined.tone_code) == ("done", FUNDED, TONE)
    with pytest.raises(Refused, match="gift_answered"):
        await affirm(core, FRIEND, offered.key)
    assert await house.ledger() == []


@pytest.mark.parametrize(
    ("reason", "giver", "recipient", "code", "price"),
    [
        ("gift_self", FUNDED, FUNDED, TONE, None),
        ("gift_no_service", FUNDED, NO_SERVICE, TONE, None),
        ("gift_no_service", FUNDED, FOREIGN, TONE, None),
        ("gift_no_service", FUNDED, BARRED, TONE, None),
        ("no_service", NO_SERVICE, FRIEND, TONE, None),
        ("barred", BARRED, FRIEND, TONE, None),
        ("balance", POOR, FRIEND, TONE, None),
        ("tone_missing", FUNDED, FRIEND, MISSING, None),
        ("tone_expired", FUNDED, FRIEND, EXPIRED, None),
        ("price_changed", FUNDED, FRIEND, TONE, 1),
    ],
)
async def test_a_gift_that_cannot_be_is_refused(
    core: CoreClient, reason: str, giver: str, recipient: str, code: str, price: int | None
) -> None:
    with pytest.raises(Refused) as caught:
        await give(core, giver, recipient, code, price)
    assert caught.value.reason == reason


async def test_an_open_gift_of_the_same_tone_is_a_repeat(core: CoreClient) -> None:
    await give(core, FUNDED, FRIEND, TONE)
    with pytest.raises(Refused, match="gift_repeated"):
        await give(core, STRANGER, FRIEND, TONE)


async def test_a_tone_that_the_recipient_has_is_no_gift(core: CoreClient) -> None:
    await core.order_tone(FRIEND, TONE, transaction_id=next(IDS), expected_price=None)
    with pytest.raises(Refused, match="gift_already"):
        await give(core, FUNDED, FRIEND, TONE)


async def test_a_full_library_takes_no_gift(core: CoreClient) -> None:
    for code in (TONE, SECOND, THIRD, FOURTH):
        await core.order_tone(FRIEND, code, transaction_id=next(IDS), expected_price=None)
    with pytest.raises(Refused, match="gift_library_full"):
        await give(core, FUNDED, FRIEND, FIFTH)


async def test_a_giver_has_only_so_many_open_gifts(core: CoreClient) -> None:
    for code in (TONE, SECOND, THIRD):
        await give(core, FUNDED, FRIEND, code)
    with pytest.raises(Refused, match="gift_limit"):
        await give(core, FUNDED, FRIEND, FOURTH)


async def test_a_key_is_good_for_its_recipient_alone(core: CoreClient) -> None:
    offered = await give(core, FUNDED, FRIEND, TONE)
    for number, key in ((STRANGER, offered.key), (FUNDED, offered.key), (FRIEND, "nothing")):
        with pytest.raises(Refused) as caught:
            await affirm(core, number, key)
        assert (caught.value.code, caught.value.reason) == ("308020", "gift_key")
    assert (await affirm(core, FRIEND, offered.key)).outcome == "done"


async def test_a_gift_runs_out_and_may_be_offered_again(house: House, core: CoreClient) -> None:
    offered = await give(core, FUNDED, FRIEND, TONE)
    house.now[0] += 5 * 3600
    with pytest.raises(Refused) as caught:
        await affirm(core, FRIEND, offered.key)
    assert (caught.value.code, caught.value.reason) == ("308021", "gift_key")
    assert (await give(core, FUNDED, FRIEND, TONE)).outcome == "accepted"


async def test_a_gift_is_paid_at_the_price_the_giver_agreed_to(house: House, core: CoreClient) -> None:
    offered = await give(core, FUNDED, FRIEND, TONE, 200)
    await house.admin("PUT", f"tones/{TONE}", {"price": 900})
    assert (await affirm(core, FRIEND, offered.key)).amount_charged == 200


async def test_a_giver_who_left_cannot_pay(house: House, core: CoreClient) -> None:
    offered = await give(core, FUNDED, FRIEND, TONE)
    await core.unsubscribe(FUNDED, transaction_id=next(IDS))
    with pytest.raises(Refused, match="charge_failed"):
        await affirm(core, FRIEND, offered.key)
    assert (await house.ledger(), await core.owned_tones(FRIEND)) == ([], [])


async def test_a_recipient_who_bought_it_meanwhile_costs_the_giver_nothing(house: House, core: CoreClient) -> None:
    offered = await give(core, FUNDED, FRIEND, TONE)
    await core.order_tone(FRIEND, TONE, transaction_id=next(IDS), expected_price=None)
    with pytest.raises(Refused, match="owned"):
        await affirm(core, FRIEND, offered.key)
    assert [charge["number"] for charge in await house.ledger()] == [FRIEND]


async def test_a_recipient_who_left_cannot_take_it(core: CoreClient) -> None:
    offered = await give(core, FUNDED, FRIEND, TONE)
    await core.unsubscribe(FRIEND, transaction_id=next(IDS))
    with pytest.raises(Refused, match="no_service"):
        await affirm(core, FRIEND, offered.key)


FEE, PRICE = 300, 200
"""Of NO_SERVICE's brand, and of TONE."""


async def give_both(core: CoreClient, fee: int = FEE, giver: str = FUNDED) -> Answer:
    return await core.present_tone(
        giver, NO_SERVICE, TONE, transaction_id=next(IDS), expected_price=PRICE, expected_fee=fee
    )


async def test_a_gift_with_the_service_opens_it_when_it_is_taken_and_its_giver_pays_both(
    house: House, core: CoreClient
) -> None:
    offered = await give_both(core)
    assert (None, []) == (await core.query_subscriber(NO_SERVICE), await house.ledger())
    assert FEE + PRICE == (await affirm(core, NO_SERVICE, offered.key)).amount_charged
    opened = await core.query_subscriber(NO_SERVICE)
    assert opened is not None
    assert ("active", [TONE]) == (opened.status, [tone.code for tone in await core.owned_tones(NO_SERVICE)])
    assert [(FUNDED, "gift_open", FEE), (FUNDED, "gift", PRICE)] == [
        (c["number"], c["action"], c["amount"]) for c in await house.ledger()
    ]


async def test_a_gift_with_the_service_that_is_declined_opens_and_costs_nothing(house: House, core: CoreClient) -> None:
    offered = await give_both(core)
    await affirm(core, NO_SERVICE, offered.key, accept=False)
    assert (None, []) == (await core.query_subscriber(NO_SERVICE), await house.ledger())


async def test_a_service_that_was_opened_meanwhile_is_not_paid_for_again(house: House, core: CoreClient) -> None:
    offered = await give_both(core)
    await core.subscribe(NO_SERVICE, transaction_id=next(IDS))
    assert PRICE == (await affirm(core, NO_SERVICE, offered.key)).amount_charged
    assert [(NO_SERVICE, "open"), (FUNDED, "gift")] == [(c["number"], c["action"]) for c in await house.ledger()]


async def test_another_fee_than_agreed_to_is_refused(core: CoreClient) -> None:
    with pytest.raises(Refused, match="price_changed"):
        await give_both(core, fee=FEE + 1)
