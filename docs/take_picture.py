"""Take docs/handset.png: handsets of a running `make demo` that text, give, take on a pushed screen and dial.

    python docs/take_picture.py [--url http://127.0.0.1:8090] [--out docs/handset.png]

Takes the demo as it is just after its start: three handsets that have no tones yet.
"""

from __future__ import annotations

import argparse
import re
import shutil
from pathlib import Path

from playwright.sync_api import Locator, Page, expect, sync_playwright

GIVER, RECIPIENT, THIRD = "8613800000001", "8613800000002", "8613800000003"
FLAGS = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync")


def phone(page: Page, number: str) -> Locator:
    """One handset."""
    return page.get_by_role("region", name=f"Handset {number}")


def say(page: Page, number: str, text: str, answer: str) -> str:
    """Text from a handset, wait for the answer that matches, and return it."""
    box = phone(page, number).get_by_label("Text message")
    box.fill(text)
    box.press("Enter")
    return hear(page, number, answer)


def hear(page: Page, number: str, answer: str) -> str:
    """Wait for a handset's last answer to match, and return it."""
    last = phone(page, number).locator(".bubble.service p").last
    expect(last).to_contain_text(re.compile(answer), timeout=15_000)
    return last.inner_text()


def keypad(page: Page, number: str, words: str) -> Locator:
    """A handset's key pad, once its screen has the words."""
    pad = phone(page, number).locator(".dialler")
    expect(pad.locator(".screen")).to_contain_text(re.compile(words), timeout=15_000)
    return pad


def converse(page: Page) -> None:
    """Order, give, take on the screen that opens by itself, ask, dial: what most subscribers come for."""
    say(page, GIVER, "600902000001", "Reply YES to buy")
    say(page, GIVER, "YES", "is yours")
    say(page, GIVER, f"GIFT 600902000003 {RECIPIENT}", "Reply YES to give")
    say(page, GIVER, "YES", "We offered")
    offer = keypad(page, RECIPIENT, "1 ")
    offer.get_by_label("Answer").fill("1")
    offer.get_by_label("Answer").press("Enter")
    keypad(page, RECIPIENT, "is yours")
    hear(page, GIVER, "took")
    say(page, THIRD, "HELP", "tone's code")
    phone(page, THIRD).get_by_role("button", name=f"Dial from {THIRD}").click()
    phone(page, THIRD).locator(".dialler").get_by_label("Code").press("Enter")
    keypad(page, THIRD, "2 Enter a code")


def main() -> None:
    """Open the page, converse, take the picture."""
    parser = argparse.ArgumentParser(description="Take the picture of the handset page.")
    parser.add_argument("--url", default="http://127.0.0.1:8090")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "handset.png")
    parser.add_argument("--scheme", choices=("light", "dark"), default="light")
    asked = parser.parse_args()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        viewport = {"width": 1200, "height": 870}
        context = browser.new_context(viewport=viewport, color_scheme=asked.scheme)
        page = context.new_page()
        page.goto(asked.url)
        page.get_by_role("button", name="Add handset").click()
        converse(page)
        page.evaluate("document.activeElement.blur()")
        page.wait_for_timeout(600)  # the last bubble's arrival is animated
        page.screenshot(path=asked.out)
        browser.close()


if __name__ == "__main__":
    main()
