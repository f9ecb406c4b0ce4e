"""The pace holds over any second."""

from __future__ import annotations

import bisect
import math
import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from channels.smpp.sending.rate import Rate

LOADED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""A loaded machine is no failure."""

RATES = st.one_of(st.floats(0.2, 2000.0), st.integers(1, 2000).map(float))
SLEEPS_TOO_LONG_S = st.one_of(st.just(0.0), st.floats(0.0, 0.5))
SEEDS = st.integers(0, 2**32)
IDLE_S = st.one_of(st.just(0.0), st.floats(0.0, 3.0))


def fullest_second(went: list[float]) -> int:
    """The most that any second holds, its end not counted."""
    return max((bisect.bisect_left(went, at + 1.0) - index for index, at in enumerate(went)), default=0)


def allowed(rate_per_s: float) -> int:
    """5 % above the rate, or the whole number next above it: 7.5 a second are 8 in some seconds."""
    return max(math.floor(rate_per_s * 1.05), math.ceil(rate_per_s))


def run(
    rate: Rate, now: float, *, texts: int, late_s: float, chance: random.Random, idle_s: float = 0.0
) -> list[float]:
    """When each of so many texts went; every 20th may come after an idle time, every sleep last too long."""
    went: list[float] = []
    while len(went) < texts:
        wait_s = rate.take(now)
        if wait_s:
            now += wait_s + chance.random() * late_s
            continue
        went.append(now)
        if chance.random() < 0.05:
            now += chance.random() * idle_s
    return went


@LOADED
@given(RATES, SLEEPS_TOO_LONG_S, IDLE_S, SEEDS, st.floats(0.0, 1e7))
def test_no_second_wherever_it_begins_holds_more_than_5_percent_above_the_rate(
    rate_per_s: float, late_s: float, idle_s: float, seed: int, began: float
) -> None:
    texts = min(3000, 5 + int(rate_per_s * 2.5))
    went = run(Rate(rate_per_s), began, texts=texts, late_s=late_s, chance=random.Random(seed), idle_s=idle_s)
    assert allowed(rate_per_s) >= fullest_second(went)


@LOADED
@given(RATES, st.lists(st.tuples(st.floats(0.0, 0.2), st.integers(1, 400), st.floats(0.0, 1.0)), max_size=40))
def test_it_holds_whatever_the_share_and_however_texts_arrive(
    rate_per_s: float, arrivals: list[tuple[float, int, float]]
) -> None:
    """Each arrival: after how long, how many that go at once as far as they may, and the share then."""
    rate, now, went = Rate(rate_per_s), 0.0, []
    for after_s, texts, share in arrivals:
        now += after_s
        went.extend(now for _ in range(texts) if rate.take(now, share) == 0.0)
    assert allowed(rate_per_s) >= fullest_second(went)


@pytest.mark.parametrize("rate_per_s", [0.2, 1.0, 7.5, 10.0, 20.0, 100.0, 1000.0, 2000.0])
@pytest.mark.parametrize("late_s", [0.0, 0.002, 0.02, 0.04])
def test_sleeps_that_last_too_long_cost_no_throughput(rate_per_s: float, late_s: float) -> None:
    lasted_s = max(20.0, 20 / rate_per_s)
    went = run(Rate(rate_per_s), 0.0, texts=int(rate_per_s * lasted_s), late_s=late_s, chance=random.Random(4))
    assert lasted_s * 1.05 >= went[-1] - went[0]


@pytest.mark.parametrize(("share", "in_20_s"), [(1.0, 200), (0.5, 100), (0.1, 20), (0.0, 2)])
def test_a_share_of_the_rate_goes_where_no_more_is_allowed(share: float, in_20_s: int) -> None:
    rate, now, went = Rate(10.0), 0.0, 0
    while now < 20.0:
        wait_s = rate.take(now, share)
        now += wait_s
        went += not wait_s
    assert in_20_s <= went <= in_20_s + 2


def test_a_wait_ends_early_enough_to_see_the_share_grow() -> None:
    rate = Rate(0.2)
    assert (0.0, 1.0, 1.0) == (rate.take(0.0), rate.take(0.0), rate.take(2.0, 0.1))


def test_at_least_one_row_is_claimed_however_slow_the_bind() -> None:
    assert Rate(0.1).within(1.0) == 1
    assert Rate(250.0).within(1.0) == 250
    assert Rate(250.0).within(1.0, 0.1) == 25
