"""Statistics of the running product: what five people did is what `tonegate stats` says a moment later."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import closing
from typing import Any

import pytest
import pytest_asyncio

from core_client.sandbox.catalogue import starting_catalogue
from tests.end_to_end.product import PATIENT, Product, running
from tests.house import PATIENT_CORE, until
from workers.journal import Database
from workers.journal.funnel import Funnel
from workers.journal.statistics.reading import Statistics

pytestmark = pytest.mark.asyncio(loop_scope="module")

TONES = {tone.code: tone for tone in starting_catalogue()}
TONE, OTHER = TONES["600902000002"], TONES["600902000003"]
ASKS = {"open": "reply", "order": "reply", "gift": "reply"}
BUYER, RECIPIENT, POOR, LOST, DIALLER, HESITANT = (
    *("8613807400001", "8613807400002", "8613707400003"),
    *("8613807400004", "8613807400005", "8613807400006"),
)
GIBBERISH = "Qwertzuiop"
MESSAGES = 10


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def product(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Product]:
    async with running(tmp_path_factory.mktemp("house"), {"consent": ASKS, "core": PATIENT_CORE}, **PATIENT) as product:
        yield product


async def told(product: Product, *words: str) -> Any:
    code, found = await product.house.tonegate("stats", *words)
    assert 0 == code
    return found


async def test_what_people_did_is_what_the_statistics_say(product: Product) -> None:
    phones, house = product.phones, product.house
    await phones.ask(BUYER, TONE.code, "Reply YES")
    await phones.ask(BUYER, "YES", TONE.name, "is yours")
    await phones.ask(BUYER, "PACK")
    await phones.ask(BUYER, f"GIFT {TONE.code} {RECIPIENT}", "Reply YES to give")
    await phones.ask(BUYER, "YES", "We offered")
    await phones.heard(RECIPIENT, "YES")
    await phones.ask(RECIPIENT, "YES", TONE.name, "You paid nothing")
    await phones.ask(POOR, OTHER.code, "Reply YES")
    await phones.ask(POOR, "YES", "balance", "othing was charged")
    await phones.ask(LOST, f"{GIBBERISH} 13800138000")
    dialled = await product.dial(DIALLER, "2", TONE.code, "1")
    assert dialled.over, dialled.screen
    await phones.heard(DIALLER, TONE.name)
    hesitated = await product.dial(HESITANT, "2")
    await hesitated.hang_up()
    await product.finished()
    revenue = sum(row["amount"] for row in house.core.charges())
    assert 3 * TONE.price == revenue

    with closing(Database(house.settings.journal.url)) as database:
        counts, screens = Statistics(database), Funnel(database)
        await until(
            lambda: counts.counted().at is not None and counts.counted().to_count == 0,
            lambda: f"all counted: {counts.counted()}",
        )
        await until(lambda: sum(one.drops for one in screens.screens()) > 0, lambda: f"seen: {screens.screens()}")

    found = await told(product)
    assert 0 == found["as_of"]["to_count"]
    assert {
        "messages": MESSAGES,
        "users": 5,  # whoever only looked has done nothing
        "paying": 2,
        "orders": 2,
        "orders_per_user": 0.4,
        "revenue": revenue,
        "tones_ordered": 2,
        "bundles": 0,
        "gifts_offered": 1,
        "gifts_accepted": 1,
        "gifts_refused": 0,
        "lost_to_balance": 1,
        "not_understood": 1,
    }.items() <= {name: one["now"] for name, one in found.items() if isinstance(one, dict) and "now" in one}.items()

    channels = {row["key"]: row for row in (await told(product, "by", "channel"))["rows"]}
    assert [("sms", 9, 4, 2 * TONE.price), ("ussd", 1, 1, TONE.price)] == [
        (name, row["messages"]["now"], row["users"]["now"], row["revenue"]["now"]) for name, row in channels.items()
    ]
    days = (await told(product, "by", "day"))["rows"]
    assert [MESSAGES, 2, revenue] == [
        sum(day[name]["now"] for day in days) for name in ("messages", "orders", "revenue")
    ]

    funnel = (await told(product, "funnel"))["total"]
    assert [MESSAGES, MESSAGES - 1, 4, 4, 3] == [
        funnel[step] for step in ("received", "understood", "quoted", "confirmed", "done_after_yes")
    ]
    (word,) = (await told(product, "words"))["rows"]
    assert (GIBBERISH.lower(), "en", 1) == (word["word"], word["language"], word["messages"])
    (tone,) = (await told(product, "tones"))["rows"]
    assert (TONE.code, TONE.name, 2, 1, revenue) == (
        tone["code"], tone["name"], tone["orders"], tone["gifts"], tone["revenue"],
    )  # fmt: skip
    seen = {row["screen"]: row for row in (await told(product, "screens"))["rows"]}
    assert 2 == max(row["entries"] for row in seen.values())
    assert 1 == sum(row["drops"] for row in seen.values()), seen
    assert [("", 3)] == [(row["offer"], row["taken"]["now"]) for row in (await told(product, "offers"))["rows"]]


async def test_no_number_is_in_any_of_it(product: Product) -> None:
    """Promise 6."""
    whole = [
        await told(product, *command)
        for command in (
            (),
            *(("by", one) for one in ("brand", "action")),
            ("funnel",),
            ("words",),
            ("tones",),
            ("screens",),
        )
    ]
    assert not [
        number for number in (BUYER, RECIPIENT, POOR, LOST, DIALLER, HESITANT, "13800138000") if number in str(whole)
    ]
