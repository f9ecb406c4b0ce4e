"""The console while somebody works in it: what renews itself, ends or is gone back to takes nothing away from them."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.conftest import OpenPage
from tests.browser.consoles import RENEWALS, log_in, opened, without_faults
from tests.console.kit.console import Served
from tests.console.kit.journal import events, state_of
from workers.ops.users import Role

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

OF_ONE_CAUSE = "/parked/messages?state=dead&outcome=busy"


async def test_the_focus_and_how_far_a_table_is_scrolled_outlive_a_renewal(served: Served, open_page: OpenPage) -> None:
    """By the keyboard one was thrown back to the top of the page every three seconds."""
    page = await opened(open_page, served, "/parked", width=700)
    await page.evaluate("document.getElementById('main').style.width = '300px'")
    await page.get_by_role("link", name="busy").focus()
    await page.get_by_role("region", name="Causes").evaluate("(region) => { region.scrollLeft = 60; }")
    await page.evaluate(RENEWALS)
    await expect(page.locator("html")).to_have_attribute("data-swaps", "2")
    await expect(page.get_by_role("link", name="busy")).to_be_focused()
    assert 60 == await page.get_by_role("region", name="Causes").evaluate("(region) => region.scrollLeft")


async def test_nothing_moves_while_the_pointer_is_down(served: Served, open_page: OpenPage) -> None:
    """What was pressed is what is let go of: a row that came between was opened instead."""
    page = await opened(open_page, served, "/parked")
    await page.evaluate(RENEWALS)
    await page.get_by_role("link", name="busy").hover()
    await page.mouse.down()
    await expect(page.locator("html")).to_have_attribute("data-held", "true")
    await page.mouse.move(2, 2)
    await page.mouse.up()
    await expect(page.locator("html")).to_have_attribute("data-held", "false")


async def test_what_was_filled_in_outlives_its_session(
    served: Served,
    open_page: OpenPage,
    sqlite_url: str,
) -> None:
    """A reason written at three in the morning was gone, and the form with it."""
    dead = next(id_ for id_ in range(1, 9) if state_of(sqlite_url, id_) == "dead")
    page = await opened(open_page, served, f"/messages/{dead}")
    await page.get_by_role("button", name="Hold still").click()
    await page.get_by_label("Reason").fill("asked for by the customer")
    served.users.add("otto", Role.OPERATOR, "another password, a new one")
    await page.get_by_label("Reason").press("Enter")
    await expect(page.get_by_role("alert")).to_contain_text("nothing was done")
    assert "dead" == state_of(sqlite_url, dead)
    assert "asked for" not in page.url
    await log_in(page, "another password, a new one")
    await expect(page).to_have_url(f"{served.url}/messages/{dead}")
    await expect(page.get_by_label("Reason")).to_have_value("asked for by the customer")
    await expect(page.get_by_role("status")).to_contain_text("not done yet")
    await without_faults(page)
    await page.get_by_role("button", name="Bury it").click()
    await expect(page.get_by_text("1 given up.")).to_be_visible()
    await expect(page.get_by_label("Reason")).to_have_count(0)
    ((_, author, detail),) = [one[1:] for one in events(sqlite_url) if one[1] == "buried"]
    assert ("otto@console", True) == (author, "asked for by the customer" in detail)
    await page.reload()
    await expect(page.get_by_text("not done yet")).to_have_count(0)


async def test_on_a_phone_all_are_selected_counted_and_gone_back_to_after_their_replay(
    served: Served, open_page: OpenPage
) -> None:
    """The box that selects all was out of sight on a phone, and the way back from a replay led to a browser's error."""
    page = await opened(open_page, served, OF_ONE_CAUSE, width=390)
    every = page.get_by_role("checkbox", name="Select all that are here")
    await expect(every).to_be_in_viewport()
    await every.check()
    await expect(page.get_by_text("2 of 2 selected")).to_be_in_viewport()
    await page.get_by_role("checkbox", name="Message").first.uncheck()
    await expect(page.get_by_text("1 of 2 selected")).to_be_in_viewport()
    await without_faults(page)
    await page.get_by_role("button", name="Say what a replay of the selected would do").click()
    await expect(page.get_by_text("Of 1 selected message, something would be done with 1.")).to_be_visible()
    await page.get_by_label("Reason").fill("the core is itself again")
    await page.get_by_role("button", name="Replay 1 message").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Replay 1")
    await page.go_back()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Dry run: nothing is done yet")
    await page.go_back()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Dead: busy")


async def test_without_script_it_is_said_and_a_replay_can_be_had_all_the_same(
    served: Served, open_page: OpenPage
) -> None:
    page = await opened(open_page, served, OF_ONE_CAUSE, java_script_enabled=False)
    await expect(page.get_by_text("Without JavaScript no page renews itself: reload it.")).to_be_visible()
    await expect(page.get_by_role("checkbox", name="Select all that are here")).to_be_hidden()
    await page.get_by_role("checkbox", name="Message").first.check()
    await page.get_by_role("button", name="Say what a replay of the selected would do").click()
    await expect(page.get_by_role("button", name="Replay 1 message")).to_be_visible()
