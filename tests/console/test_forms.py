"""Forged requests: a form of another page, another session or another site does nothing."""

from __future__ import annotations

import pytest

from tests.console.conftest import SettingsOf
from tests.console.kit.console import serving
from tests.console.kit.journal import done, filled, state_of
from tests.console.test_roles import CHANGES, READS

FORM = {"reason": "forged", "wanted": "off", "name": "eve", "role": "admin", "password": "correct horse battery"}


@pytest.mark.parametrize("forgery", ["no token", "another session's token", "another site", "no origin", "a link"])
async def test_a_forged_form_does_nothing(settings_of: SettingsOf, sqlite_url: str, forgery: str) -> None:
    ids = await filled(sqlite_url)
    form = FORM | {"id": str(ids[1])}
    async with serving(settings_of()) as served:
        browser, other = await served.logged_in("anna"), await served.logged_in("anna")
        before = {*served.users.all()}
        own, foreign = await browser.token(), await other.token()
        assert own != foreign
        for path, _ in CHANGES:
            match forgery:
                case "no token":
                    status, _ = await browser.post(path, form, token=None)
                case "another session's token":
                    status, _ = await browser.post(path, form, token=foreign)
                case "another site":
                    status, _ = await browser.post(path, form, token=own, origin="http://evil.example")
                case "no origin":
                    status, _ = await browser.post(path, form, token=own, origin=None)
                case _:
                    status, _ = await browser.get(f"{path}?token={own}&id={ids[1]}&reason=x")
            page_of_that_name = forgery == "a link" and path in READS
            expected = 200 if page_of_that_name else 404 if forgery == "a link" else 403
            assert (path, expected) == (path, status)
        assert before == {*served.users.all()}
    assert ("dead", []) == (state_of(sqlite_url, ids[1]), done(sqlite_url))


@pytest.mark.parametrize(
    ("status", "kind", "body"),
    [
        (415, "application/json", b'{"reason": "x"}'),
        (415, "text/plain", b"reason=x"),
        (413, "application/x-www-form-urlencoded", b"reason=" + b"x" * 1_000_001),
        (400, "application/x-www-form-urlencoded", b"a=1&" * 20_001),
        (400, "application/x-www-form-urlencoded", b"\xff\xfe"),
    ],
)
async def test_what_is_no_form_or_too_long_is_refused(
    settings_of: SettingsOf, status: int, kind: str, body: bytes
) -> None:
    async with serving(settings_of()) as served:
        browser = await served.logged_in("anna")
        headers = {"Origin": served.url, "Content-Type": kind}
        async with browser.http.post(f"{served.url}/parked/replay", data=body, headers=headers) as answer:
            assert status == answer.status


@pytest.mark.parametrize(
    ("status", "path", "form"),
    [
        (400, "/parked/replay", {"id": "1"}),
        (400, "/parked/replay", {"id": "1", "reason": "x", "rate_per_s": "0"}),
        (400, "/parked/replay", {"id": "1", "reason": "x", "rate_per_s": "nan"}),
        (400, "/parked/replay", {"id": "99999", "reason": "x"}),
        (400, "/parked/bury", {"reason": "x"}),
        (400, "/binds/main", {"wanted": "off"}),
        (404, "/binds/nothing", {"wanted": "off", "reason": "x"}),
        (404, "/replays/99/go-on", {}),
        (404, "/replays/x/go-on", {}),
    ],
)
async def test_what_makes_no_sense_is_told_in_words(
    settings_of: SettingsOf, status: int, path: str, form: dict[str, str]
) -> None:
    async with serving(settings_of()) as served:
        browser = await served.logged_in("otto")
        told, body = await browser.post(path, form)
        assert (status, True) == (told, "That can&#39;t be done" in body or "That can't be done" in body), body


@pytest.mark.parametrize(
    ("status", "query"),
    [
        (400, ""),
        (400, "id=1;drop+table+inbox"),
        (404, "all=yes&state=done&outcome=&until=9e9"),
        (400, "all=yes&state=dead&outcome=&until=soon"),
    ],
)
async def test_a_dry_run_of_nothing_is_told_in_words_and_leads_back(
    settings_of: SettingsOf, status: int, query: str
) -> None:
    async with serving(settings_of()) as served:
        browser = await served.logged_in("otto")
        causes = f"{served.url}/parked/messages?state=dead&outcome=busy"
        told, body = await browser.get(f"/parked/plan?{query}", Referer=causes)
        assert (status, True) == (told, "That can't be done" in body), body
        assert 'href="/parked/messages?state=dead&amp;outcome=busy">Back to where you were</a>' in body


async def test_a_dry_run_is_found_again_by_its_address_with_all_that_was_selected(
    settings_of: SettingsOf, sqlite_url: str
) -> None:
    """Who comes back from a replay, or logs in anew, met a form that the browser no longer had."""
    ids = await filled(sqlite_url)
    async with serving(settings_of()) as served:
        browser = await served.logged_in("otto")
        some = f"/parked/plan?id={ids[1]}&id={ids[3]}"
        for path in (some, "/parked/plan?all=yes&state=dead&outcome=busy&until=9e9"):
            _, body = await browser.get(path)
            assert "Of 2 selected messages, something would be done with 2." in body, path
        assert (403, True) == (
            (await (await served.logged_in("vera")).get(some))[0], "dead" == state_of(sqlite_url, ids[1]),
        )  # fmt: skip
    assert [] == done(sqlite_url)
