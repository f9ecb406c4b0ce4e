"""Opening, closing, buying, deleting and looking, as a subscriber's account sees them."""

from __future__ import annotations

import pytest

from core_client import Answer, CoreClient, Refused, Subscriber
from core_client.sandbox.catalogue import starting_catalogue
from tests.sandbox.conftest import House
from tests.sandbox.words import (
    BARRED,
    EXPIRED,
    FIFTH,
    FOREIGN,
    FOURTH,
    FUNDED,
    MISSING,
    NO_SERVICE,
    POOR,
    SECOND,
    THIRD,
    TONE,
    WITHDRAWN,
)

DAY_S = 86_400.0


async def order(core: CoreClient, number: str, code: str, price: int | None = None) -> Answer:
    return await core.order_tone(number, code, transaction_id=f"{number}{code}", expected_price=price)


async def test_an_order_is_charged_once_and_owned(house: House, core: CoreClient) -> None:
    given = await order(core, FUNDED, TONE, 200)
    assert (given.outcome, given.amount_charged) == ("done", 200)
    assert [tone.code for tone in await core.owned_tones(FUNDED)] == [TONE]
    (charge,) = await house.ledger()
    assert charge == {
        "id": 1,
        "transaction_id": f"{FUNDED}{TONE}",
        "number": FUNDED,
        "action": "order",
        "tone": TONE,
        "amount": 200,
        "at": house.now[0],
        "offer": "",
    }


@pytest.mark.parametrize(
    ("reason", "number", "code", "price"),
    [
        ("no_service", NO_SERVICE, TONE, None),
        ("no_service", FOREIGN, TONE, None),
        ("barred", BARRED, TONE, None),
        ("balance", POOR, TONE, None),
        ("tone_missing", FUNDED, MISSING, None),
        ("tone_missing", FUNDED, WITHDRAWN, None),
        ("tone_expired", FUNDED, EXPIRED, None),
        ("price_changed", FUNDED, TONE, 201),
    ],
)
async def test_an_order_that_cannot_be_is_refused_with_its_reason_and_nothing_charged(
    house: House, core: CoreClient, reason: str, number: str, code: str, price: int | None
) -> None:
    with pytest.raises(Refused) as caught:
        await order(core, number, code, price)
    assert (caught.value.reason, await house.ledger()) == (reason, [])


async def test_a_tone_that_is_owned_is_already_so_and_costs_nothing_again(house: House, core: CoreClient) -> None:
    await order(core, FUNDED, TONE)
    again = await core.order_tone(FUNDED, TONE, transaction_id="another", expected_price=200)
    assert (again.outcome, again.amount_charged, len(await house.ledger())) == ("already", 0, 1)


async def test_a_tone_that_has_run_out_is_bought_anew(house: House, core: CoreClient) -> None:
    await order(core, FUNDED, TONE)
    await house.core.set_balance(FUNDED, 0)
    house.now[0] += 45 * DAY_S
    assert await core.owned_tones(FUNDED) == []
    await house.core.set_balance(FUNDED, 200)
    again = await core.order_tone(FUNDED, TONE, transaction_id="another", expected_price=200)
    assert (again.outcome, len(await house.ledger())) == ("done", 2)


async def test_a_full_library_takes_no_more(core: CoreClient) -> None:
    for code in (TONE, SECOND, THIRD, FOURTH):
        await order(core, FUNDED, code)
    with pytest.raises(Refused, match="library_full"):
        await order(core, FUNDED, FIFTH)


async def test_a_price_that_changed_since_the_quote_is_not_charged(house: House, core: CoreClient) -> None:
    quoted = await core.find_tone(TONE)
    assert quoted
    assert (await house.admin("PUT", f"tones/{TONE}", {"price": 350}))[0] == 204
    with pytest.raises(Refused, match="price_changed"):
        await order(core, FUNDED, TONE, quoted.price)
    given = await core.order_tone(FUNDED, TONE, transaction_id="agreed", expected_price=350)
    assert given.amount_charged == 350


async def test_deleting_empties_and_deleting_again_is_already_so(core: CoreClient) -> None:
    await order(core, FUNDED, TONE)
    first = await core.delete_tone(FUNDED, TONE, transaction_id="d1")
    again = await core.delete_tone(FUNDED, TONE, transaction_id="d2")
    assert (first.outcome, again.outcome, await core.owned_tones(FUNDED)) == ("done", "already", [])


async def test_money_runs_out(house: House, core: CoreClient) -> None:
    await core.unsubscribe(POOR, transaction_id="u")
    with pytest.raises(Refused, match="balance"):
        await core.subscribe(POOR, transaction_id="s")
    assert await house.ledger() == []


async def test_opening_charges_the_months_fee_and_opening_again_is_already_so(house: House, core: CoreClient) -> None:
    fee = await core.monthly_fee(NO_SERVICE)
    opened = await core.subscribe(NO_SERVICE, transaction_id="s1", expected_price=fee)
    again = await core.subscribe(NO_SERVICE, transaction_id="s2", expected_price=fee)
    assert (opened.outcome, opened.amount_charged, again.outcome, again.amount_charged) == ("done", fee, "already", 0)
    assert [(charge["action"], charge["amount"]) for charge in await house.ledger()] == [("open", fee)]


async def test_opening_with_a_brand_costs_that_brands_fee(core: CoreClient) -> None:
    opened = await core.subscribe(NO_SERVICE, brand="Gold", transaction_id="s1", expected_price=800)
    assert opened.amount_charged == 800
    assert await core.query_subscriber(NO_SERVICE) == Subscriber("active", "Gold", 800)


@pytest.mark.parametrize(
    ("reason", "number", "brand", "price"),
    [
        ("price_changed", NO_SERVICE, "Gold", 1),
        ("parameter", NO_SERVICE, "Nobody's", None),
        ("barred", BARRED, "", None),
        ("no_service", FOREIGN, "", None),
    ],
)
async def test_opening_that_cannot_be_is_refused(
    house: House, core: CoreClient, reason: str, number: str, brand: str, price: int | None
) -> None:
    with pytest.raises(Refused) as caught:
        await core.subscribe(number, brand=brand, transaction_id="s", expected_price=price)
    assert (caught.value.reason, await house.ledger()) == (reason, [])


async def test_closing_is_never_refused_and_empties_the_library(core: CoreClient) -> None:
    await order(core, FUNDED, TONE)
    assert (await core.unsubscribe(FUNDED, transaction_id="u1")).outcome == "done"
    assert (await core.unsubscribe(FUNDED, transaction_id="u2")).outcome == "already"
    assert (await core.unsubscribe(BARRED, transaction_id="u3")).outcome == "done"
    assert await core.query_subscriber(FUNDED) is None
    with pytest.raises(Refused, match="no_service"):
        await core.owned_tones(FUNDED)
    await core.subscribe(FUNDED, transaction_id="s1")
    assert await core.owned_tones(FUNDED) == []


async def test_a_library_is_told_oldest_first(house: House, core: CoreClient) -> None:
    for code in (THIRD, TONE, SECOND):
        house.now[0] += 1
        await order(core, FUNDED, code)
    assert [tone.code for tone in await core.owned_tones(FUNDED)] == [THIRD, TONE, SECOND]


async def test_the_shelf_shows_what_is_no_longer_sold_and_hides_what_is_withdrawn(core: CoreClient) -> None:
    expired = await core.find_tone(EXPIRED)
    assert expired
    assert (expired.expired, await core.find_tone(WITHDRAWN), await core.find_tone(MISSING)) == (True, None, None)


def test_the_catalogue_has_two_hundred_tones_with_names_of_their_own() -> None:
    tones = list(starting_catalogue())
    assert (tones[0].code, len({tone.code for tone in tones}) >= 200) == ("600902000001", True)
    assert len({tone.name for tone in tones}) == len(tones)
    assert len([tone for tone in tones if not (tone.expired or tone.withdrawn)]) >= 200
    assert all(tone.singer and tone.price > 0 and tone.validity_days > 0 for tone in tones)
