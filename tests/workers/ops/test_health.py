"""Whoever asks how it is has an answer: seldom a new look, never two at once, and none waits for a journal for ever."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from workers.ops.health import Health, Nurse

WELL = Health(well=True)


class Looks:
    """In the place of a look around: each is answered by the test."""

    def __init__(self) -> None:
        self.begun: asyncio.Queue[asyncio.Future[Health]] = asyncio.Queue()
        self.count = 0

    def __call__(self, *_: Any) -> asyncio.Future[Health]:
        look = asyncio.get_running_loop().create_future()
        self.begun.put_nowait(look)
        self.count += 1
        return look


def nurse(looks: Looks, *, answers_within_s: float = 60.0, monotonic: Callable[[], float] = lambda: 0.0) -> Nurse:
    nobody: Any = None
    return Nurse(nobody, nobody, look=looks, answers_within_s=answers_within_s, monotonic=monotonic)


async def test_all_who_ask_at_once_have_one_look_and_for_a_second_there_is_no_other() -> None:
    looks, now = Looks(), [0.0]
    one = nurse(looks, monotonic=lambda: now[0])
    asking = [asyncio.create_task(one.ask()) for _ in range(3)]
    (await looks.begun.get()).set_result(WELL)
    assert [WELL] * 3 == await asyncio.gather(*asking)
    now[0] = 0.9
    assert (WELL, 1) == (await one.ask(), looks.count)
    now[0] = 1.0
    again = asyncio.create_task(one.ask())
    (await looks.begun.get()).set_result(Health(well=False))
    assert not (await again).well


async def test_a_journal_that_does_not_answer_is_told_and_asked_no_second_time() -> None:
    looks = Looks()
    one = nurse(looks, answers_within_s=0.0)
    for _ in range(3):
        told = await one.ask()
        assert (False, ["The journal does not answer."]) == (told.well, [concern.what for concern in told.wrong])
        assert one.waits
    assert 1 == looks.count
    looks.begun.get_nowait().set_result(WELL)
    assert WELL == await one.ask()
    assert not one.waits


async def test_a_look_that_fails_is_no_last_word() -> None:
    looks, now = Looks(), [0.0]
    one = nurse(looks, monotonic=lambda: now[0])
    asking = asyncio.create_task(one.ask())
    (await looks.begun.get()).set_exception(RuntimeError("a fault of ours"))
    assert "a fault of ours" in str((await asyncio.gather(asking, return_exceptions=True))[0])
    assert not one.waits
