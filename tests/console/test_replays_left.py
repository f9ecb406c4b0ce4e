"""A replay that nobody carries out any more says so, and what to do; one that another is at is left to him."""

from __future__ import annotations

from contextlib import closing

import pytest

from tests.console.conftest import SettingsOf
from tests.console.kit.console import serving
from tests.console.kit.journal import filled
from tests.console.test_replays import shows
from workers.journal import Database, Filter
from workers.ops.replaying import Replaying

ENDED = "What carried it out, a console or a command, has ended."
BUTTON = "Go on with it</button>"


@pytest.fixture(autouse=True)
def _one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workers.ops.replaying._STEP_AT_MOST", 1)


async def begun(url: str, *, done: int = 0) -> None:
    """A run of two messages whose console was ended when so many were done."""
    await filled(url)
    with closing(Database(url)) as database:
        replaying = Replaying(database, sleep=lambda _: None)
        plan = replaying.plan(Filter(state="dead", outcome="busy"))
        run = replaying.begin(plan, author="otto", reason="the core is back", rate_per_s=0)
        left = iter([False] * done)
        replaying.go_on(run, stopping=lambda: next(left, True))


@pytest.mark.parametrize(("done", "how_far"), [(0, "Nothing of it is done yet"), (1, "What is done stays done")])
async def test_one_that_was_left_says_what_happened_and_what_to_do(
    settings_of: SettingsOf, sqlite_url: str, monkeypatch: pytest.MonkeyPatch, done: int, how_far: str
) -> None:
    monkeypatch.setattr("workers.ops.replaying._SILENT_S", -1e9)
    await begun(sqlite_url, done=done)
    async with serving(settings_of()) as served:
        viewer, operator = await served.logged_in("vera"), await served.logged_in("otto")
        for browser, may in ((viewer, False), (operator, True)):
            _, body = await browser.get("/replays/1")
            assert f"{done} of 2 are done again; nobody goes on with it" in body
            assert f"{ENDED} {how_far}, the rest waits; nothing is done twice." in body
            assert "tonegate replay --resume 1" in body
            assert may is (BUTTON in body)
        assert (303, "/replays/1") == await operator.post("/replays/1/go-on", {})
        await shows(operator, "/replays/1", "2 of 2 are done again, the last")
        assert ENDED not in (await operator.get("/replays/1"))[1]


async def test_one_that_another_is_at_is_left_to_him(
    settings_of: SettingsOf, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workers.ops.replaying._SILENT_S", 1e9)
    await begun(sqlite_url, done=1)
    async with serving(settings_of()) as served:
        _, body = await (await served.logged_in("otto")).get("/replays/1")
    assert "1 of 2 are done again; another console, or a command, is at it" in body
    assert BUTTON not in body
