"""The pace holds over any second."""

from __future__ import annotations

import bisect
import random

import pytest

from channels.smpp.sending.rate import Rate


@pytest.mark.parametrize("rate_per_s", [1.0, 7.5, 100.0, 1000.0])
@pytest.mark.parametrize("lateness_s", [0.0, 0.004, 0.03])
def test_no_second_holds_more_than_5_percent_above_the_rate(rate_per_s: float, lateness_s: float) -> None:
    rate, chance, now = Rate(rate_per_s), random.Random(4), 0.0
    went: list[float] = []
    while now < 20:
        wait_s = rate.take(now)
        if wait_s:
            now += wait_s + chance.random() * lateness_s
        else:
            went.append(now)
    fullest = max(bisect.bisect_left(went, at + 1.0) - index for index, at in enumerate(went))
    assert fullest <= max(rate_per_s * 1.05, rate_per_s + 1)


@pytest.mark.parametrize("rate_per_s", [20.0, 100.0, 1000.0])
def test_sleeps_that_last_too_long_cost_no_throughput(rate_per_s: float) -> None:
    rate, now, went = Rate(rate_per_s), 0.0, 0
    while now < 20:
        wait_s = rate.take(now)
        went += not wait_s
        now += wait_s + 0.002 if wait_s else 0.0
    assert went >= rate_per_s * 20 * 0.95


def test_at_least_one_row_is_claimed_however_slow_the_bind() -> None:
    assert Rate(0.1).within(1.0) == 1
    assert Rate(250.0).within(1.0) == 250
