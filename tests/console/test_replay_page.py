"""The page of a replay, which asks each second: it costs what it shows, however many messages the replay has."""

from __future__ import annotations

import pytest

from tests.console.conftest import SettingsOf
from tests.console.kit.console import serving
from tests.console.kit.journal import filled
from tests.console.test_replays import shows

DEAD = {"all": "yes", "state": "dead", "outcome": "busy", "until": "9e9", "reason": "the core is back"}


async def test_it_shows_the_first_counts_all_and_says_how_many_more_there_are(
    settings_of: SettingsOf, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await filled(sqlite_url)
    monkeypatch.setattr("workers.ops.console.pages.replays._ROWS_SHOWN", 1)
    async with serving(settings_of()) as served:
        browser = await served.logged_in("otto")
        assert (303, "/replays/1") == await browser.post("/parked/replay", DEAD)
        await shows(browser, "/replays/1", "2 of 2 are done again, the last")
        _, body = await browser.get("/replays/1")
        assert "<li>2: ask the core, then go on from what it says (dead: the core is asked first" in body
        assert "And 1 more." in body
        assert 1 == body.count('data-label="What was done">ask the core, then go on from what it says</td>')
        _, report = await browser.get("/replays/1/report.csv")
        assert 3 == len(report.splitlines()), "the file has all, and their names"
