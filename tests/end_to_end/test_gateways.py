"""Every gateway's dialect through the running product: from the first dial to what the core charged.

Each dial is of a number of its own, and all dialects of a test are at work at once.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from channels.ussd.dialects import DIALECTS
from core_client.sandbox.catalogue import starting_catalogue
from tests.end_to_end.product import PATIENT, Product, running
from tests.house import PATIENT_CORE

pytestmark = pytest.mark.asyncio(loop_scope="module")

TONE = next(tone for tone in starting_catalogue() if tone.code == "600902000002")
PRICE = f"{TONE.price / 100:.2f}"
ALL = list(DIALECTS)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def product(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Product]:
    ussd = {**PATIENT, "repeat_s": 600.0}  # some name no step: by the time alone it is known that a key comes again
    async with running(tmp_path_factory.mktemp("house"), {"core": PATIENT_CORE}, **ussd) as product:
        yield product


def number(test: int, dialect: str) -> str:
    return f"861380{60 + test:02}{ALL.index(dialect):05}"


async def test_a_tone_is_ordered_through_every_gateway_and_paid_once(product: Product) -> None:
    """Promises 2, 3 and 4: the price before the yes, one charge though the yes is sent twice, and a text about it."""

    async def ordered(dialect: str) -> None:
        caller = number(1, dialect)
        handset = product.handset(dialect, caller)
        assert "2 Enter a code" in await handset.dial(), dialect
        await handset.press("2")
        shown = await handset.press(TONE.code)
        assert PRICE in shown, (dialect, shown)
        assert not handset.over
        assert [] == product.charged(caller), dialect
        last = await handset.press("1")
        assert handset.over, (dialect, last)
        assert last == await handset.again(), dialect
        await product.phones.heard(caller, TONE.name, PRICE)
        assert [("order", TONE.price)] == product.charged(caller), dialect

    await asyncio.gather(*map(ordered, ALL))


async def test_a_shortcut_ends_on_the_price_through_every_gateway(product: Product) -> None:
    """Promise 3: also where more was dialled than leads to the price."""

    async def dialled(dialect: str) -> None:
        caller = number(2, dialect)
        handset = product.handset(dialect, caller)
        shown = await handset.dial(f"*123*2*{TONE.code}*1#")
        assert (True, False) == (PRICE in shown, handset.over), (dialect, shown)
        assert [] == product.charged(caller), dialect
        assert "Enter a code" in await handset.press("00"), dialect

    await asyncio.gather(*map(dialled, ALL))


async def test_going_back_hanging_up_and_dialling_anew_orders_nothing(product: Product) -> None:
    async def wandered(dialect: str) -> None:
        caller = number(3, dialect)
        handset = product.handset(dialect, caller)
        first = await handset.dial()
        await handset.press("2")
        assert first == await handset.press("0"), dialect
        await handset.press("2")
        await handset.press(TONE.code)
        await handset.hang_up()
        anew = product.handset(dialect, caller)
        assert await anew.dial(), dialect
        assert not anew.over, dialect
        assert [] == product.charged(caller), dialect

    await asyncio.gather(*map(wandered, ALL))


async def test_a_key_of_a_session_that_nobody_knows_gets_a_screen_and_orders_nothing(product: Product) -> None:
    async def strayed(dialect: str) -> None:
        caller = number(4, dialect)
        handset = product.handset(dialect, caller)
        assert await handset.press("1"), dialect
        assert [] == product.charged(caller), dialect

    await asyncio.gather(*map(strayed, ALL))
