"""What every test of the console's pages does in the browser."""

from __future__ import annotations

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, expect

from tests.browser.conftest import PASSWORD, OpenPage
from tests.console.kit.console import Served
from tests.front_door.hosts import Host

WIDTHS = (320, 390, 1200)
RENEWALS = """() => {
    const told = document.documentElement.dataset;
    document.addEventListener("htmx:beforeRequest", (event) => { told.held = event.defaultPrevented; });
    document.addEventListener("htmx:afterSwap", () => { told.swaps = Number(told.swaps || 0) + 1; });
}"""
"""Has the page note in `data-held` whether it held still, in `data-swaps` how often it has renewed itself."""
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


async def opened(open_page: OpenPage, served: Served, path: str, **context: object) -> Page:
    """A page, by an operator."""
    page = await open_page(f"{served.url}/login", **context)
    await log_in(page, PASSWORD)
    await page.goto(f"{served.url}{path}")
    return page


async def log_in(page: Page, password: str) -> None:
    """As an operator, on the page that asks who one is."""
    await page.get_by_label("User").fill("otto")
    await page.get_by_label("Password").fill(password)
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("otto, operator")).to_be_visible()


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
