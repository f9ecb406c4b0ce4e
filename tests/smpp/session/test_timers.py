"""The session's timers, over times handed in."""

from __future__ import annotations

import pytest

from channels.smpp.backoff import FIRST_S, LONGEST_S, Backoff
from channels.smpp.sending.throttle import Throttle
from channels.smpp.session.timers import Due, Limits, Timers

_LIMITS = Limits(enquire_link_s=30, answer_s=10, session_init_s=10, inactivity_s=100)


def bound_at(now: float, limits: Limits = _LIMITS) -> Timers:
    timers = Timers(limits, now)
    timers.bound(now)
    return timers


@pytest.mark.parametrize(("after_s", "due"), [(9.9, Due.NOTHING), (10, Due.SESSION_INIT)])
def test_a_bind_must_be_answered_in_time(after_s: float, due: Due) -> None:
    assert Timers(_LIMITS, 100.0).due(100.0 + after_s) is due


def test_a_silent_link_is_asked_once_and_is_dead_when_it_stays_silent() -> None:
    timers = bound_at(0)
    assert [timers.due(now) for now in (29.9, 30, 30.2, 39.9, 40)] == [
        Due.NOTHING,
        Due.ENQUIRE,
        Due.NOTHING,
        Due.NOTHING,
        Due.LINK_DEAD,
    ]


def test_whatever_is_heard_answers_the_question() -> None:
    timers = bound_at(0)
    assert timers.due(30) is Due.ENQUIRE
    timers.heard(39)
    assert timers.due(40) is Due.NOTHING
    assert timers.due(69) is Due.ENQUIRE


def test_enquire_link_is_no_activity() -> None:
    timers = bound_at(0)
    timers.message(50)
    for now in range(0, 150, 10):
        timers.heard(now)
    assert timers.due(149) is Due.NOTHING
    timers.heard(150)
    assert timers.due(150) is Due.INACTIVE


def test_an_idle_bind_is_a_good_bind_by_default() -> None:
    timers = bound_at(0, Limits())
    timers.heard(1e9)
    assert timers.due(1e9) is Due.NOTHING


def test_reconnecting_backs_off_to_half_a_minute_and_begins_again_after_success() -> None:
    backoff = Backoff(lambda: 1.0)
    assert [backoff.next_s() for _ in range(9)] == [0.5, 1, 2, 4, 8, 16, 30, 30, 30]
    backoff.reset()
    assert backoff.next_s() == FIRST_S


def test_jitter_shortens_by_up_to_half() -> None:
    assert Backoff(lambda: 0.0).next_s() == FIRST_S / 2
    assert LONGEST_S == 30


def test_throttling_doubles_the_pause_until_a_text_is_taken() -> None:
    throttle = Throttle()
    assert throttle.refused(0) == 1
    assert throttle.refused(0.5) == 0.5, "sent before the pause: doesn't lengthen it"
    assert throttle.rest_s(0.9) == pytest.approx(0.1)
    assert throttle.rest_s(1) == 0
    assert throttle.refused(1) == 2
    assert throttle.refused(3) == 4
    throttle.taken(4)
    assert throttle.rest_s(4) == 3, "a text taken during the pause was sent before it"
    throttle.taken(7)
    assert throttle.refused(8) == 1
