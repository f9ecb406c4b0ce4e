"""Renewing: by itself at the end of a period, by a call before it or after one that was not paid, never twice."""

from __future__ import annotations

from itertools import count

import pytest

from core_client import CoreClient, NotSupported, Refused, Tone
from tests.sandbox.conftest import House
from tests.sandbox.words import BARRED, FRIEND, FUNDED, NO_SERVICE, SECOND, TONE

DAY = 86_400.0
IDS = map(str, count())
PRICE = 200


async def order(core: CoreClient, number: str = FUNDED, code: str = TONE) -> float:
    answer = await core.order_tone(number, code, transaction_id=next(IDS), expected_price=None)
    assert answer.valid_until is not None
    return answer.valid_until


async def library(core: CoreClient, number: str = FUNDED) -> list[Tone]:
    return await core.owned_tones(number)


async def renewals(house: House, number: str = FUNDED) -> list[tuple[str, int, str]]:
    """What was charged for renewals: tone, minor units, the portal's rule."""
    rows = [row for row in await house.ledger() if (row["number"], row["action"]) == (number, "renew")]
    return [(row["tone"], row["amount"], row["offer"]) for row in rows]


async def poor(house: House, balance: int = 0, number: str = FUNDED) -> None:
    status, _ = await house.admin("PUT", f"subscribers/{number}", {"balance": balance})
    assert 204 == status


async def test_a_bought_tone_tells_until_when_it_is_valid_and_that_it_renews(house: House, core: CoreClient) -> None:
    until = await order(core)
    assert house.now[0] + 30 * DAY == until
    (tone,) = await library(core)
    assert (until, "renews", PRICE) == (tone.valid_until, tone.renewal, tone.renewal_price)


@pytest.mark.parametrize(("periods", "days"), [(0, 29.99), (1, 30), (2, 60.5)])
async def test_it_renews_itself_at_the_end_of_each_period_at_the_price_of_its_order(
    house: House, core: CoreClient, periods: int, days: float
) -> None:
    until = await order(core)
    await house.admin("PUT", f"tones/{TONE}", {"price": 900})
    house.now[0] += days * DAY
    (tone,) = await library(core)
    assert until + periods * 30 * DAY == tone.valid_until
    assert [(TONE, PRICE, "")] * periods == await renewals(house)


async def test_one_that_cannot_be_paid_is_unpaid_tried_day_by_day_and_gone_in_the_end(
    house: House, core: CoreClient
) -> None:
    until = await order(core)
    await poor(house)
    house.now[0] += 30 * DAY
    (tone,) = await library(core)
    assert ("unpaid", until) == (tone.renewal, tone.valid_until)
    await poor(house, PRICE)
    house.now[0] += DAY - 1
    assert ["unpaid"] == [tone.renewal for tone in await library(core)]
    house.now[0] += 1
    assert ["renews"] == [tone.renewal for tone in await library(core)]
    house.now[0] += 45 * DAY
    assert ([], [(TONE, PRICE, "")]) == (await library(core), await renewals(house))


async def test_a_tone_that_is_deleted_while_it_is_unpaid_is_not_tried_again(house: House, core: CoreClient) -> None:
    await order(core)
    await poor(house)
    house.now[0] += 30 * DAY
    assert "done" == (await core.delete_tone(FUNDED, TONE, transaction_id=next(IDS))).outcome
    await poor(house, PRICE)
    house.now[0] += 2 * DAY
    assert ([], []) == (await library(core), await renewals(house))


async def test_what_is_given_or_in_a_box_ends_and_costs_its_owner_nothing(house: House, core: CoreClient) -> None:
    key = (await core.present_tone(FRIEND, FUNDED, TONE, transaction_id=next(IDS), expected_price=None)).key
    await core.affirm_present(FUNDED, key, accept=True, transaction_id=next(IDS))
    await core.order_bundle(FRIEND, "101", transaction_id=next(IDS), expected_price=None)
    tones = [*await library(core), *await library(core, FRIEND)]
    assert {"ends"} == {tone.renewal for tone in tones}
    house.now[0] += 400 * DAY
    assert ([], []) == (await library(core), await library(core, FRIEND))
    assert ([], []) == (await renewals(house), await renewals(house, FRIEND))


# By a call


async def test_a_call_adds_a_period_before_the_end_at_the_price_agreed_to(house: House, core: CoreClient) -> None:
    until = await order(core)
    house.now[0] += DAY
    answer = await core.renew_tone(FUNDED, TONE, transaction_id="r-1", expected_price=PRICE, expected_until=until)
    assert ("done", PRICE, until + 30 * DAY) == (answer.outcome, answer.amount_charged, answer.valid_until)
    assert [until + 30 * DAY] == [tone.valid_until for tone in await library(core)]


@pytest.mark.parametrize("transaction", ["r-1", "r-2"], ids=["the same transaction", "a core that forgot it"])
async def test_a_call_that_took_effect_is_not_charged_again_by_the_date_it_names(
    house: House, core: CoreClient, transaction: str
) -> None:
    """Promise 2, against a core that forgets transactions."""
    until = await order(core)
    outcomes = []
    for id_ in ("r-1", transaction):
        answer = await core.renew_tone(FUNDED, TONE, transaction_id=id_, expected_price=PRICE, expected_until=until)
        outcomes.append(answer.outcome)
    assert (["done", "done" if transaction == "r-1" else "already"], [(TONE, PRICE, "")]) == (
        outcomes, await renewals(house),
    )  # fmt: skip


async def test_an_unpaid_tone_is_renewed_from_now_at_a_lower_price_of_the_portals_rule(
    house: House, core: CoreClient
) -> None:
    until = await order(core)
    await poor(house, 100)
    house.now[0] += 30 * DAY + 600
    answer = await core.renew_tone(
        FUNDED, TONE, transaction_id=next(IDS), expected_price=100, offer_code="low", expected_until=until
    )
    assert (100, house.now[0] + 30 * DAY) == (answer.amount_charged, answer.valid_until)
    assert [("renews", PRICE)] == [(tone.renewal, tone.renewal_price) for tone in await library(core)]
    assert [(TONE, 100, "low")] == await renewals(house)


@pytest.mark.parametrize(
    ("reason", "number", "code", "price", "offer"),
    [
        ("tone_missing", FUNDED, SECOND, 300, ""),
        ("price_changed", FUNDED, TONE, 100, ""),
        ("price_changed", FUNDED, TONE, 300, "dear"),
        ("no_service", NO_SERVICE, TONE, PRICE, ""),
        ("barred", BARRED, TONE, PRICE, ""),
    ],
)
async def test_what_cannot_be_renewed_is_refused_and_costs_nothing(
    house: House, core: CoreClient, reason: str, number: str, code: str, price: int, offer: str
) -> None:
    await order(core)
    with pytest.raises(Refused) as refused:
        await core.renew_tone(number, code, transaction_id=next(IDS), expected_price=price, offer_code=offer)
    assert (reason, []) == (refused.value.reason, await renewals(house))


async def test_a_number_without_money_is_refused(house: House, core: CoreClient) -> None:
    await order(core)
    await poor(house, PRICE - 1)
    with pytest.raises(Refused, match="balance"):
        await core.renew_tone(FUNDED, TONE, transaction_id=next(IDS), expected_price=PRICE)


async def test_a_core_without_the_call_is_not_called(house: House) -> None:
    with pytest.raises(NotSupported):
        await house.client(renew_tone=False).renew_tone(FUNDED, TONE, transaction_id="r", expected_price=None)


# By its operators


async def test_the_clock_can_be_put_forward_and_back(house: House, core: CoreClient) -> None:
    await house.admin("PUT", "clock", {"ahead_s": -30 * DAY + 60})
    assert house.now[0] + 60 == await order(core)
    await house.admin("PUT", "clock", {"ahead_s": 3600})
    assert [(TONE, PRICE, "")] == await renewals(house)


@pytest.mark.parametrize(
    ("path", "given"),
    [("clock", {"ahead_s": "1"}), ("clock", {"ahead_s": 1e12}), (f"subscribers/{FUNDED}", {"balance": -1})],
)
async def test_what_cannot_be_set_is_told(house: House, path: str, given: dict[str, object]) -> None:
    status, told = await house.admin("PUT", path, given)
    assert (400, True) == (status, "give {" in told["error"])


async def test_a_number_of_another_operator_has_no_balance(house: House) -> None:
    assert (404, None) == await house.admin("PUT", "subscribers/4420794601234", {"balance": 1})
