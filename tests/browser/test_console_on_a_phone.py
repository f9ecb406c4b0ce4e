"""The console at night, on a phone: what was asked for is seen at once, and whole."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.conftest import OpenPage
from tests.browser.consoles import opened, without_faults
from tests.console.kit.console import Served

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

_OVER_THE_EDGE = """() => [...document.querySelectorAll('.facts dd')]
    .filter((one) => one.scrollWidth > one.clientWidth).map((one) => one.innerText)"""


@pytest.mark.parametrize("width", [320, 360, 420])
async def test_no_value_of_a_message_reaches_over_its_column(served: Served, open_page: OpenPage, width: int) -> None:
    """A time ran to the very edge of the screen, and would have run into what stands beside it."""
    page = await opened(open_page, served, "/messages/1", width=width)
    await expect(page.locator(".facts time")).to_have_count(2)
    assert [] == await page.evaluate(_OVER_THE_EDGE)
    await without_faults(page)


async def test_the_newest_message_found_is_seen_without_scrolling(served: Served, open_page: OpenPage) -> None:
    """Nine fields, one below the other, took the whole screen."""
    page = await opened(open_page, served, "/messages", width=360)
    await page.set_viewport_size({"width": 360, "height": 640})
    await expect(page.locator("tbody tr").first).to_be_in_viewport()
    await without_faults(page)
