"""A console that is told to stop leaves a replay that it plans or writes down, and nobody takes it for a whole one."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from contextlib import closing

import pytest

from tests.console.conftest import SettingsOf
from tests.console.kit.console import serving
from tests.console.kit.journal import done, filled, state_of
from tests.console.test_replays import DEAD, shows
from tests.house.until import PATIENCE_S
from workers.journal import Database, Desk, Plan
from workers.ops.console.background import Background
from workers.ops.replaying import NoSuchRunError, Replaying, ReplayPlan

PLANNED = "/parked/plan?all=yes&state=dead&outcome=busy&until=9e9"


async def test_one_that_is_being_written_down_is_left_and_is_none(
    settings_of: SettingsOf, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Promises 1 and 2.  The process stayed until all was written, with 300,000 messages minutes."""
    ids = await filled(sqlite_url)
    monkeypatch.setattr("workers.ops.replaying._KEPT_AT_ONCE", 1)
    monkeypatch.setattr("workers.ops.replaying._RESTS", 10_000)
    monkeypatch.setattr("workers.ops.console.running._PATIENCE_S", 0.01)
    ended, begin = threading.Event(), Replaying.begin

    def noting(self: Replaying, plan: ReplayPlan, **wish: object) -> int:
        try:
            return begin(self, plan, **wish)  # type: ignore[arg-type]
        finally:
            ended.set()

    monkeypatch.setattr(Replaying, "begin", noting)
    async with serving(settings_of()) as served:
        browser = await served.logged_in("otto")
        assert (303, "/parked") == await browser.post("/parked/replay", DEAD)
        await shows(browser, "/parked", "is being written down, 1 messages so far; nothing of it is done yet")
        assert not ended.is_set()
    assert ended.is_set(), "the console has ended, and goes on writing"
    with closing(Database(sqlite_url)) as database:
        replaying = Replaying(database)
        assert [] == replaying.runs()
        with pytest.raises(NoSuchRunError):
            replaying.go_on(1)
    assert ([], ["dead", "dead"]) == (done(sqlite_url), [state_of(sqlite_url, ids[1]), state_of(sqlite_url, ids[3])])


async def test_whoever_comes_back_reads_that_nothing_of_it_is_done_and_begins_it_anew(
    settings_of: SettingsOf, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What had been said was that it stands there once it begins; and then nothing ever stood there."""
    await filled(sqlite_url)
    monkeypatch.setattr("workers.ops.replaying._CUT_AFTER_S", 0.0)
    with closing(Database(sqlite_url)) as database, monkeypatch.context() as patched:
        patched.setattr("workers.ops.replaying._KEPT_AT_ONCE", 1)
        replaying = Replaying(database, sleep=lambda _: None)
        stopping = iter([False]).__next__
        plan = replaying.plan(None, ["2", "4"])
        with pytest.raises(StopIteration):
            replaying.begin(plan, author="otto", reason="the core is back", stopping=stopping)
    async with serving(settings_of()) as served:
        browser = await served.logged_in("otto")
        _, body = await browser.get("/parked")
        assert "was cut short while it was written down: nothing of it is done" in body
        assert (303, "/replays/2") == await browser.post("/parked/replay", DEAD)
        await shows(browser, "/replays/2", "2 of 2 are done again, the last")
        assert "/replays/1" not in (await browser.get("/parked"))[1]


@pytest.mark.parametrize("way", ["the dry run", "the replay"])
async def test_one_that_is_being_planned_is_left_and_whoever_asked_is_told(
    settings_of: SettingsOf, sqlite_url: str, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    await filled(sqlite_url)
    monkeypatch.setattr("workers.ops.replaying._PLANNED_AT_ONCE", 1)
    planning, told, planned = asyncio.Event(), threading.Event(), list[int]()
    loop, plan, stop = asyncio.get_running_loop(), Desk.plan, Background.stop

    def slow(self: Desk, ids: Sequence[int]) -> list[Plan]:
        planned.extend(ids)
        loop.call_soon_threadsafe(planning.set)
        told.wait(PATIENCE_S)
        return plan(self, ids)

    def telling(self: Background) -> None:
        stop(self)
        told.set()

    monkeypatch.setattr(Desk, "plan", slow)
    monkeypatch.setattr(Background, "stop", telling)
    async with serving(settings_of()) as served:
        browser = await served.logged_in("otto")
        ask = browser.get(PLANNED) if way == "the dry run" else browser.post("/parked/replay", DEAD)
        asking = asyncio.create_task(ask)
        await planning.wait()
        served.stop.set()
        status, body = await asking
    assert (503, True) == (status, "The console is stopping, and nothing is done" in body)
    assert 1 == len(planned)
