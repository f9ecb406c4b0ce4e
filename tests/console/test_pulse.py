"""The last day by the minute: counted once, then only what is new."""

from __future__ import annotations

from tests.journal.kit.turned_clock import TurnedClock
from workers.journal.lately import Minute
from workers.ops.console.pulse import DAY_S, HOUR_S, Pulse

BEGIN = 1_800_000_000


class Written:
    """In the place of the journal: what it has, and what it was asked for."""

    def __init__(self) -> None:
        self.received: dict[int, int] = {}
        self.waited: dict[int, list[float]] = {}
        self.since: list[float] = []

    def minutes(self, since: float) -> dict[int, Minute]:
        self.since.append(since)
        return {at: Minute(at, received=many) for at, many in self.received.items() if at >= since - 60}

    def waits_s(self, since: float) -> dict[int, list[float]]:
        return {at: waits for at, waits in self.waited.items() if at >= since - 60}


def test_the_day_is_counted_once_the_hour_each_minute_the_newest_at_each_look(clock: TurnedClock) -> None:
    written = Written()
    pulse = Pulse(written, clock)  # type: ignore[arg-type]
    looked_back_s = []
    for turned in (0, 3, 3, 60):
        clock.turn(turned)
        pulse.refresh()
        looked_back_s.append(clock() - written.since[-1])
    assert [DAY_S, 180, 180, HOUR_S] == looked_back_s


def test_what_has_come_to_its_end_since_is_counted_anew_and_what_is_a_day_old_is_gone(clock: TurnedClock) -> None:
    written = Written()
    pulse = Pulse(written, clock)  # type: ignore[arg-type]
    written.received[BEGIN] = 7
    pulse.refresh()
    written.received[BEGIN] = 9
    clock.turn(60)
    pulse.refresh()
    assert 9 == sum(span.received for span in pulse.spans(60, HOUR_S))
    clock.turn(DAY_S + 61)
    written.received.clear()
    pulse.refresh()
    assert 0 == sum(span.received for span in pulse.spans(900, DAY_S))


def test_spans_end_with_the_one_that_runs_and_know_median_and_p95(clock: TurnedClock) -> None:
    written = Written()
    written.received = {BEGIN: 20, BEGIN - 60: 1}
    written.waited = {BEGIN: [at / 10 for at in range(20)]}
    pulse = Pulse(written, clock)  # type: ignore[arg-type]
    pulse.refresh()
    *before, last = pulse.spans(60, HOUR_S)
    assert (59, BEGIN, 20, 0.95, 1.9) == (len(before), last.begins_at, last.received, last.median_s, last.p95_s)
    assert (1, None, None) == (before[-1].received, before[-1].median_s, before[-1].p95_s)
    assert 21 / 5 == pulse.per_minute()
