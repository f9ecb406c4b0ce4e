"""A tone and a membership from their yes to the notice of their renewal, and a RENEW, through the running product."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from core_client.sandbox.catalogue import MEMBERSHIPS, starting_catalogue
from tests.end_to_end.phones import Phones
from tests.house import House
from tests.smpp.peers.smpp34_server import Smpp34Smsc

pytestmark = pytest.mark.asyncio(loop_scope="module")

TONE = next(tone for tone in starting_catalogue() if tone.validity_days == 30)
PRICE = f"{TONE.price / 100:.2f}"
DAY = 86_400.0
SILVER = MEMBERSHIPS["201"]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def phones(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Phones]:
    async with (
        Smpp34Smsc() as smsc,
        House(tmp_path_factory.mktemp("house"), smsc.port, {"consent": {"order": "reply", "join": "reply"}}) as house,
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


async def _join_near_its_date(phones: Phones, number: str) -> None:
    """The core's clock lags by almost the whole period, as above."""
    await phones.house.core.clock(-SILVER.validity_days * DAY + DAY / 2)
    await phones.ask(number, "JOIN SILVER", "Silver costs 5.00 yuan for 30 days and renews", "Reply YES")
    await phones.ask(number, "YES", "You are in the music club: Silver")
    told = ("Your membership of the music club (Silver) renews by itself on", "5.00 yuan", "LEAVE")
    await phones.heard(number, *told)
    assert [("bundle", SILVER.price)] == charged(phones, number)


async def test_a_membership_that_renews_within_a_day_is_told_with_its_price_and_how_to_leave(phones: Phones) -> None:
    """Promises 3 and 4: what is charged without another yes is told before."""
    number = "8613807100003"
    await _join_near_its_date(phones, number)
    await phones.house.core.clock(DAY)
    assert [("bundle", SILVER.price), ("renew", SILVER.price)] == charged(phones, number)


async def test_who_leaves_as_the_notice_says_is_charged_no_more(phones: Phones) -> None:
    """Promise 3: stopping never needs a yes."""
    number = "8613807100004"
    await _join_near_its_date(phones, number)
    await phones.ask(number, "LEAVE", "You have left the music club (Silver)", "Nothing more will be charged")
    await phones.house.core.clock(DAY)
    assert [("bundle", SILVER.price)] == charged(phones, number)
