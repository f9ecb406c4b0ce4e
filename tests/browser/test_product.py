"""The whole product from a real browser: through SMPP, journal, Celery and core, and back to the handset."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.conftest import OpenPage
from tests.front_door.hosts import Host

pytestmark = pytest.mark.browser

GIVER, RECIPIENT = "8613800000001", "8613800000002"


@pytest.fixture
def host(tmp_path: Path) -> Iterator[Host]:
    """`tonegate up` with the sandbox core and the simulator."""
    host = Host(tmp_path)
    try:
        host.up()
        yield host
    finally:
        host.end()


def phone(page: Page, number: str) -> Locator:
    return page.get_by_role("region", name=f"Handset {number}")


async def say(handset: Locator, text: str) -> None:
    box = handset.get_by_label("Text message")
    await box.fill(text)
    await box.press("Enter")


def answers(handset: Locator) -> Locator:
    return handset.locator(".bubble.service p")


async def test_a_tone_is_ordered_and_given_from_one_handset_to_another(host: Host, open_page: OpenPage) -> None:
    page = await open_page(f"http://127.0.0.1:{host.page}/")
    giver, recipient = phone(page, GIVER), phone(page, RECIPIENT)

    await say(giver, "600902000001")
    await expect(answers(giver).last).to_contain_text("You paid 2.00 yuan")

    await say(giver, f"GIFT 600902000003 {RECIPIENT}")
    await expect(answers(giver).last).to_contain_text("We offered")
    offer = answers(recipient).last
    await expect(offer).to_contain_text(re.compile(r"reply YES \d+\."))
    key = (await offer.inner_text()).split("YES ")[1].split(".")[0]

    await say(recipient, f"YES {key}")
    await expect(answers(recipient).last).to_contain_text("is yours")
