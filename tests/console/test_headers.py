"""What every answer brings along: closed to framing, foreign script and other sites' names."""

from __future__ import annotations

import pytest

from tests.console.conftest import SettingsOf
from tests.console.kit.console import serving

ALWAYS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


async def test_every_answer_is_closed_to_framing_and_foreign_script(settings_of: SettingsOf) -> None:
    async with serving(settings_of()) as served:
        browser = served.browser()
        for path in ("/", "/login", "/nothing", "/static/console.js", "/static/nothing", "/static/../app.py"):
            headers = await browser.headers(path)
            assert ALWAYS == {name: headers[name] for name in ALWAYS}, path
            policy = headers["content-security-policy"]
            for rule in ("default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'"):
                assert rule in policy
            assert "unsafe" not in policy
            assert "server" not in headers


async def test_nothing_of_a_subscriber_stays_in_a_cache(settings_of: SettingsOf) -> None:
    async with serving(settings_of()) as served:
        browser = await served.logged_in("anna")
        for path in ("/", "/messages", "/nothing", "/login"):
            assert "no-store" == (await browser.headers(path))["cache-control"]


@pytest.mark.parametrize(
    ("status", "host"), [(303, "127.0.0.1"), (303, "localhost:1"), (421, "evil.example"), (421, "tonegate.internal")]
)
async def test_it_answers_under_its_own_names_alone(settings_of: SettingsOf, status: int, host: str) -> None:
    async with serving(settings_of()) as served:
        assert status == (await served.browser().get("/", Host=host))[0]


async def test_it_answers_under_the_name_that_the_settings_give(settings_of: SettingsOf) -> None:
    async with serving(settings_of(url="http://tonegate.internal:8080")) as served:
        assert 303 == (await served.browser().get("/", Host="tonegate.internal:8080"))[0]


async def test_a_page_that_is_not_there_says_so_and_shows_nothing_inside(settings_of: SettingsOf) -> None:
    async with serving(settings_of()) as served:
        browser = await served.logged_in("vera")
        status, body = await browser.get("/nothing/<b>")
        assert (404, True, False) == (status, "There is no such page." in body, "<b>" in body)
