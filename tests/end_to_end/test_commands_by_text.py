"""Every command, by text through an SMSC that nobody here wrote, to the sandbox core and back to the right handset.

One host and one SMSC serve all tests of a peer; each test has numbers of its own, so that they can run in any order.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from core_client.sandbox.catalogue import CatalogueTone, starting_catalogue
from tests.end_to_end.phones import SHORT_CODE, Phones
from tests.house import House
from tests.smpp.peers.npm_smpp import NpmSmsc
from tests.smpp.peers.smpp34_server import Smpp34Smsc

pytestmark = pytest.mark.asyncio(loop_scope="module")

TONES = {tone.code: tone for tone in starting_catalogue()}
TONE = TONES["600902000002"]
_PEERS = [pytest.param(NpmSmsc, id="npm", marks=pytest.mark.node), pytest.param(Smpp34Smsc, id="smpp34")]


def price(tone: CatalogueTone) -> str:
    return f"{tone.price / 100:.2f}"


@pytest_asyncio.fixture(params=_PEERS, scope="module", loop_scope="module")
async def phones(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Phones]:
    async with (
        request.param() as smsc,
        House(tmp_path_factory.mktemp("house"), smsc.port) as house,
        Phones(smsc, house) as phones,
    ):
        await smsc.bound()
        yield phones


def charged(phones: Phones, *numbers: str) -> list[tuple[str, str, str, int]]:
    """What the core charged these numbers: number, action, tone, amount."""
    return [
        (row["number"], row["action"], row["tone"], row["amount"])
        for row in phones.house.core.charges()
        if row["number"] in numbers
    ]


@pytest.mark.parametrize(
    ("number", "text"), [("8613801000001", TONE.code), ("8613801000002", f"GET {TONE.code}")], ids=["code", "get"]
)
async def test_a_code_orders_the_tone_and_the_answer_tells_name_price_validity_and_undo(
    phones: Phones, number: str, text: str
) -> None:
    answer = await phones.ask(number, text, TONE.name, f"DEL {TONE.code}")
    assert price(TONE) in answer
    assert f"{TONE.validity_days} days" in answer
    assert charged(phones, number) == [(number, "order", TONE.code, TONE.price)]
    assert phones.answered_from == {SHORT_CODE}


async def test_five_codes_in_one_text_are_five_orders_and_one_answer(phones: Phones) -> None:
    number, codes = "8613801000003", [f"60090200001{n}" for n in range(5)]
    answer = await phones.ask(number, "GET " + " ".join(codes), *codes, "DEL")
    assert price(TONES[codes[0]]) in answer
    assert charged(phones, number) == [(number, "order", code, TONES[code].price) for code in codes]


async def test_a_sixth_code_is_told_and_nothing_is_ordered(phones: Phones) -> None:
    number = "8613801000004"
    await phones.ask(number, "GET " + " ".join(f"60090200002{n}" for n in range(6)), "othing")
    assert charged(phones, number) == []


async def _offered(phones: Phones, giver: str, recipient: str) -> str:
    """Give a tone; the key that the recipient was texted."""
    told = await phones.ask(giver, f"GIFT {TONE.code} {recipient}", TONE.name, f"+{recipient}")
    assert price(TONE) in told
    offer = await phones.heard(recipient, TONE.name, f"+{giver}", "YES", "NO")
    found = re.search(r"YES (\d{6})", offer)
    assert found
    assert charged(phones, giver, recipient) == []
    return found[1]


async def test_a_gift_that_is_taken_is_paid_by_its_giver_and_belongs_to_its_recipient(phones: Phones) -> None:
    giver, recipient = "8613801000005", "8613801000006"
    key = await _offered(phones, giver, recipient)
    await phones.ask(recipient, f"YES {key}", TONE.name, "You paid nothing", "DEL")
    assert charged(phones, giver, recipient) == [(giver, "gift", TONE.code, TONE.price)]
    assert (recipient, TONE.code) in phones.house.core.owned()


async def test_a_gift_that_is_turned_down_costs_nobody_anything(phones: Phones) -> None:
    giver, recipient = "8613801000007", "8613801000008"
    key = await _offered(phones, giver, recipient)
    await phones.ask(recipient, f"NO {key}", "Nothing was charged")
    assert charged(phones, giver, recipient) == []
    assert (recipient, TONE.code) not in phones.house.core.owned()


async def test_another_number_cannot_take_a_gift(phones: Phones) -> None:
    giver, recipient, stranger = "8613801000009", "8613801000010", "8613801000011"
    key = await _offered(phones, giver, recipient)
    await phones.ask(stranger, f"YES {key}", key, "Nothing was charged")
    assert charged(phones, giver, recipient, stranger) == []


async def test_del_removes_a_tone_and_list_tells_what_is_left(phones: Phones) -> None:
    number, other = "8613801000012", TONES["600902000003"]
    await phones.ask(number, f"GET {TONE.code} {other.code}", TONE.code, other.code)
    await phones.ask(number, "LIST", TONE.name, other.name, "DEL")
    await phones.ask(number, f"DEL {TONE.code}", TONE.name, "removed", "Nothing was charged")
    left = await phones.ask(number, "LIST", other.name)
    assert TONE.name not in left
    assert {tone for owner, tone in phones.house.core.owned() if owner == number} == {other.code}


async def test_on_opens_the_service_for_its_fee_and_stop_closes_it_for_nothing(phones: Phones) -> None:
    number = "8613901000013"
    await phones.ask(number, "ON", "open", "month", "STOP")
    [(_, action, _, amount)] = charged(phones, number)
    assert action == "open"
    assert amount > 0
    await phones.ask(number, "STOP", "closed", "ON")
    await phones.ask(number, TONE.code, "not open", "Nothing was charged", "ON")
    assert len(charged(phones, number)) == 1


async def test_more_goes_on_with_the_list_until_it_ends_and_shows_no_tone_twice(phones: Phones) -> None:
    number, seen = "8613801000015", list[str]()
    told = await phones.ask(number, "FIND rain", "Found", "MORE")
    while "That is all" not in told:
        page = re.findall(r"6009020\d{5}", told)
        assert page
        seen += page
        told = await phones.ask(number, "MORE", ", send ")  # that follows all tones, so all parts are there
    matching = [tone for tone in TONES.values() if "rain" in tone.name.lower() and not tone.expired]
    assert len(set(seen)) == len(seen) >= len(matching)
    await phones.ask("8613801000016", "MORE", "That is all", "FIND")


async def test_what_plays_to_whom_is_set_shown_and_taken_back(phones: Phones) -> None:
    """Promise 4: each answer says how to undo it."""
    number, friend = "8613801000017", "8613801000018"
    await phones.ask(number, TONE.code, "is yours")
    await phones.ask(number, f"SET {TONE.code}", "All callers now hear", TONE.name)
    await phones.ask(number, f"SET {TONE.code} {friend} 2200-0600", "22:00 to 06:00", f"CLEAR +{friend}")
    await phones.ask(number, "STATUS", "all:", f"+{friend} 22:00-06:00", TONE.name)
    await phones.ask(number, f"CLEAR +{friend}", f"+{friend} now hears what all", "Nothing was charged")
    left = await phones.ask(number, "STATUS", "all:", TONE.name)
    assert friend not in left
    await phones.ask(number, f"CLEAR +{friend}", "Nothing was set that way")


async def test_who_wants_no_gifts_is_offered_none_until_he_says_so(phones: Phones) -> None:
    giver, recipient = "8613801000031", "8613801000032"
    await phones.ask(recipient, "STOP GIFTS", "Nobody can offer you", "GIFTS ON")
    await phones.ask(giver, f"GIFT {TONE.code} {recipient}", "does not want to be offered", "Nothing was charged")
    await phones.ask(recipient, "LIST", "no tones")  # the service is as it was
    await phones.ask(recipient, "GIFTS ON", "again", "STOP GIFTS")
    await _offered(phones, giver, recipient)


async def test_help_tells_every_command(phones: Phones) -> None:
    await phones.ask("8613801000014", "HELP", "GIFT", "DEL", "LIST", "ON", "STOP")


@pytest.mark.parametrize(
    ("number", "text", "words"),
    [
        ("8613801000020", "gibberish, please", ("did not understand", "HELP", "Nothing was charged")),
        ("8613801000021", "GET 600902999999", ("no tone", "600902999999", "Nothing was charged")),
        ("8613801000022", f"GIFT {TONE.code} 12", ("othing",)),
        ("8613701000023", TONE.code, ("balance", "Nothing was charged")),
        ("8613601000024", TONE.code, ("may not use", "Nothing was charged")),
        ("8613901000025", TONE.code, ("not open", "Nothing was charged", "ON")),
        ("8613801000026", "YES 000000", ("000000", "Nothing was charged")),
        ("8613801000027", f"DEL {TONE.code}", (TONE.code, "charged")),
        ("8613801000028", "LIST", ("no tones", "Nothing was charged")),
    ],
    ids=[
        "no command", "no such tone", "gift to no number", "no balance", "barred", "no service", "no such gift",
        "not owned", "empty list",
    ],
)  # fmt: skip
async def test_what_cannot_be_done_is_answered_with_its_reason_and_charged_to_nobody(
    phones: Phones, number: str, text: str, words: tuple[str, ...]
) -> None:
    await phones.ask(number, text, *words)
    assert charged(phones, number) == []


async def test_the_second_order_of_a_tone_is_told_as_such_and_charged_once(phones: Phones) -> None:
    number = "8613801000030"
    await phones.ask(number, TONE.code, "is yours")
    await phones.ask(number, TONE.code, "already", "Nothing was charged")
    assert len(charged(phones, number)) == 1
