"""What every test of the console's pages does in the browser."""

from __future__ import annotations

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, expect

from tests.browser.conftest import PASSWORD, OpenPage
from tests.front_door.hosts import Host

WIDTHS = (320, 390, 1200)
_STICKING_OUT = """() => [...document.querySelectorAll('body *')]
    .filter((e) => !e.closest('.scroll, .skip, svg') && e.getClientRects().length)
    .filter((e) => e.getBoundingClientRect().right > innerWidth + 1 || e.getBoundingClientRect().left < -1)
    .map((e) => e.outerHTML.slice(0, 120))"""


async def logged_in(open_page: OpenPage, host: Host, name: str, onward: str = "/", **context: object) -> Page:
    page = await open_page(f"http://127.0.0.1:{host.console}{onward}", **context)
    await page.get_by_label("User").fill(name)
    await page.get_by_label("Password").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await expect(page.get_by_text(f"{name}, ")).to_be_visible()
    return page


async def without_faults(page: Page) -> None:
    """Axe finds nothing, and nothing sticks out, at a phone's width and a desk's."""
    await page.wait_for_load_state()  # a link that was clicked has begun to lead elsewhere, and no more
    results = await Axe().run(page)
    told = [(fault["id"], fault["impact"], fault["nodes"][0]["html"]) for fault in results.response["violations"]]
    assert [] == [one for one in told if one[1] in ("serious", "critical")], page.url
    before = page.viewport_size
    assert before
    for width in WIDTHS:
        await page.set_viewport_size({"width": width, "height": 860})
        assert (page.url, width, []) == (page.url, width, await page.evaluate(_STICKING_OUT))
    await page.set_viewport_size(before)
