"""Wrong passwords make the next try of that user from that address wait, and nobody else's."""

from __future__ import annotations

import pytest

from tests.journal.kit.turned_clock import TurnedClock
from workers.ops.console.throttle import Throttle


@pytest.mark.parametrize(
    ("wait_s", "wrong"), [(0, 0), (0, 2), (1, 3), (2, 4), (4, 5), (128, 10), (300, 12), (300, 2000)]
)
def test_the_wait_grows_with_each_wrong_password_up_to_five_minutes(
    clock: TurnedClock, wait_s: float, wrong: int
) -> None:
    throttle = Throttle(clock)
    for _ in range(wrong):
        throttle.tried("anna", "10.0.0.1")
    assert wait_s == throttle.wait_s("anna", "10.0.0.1")
    assert 0 == throttle.wait_s("bert", "10.0.0.1")
    assert 0 == throttle.wait_s("anna", "10.0.0.2")


def test_the_wait_passes_with_time_and_is_forgotten_in_an_hour(clock: TurnedClock) -> None:
    throttle = Throttle(clock)
    for _ in range(5):
        throttle.tried("anna", "a")
    clock.turn(3)
    assert 1 == throttle.wait_s("anna", "a")
    clock.turn(3601)
    throttle.tried("anna", "a")
    assert 0 == throttle.wait_s("anna", "a")


def test_a_right_password_begins_the_count_anew(clock: TurnedClock) -> None:
    throttle = Throttle(clock)
    for _ in range(3):
        throttle.tried("anna", "a")
    throttle.right("anna", "a")
    assert 0 == throttle.wait_s("anna", "a")


def test_made_up_names_do_not_fill_the_memory(clock: TurnedClock) -> None:
    throttle = Throttle(clock)
    for number in range(21_000):
        throttle.tried(f"u{number}", "a")
    assert 20_000 == len(throttle._wrong)
