"""The console's navigation: on a desk it stands above each page, on a phone it is folded behind where one is."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.consoles import RENEWALS, opened, without_faults
from tests.console.kit.console import Served, serving, settings_in

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

SMALL_PHONE, PHONE, TABLET, DESK = 320, 360, 768, 1280
THREE_LINES = 125
"""Pixels; it took 228 and more."""
FOLDED = "Pages, you are in "
MUCH_TO_READ = "document.querySelector('footer').style.height = '2000px'"


def fold(page: Page) -> Locator:
    """The button behind which it is folded."""
    return page.get_by_role("button", name="Pages")


def navigation(page: Page) -> Locator:
    return page.get_by_role("navigation", name="Pages")


async def is_read_as_unfolded(page: Page) -> bool:
    """What a screen reader is told of the button; the browser knows it of itself, and no attribute says it."""
    tree = await (await page.context.new_cdp_session(page)).send("Accessibility.getFullAXTree")
    button = next(one for one in tree["nodes"] if one.get("name", {}).get("value", "").startswith(FOLDED))
    return {one["name"]: one["value"].get("value") for one in button["properties"]}["expanded"] is True


@pytest.mark.parametrize(
    ("place", "path"),
    [
        ("Front", "/"),
        ("Messages", "/messages"),
        ("Messages", "/messages/1"),
        ("Dead and unknown", "/parked"),
        ("Dead and unknown", "/parked/plan?id=2"),
        ("Statistics", "/statistics"),
    ],
)
async def test_on_a_phone_a_page_begins_at_once_and_the_fold_says_where_one_is(
    served: Served, open_page: OpenPage, place: str, path: str
) -> None:
    """The navigation took up to five lines above every page."""
    page = await opened(open_page, served, path, width=PHONE)
    await expect(page.get_by_role("button", name=FOLDED + place, exact=True)).to_be_visible()
    await expect(navigation(page)).to_be_hidden()
    assert THREE_LINES > await page.locator("header").evaluate("(header) => header.offsetHeight")
    await without_faults(page)


@pytest.mark.parametrize("width", [SMALL_PHONE, PHONE])
async def test_unfolded_it_hides_the_fold_from_no_second_press(
    tmp_path: Path, sqlite_url: str, open_page: OpenPage, width: int
) -> None:
    """Where nobody logs in, more is said above; and on the smallest phones the longest name has to be cut."""
    async with serving(settings_in(tmp_path, sqlite_url)) as served:
        page = await open_page(f"{served.url}/parked", width=width)
        assert THREE_LINES > await page.locator("header").evaluate("(header) => header.offsetHeight")
        await fold(page).click()
        await expect(navigation(page)).to_be_visible()
        await fold(page).click()
        await expect(navigation(page)).to_be_hidden()
        await page.close()


@pytest.mark.parametrize("width", [TABLET, DESK])
async def test_where_there_is_room_nothing_is_folded(served: Served, open_page: OpenPage, width: int) -> None:
    page = await opened(open_page, served, "/parked", width=width)
    await expect(navigation(page).get_by_role("link", name="Statistics")).to_be_visible()
    await expect(navigation(page).locator("[aria-current=page]")).to_have_text("Dead and unknown")
    await expect(fold(page)).to_be_hidden()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_it_unfolds_and_folds_by_the_keyboard_alone(served: Served, open_page: OpenPage, scheme: str) -> None:
    page = await opened(open_page, served, "/parked", width=PHONE, color_scheme=scheme)
    await fold(page).focus()
    await page.keyboard.press("Enter")
    await expect(navigation(page)).to_be_visible()
    assert await is_read_as_unfolded(page)
    await without_faults(page)
    await page.keyboard.press("Tab")
    await expect(navigation(page).get_by_role("link").first).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(navigation(page)).to_be_hidden()
    await expect(fold(page)).to_be_focused()
    assert not await is_read_as_unfolded(page)
    await page.keyboard.press("Enter")
    await expect(navigation(page)).to_be_visible()
    await page.keyboard.press("Enter")
    await expect(navigation(page)).to_be_hidden()


async def test_it_covers_nothing_that_the_focus_goes_on_to(served: Served, open_page: OpenPage) -> None:
    page = await opened(open_page, served, "/parked", width=PHONE)
    await fold(page).click()
    await navigation(page).get_by_role("link").last.focus()
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("button", name="Log out")).to_be_focused()
    await expect(navigation(page)).to_be_hidden()


async def test_unfolded_it_outlives_renewals_with_the_focus_in_it(served: Served, open_page: OpenPage) -> None:
    page = await opened(open_page, served, "/parked", width=PHONE)
    await page.evaluate(MUCH_TO_READ)
    await fold(page).click()
    await navigation(page).get_by_role("link", name="Statistics").focus()
    await page.evaluate("scrollTo(0, 20)")
    await page.evaluate(RENEWALS)
    await expect(page.locator("html")).to_have_attribute("data-swaps", "2")
    await expect(navigation(page).get_by_role("link", name="Statistics")).to_be_focused()
    await expect(navigation(page)).to_be_visible()
    assert 20 == await page.evaluate("scrollY")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name=f"{FOLDED}Statistics", exact=True)).to_be_visible()
    await page.go_back()
    await expect(fold(page)).to_be_visible()
    await expect(navigation(page)).to_be_hidden()


async def test_it_unfolds_folds_and_leads_on_without_script(served: Served, open_page: OpenPage) -> None:
    page = await opened(open_page, served, "/parked", width=PHONE, java_script_enabled=False)
    await fold(page).click()
    await expect(navigation(page)).to_be_visible()
    await fold(page).click()
    await expect(navigation(page)).to_be_hidden()
    await fold(page).click()
    await navigation(page).get_by_role("link", name="Statistics").click()
    await expect(page.get_by_role("button", name=f"{FOLDED}Statistics", exact=True)).to_be_visible()
