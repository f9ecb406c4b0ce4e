"""Statistics in the browser: the span that is asked for, growth in words, a table for each question and its file."""

from __future__ import annotations

import csv
import io
import re
from contextlib import closing
from datetime import date
from html import unescape
from urllib.parse import urlencode

import pytest

from tests.console.conftest import SettingsOf
from tests.console.kit.console import serving
from tests.console.kit.journal import FORMULA, HOSTILE
from tests.statistics.kit.counts import End, Tone, Word, fill
from workers.journal import Database
from workers.journal.funnel import ScreenCount, add
from workers.journal.statistics.spans import Span
from workers.ops.console.asking import CannotDoError
from workers.ops.console.growth import growth
from workers.ops.console.pages.statistics import PAGES
from workers.ops.console.report_charts import charts_of, over
from workers.ops.console.report_table import number
from workers.ops.console.spans import choices, picked
from workers.ops.statistics import AsOf, By, Dimension, Figure, Row

TODAY = date(2026, 11, 29)
DAY, YEAR_BEFORE = date(2025, 10, 7), date(2024, 10, 7)
MONTH = "span=2025-10"
WORD = HOSTILE[:40]
_TAG = re.compile(r"<[^>]+>")


def filled(url: str) -> None:
    """Five messages of one day, and three of the same a year before."""
    sold = {"brand": "gotone", "offer": "nights", "amount": 200, "confirmed": 1}
    with closing(Database(url)) as database:
        fill(
            database,
            [
                End(DAY, person="a", **sold),
                End(DAY, person="b", **sold),
                End(DAY, person="c", outcome="asked"),
                End(DAY, person="c", outcome="balance"),
                End(DAY, person="d", action="", outcome="not_understood", results=0),
                End(YEAR_BEFORE, person="a", messages=3, results=3, amount=200, brand="gotone"),
            ],
            [Word(DAY, WORD), Word(DAY, FORMULA[:40], messages=2)],
            [Tone(DAY, "600902000001", results=2, amount=400, name=FORMULA)],
        )
        hour = 1_759_827_600  # within that day
        screens = [[ScreenCount(hour, "main-1", "welcome", entries=4, exits=3, drops=1, shown_ms=8_000)]]
        database.write(lambda connection: add(connection, screens, 0.0))


def read(body: str) -> str:
    """A page's words."""
    return " ".join(unescape(_TAG.sub(" ", body)).split())


@pytest.mark.parametrize(
    ("given", "span", "words", "query"),
    [
        ({}, Span(date(2026, 10, 31), TODAY), "the last 30 days, today among them", "span=30d"),
        ({"span": "12m"}, Span(date(2025, 12, 1), TODAY), "the last 12 months, today among them", "span=12m"),
        ({"span": "2025-02"}, Span(date(2025, 2, 1), date(2025, 2, 28)), "February 2025", "span=2025-02"),
        ({"span": "2026-11"}, Span(date(2026, 11, 1), TODAY), "November 2026", "span=2026-11"),
        ({"span": "2025"}, Span(date(2025, 1, 1), date(2025, 12, 31)), "2025", "span=2025"),
        (
            {"from": "2026-01-02", "to": "2026-02-03"},
            Span(date(2026, 1, 2), date(2026, 2, 3)),
            "2026-01-02 to 2026-02-03",
            "from=2026-01-02&to=2026-02-03",
        ),
    ],
)
def test_a_span_is_picked_by_its_word_or_by_two_days(given: dict[str, str], span: Span, words: str, query: str) -> None:
    found = picked(given, TODAY)
    assert (span, words, query) == (found.span, found.words, found.query)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"span": "soon"}, "Soon is no month: write YYYY-MM"),
        ({"span": "2026-13"}, "2026-13 is no month"),
        ({"span": "2027"}, "2027-01-01 is yet to come: today is 2026-11-29"),
        ({"span": "0d"}, "0d is no length of time"),
        ({"span": "0001"}, "0001 is no year"),
        ({"from": "2026-01-02"}, "Say both days"),
        ({"from": "2026-02-30", "to": "2026-03-01"}, "2026-02-30 is no date"),
        ({"from": "2026-03-02", "to": "2026-03-01"}, "2026-03-01 is before 2026-03-02: swap them"),
        ({"from": "29.11.2026", "to": "2026-03-01"}, "29.11.2026 is no date: write YYYY-MM-DD"),
        ({"from": "2026-11-30", "to": "2026-12-01"}, "2026-11-30 is yet to come: today is 2026-11-29"),
        ({"from": "1066-10-14", "to": "2026-03-01"}, "1066-10-14 is before any message"),
    ],
)
def test_a_span_that_is_none_says_what_is_wrong(given: dict[str, str], told: str) -> None:
    with pytest.raises(CannotDoError, match=re.escape(told)):
        picked(given, TODAY)


def test_what_can_be_picked_goes_back_as_far_as_anything_was_counted() -> None:
    of = {group: [value for value, _ in ones] for group, ones in choices(TODAY, date(2025, 12, 24))}
    assert ["30d", "90d"] == of["Days"]
    assert ["2026-11", "2025-12"] == [of["Months"][0], of["Months"][-1]]
    assert ["2026", "2025"] == of["Years"]
    assert ["2026-11"] == [value for value, _ in dict(choices(TODAY, None))["Months"]]
    for value in [value for values in of.values() for value in values]:
        assert value == picked({"span": value}, TODAY).value


@pytest.mark.parametrize(
    ("sign", "words", "figure"),
    [
        ("▲", "100 % more", Figure(4, 2)),
        ("▲", "72.9 % more", Figure(1729, 1000)),
        ("▼", "50.0 % less", Figure(1, 2)),
        ("▼", "under 0.1 % less", Figure(9_999, 10_000)),
        ("=", "as a year before", Figure(2, 2)),
        ("=", "as a year before", Figure(0, 0)),
        ("▲", "none a year before", Figure(2, 0)),
        ("▼", "-2 a year before", Figure(-5, -2)),
        ("", "not known a year before", Figure(2)),
    ],
)
def test_growth_is_told_by_a_sign_and_words(sign: str, words: str, figure: Figure) -> None:
    found = growth(figure, number)
    assert (sign, words) == (found.sign, found.words)


def test_a_chart_holds_each_day_against_the_same_a_year_before() -> None:
    span = Span(date(2025, 10, 6), date(2025, 10, 8))
    row = Row("2025-10-07", Figure(4, 2), Figure(1, 0), Figure(3, 1), Figure(1, 0), Figure(250, 100))
    found = By(AsOf(None, 0, None), span, span.year_before(), {}, Dimension.DAY, (row,), "once", "")
    drawn = {one["what"]: one for one in charts_of(found, lambda amount: f"{amount / 100:.2f} yuan")}
    assert "by day: at most 4, 07 October 2025" == drawn["Messages"]["said"]
    assert "by day: at most 2.50 yuan, 07 October 2025" == drawn["Revenue"]["said"]
    assert ["these days", "a year before"] == drawn["Messages"]["legend"]
    assert ["these days"] == drawn["Orders"]["legend"], "nothing was ordered then"
    assert ["0", "1", "2", "3", "4"] == [guide.label for guide in drawn["Revenue"]["chart"].values]
    assert ["08 Oct", "07 Oct", "06 Oct"] == [guide.label for guide in drawn["Messages"]["chart"].times]
    assert ("52.0,168.0 382.0,8.0 712.0,168.0",) == drawn["Messages"]["chart"].series[0].pieces


@pytest.mark.parametrize(("dimension", "days"), [(Dimension.DAY, 92), (Dimension.MONTH, 93)])
def test_a_long_span_is_drawn_by_its_months(dimension: Dimension, days: int) -> None:
    assert dimension is over(Span(date.fromordinal(TODAY.toordinal() - days + 1), TODAY))


async def test_the_overview_tells_each_figure_with_its_growth(settings_of: SettingsOf, sqlite_url: str) -> None:
    filled(sqlite_url)
    async with serving(settings_of()) as served:
        browser = await served.logged_in("vera")
        status, body = await browser.get(f"/statistics?{MONTH}")
        said = read(body)
        assert (200, True) == (status, "Statistics: October 2025" in said)
        assert "2025-10-01 to 2025-10-31" in said
        assert "growth is over 2024-10-01 to 2024-10-31, of which the first days are missing" in said
        assert "messages 5 3 ▲ 66.7 % more" in said
        assert "users 4 1 ▲ 300 % more" in said
        assert "orders 2 3 ▼ 33.3 % less" in said
        assert "revenue 4.00 yuan 2.00 yuan ▲ 100 % more" in said
        assert "lost to low balance 1 0 ▲ none a year before" in said
        assert 4 == body.count('<svg class="chart"')


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("days", "2025-10-07 5 ▲ 66.7 % more"),
        ("months", "2025-10 5 ▲ 66.7 % more"),
        ("brands", "gotone 2 ▼ 33.3 % less"),
        ("channels", "sms 5 ▲ 66.7 % more"),
        ("languages", "en 5 ▲ 66.7 % more"),
        ("actions", "order 4 ▲ 33.3 % more"),
        ("offers", "nights 2 ▲ none a year before"),
        ("tones", f"600902000001 {FORMULA} 2 0"),
        ("commands", "all 5 4 80.0 %"),
        ("screens", "welcome main-1 4 3 1 25.0 % 0 2"),
        ("words", f"{FORMULA[:40]} en 2 {WORD} en 1"),
    ],
)
async def test_each_report_is_a_table_and_a_file(
    settings_of: SettingsOf, sqlite_url: str, name: str, words: str
) -> None:
    filled(sqlite_url)
    async with serving(settings_of()) as served:
        browser = await served.logged_in("vera")
        status, body = await browser.get(f"/statistics/{name}?{MONTH}")
        assert (200, True) == (status, words in read(body)), read(body)
        assert f'href="/statistics/{name}.csv?{MONTH}" download' in body
        status, file = await browser.get(f"/statistics/{name}.csv?{MONTH}")
        (header, *rows) = csv.reader(io.StringIO(file))
        assert (200, {len(header)}) == (status, {len(row) for row in rows})
        assert not [cell for row in rows for cell in row if cell.startswith(("=", "@", "+"))]
        headers = await browser.headers(f"/statistics/{name}.csv?{MONTH}")
        assert f'attachment; filename="statistics-{name}-2025-10-01-2025-10-31.csv"' == headers["content-disposition"]
        status, body = await browser.get(f"/statistics/{name}?span=2023")
        assert (200, True) == (status, "in these days." in read(body) or "all 0 0 –" in read(body))


async def test_a_brand_s_name_leads_to_its_own_figures_which_go_along_to_other_spans_reports_and_the_file(
    settings_of: SettingsOf, sqlite_url: str
) -> None:
    filled(sqlite_url)
    async with serving(settings_of()) as served:
        browser = await served.logged_in("vera")
        _, body = await browser.get(f"/statistics/brands?{MONTH}")
        assert f'<a href="/statistics?{MONTH}&amp;brand=gotone">' in body
        address = f"/statistics?{MONTH}&brand=gotone"
        status, body = await browser.get(address)
        said = read(body)
        assert (200, True) == (status, "Only brand gotone . Show everything" in said)
        assert "messages 2 3 ▼ 33.3 % less" in said
        assert "revenue 4.00 yuan 2.00 yuan ▲ 100 % more" in said
        assert f'href="/statistics/days?{MONTH}&amp;brand=gotone"' in body
        assert f'href="/statistics/words?{MONTH}"' in body, "words aren't told apart by brand"
        assert 2 == body.count('<input type="hidden" name="brand" value="gotone">')
        _, file = await browser.get(f"/statistics/overview.csv?{MONTH}&brand=gotone")
        assert "messages,2,3,-33.3" in file
        _, body = await browser.get(f"/statistics/offers?{MONTH}")
        assert f'<a href="/statistics?{MONTH}&amp;offer=nights">' in body
        _, body = await browser.get(f"/statistics/channels?{MONTH}&brand=gotone")
        assert f'<a href="/statistics?{MONTH}&amp;brand=gotone&amp;channel=sms">' in body


@pytest.mark.parametrize("brand", ["gotnoe", "<script>alert(1)</script>"])
async def test_a_brand_that_is_none_is_answered_with_those_there_are(
    settings_of: SettingsOf, sqlite_url: str, brand: str
) -> None:
    filled(sqlite_url)
    async with serving(settings_of()) as served:
        browser = await served.logged_in("vera")
        status, body = await browser.get(f"/statistics?{MONTH}&{urlencode({'brand': brand})}")
        assert (400, False) == (status, "<script>alert(1)" in body)
        assert f"Nothing was ever counted of {brand}; there is '' (brand not asked for), gotone." in unescape(body)


async def test_a_file_has_what_the_page_has(settings_of: SettingsOf, sqlite_url: str) -> None:
    filled(sqlite_url)
    async with serving(settings_of()) as served:
        browser = await served.logged_in("vera")
        _, overview = await browser.get(f"/statistics/overview.csv?{MONTH}")
        _, words = await browser.get(f"/statistics/words.csv?{MONTH}")
    by_figure = {row["figure"]: row for row in csv.DictReader(io.StringIO(overview))}
    assert {"figure": "messages", "value": "5", "value_before": "3", "value_growth_percent": "66.7"} == (
        by_figure["messages"]
    )
    assert f"'{FORMULA[:40]}" in [row["word"] for row in csv.DictReader(io.StringIO(words))]


async def test_script_in_a_word_nobody_understood_is_shown_as_text(settings_of: SettingsOf, sqlite_url: str) -> None:
    filled(sqlite_url)
    async with serving(settings_of()) as served:
        browser = await served.logged_in("vera")
        _, body = await browser.get(f"/statistics/words?{MONTH}")
        assert (False, True) == ("<script>alert(1)" in body, "&lt;script&gt;alert(1)&lt;/script&gt;" in body)


async def test_a_bad_span_is_answered_in_words(settings_of: SettingsOf) -> None:
    async with serving(settings_of()) as served:
        browser = await served.logged_in("vera")
        for page in PAGES:
            status, body = await browser.get(f"{page.path}?span=<script>alert(1)")
            assert (page.path, 400, False) == (page.path, status, "<script>alert(1)" in body)
            assert "is no month: write YYYY-MM" in unescape(body)


async def test_a_journal_in_which_nothing_was_counted_says_so(settings_of: SettingsOf) -> None:
    async with serving(settings_of()) as served:
        browser = await served.logged_in("vera")
        for page in PAGES:
            status, _ = await browser.get(page.path)
            assert (page.path, 200) == (page.path, status)
        assert "nothing was counted yet" in read((await browser.get("/statistics"))[1])
