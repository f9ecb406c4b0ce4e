"""Gifts through the running product: whole conversations of two handsets over an SMSC that nobody here wrote."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import closing

import pytest
import pytest_asyncio

from core_client.sandbox.catalogue import starting_catalogue
from core_client.sandbox.numbers import born
from tests.end_to_end.phones import Phones
from tests.house import House, until
from tests.smpp.peers.smpp34_server import Smpp34Smsc
from workers.journal import Database
from workers.journal.gifts import GiftBook

pytestmark = pytest.mark.asyncio(loop_scope="module")

TONES = {tone.code: tone for tone in starting_catalogue()}
TONE, OTHER = TONES["600902000002"], TONES["600902000003"]
PRICE = f"{TONE.price / 100:.2f}"
ASKS = {"order": "reply", "gift": "reply"}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def phones(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Phones]:
    async with (
        Smpp34Smsc() as smsc,
        House(tmp_path_factory.mktemp("house"), smsc.port, {"consent": ASKS}) as house,
        Phones(smsc, house) as phones,
    ):
        await smsc.bound()
        yield phones


def charged(phones: Phones, *numbers: str) -> list[tuple[str, str, int]]:
    """What the core charged these numbers: number, action, amount."""
    rows = phones.house.core.charges()
    return [(row["number"], row["action"], row["amount"]) for row in rows if row["number"] in numbers]


async def offered(phones: Phones, giver: str, recipient: str, code: str = TONE.code) -> str:
    """Give a tone, with the yes to its price; the key that the recipient is texted."""
    await phones.ask(giver, f"GIFT {code} {recipient}", f"+{recipient}", "Reply YES to give", "Nothing is charged yet")
    await phones.ask(giver, "YES", "We offered")
    asked = await phones.heard(recipient, f"+{giver}", "free for you", "5 hours")
    found = re.findall(r"YES (\d{6})", asked)
    assert found, asked
    return str(found[-1])


@pytest.mark.parametrize("with_key", [True, False], ids=["with the key", "bare"])
async def test_a_gift_that_is_taken_is_told_to_both_and_paid_by_its_giver(phones: Phones, with_key: bool) -> None:
    """Promises 3 and 4."""
    giver, recipient = f"861380700000{1 + with_key}", f"861380700001{1 + with_key}"
    key = await offered(phones, giver, recipient)
    assert [] == charged(phones, giver, recipient)
    await phones.ask(recipient, f"YES {key}" if with_key else "YES", TONE.name, "You paid nothing", f"DEL {TONE.code}")
    await phones.heard(giver, f"+{recipient} took your gift", TONE.name, f"You paid {PRICE}")
    assert [(giver, "gift", TONE.price)] == charged(phones, giver, recipient)


async def test_a_gift_that_is_turned_down_is_told_to_both_and_costs_nobody_anything(phones: Phones) -> None:
    giver, recipient = "8613807000020", "8613807000021"
    await offered(phones, giver, recipient)
    await phones.ask(recipient, "NO", "turned the gift down", "Nothing was charged")
    await phones.heard(giver, f"+{recipient} turned your gift down", "Nothing was charged")
    assert [] == charged(phones, giver, recipient)


async def test_a_gift_to_a_number_without_the_service_is_paid_with_it_once_it_is_taken(phones: Phones) -> None:
    giver, recipient = "8613807000030", "8613907000032"
    asked = await phones.ask(giver, f"GIFT {TONE.code} {recipient}", "no ringback tone service", PRICE, "in all")
    born_as = born(recipient)
    assert born_as is not None
    fee = born_as.monthly_fee
    assert f"{(TONE.price + fee) / 100:.2f} yuan in all" in asked
    await phones.ask(giver, "YES", "We offered")
    await phones.heard(recipient, "opens the ringback tone service", "STOP", "NO")
    assert [] == charged(phones, giver, recipient)
    await phones.ask(recipient, "YES", "your ringback tone service is open", "You paid nothing", "STOP")
    await phones.heard(giver, "took your gift", f"You paid {(TONE.price + fee) / 100:.2f}")
    assert [(giver, "gift", TONE.price), (giver, "gift_open", fee)] == sorted(charged(phones, giver, recipient))
    await phones.ask(recipient, "LIST", TONE.name)


async def test_whoever_is_to_be_left_alone_is_not_asked_and_his_giver_is_told(phones: Phones) -> None:
    giver, recipient = "8613807000040", "8613807000041"
    with closing(Database(phones.house.settings.journal.url)) as database:
        GiftBook(database).leave_alone([recipient], "operations")
    await phones.ask(giver, f"GIFT {TONE.code} {recipient}", "does not want", "Nothing was charged")
    await phones.ask(giver, "LIST", "no tones")
    assert phones.has_heard_nothing(recipient)


async def test_to_oneself_and_the_same_again_is_told_before_anything_is_asked(phones: Phones) -> None:
    giver, recipient = "8613807000050", "8613807000051"
    await phones.ask(giver, f"GIFT {TONE.code} {giver}", "to yourself", "Nothing was charged")
    key = await offered(phones, giver, recipient)
    await phones.ask(giver, f"GIFT {TONE.code} {recipient}", "offered this gift already", "Nothing was charged")
    await phones.ask(recipient, f"YES {key}", "is yours")
    assert [(giver, "gift", TONE.price)] == charged(phones, giver, recipient)


async def test_with_a_gift_and_a_price_open_a_bare_yes_charges_nobody_and_lists_both(phones: Phones) -> None:
    """Promise 3: it can't be told which of the two the yes is to."""
    giver, recipient = "8613807000060", "8613807000061"
    key = await offered(phones, giver, recipient)
    await phones.ask(recipient, OTHER.code, "Reply YES", OTHER.name)
    which = await phones.ask(recipient, "YES", "Which one?", f"YES {key}", OTHER.name)
    assert [] == charged(phones, giver, recipient)
    number = re.search(r"YES (\d{1,3}):", which)
    assert number, which
    await phones.ask(recipient, f"YES {number[1]}", OTHER.name, "is yours")
    await phones.ask(recipient, "YES", TONE.name, "is yours")
    assert [(giver, "gift", TONE.price), (recipient, "order", OTHER.price)] == sorted(charged(phones, giver, recipient))


async def test_a_gift_that_nobody_answers_ends_at_its_deadline_and_both_are_told(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """Promise 4, with a worker killed while the gift waits."""
    giver, recipient = "8613807000070", "8613807000071"
    waits = {"deadline_s": 10.0, "remind_before_s": 9.0}
    async with (
        Smpp34Smsc() as smsc,
        House(tmp_path_factory.mktemp("house"), smsc.port, {"gifts": waits}) as house,
        Phones(smsc, house) as phones,
    ):
        await smsc.bound()
        await phones.ask(giver, f"GIFT {TONE.code} {recipient}", "We offered")
        await phones.heard(recipient, "still waits for you", "1 minute")
        house.worker.kill()  # once he is reminded: a worker that starts after the deadline has nothing to remind of
        house.worker.start()
        await phones.heard(recipient, "waits no longer")
        await phones.heard(giver, "did not answer in time", "Nothing was charged")
        key = re.findall(r"YES (\d{6})", await phones.heard(recipient, "YES"))[0]
        await phones.ask(recipient, f"YES {key}", "time for this gift is over", "Nothing was charged")
        assert [] == charged(phones, giver, recipient)
        await until(lambda: not house.unfinished(), "nothing is left undone")
