"""Every page of the console, in the light and in the dark: on a phone's width, by the keyboard alone, read aloud."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.consoles import logged_in, without_faults
from tests.front_door.hosts import CODE, Host

pytestmark = pytest.mark.browser

NUMBER = "8613800000081"
PHONE = 360
_SCROLLS = "document.documentElement.scrollWidth > innerWidth || document.body.scrollWidth > innerWidth"
_ACTIONS = """(within) => {
    const which = 'a[href], button, input:not([type=hidden]), select, textarea, summary';
    const all = [...document.querySelector(within).querySelectorAll(which)];
    const seen = all.filter((e) => e.getClientRects().length && !e.disabled);
    seen.forEach((e, n) => { e.dataset.action = n; });
    return seen.map((e) => e.outerHTML.slice(0, 100));
}"""
_FOCUSED = """() => {
    const e = document.activeElement, style = getComputedStyle(e), box = e.getBoundingClientRect();
    return {
        action: e.dataset.action ?? null,
        html: e.outerHTML.slice(0, 100),
        told: e.matches(':focus-visible') && style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
        onScreen: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
    };
}"""


async def paths(page: Page) -> list[str]:
    """Every page of the navigation, and those that lead on from them."""
    links = await page.locator("nav a").evaluate_all("all => all.map((a) => a.getAttribute('href'))")
    assert len(links) > 10
    return [*links, "/messages/1", "/parked/messages?state=dead&outcome=busy"]


async def fits_a_phone(page: Page) -> None:
    await page.set_viewport_size({"width": PHONE, "height": 780})
    assert (page.url, False) == (page.url, await page.evaluate(_SCROLLS))


async def is_reached_by_tab(page: Page, within: str) -> None:
    """Each action within an element comes to the focus by Tab, in sight and with a frame around it."""
    actions = await page.evaluate(_ACTIONS, within)
    await page.evaluate("(within) => document.querySelector(within).focus()", within)
    reached: list[int] = []
    for _ in range(2 * len(actions) + 20):  # regions that scroll are stopped at, too, and a date's parts
        await page.keyboard.press("Tab")
        at = await page.evaluate(_FOCUSED)
        if at["action"] is None or reached[-1:] == [int(at["action"])]:
            continue
        if int(at["action"]) in reached:
            break
        assert at["told"], f"{page.url}: no frame around {at['html']}"
        assert at["onScreen"], f"{page.url}: out of sight: {at['html']}"
        reached.append(int(at["action"]))
        if len(reached) == len(actions):
            break
    assert (page.url, []) == (page.url, [html for no, html in enumerate(actions) if no not in reached])


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_each_page_fits_a_phone_obeys_the_keyboard_and_is_read_aloud(
    host: Host, open_page: OpenPage, scheme: str
) -> None:
    host.answered(CODE, NUMBER)
    page = await open_page(f"http://127.0.0.1:{host.console}/login", width=PHONE, color_scheme=scheme)
    await without_faults(page)
    await fits_a_phone(page)
    await page.close()
    page = await logged_in(open_page, host, "anna", color_scheme=scheme, width=PHONE, reduced_motion="reduce")
    await page.get_by_role("button", name="Hold still").click()  # so that nothing moves from under the focus
    for path in await paths(page):
        await page.goto(f"http://127.0.0.1:{host.console}{path}")
        await expect(page.get_by_role("heading", level=1)).to_be_visible()
        await without_faults(page)
        await fits_a_phone(page)
        await is_reached_by_tab(page, "main" if path != "/" else "body")
