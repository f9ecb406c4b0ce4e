"""The operations console in a real browser, on a whole host: found, read, done again, refused, and read by anybody."""

from __future__ import annotations

import json
import os
import re
import urllib.request
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.consoles import logged_in, without_faults
from tests.front_door.hosts import PATIENCE_S, Host, until

pytestmark = pytest.mark.browser

NUMBER, OTHERS = "8613800000001", ("8613800000002", "8613800000003")
HOSTILE = "<img src=x onerror=alert(1)><script>alert(2)</script>"
DOCS = Path(__file__).parents[2] / "docs"
PICTURES = bool(os.environ.get("TONEGATE_PICTURES"))


def busy(host: Host, share: float) -> None:
    """Let the core answer that it is busy: with one attempt a message is dead at once."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{host.core}/admin/faults",
        json.dumps({"busy": share}).encode(),
        {"Content-Type": "application/json"},
        method="PUT",
    )
    urllib.request.urlopen(request, timeout=PATIENCE_S).close()


def ids(host: Host, *words: str) -> list[int]:
    """Of messages that fit, by the command line."""
    return [row["id"] for row in json.loads(host.run("messages", "--json", *words).stdout)]


async def picture(page: Page, name: str) -> None:
    """For the README, taken by the very run that proves the page."""
    if PICTURES:
        await page.screenshot(path=DOCS / name, clip={"x": 0, "y": 0, "width": 1200, "height": 515})


async def test_the_dead_of_one_cause_are_found_read_and_done_again(host: Host, open_page: OpenPage) -> None:
    for number in range(1, 30 if PICTURES else 2):
        host.answered("HELP", f"86138000000{number:02}")
    busy(host, 1.0)
    for number in (NUMBER, *OTHERS):
        host.answered("GET 600902000001", number)
    until(lambda: len(ids(host, "--state", "dead")) == 3, host.said)
    (dead,) = ids(host, "--state", "dead", "--number", NUMBER)
    busy(host, 0.0)

    page = await logged_in(open_page, host, "otto")
    await expect(page.get_by_role("heading", level=1)).to_contain_text("something waits for you")
    await expect(page.get_by_text("3 messages are unknown or dead.")).to_be_visible()
    await expect(page.get_by_role("row", name="main")).to_contain_text("bound")
    await without_faults(page)
    await picture(page, "console.png")

    await page.get_by_role("link", name="Messages", exact=True).click()
    await page.get_by_label("Number").fill(NUMBER)
    await page.get_by_label("State").select_option("dead")
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name="Find").click()
    await expect(page.locator("tbody tr")).to_have_count(1)
    await expect(page.locator("tbody tr")).to_contain_text(NUMBER)
    await without_faults(page)

    await page.get_by_role("link", name=str(dead), exact=True).click()
    await expect(page.get_by_role("heading", level=1)).to_have_text(f"Message {dead}")
    line = page.locator(".life li")
    await expect(line.first).to_contain_text("received")
    await expect(line.filter(has_text="the core was called").first).to_contain_text("100002")
    await expect(line.filter(has_text="ended: dead")).to_contain_text("busy")
    await without_faults(page)
    await picture(page, "console-message.png")

    await page.get_by_role("link", name="Dead and unknown").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Dead and unknown")
    await without_faults(page)
    await page.get_by_role("link", name="busy").click()
    await expect(page.locator("tbody tr")).to_have_count(3)
    await page.get_by_role("checkbox", name="Select all that are here").check()
    await without_faults(page)
    await page.get_by_role("button", name="Say what a replay of the selected would do").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Dry run: nothing is done yet")
    await expect(page.locator("tbody tr")).to_contain_text("the core is asked first, then it is tried again")
    assert 3 == len(ids(host, "--state", "dead")), "a dry run does nothing"
    await without_faults(page)
    await page.get_by_label("Reason").fill("the core is itself again")
    await page.get_by_role("button", name="Replay 3 messages").click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text("Replay ")
    await expect(page.get_by_text("3 of 3 are done again")).to_be_visible()
    await expect(page.locator("tbody tr").filter(has_text="✓ done")).to_have_count(3)
    await without_faults(page)

    await page.get_by_role("link", name=str(dead), exact=True).click()
    replayed = page.locator(".life li").filter(has_text="replayed")
    await expect(replayed).to_contain_text("otto@console")
    await expect(replayed).to_contain_text("the core is itself again")
    await page.get_by_role("link", name="Front").click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text("All is well")


async def test_a_viewer_reads_masked_and_is_refused_what_changes(host: Host, open_page: OpenPage) -> None:
    host.answered("HELP", NUMBER)
    page = await logged_in(open_page, host, "vera", "/messages")
    await expect(page).to_have_url(f"http://127.0.0.1:{host.console}/messages")
    await expect(page.locator("tbody tr").first).to_contain_text("86138*****001")
    await expect(page.get_by_label("Number")).to_have_count(0)
    assert NUMBER not in await page.content()
    await page.locator("tbody tr a").first.click()
    await expect(page.get_by_role("heading", level=2, name="Time line")).to_be_visible()
    await expect(page.get_by_role("button", name="Say what a replay would do")).to_have_count(0)
    await expect(page.get_by_role("link", name="Users")).to_have_count(0)
    refused = await page.request.post(
        f"http://127.0.0.1:{host.console}/parked/replay",
        form={"id": "1", "reason": "I want to"},
        headers={"Origin": f"http://127.0.0.1:{host.console}"},
    )
    assert 403 == refused.status
    assert "This is for the role operator; you are logged in as viewer." in await refused.text()


async def test_script_in_a_text_stays_a_text(host: Host, open_page: OpenPage) -> None:
    host.answered(HOSTILE, NUMBER)
    page = await logged_in(open_page, host, "otto", "/messages")
    await expect(page.locator("tbody tr").first).to_contain_text(HOSTILE)
    await page.locator("tbody tr a").first.click()
    await expect(page.locator(".said").first).to_have_text(HOSTILE)
    assert 0 == await page.locator("main script, main img").count()


async def test_the_keyboard_alone_does_in_the_dark_and_nothing_is_told_by_colour_alone(
    host: Host, open_page: OpenPage
) -> None:
    page = await logged_in(open_page, host, "anna", "/binds", color_scheme="dark", width=390)
    await page.reload()
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(re.compile("#main$"))
    await page.keyboard.press("Tab")
    await page.wait_for_function("document.querySelector('main').contains(document.activeElement)")
    card = page.get_by_role("listitem").filter(has_text="main")
    await card.get_by_label("Reason").focus()
    await page.keyboard.type("by hand")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("status")).to_contain_text("main is to be stopped")
    await expect(page.locator("#binds")).to_contain_text("switched off by anna@console: by hand")
    await without_faults(page)
    await card.get_by_label("Reason").fill("and on again")
    await page.get_by_role("button", name="Start main").click()
    await expect(page.locator("#binds")).to_contain_text("✓ bound")
    for path in ("/settings", "/users", "/menus", "/deeds", "/retention", "/consents", "/gifts", "/offers"):
        await page.goto(f"http://127.0.0.1:{host.console}{path}")
        await without_faults(page)


async def test_a_page_renews_itself_and_holds_still_when_told(host: Host, open_page: OpenPage) -> None:
    page = await logged_in(open_page, host, "otto", "/messages")
    await page.goto(f"http://127.0.0.1:{host.console}/")
    as_of = page.locator(".as-of")
    first = await as_of.inner_text()
    await expect(as_of).not_to_have_text(first)
    await page.get_by_role("button", name="Hold still").click()
    await expect(page.get_by_role("button", name="Renew again")).to_be_visible()
    await page.get_by_role("button", name="Renew again").click()
    held = await as_of.inner_text()
    await expect(as_of).not_to_have_text(held)
