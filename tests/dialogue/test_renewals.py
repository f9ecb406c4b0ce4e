"""Renewals as pure decisions: who is told when, when a lower price is tried, and marketing's file of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from workers.dialogue import SHIPPED_TEMPLATES, TemplatesError
from workers.dialogue.offers import Price
from workers.dialogue.renewal_prices import LowerPrice, LowerPrices
from workers.dialogue.renewals import (
    AFTER_S,
    Decision,
    Fail,
    Forget,
    Known,
    Look,
    RenewalRules,
    Seen,
    Tell,
    Try,
    decide,
)

TONE, HOUR, DAY = "600902000001", 3600.0, 86_400.0
DUE = 1_800_000_000.0
EXPECTED = Known(TONE, DUE)
TOLD = replace(EXPECTED, told_for=DUE, told_price=200, lower_price=100, rule="low")
SEEN = Seen(DUE, "renews", 200, 30)
UNPAID = replace(SEEN, renewal="unpaid")
LOW = LowerPrice("low", Price(100), brands=frozenset({"easy"}), tries=2, every_h=12)
PRICES = LowerPrices((LOW,))
NIGHT = RenewalRules(quiet_until=lambda at: DUE - 4 * HOUR if DUE - 30 * HOUR <= at < DUE - 4 * HOUR else at)
ALL_NIGHT = RenewalRules(quiet_until=lambda at: DUE + HOUR if at < DUE + HOUR else at)


@pytest.mark.parametrize(
    ("expected", "known", "seen", "in_s", "rules"),
    [
        (Tell(DUE, DUE + AFTER_S, 200, "low", 100), EXPECTED, SEEN, -DAY, RenewalRules()),
        (Look(DUE, DUE - DAY), EXPECTED, SEEN, -2 * DAY, RenewalRules()),
        (Look(DUE, DUE + AFTER_S), TOLD, SEEN, -HOUR, RenewalRules()),
        (Forget(), EXPECTED, None, -DAY, RenewalRules()),
        (Forget(), EXPECTED, replace(SEEN, renewal="ends"), -DAY, RenewalRules()),
        (Look(DUE + 9 * DAY, DUE + 8 * DAY), TOLD, replace(SEEN, valid_until=DUE + 9 * DAY), -DAY, RenewalRules()),
        (Look(DUE, DUE + 1 + AFTER_S), TOLD, SEEN, 1, RenewalRules()),
        (Look(DUE, DUE - 4 * HOUR), EXPECTED, SEEN, -DAY, NIGHT),
        (Tell(DUE, DUE + AFTER_S, 200, "low", 100), EXPECTED, SEEN, -DAY, ALL_NIGHT),
        (Look(DUE, DUE - DAY / 2), EXPECTED, replace(SEEN, validity_days=1), -DAY, RenewalRules()),
        (Look(DUE + 30 * DAY, DUE + 29 * DAY), TOLD, replace(SEEN, valid_until=None), DAY, RenewalRules()),
    ],
    ids=[
        "told a day before",
        "not earlier",
        "told once",
        "a deleted tone",
        "a tone that ends",
        "renewed since",
        "the core is at it",
        "after the quiet hours",
        "at once where they end after the date",
        "a short period, after half of it",
        "a core that tells no date",
    ],
)
def test_a_number_is_told_once_before_its_tone_renews_and_not_at_night(
    expected: Decision, known: Known, seen: Seen | None, in_s: float, rules: RenewalRules
) -> None:
    assert expected == decide(known, seen, DUE + in_s, rules, PRICES, "Easy")


@pytest.mark.parametrize(
    ("expected", "known", "prices"),
    [
        (Try(100, "low", DUE + AFTER_S + 12 * HOUR, False), TOLD, PRICES),
        (Try(100, "low", DUE + AFTER_S + 12 * HOUR, True), replace(TOLD, tries=1), PRICES),
        (Fail(DUE + AFTER_S + DAY), replace(TOLD, tries=2), PRICES),
        (Fail(DUE + AFTER_S + DAY), TOLD, LowerPrices()),
        (Fail(DUE + AFTER_S + DAY), EXPECTED, PRICES),
        (Fail(DUE + AFTER_S + DAY), replace(TOLD, told_for=DUE - 30 * DAY), PRICES),
        (Look(DUE, DUE + AFTER_S + DAY), replace(TOLD, failed_for=DUE), PRICES),
    ],
    ids=[
        "the price that was told",
        "the last try",
        "none left",
        "the rule is gone",
        "nothing was told",
        "another date was told",
        "its failure was told",
    ],
)
def test_a_lower_price_is_tried_only_where_it_was_told(expected: Decision, known: Known, prices: LowerPrices) -> None:
    """Promise 3."""
    assert expected == decide(known, UNPAID, DUE + AFTER_S, RenewalRules(), prices, "Easy")


def test_nothing_is_tried_or_told_in_the_quiet_hours_after_the_date() -> None:
    rules = RenewalRules(quiet_until=lambda at: DUE + 8 * HOUR if at < DUE + 8 * HOUR else at)
    assert Look(DUE, DUE + 8 * HOUR) == decide(TOLD, UNPAID, DUE + AFTER_S, rules, PRICES, "")


@pytest.mark.parametrize(
    ("expected", "brand", "price"),
    [(("low", 100), "EASY", 200), (None, "Gold", 200), (None, "", 200), (None, "Easy", 100)],
    ids=["its brand", "another", "not known", "not lower"],
)
def test_a_rule_is_for_its_brands_and_only_ever_lowers_a_price(
    expected: tuple[str, int] | None, brand: str, price: int
) -> None:
    assert expected == PRICES.lower(TONE, brand, price)


# Marketing's file


def written(folder: Path, text: str) -> Path:
    (folder / "renewals.yaml").write_text(text)
    return folder


def test_the_file_is_read_in_its_order_and_a_folder_may_be_without(tmp_path: Path) -> None:
    assert LowerPrices() == LowerPrices.load(tmp_path) == LowerPrices.load(SHIPPED_TEMPLATES)
    rules = "lower_prices:\n  a: {tones: '60090200000?', price: 50%}\n  b: {price: 90, tries: 5, every_h: 6}\n"
    prices = LowerPrices.load(written(tmp_path, rules))
    assert [("a", 100), ("b", 90)] == [prices.lower(code, "", 200) for code in (TONE, "700902000001")]
    assert (5, 6) == (prices.rules[1].tries, prices.rules[1].every_h)


@pytest.mark.parametrize(
    ("what", "text"),
    [
        ("'a' has no price", "lower_prices:\n  a: {tries: 2}\n"),
        ("'0' is no such number", "lower_prices:\n  a: {price: 1, tries: 0}\n"),
        ("there is no 'prices'", "lower_prices: {}\nprices: {}\n"),
        ("can't be the name", "lower_prices:\n  'a b': {price: 1}\n"),
    ],
)
def test_what_is_wrong_in_it_is_told_with_its_line(tmp_path: Path, what: str, text: str) -> None:
    with pytest.raises(TemplatesError) as wrong:
        LowerPrices.load(written(tmp_path, text))
    (finding,) = wrong.value.findings
    assert (True, 2) == (what in str(finding), finding.line)
