"""What one number may do is decided over counts; whoever wants to stop is always heard."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.dialogue.offers.kit.rules import hours, moment
from workers.dialogue import Action
from workers.dialogue.limits import MINUTE_S, Flood, NumberLimits

DONE, TOLD, COVERED = Flood
AT = 1_800_000_000.0


@pytest.mark.parametrize(
    ("flood", "most", "action", "messages", "told_ago_s"),
    [
        (DONE, 0, Action.ORDER, 9999, 1.0),
        (DONE, 5, Action.ORDER, 4, None),
        (TOLD, 5, Action.ORDER, 5, None),
        (TOLD, 5, None, 5, None),
        (COVERED, 5, Action.ORDER, 5, 0.0),
        (COVERED, 5, Action.HELP, 5, 59.9),
        (COVERED, 5, Action.ORDER, 0, 59.9),
        (TOLD, 5, Action.ORDER, 5, 60.0),
        (DONE, 5, Action.ORDER, 4, 60.0),
        (DONE, 5, Action.CLOSE, 9999, 1.0),
        (DONE, 5, Action.DECLINE, 9999, None),
        (DONE, 5, Action.GIFTS_OFF, 9999, 1.0),
        (TOLD, 5, Action.GIFTS_ON, 5, None),
    ],
)
def test_a_flood_is_told_once_a_minute_and_what_was_told_holds(
    flood: Flood, most: int, action: Action | None, messages: int, told_ago_s: float | None
) -> None:
    told_at = None if told_ago_s is None else AT - told_ago_s
    assert flood == NumberLimits(most).flood(action, AT, messages, told_at)


@given(st.lists(st.floats(0, 20), min_size=1, max_size=80), st.integers(1, 10))
def test_no_text_of_a_flood_is_without_an_answer(pauses: list[float], most: int) -> None:
    """Promise 4: every text is done, answered, or covered by an answer of at most a minute before it."""
    limits, at, sent, told_at = NumberLimits(most), AT, [], None
    for pause in pauses:
        at += pause
        flood = limits.flood(Action.ORDER, at, sum(at - MINUTE_S < one for one in sent), told_at)
        sent.append(at)
        assert (flood is COVERED) == (told_at is not None and at - told_at < MINUTE_S)
        if flood is TOLD:
            told_at = at


@pytest.mark.parametrize(
    ("reason", "action", "price", "spent", "gifts"),
    [
        ("", Action.ORDER, 200, 800, 99),
        ("spending_limit", Action.ORDER, 200, 801, 0),
        ("spending_limit", Action.OPEN, 1001, 0, 0),
        ("", Action.ORDER, 0, 5000, 0),
        ("", Action.OPEN, None, 5000, 0),
        ("", Action.GIFT, 200, 0, 2),
        ("gift_limit", Action.GIFT, 0, 0, 3),
        ("gift_limit", Action.GIFT, 200, 900, 3),
    ],
)
def test_a_charge_that_would_be_too_much_is_refused_with_its_reason(
    reason: str, action: Action, price: int | None, spent: int, gifts: int
) -> None:
    assert reason == NumberLimits(0, 1000, 3).refusal(action, price, spent, gifts, AT)
    assert "" == NumberLimits().refusal(action, price, spent, gifts, AT)


@pytest.mark.parametrize(
    ("day", "month", "zone", "at"),
    [
        ("2027-02-05 00:00", "2027-02-01 00:00", "UTC", "2027-02-05 23:59"),
        ("2027-02-04 16:00", "2027-01-31 16:00", "Asia/Shanghai", "2027-02-05 15:59"),
        ("2027-02-05 16:00", "2027-01-31 16:00", "Asia/Shanghai", "2027-02-05 16:00"),
        ("2027-03-28 22:00", "2027-02-28 23:00", "Europe/Berlin", "2027-03-29 12:00"),
    ],
)
def test_days_and_months_begin_at_their_zones_midnight(day: str, month: str, zone: str, at: str) -> None:
    limits = NumberLimits(zone=ZoneInfo(zone))
    assert (moment(day), moment(month)) == (limits.day_began(moment(at)), limits.month_began(moment(at)))


@pytest.mark.parametrize(
    ("until", "at"),
    [
        ("2027-02-05 20:59", "2027-02-05 20:59"),
        ("2027-02-06 08:00", "2027-02-05 21:00"),
        ("2027-02-06 08:00", "2027-02-06 00:30"),
        ("2027-02-06 08:00", "2027-02-06 08:00"),
    ],
)
def test_what_was_not_asked_for_waits_until_the_quiet_hours_are_over(until: str, at: str) -> None:
    assert moment(until) == NumberLimits(quiet=hours("21:00-08:00")).quiet_until(moment(at))
    assert moment(at) == NumberLimits().quiet_until(moment(at))


@pytest.mark.parametrize(
    ("reason", "action", "at"),
    [
        ("quiet_hours", Action.GIFT, "2027-02-05 21:00"),
        ("quiet_hours", Action.GIFT, "2027-02-06 07:59"),
        ("", Action.GIFT, "2027-02-06 08:00"),
        ("", Action.ORDER, "2027-02-05 21:00"),
        ("", Action.OPEN, "2027-02-05 21:00"),
    ],
)
def test_nobody_is_asked_about_a_gift_in_the_quiet_hours(reason: str, action: Action, at: str) -> None:
    assert reason == NumberLimits(quiet=hours("21:00-08:00")).refusal(action, 200, 0, 0, moment(at))
