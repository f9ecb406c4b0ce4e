"""A bind that the SMSC slows down rests, starts slowly, and comes back to its whole rate."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from channels.smpp.sending.congestion import FORGOTTEN_S, Congestion
from channels.smpp.sending.pace import Pace
from channels.smpp.sending.throttle import Throttle

LOADED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""A loaded machine is no failure."""


def went(pace: Pace, begins: float, ends: float) -> int:
    """How many go in that time, where there is always one more."""
    now, count = begins, 0
    while now < ends:
        wait_s = pace.take(now)
        count += not wait_s
        now += wait_s
    return count


# throttling


def test_the_pause_doubles_to_half_a_minute_while_the_smsc_goes_on_refusing() -> None:
    throttle, now, pauses = Throttle(), 0.0, []
    for _ in range(7):
        pauses.append(throttle.refused(now))
        now += pauses[-1]
    assert [1, 2, 4, 8, 16, 30, 30] == pauses


@pytest.mark.parametrize(
    ("share", "at"),
    [
        (1.0, -5.0),
        (0.1, 0.0),
        (0.1, 0.999),
        (0.1, 1.0),
        (0.19, 2.0),
        (0.55, 6.0),
        (0.91, 10.0),
        (1.0, 11.0),
        (1.0, 99.0),
    ],
)
def test_after_a_pause_of_one_second_the_share_grows_from_a_tenth_to_the_whole_in_ten(share: float, at: float) -> None:
    throttle = Throttle()
    if at >= 0.0:
        throttle.refused(0.0)
    assert share == pytest.approx(throttle.share(at))


def test_another_refusal_makes_the_slow_start_begin_again() -> None:
    throttle = Throttle()
    throttle.refused(0.0)
    throttle.taken(2.0)
    throttle.refused(8.0)
    assert [0.1, 0.1, 0.55] == [pytest.approx(throttle.share(at)) for at in (8.0, 9.0, 14.0)]


def test_a_throttled_bind_rests_then_sends_slowly_then_as_before() -> None:
    pace = Pace(100.0)
    assert 100 <= went(pace, 0.0, 1.0) <= 105
    assert 1.0 == pace.refused(1.0)
    assert 0 == went(pace, 1.0, 2.0), "nothing at all goes while the bind rests"
    assert 10 <= went(pace, 2.0, 3.0) <= 25
    went(pace, 3.0, 12.0)
    assert 98 <= went(pace, 12.0, 13.0) <= 105


def test_whoever_waits_for_a_resting_bind_looks_up_once_a_second() -> None:
    pace = Pace(100.0)
    for now in (0.0, 1.0, 3.0, 7.0):
        pace.refused(now)
    assert (8.0, 1.0) == (pace.rest_s(7.0), pace.take(7.0))


def test_no_more_is_claimed_than_a_slow_start_lets_go() -> None:
    pace = Pace(100.0)
    assert 100 == pace.within(1.0, 0.0)
    pace.refused(0.0)
    assert 10 == pace.within(1.0, 1.0)


# congestion (SMPP 5.0 §4.8.4.18)


def told(*news: tuple[float, int]) -> Congestion:
    congestion = Congestion()
    for now, state in news:
        congestion.told(state, now)
    return congestion


@pytest.mark.parametrize(
    ("sentence", "share", "news", "at"),
    [
        ("nothing said, nothing cut", 1.0, [], 0.0),
        ("an idle SMSC gets the whole rate", 1.0, [(0.0, 0)], 0.0),
        ("high load is no reason", 1.0, [(0.0, 79)], 0.0),
        ("nor is the optimum", 1.0, [(0.0, 80), (1.0, 89)], 1.0),
        ("near congestion it falls by a fifth", 0.8, [(0.0, 90)], 0.0),
        ("and again when that did not help", 0.64, [(0.0, 95), (0.5, 99)], 0.5),
        ("congested, by half", 0.5, [(0.0, 100)], 0.0),
        ("many responses that tell the same count once", 0.8, [(0.0, 95), (0.1, 95), (0.4, 95)], 0.4),
        ("the optimum holds what is reached", 0.8, [(0.0, 95), (5.0, 85)], 5.0),
        ("below it the share grows by a tenth a second", 0.7, [(0.0, 100), (1.0, 40), (2.0, 40)], 2.0),
        ("however many say so", 0.6, [(0.0, 100), *((step / 100, 40) for step in range(1, 101))], 1.0),
        ("and however long the news took", 0.6, [(0.0, 100), (9.0, 40)], 9.0),
        ("never beyond the whole", 1.0, [(0.0, 90), *((float(second), 0) for second in range(1, 9))], 8.0),
        ("never to nothing", 0.05, [(float(second), 100) for second in range(30)], 29.0),
        ("old news is forgotten", 1.0, [(0.0, 100)], FORGOTTEN_S),
        ("and does not come back with the next", 0.8, [(0.0, 100), (60.0, 92)], 60.0),
        ("reserved values say nothing", 1.0, [(0.0, 101), (0.5, 255)], 1.0),
    ],
)  # fmt: skip
def test_the_share_follows_what_the_smsc_says_of_its_load(
    sentence: str, share: float, news: list[tuple[float, int]], at: float
) -> None:
    assert share == pytest.approx(told(*news).share(at)), sentence


@pytest.mark.parametrize(
    ("rest_s", "news", "at"),
    [
        (0.0, [(0.0, 99)], 0.0),
        (1.0, [(0.0, 100)], 0.0),
        (0.25, [(0.0, 100), (0.5, 100)], 0.75),
        (0.0, [(0.0, 100)], 1.0),
        (1.0, [(0.0, 100), (1.0, 100)], 1.0),
    ],
)
def test_a_congested_smsc_gives_the_bind_a_seconds_rest(
    rest_s: float, news: list[tuple[float, int]], at: float
) -> None:
    assert rest_s == pytest.approx(told(*news).rest_s(at))


@LOADED
@given(st.lists(st.tuples(st.floats(0.0, 20.0), st.integers(-1, 255)), max_size=60))
def test_the_share_stays_between_a_twentieth_and_the_whole(news: list[tuple[float, int]]) -> None:
    congestion, now = Congestion(), 0.0
    for after_s, state in news:
        now += after_s
        congestion.told(state, now)
        assert 0.05 <= congestion.share(now) <= 1.0
        assert 0.0 <= congestion.rest_s(now) <= 1.0 + 1e-9  # beside what adding times rounds


def test_the_stricter_of_throttling_and_congestion_counts() -> None:
    pace = Pace(100.0)
    pace.congestion(100, 0.0)
    assert (0.5, 1.0) == (pace.share(0.0), pace.rest_s(0.0))
    pace.refused(0.5)
    assert (0.1, 1.0) == (pytest.approx(pace.share(1.5)), pytest.approx(pace.rest_s(0.5)))


def test_a_sender_settles_at_what_a_congested_smsc_can_carry() -> None:
    """The SMSC carries 50 a second of a bind's 100 and says 95 above that, 60 below."""
    pace, now, in_seconds = Pace(100.0), 0.0, []
    for second in range(60):
        sent = went(pace, now, now + 1.0)
        now = float(second + 1)
        pace.congestion(95 if sent > 50 else 60, now)
        in_seconds.append(sent)
    assert 35 <= sum(in_seconds[30:]) / 30 <= 60
