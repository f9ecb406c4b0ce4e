"""The handset's USSD keypad in a real browser, over a real bind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.async_api import Locator, expect

from channels.ussd.ports import Kind
from tests.browser.conftest import OpenPage
from tests.browser.test_handset_page import HOSTILE, A, phone
from tests.simulator.test_dials import answered_by
from tests.smpp.kit.until import until
from tests.ussd.over_smpp.test_door import ToldDesk

pytestmark = pytest.mark.browser

Serve = Callable[..., Any]


async def open_keypad(handset: Locator) -> Locator:
    await handset.get_by_role("button", name=f"Dial from {A}").click()
    return handset.locator(".dialler")


async def test_a_code_is_dialled_with_the_keys_and_each_screen_is_answered(serve: Serve, open_page: OpenPage) -> None:
    sim = await serve()
    page = await open_page(sim.url)
    desk = ToldDesk(["1 Top\n2 Enter a code", "Code?", f"Done {HOSTILE}"])
    async with answered_by(sim.at.smpp[1], desk):
        keypad = await open_keypad(phone(page, A))
        await expect(keypad.get_by_label("Code")).to_have_value("*123#")
        await keypad.get_by_role("button", name="Call").click()
        await expect(keypad.locator(".screen")).to_have_text("1 Top\n2 Enter a code")
        await keypad.get_by_role("button", name="2", exact=True).click()
        await keypad.get_by_role("button", name="Send").click()
        await expect(keypad.locator(".screen")).to_have_text("Code?")
        await keypad.get_by_label("Answer").fill("600902000001")
        await keypad.get_by_label("Answer").press("Enter")
        await expect(keypad.locator(".screen")).to_contain_text("Done <script>")
        await expect(keypad.get_by_role("button", name="Close")).to_be_visible()
    assert ["", "2", "600902000001"] == [one.text for one in desk.asked]


async def test_to_cancel_hangs_up(serve: Serve, open_page: OpenPage) -> None:
    sim = await serve()
    page = await open_page(sim.url)
    desk = ToldDesk(["1 Top", "never shown"])
    async with answered_by(sim.at.smpp[1], desk):
        keypad = await open_keypad(phone(page, A))
        await keypad.get_by_label("Code").press("Enter")
        await expect(keypad.locator(".screen")).to_have_text("1 Top")
        await keypad.get_by_role("button", name="Cancel").click()
        await until(lambda: len(desk.asked) == 2)
        await expect(keypad).to_be_hidden()
    assert Kind.ABORT is desk.asked[1].kind


async def test_a_code_that_is_none_says_what_one_is(serve: Serve, open_page: OpenPage) -> None:
    sim = await serve()
    page = await open_page(sim.url)
    keypad = await open_keypad(phone(page, A))
    await keypad.get_by_label("Code").fill("123")
    await keypad.get_by_label("Code").press("Enter")
    await expect(keypad.get_by_role("alert")).to_contain_text("write one such as *123#")
