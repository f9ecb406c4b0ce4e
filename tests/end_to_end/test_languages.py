"""Conversations in the subscriber's own language through the running product, over an SMSC that nobody here wrote."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from core_client.sandbox.catalogue import starting_catalogue
from tests.end_to_end.phones import Phones
from tests.house import House
from tests.smpp.peers.smpp34_server import Smpp34Smsc

pytestmark = pytest.mark.asyncio(loop_scope="module")

TONES = {tone.code: tone for tone in starting_catalogue()}
TONE, OTHER = TONES["600902000002"], TONES["600902000003"]
PRICE, COMMA = f"{TONE.price / 100:.2f}", f"{TONE.price / 100:.2f}".replace(".", ",")
CHINESE_PREFIX = "86138071"
SETTINGS = {
    "consent": {"open": "reply", "order": "reply", "gift": "reply"},
    "dialogue": {"languages": ["en", "zh", "fr", "ar", "sw"], f"prefixes.{CHINESE_PREFIX}": "zh"},
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def phones(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Phones]:
    async with (
        Smpp34Smsc() as smsc,
        House(tmp_path_factory.mktemp("house"), smsc.port, SETTINGS) as house,
        Phones(smsc, house) as phones,
    ):
        await smsc.bound()
        yield phones


def charged(phones: Phones, number: str) -> list[tuple[str, str, int]]:
    """What the core charged a number: action, tone, amount."""
    return [
        (row["action"], row["tone"], row["amount"]) for row in phones.house.core.charges() if row["number"] == number
    ]


ORDERED = [("order", TONE.code, TONE.price)]


async def test_a_tone_is_ordered_and_agreed_to_in_chinese(phones: Phones) -> None:
    """Promises 3 and 4."""
    number = "8613807000001"
    await phones.ask(number, f"请帮我订购{TONE.code}", f"《{TONE.name}》", f"{PRICE}元", "回复“是”", "尚未扣费")
    assert [] == charged(phones, number)
    await phones.ask(number, "是", "您已订购", f"扣费{PRICE}元", f"SC {TONE.code}")
    assert ORDERED == charged(phones, number)
    await phones.ask(number, "我的彩铃", TONE.name, "SC")


async def test_who_is_asked_in_chinese_and_says_yes_in_english_is_answered_in_chinese(phones: Phones) -> None:
    """Promise 4: in his language, which the question knows."""
    number = "8613807000011"
    await phones.ask(number, f"订购{TONE.code}", "回复“是”", "尚未扣费")
    await phones.ask(number, "NO", "不办理")
    await phones.ask(number, f"订购{TONE.code}", "回复“是”", "尚未扣费")
    await phones.ask(number, "OK", "您已订购", f"扣费{PRICE}元")
    assert ORDERED == charged(phones, number)
    await phones.ask(number, "LIST", TONE.name, "To remove one")


async def test_help_and_an_order_in_arabic_with_arabic_digits(phones: Phones) -> None:
    """Promises 3 and 4."""
    number = "8613807000002"
    await phones.ask(number, "مساعدة", "أرسل رقم النغمة")
    eastern = TONE.code.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    asked = await phones.ask(number, f"اطلب {eastern}", TONE.name, PRICE, "نعم", "لم يخصم شيء بعد")
    assert ([], "س") == (charged(phones, number), asked[0])
    await phones.ask(number, "نعم", "أصبحت لك نغمة", PRICE, TONE.code)
    assert ORDERED == charged(phones, number)


async def test_a_chosen_language_is_remembered_by_who_knows_nothing_else_of_its_number(phones: Phones) -> None:
    """Promise 4: LANG is answered by one worker, the order by another."""
    number = f"{CHINESE_PREFIX}00003"
    await phones.ask(number, TONE.code, "回复“是”")
    await phones.ask(number, "LANG fr", "dans cette langue", "LANGUE EN")
    await phones.ask(number, TONE.code, TONE.name, f"{COMMA} yuans", "OUI")
    await phones.ask(number, "OUI", "est à vous", f"SUPPR {TONE.code}")
    assert ORDERED == charged(phones, number)
    await phones.ask(number, "LIST", TONE.name, "SUPPR")  # also where the words are another language's


async def test_a_number_that_says_nothing_of_its_language_is_answered_by_its_prefix(phones: Phones) -> None:
    await phones.ask(f"{CHINESE_PREFIX}00004", TONE.code, "回复“是”")
    await phones.ask("8613807000004", TONE.code, "YES", "Nothing is charged yet")


async def test_one_wrong_letter_is_asked_about_and_a_yes_to_that_agrees_to_no_price(phones: Phones) -> None:
    """Promise 3."""
    number = "8613807000005"
    await phones.ask(number, f"GTE {TONE.code}", f"Did you mean GET {TONE.code}?", "Nothing was done")
    await phones.ask(number, "YES", TONE.name, f"{PRICE} yuan", "Nothing is charged yet")
    assert [] == charged(phones, number)
    await phones.ask(number, "YES", "is yours", f"You paid {PRICE}")
    assert ORDERED == charged(phones, number)


@pytest.mark.parametrize(
    ("giver", "recipient", "chooses", "last_words", "says", "told"),
    [
        ("8613807000006", f"{CHINESE_PREFIX}00006", "", "内回复。", r"是 \d+", TONE.name),
        ("8613807000007", "8613807000017", "LANG kiswahili", "Una ", r"NDIYO \d+", TONE.name),
    ],
    ids=["by its prefix", "as it chose"],
)
async def test_a_gift_is_offered_in_its_recipients_language(
    phones: Phones, giver: str, recipient: str, chooses: str, last_words: str, says: str, told: str
) -> None:
    """Promise 4: its giver hears his own."""
    if chooses:
        await phones.ask(recipient, chooses)
    await phones.ask(giver, f"GIFT {TONE.code} {recipient}", "YES", "Nothing is charged yet")
    await phones.ask(giver, "YES", "We offered", recipient)
    offered = re.search(says, await phones.heard(recipient, TONE.name, last_words))
    assert offered
    answer = await phones.ask(recipient, offered[0], told)
    assert "is yours" not in answer
    assert [("gift", TONE.code, TONE.price)] == charged(phones, giver)


async def test_stop_in_every_language_stops_without_a_question(phones: Phones) -> None:
    """Promise 3: stopping never needs a yes."""
    for no, (stop, closed) in enumerate({"退订": "KT", "ARRET": "DEBUT", "إيقاف": "اشتراك", "JITOE": "ANZA"}.items()):
        await phones.ask(f"861380700002{no}", stop, closed)
