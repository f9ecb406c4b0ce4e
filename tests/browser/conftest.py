"""A Chromium of one's own for each test; the simulator, and the host with a console, whose pages it shows."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any

import pytest
from argon2 import PasswordHasher
from playwright.async_api import Page, async_playwright, expect

from tests.console.conftest import SettingsOf, settings_of, users_file
from tests.console.kit.console import Served, serving
from tests.console.kit.journal import filled
from tests.front_door.hosts import Host
from tests.journals import sqlite_url
from tests.parts import require
from tests.simulator.conftest import serve
from workers.ops.users import Role, Users

__all__ = ["open_page", "serve", "served", "settings_of", "sqlite_url", "users_file"]

PASSWORD = "correct horse battery"
"""Of each user of the console."""
PATIENCE_MS = 240_000
"""How long a condition may take to come true: a console that looks every 3 s, and a page that renews itself as often,
are late on a machine that does much else."""
_LATE = "htmx:timeout"
"""What a page complains of that renews itself and has no answer for ten seconds; it asks again, and says so itself."""
expect.set_options(timeout=PATIENCE_MS)

OpenPage = Callable[..., Awaitable[Page]]
_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture
async def open_page() -> AsyncIterator[OpenPage]:
    """Open a page at a width; at the end nothing may have been complained of in its console."""
    complaints: list[str] = []
    path = require("chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=_FLAGS, timeout=PATIENCE_MS)
        try:

            async def open_at(url: str, width: int = 1200, **context: Any) -> Page:
                viewport = {"width": width, "height": 860}
                page = await (await browser.new_context(viewport=viewport, **context)).new_page()
                page.set_default_timeout(PATIENCE_MS)
                page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
                page.on("pageerror", lambda error: complaints.append(str(error)))
                page.on("dialog", lambda dialog: complaints.append(f"a dialog opened: {dialog.message}"))
                await page.goto(url)
                return page

            yield open_at
        finally:
            await browser.close()
    assert [one for one in complaints if one != _LATE] == []


@pytest.fixture
async def served(settings_of: SettingsOf, sqlite_url: str) -> AsyncIterator[Served]:
    """A console whose journal has two dead messages and an unknown one.

    To be asked for before `open_page`, so that it outlives the browser: a page that renews itself complains otherwise.
    """
    await filled(sqlite_url)
    async with serving(settings_of()) as served:
        yield served


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    """`tonegate up` with the sandbox core and the simulator, and users of the console."""
    host = Host(tmp_path_factory.mktemp("host"))
    users = Users(host.folder / "users.json", hasher=PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
    users.add("otto", Role.OPERATOR, PASSWORD)
    users.add("vera", Role.VIEWER, PASSWORD)
    users.add("anna", Role.ADMIN, PASSWORD)
    text = host.settings.read_text().replace("[console]", '[console]\nusers = "users.json"')
    host.settings.write_text(text.replace("[worker]", "[worker]\nattempts = 1"))
    try:
        host.up()
        yield host
    finally:
        host.end()
