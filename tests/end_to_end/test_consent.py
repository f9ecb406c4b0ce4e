"""The yes before a charge through the running product: whole conversations over an SMSC that nobody here wrote."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer

from core_client.sandbox.catalogue import starting_catalogue
from tests.end_to_end.phones import Phones
from tests.house import House, until
from tests.smpp.peers.smpp34_server import Smpp34Smsc
from workers.signing import SIGNATURE, TIMESTAMP, signature

pytestmark = pytest.mark.asyncio(loop_scope="module")

TONES = {tone.code: tone for tone in starting_catalogue()}
TONE, OTHER, DEARER = TONES["600902000002"], TONES["600902000003"], TONES["600902000004"]
ASKS = {"open": "reply", "copy": "reply", "order": "reply", "gift": "reply"}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def phones(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Phones]:
    async with (
        Smpp34Smsc() as smsc,
        House(tmp_path_factory.mktemp("house"), smsc.port, {"consent": ASKS}) as house,
        Phones(smsc, house) as phones,
    ):
        await smsc.bound()
        yield phones


def charged(phones: Phones, number: str) -> list[tuple[str, str, int]]:
    """What the core charged a number: action, tone, amount."""
    return [
        (row["action"], row["tone"], row["amount"]) for row in phones.house.core.charges() if row["number"] == number
    ]


async def recorded(phones: Phones, number: str) -> list[tuple[str, str]]:
    """The record of a number's consents: what was said, to which action."""
    _, rows = await phones.house.tonegate("consents", "show", number)
    return [(row["event"], row["action"]) for row in rows]


async def test_an_order_is_charged_once_its_price_was_told_and_agreed_to(phones: Phones) -> None:
    """Promise 3."""
    number = "8613806000001"
    asked = await phones.ask(number, TONE.code, TONE.name, "Reply YES to buy", "Nothing is charged yet")
    assert f"{TONE.price / 100:.2f} yuan" in asked
    assert [] == charged(phones, number)
    await phones.ask(number, "YES", "is yours", f"You paid {TONE.price / 100:.2f}", f"DEL {TONE.code}")
    assert [("order", TONE.code, TONE.price)] == charged(phones, number)
    assert [("granted", "order")] == await recorded(phones, number)
    await phones.ask(number, "YES", "Nothing waits for your YES")
    assert [("order", TONE.code, TONE.price)] == charged(phones, number)


async def test_who_has_no_service_is_asked_to_open_it_before_any_tones_price(phones: Phones) -> None:
    """Promise 3."""
    number = "8613906000001"
    asked = await phones.ask(number, TONE.code, "not open", "a month", "Reply YES to open it")
    assert f"{TONE.price / 100:.2f} yuan for" not in asked
    await phones.ask(number, "YES", "service is open")
    await phones.ask(number, TONE.code, "Reply YES to buy")
    await phones.ask(number, "YES", "is yours")
    assert ["open", "order"] == [action for action, *_ in charged(phones, number)]
    assert [("granted", "open"), ("granted", "order")] == await recorded(phones, number)


@pytest.mark.parametrize(
    ("number", "text", "price", "done", "bought"),
    [
        ("8613906000011", "PACK 101", "4.00 yuan", "are yours", ["bundle"]),
        ("8613906000012", f"GIFT {TONE.code} 8613806000013", f"{TONE.price / 100:.2f} yuan", "We offered", []),
    ],
    ids=["bundle", "gift"],
)
async def test_who_has_no_service_is_asked_to_open_it_before_the_price_of_a_bundle_or_a_gift(
    phones: Phones, number: str, text: str, price: str, done: str, bought: list[str]
) -> None:
    """Promise 3; a gift is charged once it is taken."""
    asked = await phones.ask(number, text, "not open", "a month", "Reply YES to open it")
    assert f"{price} for" not in asked
    await phones.ask(number, "YES", "service is open")
    await phones.ask(number, text, f"{price} for 30 days", "Reply YES")
    await phones.ask(number, "YES", done)
    assert ["open", *bought] == [action for action, *_ in charged(phones, number)]
    assert [("granted", "open"), ("granted", text.split(maxsplit=1)[0].lower())] == await recorded(phones, number)


async def test_a_price_that_changed_in_between_is_asked_again(phones: Phones) -> None:
    """Promise 3: a yes to one price is none to another."""
    number = "8613806000002"
    await phones.ask(number, DEARER.code, f"{DEARER.price / 100:.2f} yuan", "Reply YES to buy")
    await phones.house.core.price(DEARER.code, 900)
    await phones.ask(number, "YES", "price has just changed", "nothing was charged", "9.00 yuan", "Reply YES to buy")
    assert [] == charged(phones, number)
    await phones.ask(number, "YES", "is yours", "9.00")
    assert [("order", DEARER.code, 900)] == charged(phones, number)


async def test_of_two_open_questions_the_number_picks_the_one_that_is_meant(phones: Phones) -> None:
    number, friend = "8613806000003", "8613806000004"
    await phones.ask(number, TONE.code, "Reply YES to buy")
    await phones.ask(number, f"GIFT {OTHER.code} {friend}", "Reply YES 2 to give")
    await phones.ask(number, "YES", "YES 1: the order", "YES 2: the gift", "Nothing is charged yet")
    assert [] == charged(phones, number)
    await phones.ask(number, "YES 2", "We offered", friend)
    offer = await phones.heard(friend, "reply YES")
    await phones.ask(friend, f"YES {offer.split('YES ')[1].split('.')[0]}", "is yours, a gift")
    assert [("gift", OTHER.code, OTHER.price)] == charged(phones, number)
    await phones.ask(number, "YES", "is yours", f"DEL {TONE.code}")
    assert [("granted", "gift"), ("granted", "order")] == await recorded(phones, number)


async def test_a_copy_is_asked_about_at_its_price_and_one_that_its_owner_forbids_is_told_at_once(
    phones: Phones,
) -> None:
    """Promises 3 and 4: a no before any question, for what can't be had."""
    number, friend, forbids = "8613806000021", "8613806000022", "8613806000099"
    for owner in (friend, forbids):
        await phones.ask(owner, TONE.code, "Reply YES to buy")
        await phones.ask(owner, "YES", "is yours")
    refused = await phones.ask(number, f"COPY {forbids}", f"+{forbids} does not let this tone be copied")
    assert "Nothing was charged" in refused
    assert "Reply YES" not in refused
    await phones.ask(number, "YES", "Nothing waits for your YES")
    await phones.ask(number, f"COPY {friend}", TONE.name, "Reply YES to buy", "Nothing is charged yet")
    assert [] == charged(phones, number)
    await phones.ask(number, "YES", "is yours", f"copied from +{friend}", f"DEL {TONE.code}")
    assert [("copy", TONE.code, TONE.price)] == charged(phones, number)


async def test_a_tone_that_is_owned_is_told_as_owned_and_not_asked_about(phones: Phones) -> None:
    """Promise 3: nobody is asked to pay for what he has."""
    number = "8613806000023"
    await phones.ask(number, TONE.code, "Reply YES to buy")
    await phones.ask(number, "YES", "is yours")
    again = await phones.ask(number, TONE.code, f"You have {chr(34)}{TONE.name}", "already", "Nothing was charged")
    assert "Reply YES" not in again
    await phones.ask(number, "YES", "Nothing waits for your YES")
    assert [("order", TONE.code, TONE.price)] == charged(phones, number)


async def test_no_costs_nothing_and_is_kept(phones: Phones) -> None:
    number = "8613806000005"
    await phones.ask(number, TONE.code, "Reply YES to buy")
    await phones.ask(number, "NO", "we leave it", "Nothing was charged")
    await phones.ask(number, "YES", "Nothing waits for your YES")
    assert ([], [("refused", "order")]) == (charged(phones, number), await recorded(phones, number))


async def test_stopping_needs_no_yes_and_takes_questions_back(phones: Phones) -> None:
    number = "8613806000006"
    await phones.ask(number, TONE.code, "Reply YES to buy")
    await phones.ask(number, "STOP", "is closed", "Nothing more will be charged")
    await phones.ask(number, "YES", "Nothing waits for your YES")
    assert [] == charged(phones, number)
    await phones.ask(number, "ON", "a month", "Reply YES to open")
    await phones.ask(number, "YES", "service is open")
    assert ["open"] == [action for action, _, _ in charged(phones, number)]


async def test_the_record_of_all_that_is_whole(phones: Phones) -> None:
    number = "8613806000007"
    await phones.ask(number, TONE.code, "Reply YES to buy")
    await phones.ask(number, "YES", "is yours")
    code, found = await phones.house.tonegate("consents", "verify")
    assert (0, []) == (code, found["flaws"])
    assert found["rows"] == found["head"]["seq"] >= 1


async def test_silence_is_no_and_is_told_where_it_is_set_so(tmp_path: Path) -> None:
    number = "8613806000008"
    settings = {"consent": {**ASKS, "expires_s": 0.5, "silence": "told"}}
    async with Smpp34Smsc() as smsc, House(tmp_path, smsc.port, settings) as house, Phones(smsc, house) as phones:
        await smsc.bound()
        await phones.ask(number, TONE.code, "Reply YES to buy", "We had no YES from you", "Nothing was charged")
        await phones.ask(number, "YES", "Nothing waits for your YES")
        await until(house.finished, "all is sent")
        assert [] == charged(phones, number)


async def test_a_consent_gateway_says_yes_no_or_nothing_for_each_order(tmp_path: Path) -> None:
    """Promise 3: what the operator's own gateway does not grant, signed, is not charged."""
    verdicts = {"8613806000011": "granted", "8613806000012": "refused"}

    async def answer(request: web.Request) -> web.Response:
        asked = json.loads(await request.read())
        body = json.dumps({"id": asked["id"], "answer": verdicts.get(asked["number"], "?")}).encode()
        timestamp = str(int(time.time()))
        return web.Response(body=body, headers={TIMESTAMP: timestamp, SIGNATURE: signature("s", timestamp, body)})

    app = web.Application()
    app.router.add_post("/ask", answer)
    async with TestServer(app) as gateway, Smpp34Smsc() as smsc:
        at = {"gateway.url": str(gateway.make_url("/ask")), "gateway.secret": "s", "gateway.wait_s": 20.0}
        settings: dict[str, object] = {"order": "external", **at}
        async with House(tmp_path, smsc.port, {"consent": settings}) as house, Phones(smsc, house) as phones:
            await smsc.bound()
            await phones.ask("8613806000011", TONE.code, "is yours")
            await phones.ask("8613806000012", TONE.code, "no yes from you", "Nothing was charged")
            await phones.ask("8613806000013", TONE.code, "try again later", "Nothing was charged")
            assert ["8613806000011"] == [row["number"] for row in house.core.charges()]
            assert [("granted", "order")] == await recorded(phones, "8613806000011")
            assert [("refused", "order")] == await recorded(phones, "8613806000012")
