"""Statistics in a real browser: of what was just sent, and of two years, read by anybody and on any screen."""

from __future__ import annotations

import csv
import json
import os
import random
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from playwright.async_api import Page, expect
from sqlalchemy import update

from tests.browser.conftest import OpenPage
from tests.browser.consoles import logged_in, without_faults
from tests.console.kit.console import serving, settings_in
from tests.front_door.hosts import Host, until
from tests.journals import sqlite_url  # noqa: F401 - a fixture
from tests.statistics.kit.counts import End, Tone, Word, fill
from workers.journal import Database
from workers.journal.tables import statistics_turn
from workers.ops.console.pages.statistics import PAGES

pytestmark = pytest.mark.browser

NUMBER = "8613800000041"
HOSTILE = "<script>alert(1)</script>"
DOCS = Path(__file__).parents[2] / "docs"
PICTURES = bool(os.environ.get("TONEGATE_PICTURES"))
REPORTS = [page.path for page in PAGES if not page.path.endswith(".csv")]


def counted(host: Host) -> bool:
    """Whether the messages of the test are in the figures."""
    found = json.loads(host.run("stats", "--json").stdout)
    return bool(found["messages"]["now"] == 2 and found["as_of"]["to_count"] == 0)


def two_years(url: str, today: date) -> None:
    """Ends of messages as a service that grows has them: more at the end of the week, and more than a year before."""
    dice, ends, tones, words = random.Random(7), [], [], []
    for back in range(730):
        day = today - timedelta(days=back)
        busy = (1.4 if day.weekday() >= 4 else 1.0) * (1.6 - back / 730) * dice.uniform(0.85, 1.15)
        for brand, language, share in (("gotone", "zh", 4), ("easyown", "zh", 6), ("easyown", "en", 2)):
            for _ in range(round(share * busy)):
                sent = {"brand": brand, "language": language, "person": f"{brand}-{dice.randrange(400)}"}
                offer = "friday-night" if day.weekday() == 4 else ""
                ends += [
                    End(day, "order", "done", offer=offer, confirmed=1, amount=dice.choice([0, 200]), **sent),
                    End(day, "order", "asked", messages=2, **sent),
                    End(day, "list", channel="ussd", **sent),
                ]
        tones.append(Tone(day, f"60090200000{dice.randint(1, 6)}", results=round(90 * busy), name="Moon River"))
        words.append(Word(day, dice.choice(["hola", "music?", HOSTILE]), messages=dice.randint(1, 9)))
    with closing(Database(url)) as database:
        fill(database, ends, words, tones)
        now = {"counted_at": database.now()}
        database.write(lambda connection: connection.execute(update(statistics_turn), now).close())


async def reads_well(page: Page, url: str, query: str) -> None:
    for path in REPORTS:
        await page.goto(f"{url}{path}?{query}")
        await without_faults(page)


async def test_what_was_just_sent_is_counted_and_shown_to_a_viewer_who_sees_no_number(
    host: Host, open_page: OpenPage
) -> None:
    """Promise 6: operations see numbers by role, and here there are none."""
    host.answered("GET 600902000001", NUMBER)
    host.answered(HOSTILE, NUMBER)
    until(lambda: counted(host), host.said)
    page = await logged_in(open_page, host, "vera")
    await page.get_by_role("link", name="Statistics").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Statistics: the last 30 days, today among them")
    await expect(page.get_by_role("row", name="messages 2")).to_be_visible()
    await expect(page.get_by_role("row", name="tones ordered 1")).to_be_visible()
    await page.get_by_role("link", name="Words not understood").click()
    await expect(page.locator("tbody th bdi")).to_have_text("script")
    async with page.expect_download() as coming:
        await page.get_by_role("link", name="As CSV").click()
    file = await (await coming.value).path()
    with file.open(newline="") as opened:
        assert ["script"] == [row["word"] for row in csv.DictReader(opened)]
    await reads_well(page, f"http://127.0.0.1:{host.console}", "span=30d")
    assert NUMBER not in await page.content()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_two_years_are_read_by_anybody_on_any_screen(
    tmp_path: Path,
    sqlite_url: str,  # noqa: F811
    open_page: OpenPage,
    scheme: str,
) -> None:
    today = datetime.now(UTC).date()
    two_years(sqlite_url, today)
    async with serving(settings_in(tmp_path, sqlite_url)) as served:
        page = await open_page(f"{served.url}/statistics", color_scheme=scheme)
        await expect(page.locator("svg.chart")).to_have_count(4)
        await expect(page.locator("dl.figures")).to_contain_text("more")
        await without_faults(page)
        if PICTURES and scheme == "light":
            clip = {"x": 0, "y": 0, "width": 1200, "height": 690}
            await page.screenshot(path=DOCS / "console-statistics.png", clip=clip, full_page=True)
        await page.get_by_role("combobox", name="Span").focus()
        await page.keyboard.press("ArrowDown")
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("heading", level=1)).to_contain_text("the last 90 days")
        await page.get_by_role("navigation", name="Reports").get_by_role("link", name="Offers").click()
        await expect(page.get_by_role("row", name="friday-night")).to_contain_text("% more")
        await page.get_by_role("textbox", name="From").fill(f"{today - timedelta(days=9)}")
        await page.get_by_role("textbox", name="To").fill(f"{today}")
        await page.get_by_role("button", name="Show these days").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text(
            f"Statistics: {today - timedelta(days=9)} to {today}"
        )
        await reads_well(page, served.url, f"span={today.year - 1}")
        await page.goto(f"{served.url}/statistics/words?span={today.year - 1}")
        await expect(page.get_by_role("row", name=HOSTILE)).to_be_visible()
        assert 0 == await page.locator("main script").count()
