"""A Chromium of one's own for each test, and the simulator whose page it shows."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from playwright.async_api import Page, async_playwright

from tests.parts import require
from tests.simulator.conftest import serve

__all__ = ["open_page", "serve"]

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
        browser = await playwright.chromium.launch(executable_path=path, args=_FLAGS)
        try:

            async def open_at(url: str, width: int = 1200, **context: Any) -> Page:
                viewport = {"width": width, "height": 860}
                page = await (await browser.new_context(viewport=viewport, **context)).new_page()
                page.set_default_timeout(15_000)
                page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
                page.on("pageerror", lambda error: complaints.append(str(error)))
                page.on("dialog", lambda dialog: complaints.append(f"a dialog opened: {dialog.message}"))
                await page.goto(url)
                return page

            yield open_at
        finally:
            await browser.close()
    assert complaints == []
