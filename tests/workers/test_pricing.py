"""The offer's price is told, reserved, charged and settled; a number's limits stop a charge before any call."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from core_client import NothingSentError, Refused
from tests.dialogue.offers.kit.rules import hours, offer, when
from tests.journals import journal_url, postgresql_url, sqlite_url  # noqa: F401 - fixtures
from tests.workers.kit.office import FRIEND, NUMBER, Office, crashed, next_stay, said
from tests.workers.kit.shop import NOON, Shop, sent_now
from tests.workers.kit.small_core import FEE, PRICE, Lost
from workers.dialogue import Action, Command, Way
from workers.dialogue.limits import NumberLimits
from workers.dialogue.offers import Offers, Quota, Thing
from workers.journal import InboxState, Journal
from workers.steps import steps_of

GET = "GET 600902000001"
ONLY_ONE = Quota(total=1)


@pytest.fixture
def journal(journal_url: str) -> Iterator[Journal]:  # noqa: F811
    with Journal(journal_url, clock=lambda: NOON) as journal:
        yield journal


async def test_an_order_is_charged_at_the_offers_price_and_says_so(journal: Journal) -> None:
    """Promise 3: the call carries the price and its offer, the answer the amount charged."""
    shop = Shop(journal, offer("spring", 150))
    ending = await shop.finished(await shop.office.run(sent_now(GET)))
    assert ([("orderTone", NUMBER, 150)], ["spring"]) == (shop.core.ledger, shop.core.offers)
    assert "You paid 1.50 yuan" in said(ending)
    assert (InboxState.DONE, ()) == (ending.state, ending.events), "that is what was to be charged"
    assert [("kept", 150, "spring")] == shop.charges()


async def test_without_an_offer_that_fits_nothing_is_reserved_and_the_catalogues_price_is_charged(
    journal: Journal,
) -> None:
    shop = Shop(
        journal, offer("night", 150, when=when("UTC", "22:00-06:00")), offer("zone", 1, brands=frozenset({"m"}))
    )
    ending = await shop.finished(await shop.office.run(sent_now(GET)))
    assert ([("orderTone", NUMBER, PRICE)], [""], []) == (shop.core.ledger, shop.core.offers, shop.charges())
    assert ending.settlement is None


async def test_an_offer_of_a_brand_is_for_who_has_it(journal: Journal) -> None:
    shop = Shop(journal, offer("zone", 50, brands=frozenset({"m-zone"})), brand="M-Zone")
    await shop.office.run(sent_now(GET))
    assert [("orderTone", NUMBER, 50)] == shop.core.ledger


async def test_the_price_that_is_asked_about_is_the_offers(journal: Journal) -> None:
    """Promise 3: the price shown before the yes is the price charged."""
    shop = Shop(journal, offer("spring", 150, quota=ONLY_ONE), way=Way.REPLY)
    ending = await shop.office.run(sent_now(GET))
    assert "costs 1.50 yuan" in said(ending)
    assert ([], []) == (shop.core.ledger, shop.charges()), "a question reserves nothing"


async def test_a_refusal_gives_the_quota_back(journal: Journal) -> None:
    shop = Shop(journal, offer("spring", 150, quota=ONLY_ONE))
    shop.core.faults["orderTone"] = ["310001"]
    ending = await shop.finished(await shop.office.run(sent_now(GET)))
    assert (InboxState.REFUSED, []) == (ending.state, shop.charges())
    again = await shop.finished(await shop.office.run(sent_now(GET, id=2, transaction_id="f" * 24)))
    assert [("kept", 150, "spring")] == shop.charges(), again.outcome


async def test_what_is_sold_out_costs_the_next_offers_price_or_the_catalogues(journal: Journal) -> None:
    shop = Shop(journal, offer("first", 50, quota=ONLY_ONE), offer("second", 80, quota=Quota(per_number=1)))
    for no, tone in enumerate("123"):
        row = sent_now(f"GET 60090200000{tone}", id=no, transaction_id=f"{no:024x}")
        await shop.finished(await shop.office.run(row))
    assert [50, 80, PRICE] == [amount for _, _, amount in shop.core.ledger]
    assert ["first", "second", ""] == shop.core.offers


async def test_several_codes_in_one_text_share_what_is_left_of_a_quota(journal: Journal) -> None:
    shop = Shop(journal, offer("spring", 50, quota=ONLY_ONE))
    await shop.finished(await shop.office.run(sent_now("GET 600902000001 600902000002")))
    assert [50, PRICE] == [amount for _, _, amount in shop.core.ledger]
    assert [("kept", 50, "spring")] == shop.charges()


@pytest.mark.parametrize("done", [True, False])
@pytest.mark.parametrize("query_transaction", [True, False])
async def test_an_order_whose_answer_was_lost_is_charged_once_at_the_price_reserved(
    journal: Journal, done: bool, query_transaction: bool
) -> None:
    """Promise 2: what nobody knows stays reserved until the core has said so, and keeps its price."""
    shop = Shop(journal, offer("spring", 150, quota=ONLY_ONE), query_transaction=query_transaction)
    shop.core.faults["orderTone"] = [Lost(done=done)]
    ending = await shop.finished(await shop.office.run(sent_now(GET)))
    assert (InboxState.UNKNOWN, [("reserved", 150, "spring")]) == (ending.state, shop.charges())
    shop.offers = Offers((offer("spring", 120, quota=ONLY_ONE),))  # marketing is quicker than the core
    ending = await shop.finished(await shop.office.finish(ending))
    assert (InboxState.DONE, [("orderTone", NUMBER, 150)]) == (ending.state, shop.core.ledger)
    assert [("kept", 150, "spring")] == shop.charges()
    assert "charged_otherwise" not in str(ending.events)


async def test_a_worker_that_dies_after_its_reservation_leaves_one_that_the_next_one_settles(journal: Journal) -> None:
    """Promise 2: a crash at any line neither sells an offer twice nor loses it."""
    shop = Shop(journal, offer("spring", 150, quota=ONLY_ONE))
    await shop.office.run(sent_now(GET))  # and nothing of its ending is written
    assert [("reserved", 150, "spring")] == shop.charges()
    next_one = Shop(journal, offer("spring", 150, quota=ONLY_ONE))
    next_one.core.__dict__.update(shop.core.__dict__)
    ending = await next_one.finished(await next_one.office.run(crashed(sent_now(GET))))
    assert (InboxState.DONE, [("orderTone", NUMBER, 150)]) == (ending.state, shop.core.ledger)
    assert [("kept", 150, "spring")] == shop.charges()


async def test_a_core_that_is_away_holds_no_quota_up(journal: Journal) -> None:
    shop = Shop(journal, offer("spring", 150, quota=ONLY_ONE))
    await shop.office.run(sent_now("GET 600902000002", id=9, transaction_id="e" * 24))
    before = shop.charges()
    shop.core.faults["orderTone"] = [NothingSentError("refused")]
    shop.offers = Offers((offer("spring", 150, quota=Quota(2)),))
    ending = await shop.finished(await shop.office.run(sent_now(GET)))
    assert (InboxState.WAITING, before) == (ending.state, shop.charges())
    ending = await shop.finished(await shop.office.finish(ending))
    assert (InboxState.DONE, 2) == (ending.state, len(shop.charges()))


async def test_a_stop_that_overtakes_an_order_gives_its_quota_back(journal: Journal) -> None:
    shop = Shop(journal, offer("spring", 150, quota=ONLY_ONE))
    shop.core.faults["orderTone"] = ["100002"]
    waiting = await shop.finished(await shop.office.run(sent_now(GET)))
    stopped = replace(next_stay(waiting), stop_requested=True)
    ending = await shop.finished(await shop.office.run(stopped))
    assert (InboxState.REFUSED, [], []) == (ending.state, shop.charges(), shop.core.ledger)


async def test_a_number_spends_no_more_in_a_day_than_it_may(journal: Journal) -> None:
    """Promise 4: the refusal says why, and that nothing was charged."""
    shop = Shop(journal, limits=NumberLimits(spending_per_day=PRICE + 50))
    await shop.finished(await shop.office.run(sent_now(GET)))
    row = sent_now("GET 600902000002", id=2, transaction_id="f" * 24)
    ending = await shop.finished(await shop.office.run(row))
    assert (InboxState.REFUSED, "spending_limit") == (ending.state, ending.outcome)
    assert "you have reached your spending limit. Nothing was charged." in said(ending)
    assert 1 == len(shop.core.ledger)
    assert not shop.core.transactions("orderTone")[1:], "refused before any call"


async def test_the_first_months_fee_counts_as_spent(journal: Journal) -> None:
    shop = Shop(journal, limits=NumberLimits(spending_per_day=FEE))
    await shop.finished(await shop.office.run(sent_now("ON")))
    ending = await shop.finished(await shop.office.run(sent_now(GET, id=2, transaction_id="f" * 24)))
    assert ("spending_limit", [("kept", FEE, "")]) == (ending.outcome, shop.charges())


async def test_a_number_gives_no_more_in_a_month_than_it_may(journal: Journal) -> None:
    shop = Shop(journal, limits=NumberLimits(gifts_per_month=1))
    await shop.finished(await shop.office.run(sent_now(f"GIFT 600902000001 {FRIEND}")))
    second = sent_now(f"GIFT 600902000002 {FRIEND}", id=2, transaction_id="f" * 24)
    ending = await shop.finished(await shop.office.run(second))
    assert ("gift_limit", 1) == (ending.outcome, len(shop.core.transactions("presentTone")))
    assert "Nothing was charged" in said(ending)


@pytest.mark.parametrize("way", [Way.NONE, Way.REPLY])
async def test_a_gift_in_the_quiet_hours_is_refused_before_anybody_is_asked_or_called(
    journal: Journal, way: Way
) -> None:
    shop = Shop(journal, limits=NumberLimits(quiet=hours("11:00-13:00")), way=way)
    ending = await shop.finished(await shop.office.run(sent_now(f"GIFT 600902000001 {FRIEND}")))
    assert (InboxState.REFUSED, "quiet_hours") == (ending.state, ending.outcome)
    assert [NUMBER] == [answer.destination for answer in ending.answers]
    assert "Nothing was charged. Please send it again in the daytime." in said(ending)
    assert [] == shop.core.transactions("presentTone")


async def test_nobody_is_asked_about_what_a_limit_forbids(journal: Journal) -> None:
    shop = Shop(journal, limits=NumberLimits(spending_per_day=PRICE - 1), way=Way.REPLY)
    ending = await shop.office.run(sent_now(GET))
    assert (InboxState.REFUSED, "spending_limit", None) == (ending.state, ending.outcome, ending.consent)


async def test_a_yes_is_good_for_the_price_that_was_told_also_after_the_offers_last_moment(journal: Journal) -> None:
    """Promise 3: the price shown before the yes is the price charged."""
    shop = Shop(journal, offer("noon", 150, when=when("UTC", "12:00-12:05")))
    step = replace(steps_of(Command(Action.ORDER, ("600902000001",)), sent_now(GET))[0], agreed=True, price=150)
    thing = Thing("600902000001", PRICE)
    shop.office.now_s += 600
    quote = await shop.pricing.reserve(replace(step, told_at=NOON), thing, shop.no_brand)
    assert (150, "noon") == (quote.price, quote.offer_id)
    with pytest.raises(Refused, match="price_changed"):
        await shop.pricing.reserve(replace(step, told_at=NOON + 600, transaction_id="f" * 26), thing, shop.no_brand)


async def test_a_yes_to_an_offer_that_marketing_has_taken_back_is_asked_again(journal: Journal) -> None:
    shop = Shop(journal, offer("noon", 150))
    step = replace(steps_of(Command(Action.ORDER, ("600902000001",)), sent_now(GET))[0], agreed=True, price=150)
    shop.offers = Offers()
    with pytest.raises(Refused, match="price_changed"):
        await shop.pricing.reserve(replace(step, told_at=NOON), Thing("600902000001", PRICE), shop.no_brand)
    assert [] == shop.charges()


async def test_a_core_without_expected_price_has_its_price_read_just_before_and_held_against_the_charge() -> None:
    """Promise 3: where the call can't carry the price, what was charged otherwise is noted for operations."""
    office = Office(expects_price=False)
    await office.run(sent_now(GET))
    office.core.tones["600902000001"] = 300
    ending = await office.run(sent_now(GET, number=FRIEND, id=2, transaction_id="f" * 24))
    assert [("orderTone", NUMBER, PRICE), ("orderTone", FRIEND, 300)] == office.core.ledger
    assert (2, ()) == (len(office.core.transactions("queryTone")), ending.events)


async def test_without_expected_price_a_yes_to_another_price_is_not_called() -> None:
    """Promise 3: the price is looked at here where the core doesn't."""
    office = Office(expects_price=False, way=Way.REPLY)
    await office.run(sent_now(GET))
    office.core.tones["600902000001"] = 300
    step = replace(steps_of(Command(Action.ORDER, ("600902000001",)), sent_now(GET))[0], agreed=True, price=PRICE)
    result = await office.calls.make(step)
    assert ("price_changed", []) == (result.reason, office.core.ledger)
