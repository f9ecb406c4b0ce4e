"""Who may what: each role sees and does its own, by every address there is."""

from __future__ import annotations

import csv
import io
import json

import pytest

from tests.console.conftest import SettingsOf
from tests.console.kit.console import NAMES, Browser, serving
from tests.console.kit.journal import FORMULA, FRIEND, HOSTILE, NUMBER, done, filled, state_of
from workers.journal import Database
from workers.journal.holds import Holds
from workers.ops.console.app import PAGES
from workers.ops.users import Role

PATHS = {"{id}": "1", "{name}": "main"}


def path_of(path: str) -> str:
    for placeholder, value in PATHS.items():
        path = path.replace(placeholder, value)
    return path


READS = [path_of(page.path) for page in PAGES if not page.changes]
CHANGES = [(path_of(page.path), page.role) for page in PAGES if page.changes]


@pytest.mark.parametrize("name", NAMES)
async def test_each_page_is_shown_to_its_roles_alone(settings_of: SettingsOf, sqlite_url: str, name: str) -> None:
    await filled(sqlite_url)
    async with serving(settings_of()) as served:
        browser = await served.logged_in(name)
        for page in PAGES:
            if page.changes:
                continue
            status, body = await browser.get(path_of(page.path))
            assert (page.path, status == 403) == (page.path, not NAMES[name] >= page.role)
            if status == 403:
                assert f"This is for the role {page.role.word}; you are logged in as {NAMES[name].word}." in body


async def test_a_viewer_finds_no_number_and_no_text_on_any_page(settings_of: SettingsOf, sqlite_url: str) -> None:
    ids = await filled(sqlite_url)
    more = [*(f"/messages/{id_}" for id_ in ids), "/parked/messages?state=dead&outcome=busy", "/messages?state=done"]
    async with serving(settings_of()) as served:
        browser = await served.logged_in("vera")
        for path in [*READS, *more]:
            _, body = await browser.get(path)
            for told in (NUMBER, FRIEND, "GIFT 6009", "alert(1)", "HYPERLINK", "gives you"):
                assert told not in body, f"{told} on {path}"
        assert "86138*****001" in (await browser.get("/messages"))[1]


async def test_an_operator_sees_numbers_and_texts(settings_of: SettingsOf, sqlite_url: str) -> None:
    ids = await filled(sqlite_url)
    async with serving(settings_of()) as served:
        browser = await served.logged_in("otto")
        _, body = await browser.get(f"/messages?number={NUMBER}&state=done")
        assert NUMBER in body
        assert f"GIFT 600902000001 {FRIEND}" in body
        assert f"{NUMBER} gives you a tone" in (await browser.get(f"/messages/{ids[0]}"))[1]


@pytest.mark.parametrize("query", [f"number={NUMBER}", "number=1", "code=600902000001", f"code={FRIEND}"])
async def test_a_viewer_can_not_guess_a_number_by_searching(
    settings_of: SettingsOf, sqlite_url: str, query: str
) -> None:
    await filled(sqlite_url)
    async with serving(settings_of()) as served:
        browser = await served.logged_in("vera")
        status, body = await browser.get(f"/messages?{query}")
        assert (403, True) == (status, "Searching by number or words is for operators" in body)
        assert "masked" in (await browser.get("/messages"))[1]


@pytest.mark.parametrize("path", ["/parked/replay", "/parked/bury", "/binds/main", "/users"])
async def test_a_viewer_changes_nothing(settings_of: SettingsOf, sqlite_url: str, path: str) -> None:
    ids = await filled(sqlite_url)
    form = {"id": str(ids[1]), "reason": "because", "wanted": "off", "name": "eve", "role": "admin"}
    async with serving(settings_of()) as served:
        browser = await served.logged_in("vera")
        status, body = await browser.post(path, form | {"password": "correct horse battery"})
        assert (403, True) == (status, "you are logged in as viewer" in body)
        assert "eve" not in served.users.all()
    assert ("dead", []) == (state_of(sqlite_url, ids[1]), done(sqlite_url))


async def test_without_users_this_machine_is_an_operator_who_is_told_so_and_no_admin(
    settings_of: SettingsOf, sqlite_url: str
) -> None:
    ids = await filled(sqlite_url)
    settings = settings_of()
    settings = settings.model_copy(update={"console": settings.console.model_copy(update={"users": None})})
    async with serving(settings) as served:
        browser = served.browser()
        status, body = await browser.get("/")
        assert 200 == status
        assert "No log-in: whoever works on this machine is operator" in body
        assert 403 == (await browser.get("/users"))[0]
        answer = await browser.post("/parked/bury", {"id": str(ids[1]), "reason": "a test"}, token=await local(browser))
        assert (303, "/parked") == answer
    assert [(ids[1], "buried", "local@console")] == [event[:3] for event in done(sqlite_url)]


async def local(browser: Browser) -> str:
    """The token where nobody logs in: on any page with a form."""
    return await browser.token("/binds")


async def test_what_is_done_is_in_the_history_with_its_author_and_reason(
    settings_of: SettingsOf, sqlite_url: str
) -> None:
    ids = await filled(sqlite_url)
    async with serving(settings_of()) as served:
        browser = await served.logged_in("otto")
        status, body = await browser.post("/parked/bury", {"id": str(ids[1]), "reason": "  "})
        assert (400, True) == (status, "Say why, in the field Reason" in body)
        assert (303, "/parked") == await browser.post("/parked/bury", {"id": str(ids[1]), "reason": "asked for"})
        assert "1 given up." in (await browser.get("/parked"))[1]
        assert "1 given up." not in (await browser.get("/parked"))[1]
    ((message, event, author, detail),) = done(sqlite_url)
    assert (ids[1], "buried", "otto@console", "asked for") == (message, event, author, json.loads(detail)["reason"])


async def test_an_admin_adds_changes_and_removes_users_but_not_himself(settings_of: SettingsOf) -> None:
    new = {"name": "eve", "role": "operator", "password": "twelve characters", "reason": "new here"}
    async with serving(settings_of()) as served:
        browser = await served.logged_in("anna")
        assert (303, "/users") == await browser.post("/users", new)
        assert Role.OPERATOR is served.users.all()["eve"].role
        assert 400 == (await browser.post("/users", new | {"password": "short"}))[0]
        assert 400 == (await browser.post("/users", new | {"role": "king"}))[0]
        assert (303, "/users") == await browser.post("/users/eve/remove", {"reason": "gone"})
        assert "eve" not in served.users.all()
        status, body = await browser.post("/users/anna/remove", {"reason": "me"})
        assert (400, True) == (status, "take yourself away" in body)


async def test_script_in_a_text_is_shown_as_text(settings_of: SettingsOf, sqlite_url: str) -> None:
    ids = await filled(sqlite_url)
    async with serving(settings_of()) as served:
        browser = await served.logged_in("otto")
        for path in ("/messages", f"/messages/{ids[1]}", "/parked/messages?state=dead&outcome=busy"):
            _, body = await browser.get(path)
            assert HOSTILE not in body
            assert "&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=x onerror=alert(2)&gt;" in body
        _, body = await browser.get('/messages?number="><script>alert(3)</script>')
        assert "<script>alert(3)" not in body


async def test_a_cell_that_a_spreadsheet_would_run_is_made_harmless(settings_of: SettingsOf, sqlite_url: str) -> None:
    await filled(sqlite_url)
    async with serving(settings_of()) as served:
        operator, viewer = await served.logged_in("otto"), await served.logged_in("vera")
        _, exported = await operator.get("/messages.csv")
        _, masked = await viewer.get("/messages.csv")
    cells = [row["text"] for row in csv.DictReader(io.StringIO(exported))]
    assert f"'{FORMULA}" in cells
    assert not [cell for cell in cells if cell.startswith("=")]
    assert (False, False) == (NUMBER in masked, "HYPERLINK" in masked)


@pytest.mark.parametrize("name", ["core", "sms", "ussd"])
async def test_a_pause_holds_and_stands_with_who_and_why_where_operators_look(
    settings_of: SettingsOf, sqlite_url: str, name: str
) -> None:
    async with serving(settings_of()) as served:
        browser = await served.logged_in("otto")
        assert (303, "/binds") == await browser.post(f"/pauses/{name}", {"wanted": "off", "reason": "maintenance"})
        database = Database(sqlite_url)
        try:
            assert ("otto@console", "maintenance") == (
                (held := Holds(database).read()[name]).author, held.reason,
            )  # fmt: skip
            _, body = await browser.get("/deeds")
            assert ("otto@console" in body, "maintenance" in body) == (True, True)
            assert (303, "/binds") == await browser.post(f"/pauses/{name}", {"wanted": "on", "reason": "over"})
            assert {} == Holds(database).read()
        finally:
            database.close()
