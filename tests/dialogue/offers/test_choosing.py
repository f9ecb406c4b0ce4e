"""One offer wins, or none: by priority, price, what it asks for and its id, whatever order the rules come in."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.dialogue.offers.kit.rules import ANYBODY, NUMBER, TONE, moment, offer, when
from workers.dialogue.offers import Facts, Offer, Offers, Price, Quota, Quote, Segment, Thing, Used

NOW = moment("2027-02-05 12:00")
SEGMENTS = {"students": Segment(prefixes=("86138",)), "staff": Segment(numbers=frozenset({"8613900000001"}))}


def quote(*offers: Offer, thing: Thing = TONE, facts: Facts = ANYBODY, used: dict[str, Used] | None = None) -> Quote:
    return Offers(offers, SEGMENTS).price_for(thing, facts, NOW, used or {})


@pytest.mark.parametrize(
    ("winner", "offers"),
    [
        ("", []),
        ("a", [offer("a")]),
        ("b", [offer("a", 50, priority=1), offer("b", 150, priority=2)]),
        ("b", [offer("a", 100), offer("b", 50)]),
        ("b", [offer("a", price=Price(percent=50)), offer("b", 99)]),
        ("b", [offer("a"), offer("b", brands=frozenset({"m-zone"}))]),
        ("b", [offer("a", tones=("6009*",)), offer("b", tones=("600902000001",))]),
        ("b", [offer("a", tones=("6009*",)), offer("b", tones=("6009*",), segments=frozenset({"students"}))]),
        ("a", [offer("b"), offer("a")]),
        ("a", [offer("b", price=Price(percent=50)), offer("a", 100)]),
    ],
)  # fmt: skip
def test_the_winner_is_of_the_highest_priority_then_cheapest_then_asks_for_most_then_first(
    winner: str, offers: list[Offer]
) -> None:
    for order in (offers, offers[::-1]):
        assert winner == quote(*order, facts=Facts(NUMBER, "M-Zone")).offer_id


@pytest.mark.parametrize(
    ("fits", "rule"),
    [
        (True, offer()),
        (True, offer(brands=frozenset({"m-zone", "easyown"}))),
        (False, offer(brands=frozenset({"easyown"}))),
        (True, offer(segments=frozenset({"students", "staff"}))),
        (False, offer(segments=frozenset({"staff"}))),
        (True, offer(tones=("600902000002", "60090200000?"))),
        (False, offer(tones=("600902000002", "6009", "?600902000001"))),
        (False, offer(bundle="600902000001")),
        (False, offer(price=Price(201))),
        (True, offer(price=Price(200))),
        (True, offer(price=Price(percent=100))),
        (False, offer(when=when("UTC", "13:00-14:00"))),
    ],
)
def test_an_offer_fits_where_all_it_asks_for_is_so_and_it_is_no_dearer(fits: bool, rule: Offer) -> None:
    assert fits == bool(quote(rule, facts=Facts(NUMBER, "M-Zone")).offer_id)


def test_a_number_whose_brand_is_not_known_gets_no_offer_of_a_brand() -> None:
    rule = offer(brands=frozenset({"m-zone"}))
    assert Offers((rule,)).brand_matters(TONE)
    assert 200 == quote(rule).price


def test_a_bundle_has_offers_of_its_own() -> None:
    box = Thing("9001", 900, bundle=True)
    assert ("box", 500) == (quote(offer("box", 500, bundle="9001"), thing=box).offer_id,
                            quote(offer("box", 500, bundle="9001"), offer("all", 10), thing=box).price)  # fmt: skip


@pytest.mark.parametrize(
    ("price", "catalogue", "percent"), [(100, 200, 50), (66, 200, 33), (0, 1, 99), (0, 200, 0), (199, 199, 100)]
)
def test_a_part_of_the_smallest_unit_is_the_subscribers(price: int, catalogue: int, percent: int) -> None:
    assert price == Price(percent=percent).of(catalogue)


@pytest.mark.parametrize(
    ("winner", "quota", "used"),
    [
        ("a", Quota(total=10), Used(9, 9)),
        ("b", Quota(total=10), Used(10, 0)),
        ("a", Quota(per_number=1), Used(99, 0)),
        ("b", Quota(per_number=1), Used(1, 1)),
        ("b", Quota(10, 1), Used(11, 2)),
    ],
)
def test_an_offer_that_was_had_as_often_as_it_may_makes_way_for_the_next(winner: str, quota: Quota, used: Used) -> None:
    assert winner == quote(offer("a", 50, quota=quota), offer("b", 80), used={"a": used}).offer_id


def test_every_offer_says_why_it_wins_or_not() -> None:
    offers = Offers(
        (
            offer("night", when=when("UTC", "22:00-06:00")),
            offer("weekend", when=when("UTC", days=(5, 6))),
            offer("over", when=when("UTC", last="2027-02-05")),
            offer("soon", when=when("UTC", first="2027-02-06")),
            offer("zone", brands=frozenset({"m-zone"})),
            offer("staff", segments=frozenset({"staff"})),
            offer("rain", tones=("6009020000020",)),
            offer("dear", 300),
            offer("gone", 10, quota=Quota(5)),
            offer("had", 10, quota=Quota(per_number=1)),
            offer("best", 120, priority=2),
            offer("cheap", 20),
            offer("cheap-2", 30),
        ),
        SEGMENTS,
    )
    used = {"gone": Used(5, 0), "had": Used(7, 1)}
    as_money = {one.offer.id: one.why for one in offers.explain(TONE, ANYBODY, NOW, used, "¤{}".format)}
    assert "wins: price ¤120, priority 2" == as_money["best"]
    assert "¤300 is dearer than the catalogue's ¤200" == as_money["dear"]
    told = [(judged.offer.id, judged.wins, judged.why) for judged in offers.explain(TONE, ANYBODY, NOW, used)]
    assert [
        ("best", True, "wins: price 120, priority 2"),
        ("cheap", False, "beaten by best, which has the higher priority"),
        ("cheap-2", False, "beaten by best, which has the higher priority"),
        ("dear", False, "300 is dearer than the catalogue's 200"),
        ("gone", False, "sold out: 5 of 5"),
        ("had", False, "the number has had it 1 times of 1"),
        ("night", False, "closed at this hour"),
        ("over", False, "its dates are over"),
        ("rain", False, "not for tone 600902000001"),
        ("soon", False, "its dates have not begun"),
        ("staff", False, "the number is not of segment staff"),
        ("weekend", False, "closed on this day of the week"),
        ("zone", False, "not for brand unknown: for m-zone"),
    ] == told


@st.composite
def _offers(draw: st.DrawFn) -> list[Offer]:
    def one(no: int) -> Offer:
        return offer(
            f"o{no}",
            price=draw(
                st.one_of(st.builds(Price, st.integers(0, 300)), st.builds(Price, st.none(), st.integers(0, 100)))
            ),
            priority=draw(st.integers(0, 1)),
            brands=draw(st.sampled_from([frozenset(), frozenset({"m-zone"}), frozenset({"easyown"})])),
            segments=draw(st.sampled_from([frozenset(), frozenset({"students"}), frozenset({"staff"})])),
            tones=draw(st.sampled_from([(), ("600902000001",), ("6009*",), ("600902000002",)])),
            quota=draw(st.sampled_from([Quota(), Quota(1), Quota(per_number=1)])),
            when=draw(
                st.sampled_from(
                    [
                        when(),
                        when("UTC", "22:00-06:00"),
                        when("Asia/Shanghai", days=(4,)),
                        when(last="2027-02-05 12:00"),
                    ]
                )
            ),
        )

    return [one(no) for no in range(draw(st.integers(0, 8)))]


@given(
    _offers(),
    st.integers(int(NOW) - 200_000, int(NOW) + 200_000),
    st.sampled_from([None, "M-Zone", "EasyOwn"]),
    st.dictionaries(
        st.sampled_from([f"o{no}" for no in range(8)]), st.builds(Used, st.integers(0, 2), st.integers(0, 2))
    ),
    st.randoms(use_true_random=False),
)
def test_for_any_rules_and_moment_there_is_one_winner_or_none_in_any_order(
    offers: list[Offer], at: int, brand: str | None, used: dict[str, Used], shuffler: random.Random
) -> None:
    facts = Facts(NUMBER, brand)
    found = Offers(tuple(offers), SEGMENTS).price_for(TONE, facts, at, used)
    judged = Offers(tuple(offers), SEGMENTS).explain(TONE, facts, at, used)
    shuffled = list(offers)
    shuffler.shuffle(shuffled)
    assert found == Offers(tuple(shuffled), SEGMENTS).price_for(TONE, facts, at, used)
    assert judged == Offers(tuple(shuffled), SEGMENTS).explain(TONE, facts, at, used)
    assert [found.offer_id] * bool(found.offer_id) == [one.offer.id for one in judged if one.wins]
    assert (found.offer_id != "") == any(one.fits for one in judged)
    assert 0 <= found.price <= TONE.price
