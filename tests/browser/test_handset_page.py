"""The handset page in a real browser, against an ESME nobody here wrote."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.answerer import answering
from tests.browser.conftest import OpenPage
from tests.simulator.wire import until

pytestmark = pytest.mark.browser

Serve = Callable[..., Any]
A, B = "8613800000001", "8613800000002"
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>&amp;\u202etxet"


def echo(number: str, text: str) -> list[tuple[str, str]]:
    return [(number, f"You said {text}")]


def phone(page: Page, number: str) -> Locator:
    return page.get_by_role("region", name=f"Handset {number}")


def bubbles(handset: Locator, side: str) -> Locator:
    return handset.locator(f".bubble.{side}")


async def say(handset: Locator, text: str) -> None:
    box = handset.get_by_label("Text message")
    await box.fill(text)
    await box.press("Enter")


async def test_a_text_typed_on_a_handset_is_accepted_and_its_answer_appears(serve: Serve, open_page: OpenPage) -> None:
    sim = await serve()
    page = await open_page(sim.url)
    handset = phone(page, A)
    async with answering(sim.at.smpp[1], echo):
        await expect(page.get_by_role("status")).to_have_text("1 bind taking texts")
        await say(handset, "LIST")
        await expect(bubbles(handset, "handset")).to_have_text(
            ["You:LIST" + await when(handset, "handset") + "Accepted"]
        )
        await expect(bubbles(handset, "service").locator("p")).to_have_text(["You said LIST"])
        await expect(bubbles(handset, "service")).to_contain_text("after")
        await expect(handset.get_by_label("Text message")).to_have_value("")
        await expect(bubbles(phone(page, B), "service")).to_have_count(0)


async def when(handset: Locator, side: str) -> str:
    """The time a side's first bubble shows."""
    return await bubbles(handset, side).locator("time").first.inner_text()


async def test_a_text_shows_that_it_waits_while_nobody_is_bound(serve: Serve, open_page: OpenPage) -> None:
    sim = await serve()
    page = await open_page(sim.url)
    await expect(page.get_by_role("status")).to_have_text("Nobody bound: texts wait here")
    await say(phone(page, A), "LIST")
    state = bubbles(phone(page, A), "handset").locator(".state")
    await expect(state).to_have_text("Waiting")
    async with answering(sim.at.smpp[1], echo):
        await expect(state).to_have_text("Accepted")
    await expect(page.get_by_role("status")).to_have_text("Nobody bound: texts wait here")


async def test_two_people_of_a_gift_see_their_own_side_and_the_reply_is_one_click_away(
    serve: Serve, open_page: OpenPage
) -> None:
    sim = await serve()

    def present(number: str, text: str) -> list[tuple[str, str]]:
        if text.startswith("GIFT"):
            return [(number, "We offered it."), (B, "A gift. To take it, reply YES 4821. If not, NO 4821.")]
        return [(number, "It is yours."), (A, "They said yes.")]

    page = await open_page(sim.url)
    giver, taker = phone(page, A), phone(page, B)
    async with answering(sim.at.smpp[1], present):
        await giver.get_by_role("button", name=f"GIFT 600902000001 {B}").click()
        await expect(bubbles(giver, "service").locator("p")).to_have_text(["We offered it."])
        await taker.get_by_role("button", name="YES 4821").click()
        await expect(bubbles(taker, "service").locator("p").last).to_have_text("It is yours.")
        await expect(bubbles(giver, "service").locator("p").last).to_have_text("They said yes.")
        await expect(taker.get_by_role("button", name="YES 4821")).to_have_count(0)


async def test_hostile_text_is_shown_as_text_in_both_directions(serve: Serve, open_page: OpenPage) -> None:
    sim = await serve()
    page = await open_page(sim.url)
    handset = phone(page, A)
    async with answering(sim.at.smpp[1], lambda number, _text: [(number, HOSTILE)]):
        await say(handset, HOSTILE)
        await expect(bubbles(handset, "service").locator("p")).to_have_text([HOSTILE])
        await expect(bubbles(handset, "handset").locator("p")).to_have_text([HOSTILE])
    await page.reload()
    await expect(bubbles(handset, "service").locator("p")).to_have_text([HOSTILE])
    assert await page.locator(".log script, .log img").count() == 0


async def test_handsets_are_added_removed_and_found_again_after_a_reload(serve: Serve, open_page: OpenPage) -> None:
    sim = await serve()
    page = await open_page(sim.url)
    await page.get_by_role("button", name="Add handset").click()
    await expect(page.locator(".phone")).to_have_count(3)
    await phone(page, "8613800000003").get_by_label("Number").fill("8613900000009")
    await phone(page, "8613900000009").get_by_label("Text message").fill("half a thought")
    await page.get_by_role("button", name=f"Remove handset {B}").click()
    await page.reload()
    await expect(page.locator(".phone")).to_have_count(2)
    await expect(phone(page, "8613900000009").get_by_label("Text message")).to_have_value("half a thought")
    await expect(phone(page, A)).to_be_visible()


async def test_a_conversation_outlives_the_simulator_and_what_waited_is_owned_up_to(
    serve: Serve, open_page: OpenPage
) -> None:
    first = await serve()
    page = await open_page(first.url)
    await say(phone(page, A), "LIST")
    await expect(bubbles(phone(page, A), "handset").locator(".state")).to_have_text("Waiting")
    await until(lambda: page.evaluate("() => localStorage.getItem('tonegate.bubbles')?.includes('LIST')"))
    remembered = await page.context.storage_state()
    second = await serve()
    remembered["origins"][0]["origin"] = second.url
    again = await open_page(second.url, storage_state=remembered)
    state = bubbles(phone(again, A), "handset").locator(".state")
    await expect(state).to_have_text("Lost: the simulator was restarted")


async def test_a_number_that_is_none_can_not_be_sent_from(serve: Serve, open_page: OpenPage) -> None:
    sim = await serve()
    page = await open_page(sim.url)
    handset = page.locator(".phone").first
    await handset.get_by_label("Text message").fill("LIST")
    await expect(handset.get_by_role("button", name="Send", exact=True)).to_be_enabled()
    await handset.get_by_label("Number").fill("nobody")
    await expect(handset.get_by_label("Number")).to_have_attribute("aria-invalid", "true")
    await expect(handset.get_by_role("button", name="Send", exact=True)).to_be_disabled()


async def test_the_keyboard_alone_sends_breaks_lines_and_recalls(serve: Serve, open_page: OpenPage) -> None:
    sim = await serve()
    page = await open_page(sim.url)
    handset = phone(page, A)
    box = handset.get_by_label("Text message")
    await box.focus()
    await page.keyboard.type("one")
    await page.keyboard.press("Shift+Enter")
    await page.keyboard.type("two")
    await page.keyboard.press("Enter")
    await expect(bubbles(handset, "handset").locator("p")).to_have_text("one\ntwo")
    await expect(box).to_have_value("")
    await page.keyboard.press("ArrowUp")
    await expect(box).to_have_value("one\ntwo")
    await page.keyboard.press("Tab")
    await expect(handset.get_by_role("button", name="Send", exact=True)).to_be_focused()


@pytest.mark.parametrize(
    ("hint", "text"),
    [
        ("4 / 160", "LIST"),
        ("2 / 160", "€"),
        ("2 / 70", "彩铃"),
        ("161 · 2 parts", "x" * 161),
        ("71 · 2 parts", "铃" * 71),
    ],
)
async def test_the_length_is_counted_as_the_network_counts_it(
    serve: Serve, open_page: OpenPage, hint: str, text: str
) -> None:
    sim = await serve()
    page = await open_page(sim.url)
    await phone(page, A).get_by_label("Text message").fill(text)
    await expect(phone(page, A).locator(".length")).to_have_text(hint)


async def test_the_faults_panel_sets_what_the_smsc_does_and_shows_that_it_is_on(
    serve: Serve, open_page: OpenPage
) -> None:
    sim = await serve()
    page = await open_page(sim.url)
    toggle = page.get_by_role("button", name="Faults")
    await expect(page.get_by_label("Throttled")).to_be_hidden()
    await toggle.click()
    await expect(toggle).to_have_attribute("aria-expanded", "true")
    await page.get_by_label("Throttled").fill("0.5")
    await expect(page.locator("#faults-on")).to_have_text("1")
    assert (await sim.get("/api/faults"))["throttle"] == 0.5
    await page.get_by_label("Rate limit").fill("-3")
    await page.get_by_label("Rate limit").blur()
    await expect(page.get_by_role("alert").filter(has_text="Rate limit: ")).to_be_visible()
    assert (await sim.get("/api/faults"))["throttle_per_s"] == 0


async def test_faults_set_elsewhere_appear_and_all_off_ends_them(serve: Serve, open_page: OpenPage) -> None:
    sim = await serve()
    page = await open_page(sim.url)
    await page.get_by_role("button", name="Faults").click()
    async with sim.http.put("/api/faults", json={"latency_s": 0.4, "no_resp": 0.2, "seed": 9}) as response:
        assert response.status == 200
    await expect(page.locator("#shown-latency_s")).to_have_text("0.4 s")
    await expect(page.locator("#shown-no_resp")).to_have_text("20 %")
    await page.get_by_role("button", name="All off").click()
    await expect(page.locator("#faults-on")).to_be_hidden()
    faults = await sim.get("/api/faults")
    assert (faults["latency_s"], faults["no_resp"], faults["seed"]) == (0, 0, 9)


async def test_cutting_the_links_shows_that_nobody_is_bound(serve: Serve, open_page: OpenPage) -> None:
    sim = await serve()
    page = await open_page(sim.url)
    async with answering(sim.at.smpp[1], echo):
        await expect(page.get_by_role("status")).to_have_text("1 bind taking texts")
        await page.get_by_role("button", name="Faults").click()
        await page.get_by_role("button", name="Cut the links now").click()
        await expect(page.get_by_role("status")).to_have_text("Nobody bound: texts wait here")


async def test_nothing_sticks_out_at_any_width(serve: Serve, open_page: OpenPage) -> None:
    sim = await serve()
    page = await open_page(sim.url, color_scheme="dark")
    await page.get_by_role("button", name="Faults").click()
    handset = phone(page, A)
    async with answering(sim.at.smpp[1], lambda number, _text: [(number, "x" * 150), (number, "a word " * 20)]):
        await say(handset, "y" * 160)
        await expect(bubbles(handset, "service")).to_have_count(2)
    for width in (320, 390, 768, 1200):
        await page.set_viewport_size({"width": width, "height": 800})
        sticking_out = await page.evaluate(
            """() => [...document.querySelectorAll('body *')]
                .filter((e) => !e.closest('.chips, .unseen, .skip, svg') && e.getClientRects().length)
                .filter((e) => e.getBoundingClientRect().right > innerWidth + 1 || e.getBoundingClientRect().left < -1)
                .map((e) => e.className || e.tagName)"""
        )
        assert (width, sticking_out) == (width, [])
        assert await page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
        numbers = page.locator("header input")
        cut_off = await numbers.evaluate_all("(all) => all.filter((e) => e.scrollWidth > e.clientWidth).length")
        assert (width, 0) == (width, cut_off), "without its last digit a number is another's"


async def test_changing_one_fault_leaves_the_others_to_the_last_digit(serve: Serve, open_page: OpenPage) -> None:
    sim = await serve("throttle=0.33,latency=12")
    page = await open_page(sim.url)
    await page.get_by_role("button", name="Faults").click()
    await expect(page.locator("#faults-on")).to_have_text("2")
    await page.get_by_label("Malformed").fill("0.5")
    await expect(page.locator("#faults-on")).to_have_text("3")
    faults = await sim.get("/api/faults")
    assert (faults["throttle"], faults["latency_s"], faults["malformed"]) == (0.33, 12, 0.5)


async def test_messages_are_announced_and_everything_has_a_name(serve: Serve, open_page: OpenPage) -> None:
    sim = await serve()
    page = await open_page(sim.url)
    await page.get_by_role("button", name="Faults").click()
    log = page.get_by_role("log", name=f"Messages of {A}")
    await expect(log).to_have_attribute("aria-live", "polite")
    nameless = await page.evaluate(
        """() => [...document.querySelectorAll('button, input, textarea')]
            .filter((e) => !(e.getAttribute('aria-label') || e.textContent.trim() || e.labels?.length))
            .map((e) => e.outerHTML)"""
    )
    assert nameless == []
