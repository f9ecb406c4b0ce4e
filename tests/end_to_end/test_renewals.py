"""A tone from its order to the notice of its renewal, and a RENEW, through the running product."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from core_client.sandbox.catalogue import starting_catalogue
from tests.end_to_end.phones import Phones
from tests.house import House
from tests.smpp.peers.smpp34_server import Smpp34Smsc

pytestmark = pytest.mark.asyncio(loop_scope="module")

TONE = next(tone for tone in starting_catalogue() if tone.validity_days == 30)
PRICE = f"{TONE.price / 100:.2f}"
DAY = 86_400.0


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def phones(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Phones]:
    async with (
        Smpp34Smsc() as smsc,
        House(tmp_path_factory.mktemp("house"), smsc.port, {"consent": {"order": "reply"}}) as house,
        Phones(smsc, house) as phones,
    ):
        await smsc.bound()
        yield phones


def charged(phones: Phones, number: str) -> list[tuple[str, int]]:
    return [(row["action"], row["amount"]) for row in phones.house.core.charges() if row["number"] == number]


async def test_a_tone_that_renews_within_a_day_is_told_with_its_price_and_how_to_stop_it(phones: Phones) -> None:
    """Promises 3 and 4; the core's clock lags by almost the whole period, so that its date is near."""
    number = "8613807100001"
    await phones.house.core.clock(-TONE.validity_days * DAY + DAY / 2)
    await phones.ask(number, TONE.code, "Reply YES")
    await phones.ask(number, "YES", f"DEL {TONE.code}")
    await phones.heard(number, TONE.name, "renews by itself on", PRICE, f"To stop it, send DEL {TONE.code}")
    assert [("order", TONE.price)] == charged(phones, number)
    await phones.house.core.clock(DAY)
    assert [("order", TONE.price), ("renew", TONE.price)] == charged(phones, number)


async def test_a_renewal_by_text_is_asked_about_and_charged_once(phones: Phones) -> None:
    """Promise 3."""
    number = "8613807100002"
    await phones.house.core.clock(0)
    await phones.ask(number, TONE.code, "Reply YES")
    await phones.ask(number, "YES", f"DEL {TONE.code}")
    await phones.ask(number, f"RENEW {TONE.code}", "Renewing", PRICE, "Nothing is charged yet")
    assert [("order", TONE.price)] == charged(phones, number)
    await phones.ask(number, "YES", "is renewed until", f"You paid {PRICE}")
    assert [("order", TONE.price), ("renew", TONE.price)] == charged(phones, number)
