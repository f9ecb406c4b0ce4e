"""The breaker before the core, with a clock that the test turns."""

from __future__ import annotations

import pytest

from core_client import AccountRefused, AnswerLost, Busy, CoreError, Doubtful, Refused, Unreachable
from workers.breaker import Breaker


class Bench:
    """A breaker and what it was told."""

    def __init__(self) -> None:
        self.now_s = 0.0
        self.recoveries = 0
        self.breaker = Breaker(self._recovered, clock=lambda: self.now_s, spread=lambda: 0.5)

    def _recovered(self) -> None:
        self.recoveries += 1

    async def call(self, error: Exception | None = None) -> bool:
        """Make one call that ends so; return whether it went through."""
        went = False
        try:
            async with self.breaker.call():
                went = True
                if error:
                    raise error
        except (CoreError, RuntimeError):
            pass
        return went


@pytest.fixture
def bench() -> Bench:
    return Bench()


@pytest.mark.parametrize("error", [Unreachable("refused"), AccountRefused("right")])
async def test_a_core_that_can_not_be_reached_or_refuses_us_opens_it_at_the_first_call(
    bench: Bench, error: CoreError
) -> None:
    assert await bench.call(error)
    assert bench.breaker.is_open
    assert not await bench.call()


@pytest.mark.parametrize("error", [Doubtful("timeout"), AnswerLost("timeout")])
async def test_a_core_that_answers_nothing_opens_it_at_the_fifth_call_in_a_row(bench: Bench, error: CoreError) -> None:
    for _ in range(4):
        await bench.call(error)
    await bench.call()  # an answer in between begins the count anew
    for _ in range(4):
        await bench.call(error)
    assert not bench.breaker.is_open
    await bench.call(error)
    assert bench.breaker.is_open


@pytest.mark.parametrize("error", [Busy("busy", attempt=True), Refused("balance"), Doubtful("database", attempt=True)])
async def test_a_core_that_answers_whatever_it_says_does_not_open_it(bench: Bench, error: CoreError) -> None:
    for _ in range(9):
        await bench.call(error)
    assert not bench.breaker.is_open


async def test_open_it_answers_at_once_with_nothing_went_out(bench: Bench) -> None:
    await bench.call(Unreachable("refused"))
    with pytest.raises(Unreachable, match="core_down"):
        async with bench.breaker.call():
            raise AssertionError("the call went through")


async def test_when_its_time_is_over_one_call_at_a_time_goes_through(bench: Bench) -> None:
    await bench.call(Unreachable("refused"))
    bench.now_s += 0.51
    async with bench.breaker.call():
        assert not await bench.call()
        assert not await bench.call()
    assert (False, 1) == (bench.breaker.is_open, bench.recoveries)
    assert await bench.call()
    assert 1 == bench.recoveries


async def test_pauses_grow_to_five_seconds_and_begin_anew_after_an_answer(bench: Bench) -> None:
    pauses = []
    for _ in range(6):
        started = bench.now_s
        while not await bench.call(Unreachable("refused")):
            bench.now_s += 0.25
        pauses.append(bench.now_s - started)
    assert [0.0, 0.5, 1.0, 2.0, 4.0, 5.0] == pauses
    bench.now_s += 5.0
    await bench.call()
    await bench.call(Unreachable("refused"))
    bench.now_s += 0.5
    assert await bench.call()


async def test_many_calls_that_fail_together_make_the_pause_no_longer(bench: Bench) -> None:
    async def fail(depth: int) -> None:
        try:
            async with bench.breaker.call():
                if depth:
                    await fail(depth - 1)
                raise Unreachable("reset")
        except Unreachable:
            pass

    await fail(20)
    bench.now_s += 0.5
    assert await bench.call()


async def test_a_try_that_is_not_answered_in_time_keeps_it_open_for_longer(bench: Bench) -> None:
    await bench.call(Unreachable("refused"))
    bench.now_s += 0.5
    assert await bench.call(Doubtful("timeout"))
    bench.now_s += 0.9
    assert not await bench.call()
    bench.now_s += 0.1
    assert await bench.call()


async def test_a_try_that_ends_in_a_fault_of_ours_lets_the_next_one_try(bench: Bench) -> None:
    await bench.call(Unreachable("refused"))
    bench.now_s += 0.5
    assert await bench.call(RuntimeError("a bug"))
    assert await bench.call()


async def test_while_it_is_held_nothing_is_called_and_once_it_is_let_go_what_waits_is_woken() -> None:
    """Operations pause all calls to the core: no attempt is used up, and a call that was on its way wakes nobody."""
    woken: list[str] = []
    breaker = Breaker(lambda: woken.append("woken"))
    async with breaker.call():
        breaker.hold(True)
        breaker.hold(True)
    with pytest.raises(Unreachable, match="core_paused") as told:
        async with breaker.call():
            raise AssertionError("called")
    assert (False, []) == (told.value.attempt, woken)
    breaker.hold(False)
    async with breaker.call():
        pass
    assert ["woken"] == woken
