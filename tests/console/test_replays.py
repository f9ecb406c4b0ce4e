"""Replays by a browser: begun in the background, and shown as far as they are."""

from __future__ import annotations

import asyncio
import threading

import pytest

from tests.console.conftest import SettingsOf
from tests.console.kit.console import Browser, serving
from tests.console.kit.journal import filled
from tests.house.until import PATIENCE_S
from workers.journal import JournalUnavailable
from workers.ops.replaying import Replaying, ReplayPlan

DEAD = {"all": "yes", "state": "dead", "outcome": "busy", "until": "9e9", "reason": "the core is back"}


async def shows(browser: Browser, path: str, words: str) -> None:
    """Return once a page says so; fails when it does not in time."""
    async with asyncio.timeout(PATIENCE_S):
        while words not in (await browser.get(path))[1]:  # noqa: ASYNC110 - as the page renews itself
            await asyncio.sleep(0.02)


async def test_a_replay_begins_and_its_page_says_how_far_it_is(settings_of: SettingsOf, sqlite_url: str) -> None:
    await filled(sqlite_url)
    async with serving(settings_of()) as served:
        browser = await served.logged_in("otto")
        assert (303, "/replays/1") == await browser.post("/parked/replay", DEAD)
        await shows(browser, "/replays/1", "2 of 2 are done again, the last")


async def test_a_dry_run_says_that_there_are_more_than_it_takes(
    settings_of: SettingsOf, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await filled(sqlite_url)
    path = "/parked/plan?all=yes&state=dead&outcome=busy&until=9e9"
    async with serving(settings_of()) as served:
        browser = await served.logged_in("otto")
        assert "There are more" not in (await browser.get(path))[1]
        monkeypatch.setattr("workers.ops.replaying.MOST", 1)
        assert "There are more, which are older" in (await browser.get(path))[1]


async def test_all_without_a_cause_are_not_all_of_the_state(settings_of: SettingsOf, sqlite_url: str) -> None:
    """Where no cause was noted, its page says so, and takes none that has one."""
    await filled(sqlite_url)
    async with serving(settings_of()) as served:
        browser = await served.logged_in("otto")
        status, body = await browser.post("/parked/replay", DEAD | {"outcome": ""})
        assert (400, True) == (status, "There is nothing to do" in body)
        assert "None yet" in (await browser.get("/parked"))[1]
        assert "busy" not in (await browser.get("/parked/messages?state=dead&outcome="))[1]


async def test_a_page_does_not_wait_until_a_hundred_thousand_are_written_down(
    settings_of: SettingsOf, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever sees nothing happen sends the form again, and all would be replayed twice."""
    await filled(sqlite_url)
    may_go_on, begin = threading.Event(), Replaying.begin

    def slow(self: Replaying, plan: ReplayPlan, **wish: object) -> int:
        may_go_on.wait(PATIENCE_S)
        return begin(self, plan, **wish)  # type: ignore[arg-type]

    monkeypatch.setattr(Replaying, "begin", slow)
    monkeypatch.setattr("workers.ops.console.running._PATIENCE_S", 0.01)
    async with serving(settings_of()) as served:
        browser = await served.logged_in("otto")
        assert (303, "/parked") == await browser.post("/parked/replay", DEAD)
        _, body = await browser.get("/parked")
        assert (True, True) == ("2 messages are being written down" in body, "None yet" in body)
        may_go_on.set()
        await shows(browser, "/parked", "/replays/1")
        await shows(browser, "/replays/1", "2 of 2 are done again, the last")


async def test_a_replay_that_can_not_be_written_down_is_told(
    settings_of: SettingsOf, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await filled(sqlite_url)

    def full(*_: object, **__: object) -> int:
        raise JournalUnavailable("disk full")

    monkeypatch.setattr(Replaying, "begin", full)
    async with serving(settings_of()) as served:
        browser = await served.logged_in("otto")
        status, body = await browser.post("/parked/replay", DEAD)
        assert (503, True) == (status, "disk full" in body)
        assert "None yet" in (await browser.get("/parked"))[1]
