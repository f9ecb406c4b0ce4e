"""Redis killed in the midst of dials: a polite end in the subscriber's language, and nothing of a yes is lost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from core_client.sandbox.catalogue import starting_catalogue
from tests.end_to_end.product import PATIENT, Product, running
from tests.house import PATIENT_CORE, until

pytestmark = pytest.mark.asyncio(loop_scope="module")

TONE = next(tone for tone in starting_catalogue() if tone.code == "600902000002")
PRICE = f"{TONE.price / 100:.2f}"
SHORTCUT = f"*123*2*{TONE.code}#"
SORRY = {"en": "Sorry, something went wrong on our side. Nothing was charged.", "zh": "抱歉，系统出错。未扣费"}
SETTINGS: dict[str, dict[str, object]] = {
    "consent": {"order": "reply"},
    "core": PATIENT_CORE,
    "dialogue": {"languages": ["en", "zh"]},
}


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def product(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Product]:
    async with running(tmp_path_factory.mktemp("house"), SETTINGS, **PATIENT) as product:
        yield product


async def test_redis_gone_in_the_midst_of_dials_ends_them_politely_and_the_next_dial_works_once_it_is_back(
    product: Product,
) -> None:
    """Promises 1, 2, 3 and 4."""
    english, chinese, buyer, stranger = (f"861380731000{no}" for no in range(1, 5))
    await product.phones.ask(chinese, "LANG zh", "中文")
    at_the_code = await product.dial(english, "2")
    at_the_price = await product.dial(chinese, dialled=SHORTCUT)
    assert "确认订购" in at_the_price.screen
    ordering = await product.dial(buyer, "2", TONE.code)

    await product.house.core.faults(slow=1.5)  # so that Redis is gone before the result is there
    yes = asyncio.create_task(ordering.press("1"))
    await until(lambda: buyer in {row["number"] for row in product.house.messages()}, "the yes is kept")
    product.house.redis.kill()
    await until(lambda: not product.house.redis_answers(), "Redis is gone")
    try:
        last = await yes
        assert (True, False) == (ordering.over, SORRY["en"] in last), last  # it was taken, and no screen denies it
        for handset, key, language in ((at_the_code, TONE.code, "en"), (at_the_price, "1", "zh")):
            last = await handset.press(key)
            assert (True, True) == (handset.over, SORRY[language] in last), last
        for number, language in ((stranger, "en"), (chinese, "zh")):
            refused = await product.dial(number)
            assert (True, True) == (refused.over, SORRY[language] in refused.screen), refused.screen
    finally:
        await product.house.core.faults(slow=0)

    await product.phones.heard(buyer, TONE.name, PRICE)  # with Redis still gone: nothing that matters is in it
    await product.finished()
    paid = [product.charged(number) for number in (english, chinese, buyer, stranger)]
    assert [[], [], [("order", TONE.price)], []] == paid
    assert 1 == sum(row["number"] == buyer for row in product.house.messages())

    product.house.redis.start()
    await until(product.house.redis_answers, "Redis is back")
    for number, done in ((stranger, TONE.name), (chinese, TONE.name)):
        handset = await product.dial(number, dialled=SHORTCUT)
        assert (True, False) == (PRICE in handset.screen, handset.over), handset.screen
        assert done in await handset.press("1")
        await product.phones.heard(number, TONE.name)
        assert [("order", TONE.price)] == product.charged(number)
    assert "Traceback" not in "\n".join(product.log())
