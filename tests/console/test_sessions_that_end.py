"""A session that ends under somebody's hands: said so, and led back to where they were."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from tests.console.conftest import SettingsOf
from tests.console.kit.console import Served, serving
from tests.console.kit.journal import done, filled, state_of

SEARCH = "/messages?state=dead&outcome=busy"
OVER = "Your session has ended: log in to go on."
UNDONE = "Your session had ended, so that nothing was done. Log in, and do it again."


async def ended(served: Served) -> tuple[object, str]:
    """A browser whose session is over, which it doesn't know, and the token of its forms."""
    browser = await served.logged_in("anna")
    token = await browser.token()
    served.users.add("anna", served.users.all()["anna"].role, "another password, a new one")
    return browser, token


async def test_who_comes_back_finds_the_search_with_all_its_fields(settings_of: SettingsOf) -> None:
    async with serving(settings_of()) as served:
        browser, _ = await ended(served)
        assert (303, f"/login?next={quote(SEARCH)}") == await browser.get(SEARCH)
        _, body = await browser.get(f"/login?next={quote(SEARCH)}")
        assert OVER in body
        assert OVER not in (await served.browser().get("/login"))[1], "nobody's session ended there"
        assert (303, SEARCH) == await browser.log_in("anna", "another password, a new one", SEARCH)


async def test_a_page_that_renews_itself_is_led_back_to_where_it_was(settings_of: SettingsOf) -> None:
    async with serving(settings_of()) as served:
        browser, _ = await ended(served)
        at = {"HX-Request": "true", "HX-Current-URL": f"{served.url}/replays/1"}
        assert "/login?next=/replays/1" == (await browser.headers("/replays/1", **at))["hx-redirect"]
        at["HX-Current-URL"] = "http://evil.example/replays/1"
        assert "/login?next=/" == (await browser.headers("/replays/1", **at))["hx-redirect"]


@pytest.mark.parametrize(
    ("expected", "page"),
    [
        ("/messages/2", "{url}/messages/2"),
        (SEARCH, "{url}" + SEARCH),
        ("/", ""),
        ("/", "http://evil.example/messages/2"),
        ("/", "{url}//evil.example/"),
        ("/", "http://[evil.example/"),
        ("/", "{url}/login?next=/binds"),
    ],
)
async def test_a_form_of_a_session_that_ended_does_nothing_says_so_and_leads_back_to_its_page(
    settings_of: SettingsOf, sqlite_url: str, expected: str, page: str
) -> None:
    ids = await filled(sqlite_url)
    async with serving(settings_of()) as served:
        browser, token = await ended(served)
        form = {"id": str(ids[1]), "reason": "a test", "token": token}
        headers = {"Origin": served.url, "Referer": page.format(url=served.url)}
        async with browser.http.post(
            f"{served.url}/parked/bury", data=form, headers=headers, allow_redirects=False
        ) as answer:
            onward = answer.headers["location"]
        assert f"/login?next={quote(expected)}&undone=yes" == onward
        assert UNDONE in (await browser.get(onward))[1]
    assert ("dead", []) == (state_of(sqlite_url, ids[1]), done(sqlite_url))


async def test_what_is_told_once_is_told_on_its_page_and_not_to_one_that_renews_itself(
    settings_of: SettingsOf, sqlite_url: str
) -> None:
    """Another tab, or the same one a moment earlier, took the words and threw them away."""
    await filled(sqlite_url)
    told = "Texts: paused, which holds on every host within a second."
    async with serving(settings_of()) as served:
        browser = await served.logged_in("otto")
        assert (303, "/binds") == await browser.post("/pauses/sms", {"wanted": "off", "reason": "a test"})
        assert told not in (await browser.get("/binds", **{"HX-Request": "true"}))[1]
        assert told not in (await browser.get("/"))[1]
        assert told in (await browser.get("/binds"))[1]
        assert told not in (await browser.get("/binds"))[1], "once"
