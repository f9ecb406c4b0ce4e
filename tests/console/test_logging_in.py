"""Logging in and out: passwords, cookies, and when a session is over."""

from __future__ import annotations

import asyncio
import json
import os

import pytest

from tests.console.conftest import SettingsOf
from tests.console.kit.console import PASSWORD, serving
from tests.console.kit.journal import events
from tests.journal.kit.turned_clock import TurnedClock
from workers.journal import Database
from workers.journal.deeds import Deeds
from workers.ops.console.app import PAGES
from workers.ops.console.refusals import Refusals
from workers.ops.users import Role

WRONG = "wrong password, this is"


async def test_without_a_log_in_every_page_leads_to_it(settings_of: SettingsOf) -> None:
    async with serving(settings_of()) as served:
        browser = served.browser()
        for page in PAGES:
            path = page.path.replace("{id}", "1").replace("{name}", "main")
            if page.changes:
                answer = await browser.post(path, {}, token=None)
                assert (303, "/login?next=/&undone=yes") == answer, path
            else:
                assert (303, f"/login?next={path}") == await browser.get(path), path


async def test_a_page_that_renews_itself_is_taken_to_the_log_in_as_a_whole(settings_of: SettingsOf) -> None:
    async with serving(settings_of()) as served:
        headers = await served.browser().headers("/", **{"HX-Request": "true"})
        assert "/login?next=/" == headers["hx-redirect"]


async def test_the_right_password_opens_and_the_cookie_is_for_this_site_and_no_script(settings_of: SettingsOf) -> None:
    async with serving(settings_of()) as served:
        browser = served.browser()
        assert (303, "/binds") == await browser.log_in("anna", onward="/binds")
        cookie = browser.cookies()["tonegate"]
        assert ("Strict", True, "/", "43200") == (
            cookie["samesite"].capitalize(), cookie["httponly"], cookie["path"], cookie["max-age"],
        )  # fmt: skip
        assert 200 == (await browser.get("/"))[0]


async def test_over_https_the_cookie_is_kept_to_encrypted_connections(settings_of: SettingsOf) -> None:
    async with serving(settings_of(url="https://ops.example")) as served:
        browser = served.browser()
        headers = await browser.headers("/login")
        assert "Secure" in headers["set-cookie"]
        assert "max-age=31536000" == headers["strict-transport-security"]


@pytest.mark.parametrize(
    ("name", "password"), [("anna", WRONG), ("nobody", PASSWORD), ("", ""), ("anna", "x" * 5000), ("ANNA", PASSWORD)]
)
async def test_who_does_not_fit_is_told_no_more_than_that(settings_of: SettingsOf, name: str, password: str) -> None:
    async with serving(settings_of()) as served:
        browser = served.browser()
        status, body = await browser.log_in(name, password)
        assert 401 == status
        assert "That user and password don&#39;t fit." in body
        assert password == "" or password not in body
        assert "tonegate" not in browser.cookies()


async def test_who_came_in_was_refused_and_left_is_in_the_history_with_no_password(
    settings_of: SettingsOf, sqlite_url: str
) -> None:
    """A name that nobody has may be a password in the wrong field: only its beginning is kept."""
    async with serving(settings_of()) as served:
        browser = served.browser()
        await browser.log_in("anna", WRONG)
        await browser.log_in("\u202ePassw0rd of mine\n", WRONG)
        await browser.log_in("anna")
        await browser.post("/logout", {})
        told = [(event, author, json.loads(detail)) for _, event, author, detail in events(sqlite_url)]
        assert [
            ("log-in refused", "console", {"user": "anna", "address": "127.0.0.1"}),
            ("log-in refused", "console", {"user": "Pas…", "address": "127.0.0.1"}),
            ("logged in", "anna@console", {"user": "anna", "role": "admin", "address": "127.0.0.1"}),
            ("logged out", "anna@console", {"user": "anna"}),
        ] == told
        _, body = await (await served.logged_in("otto")).get("/deeds")
        for seen in ("log-in refused", "Pas…", "logged in", "logged out", "anna@console"):
            assert seen in body
        assert "Passw0rd" not in body


async def test_a_flood_of_made_up_names_fills_no_journal(
    settings_of: SettingsOf, sqlite_url: str, clock: TurnedClock
) -> None:
    database = Database(sqlite_url)
    refusals = Refusals(Deeds(database), clock)
    for no in range(100):
        refusals.told(f"us{no % 10}…", "192.0.2.1")
    clock.turn(60)
    refusals.told("last", "192.0.2.1")
    database.close()
    kept = [json.loads(detail) for _, _, _, detail in events(sqlite_url)]
    assert (31, {"user": "last", "address": "192.0.2.1", "left_out_before": 70}) == (len(kept), kept[-1])


async def test_a_journal_that_can_not_be_used_keeps_nobody_out_who_has_to_see_why(
    settings_of: SettingsOf, sqlite_url: str
) -> None:
    settings = settings_of()
    os.unlink(sqlite_url.removeprefix("sqlite:///"))
    async with serving(settings) as served:
        browser = await served.logged_in("anna")
        assert 200 == (await browser.get("/"))[0]


async def test_wrong_passwords_make_one_user_wait_and_others_not(settings_of: SettingsOf, clock: TurnedClock) -> None:
    async with serving(settings_of(), monotonic=clock) as served:
        browser = served.browser()
        for _ in range(3):
            assert 401 == (await browser.log_in("anna", WRONG))[0]
        status, body = await browser.log_in("anna")
        assert (429, True) == (status, "try again in 1 s" in body)
        assert (303, "/") == await served.browser().log_in("otto")
        clock.turn(1)
        assert (303, "/") == await browser.log_in("anna")


async def test_tries_made_at_once_are_counted_before_any_is_answered(
    settings_of: SettingsOf, clock: TurnedClock
) -> None:
    async with serving(settings_of(), monotonic=clock) as served:
        browser = served.browser()
        token = await browser.token("/login")
        form = {"name": "anna", "password": WRONG, "next": "/"}
        tries = await asyncio.gather(*(browser.post("/login", form, token=token) for _ in range(12)))
        assert 3 == [status for status, _ in tries].count(401)
        assert 9 == [status for status, _ in tries].count(429)


async def test_a_log_in_form_of_another_page_is_refused(settings_of: SettingsOf) -> None:
    async with serving(settings_of()) as served:
        browser, other = served.browser(), served.browser()
        form = {"name": "anna", "password": PASSWORD, "next": "/"}
        assert 403 == (await browser.post("/login", form, token=None))[0]
        await browser.get("/login")
        assert 403 == (await browser.post("/login", form, token=await other.token("/login")))[0]
        assert 403 == (await browser.post("/login", form, origin="http://evil.example"))[0]
        assert (303, "/login?next=/") == await browser.get("/")


async def test_a_session_is_never_one_that_was_there_before_the_log_in(settings_of: SettingsOf) -> None:
    async with serving(settings_of()) as served:
        browser = served.browser()
        browser.http.cookie_jar.update_cookies({"tonegate": "foisted"})
        await browser.log_in("anna")
        assert "foisted" != browser.cookies()["tonegate"].value


@pytest.mark.parametrize(
    ("onward", "asked"),
    [
        ("/messages/1", "/messages/1"),
        ("/", "https://evil.example/"),
        ("/", "//evil.example/"),
        ("/", "/\\evil.example/"),
        ("/", "javascript:alert(1)"),
        ("/", ""),
    ],
)
async def test_after_the_log_in_it_goes_on_within_the_console(settings_of: SettingsOf, onward: str, asked: str) -> None:
    async with serving(settings_of()) as served:
        assert (303, onward) == await served.browser().log_in("anna", onward=asked)


async def test_a_session_ends_with_its_log_out_also_for_who_kept_the_cookie(settings_of: SettingsOf) -> None:
    async with serving(settings_of()) as served:
        browser, thief = await served.logged_in("anna"), served.browser()
        thief.http.cookie_jar.update_cookies({"tonegate": browser.cookies()["tonegate"].value})
        assert 200 == (await thief.get("/"))[0]
        assert (303, "/login") == await browser.post("/logout", {})
        assert (303, "/login?next=/") == await thief.get("/")


async def test_a_forged_log_out_logs_nobody_out(settings_of: SettingsOf) -> None:
    async with serving(settings_of()) as served:
        browser = await served.logged_in("anna")
        kept = browser.cookies()["tonegate"].value
        await browser.post("/logout", {}, token="another")
        browser.http.cookie_jar.update_cookies({"tonegate": kept})
        assert 200 == (await browser.get("/"))[0]


async def test_a_session_ends_when_its_time_is_over(settings_of: SettingsOf, clock: TurnedClock) -> None:
    async with serving(settings_of(session_s=600), monotonic=clock) as served:
        browser = await served.logged_in("anna")
        clock.turn(599)
        assert 200 == (await browser.get("/binds"))[0]
        clock.turn(1)
        assert (303, "/login?next=/binds") == await browser.get("/binds")


@pytest.mark.parametrize("change", ["removed", "another password", "another role", "the file is gone", "broken file"])
async def test_a_session_ends_at_once_with_what_it_stood_on(settings_of: SettingsOf, change: str) -> None:
    async with serving(settings_of()) as served:
        browser = await served.logged_in("otto")
        users = served.users
        changes = {
            "removed": lambda: users.remove("otto"),
            "another password": lambda: users.add("otto", Role.OPERATOR, PASSWORD + "2"),
            "another role": lambda: users.add("otto", Role.VIEWER, PASSWORD),
            "the file is gone": users.file.unlink,
            "broken file": lambda: users.file.write_text("{"),
        }
        changes[change]()
        assert (303, "/login?next=/") == await browser.get("/")
        assert 403 != (await browser.post("/binds/main", {"wanted": "off", "reason": "x"}, token="x"))[0]
