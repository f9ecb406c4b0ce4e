"""What screens look up: a worker's prices, in the shapes of the allow-list, and every no in the caller's language."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from core_client import CoreClient, NothingSentError
from tests.workers.kit.closed_core import BUNDLE, BUNDLE_PRICE, ClosedCore
from tests.workers.kit.clubhouse import CLUB, ClubCore
from tests.workers.kit.office import FRIEND, NUMBER, Office
from tests.workers.kit.small_core import FEE, PRICE
from workers.breaker import Breaker
from workers.calls import Calls
from workers.catalogue import Catalogue
from workers.club import Members
from workers.dialogue import SHIPPED_TEMPLATES, Action, Languages, ToneFacts, Words
from workers.dialogue.offers import Offer, Offers, Price, When
from workers.dials import Caller
from workers.dials.looking import Asked, DialLookups
from workers.dials.lookups import FUNCTIONS, LookupFailed, LookupRefused
from workers.journal import Database
from workers.journal.subscribers import remember
from workers.journal.tables import gifts
from workers.pricing import Pricing

TONE = "600902000001"
WORDS = Words.load(SHIPPED_TEMPLATES, ["en", "zh"], "en")
NOW = 1_800_000_000.0
NO_OFFERS = Offers()
CALLER = Caller(NUMBER, "zh", "*123#", "hub")
BOUGHT = {
    "tone": {"action": "order", "code": TONE},
    "bundle": {"action": "pack", "code": BUNDLE},
    "gift": {"action": "gift", "code": TONE, "number": FRIEND},
}


@pytest.fixture
def database(sqlite_url: str) -> Iterator[Database]:
    database = Database(sqlite_url, clock=lambda: NOW)
    yield database
    database.close()


@pytest.fixture
def office() -> Office:
    return Office()


@pytest.fixture
def lookups(database: Database, office: Office) -> DialLookups:
    return DialLookups(office.calls, database, lambda: WORDS, Languages(("en", "zh"), "en", {"86": "zh"}))


def lookups_of(office: Office, database: Database, offers: Offers = NO_OFFERS) -> DialLookups:
    languages = Languages(("en", "zh"), "en", {"86": "zh"})
    return DialLookups(office.calls, database, lambda: WORDS, languages, lambda: offers)


@pytest.mark.parametrize(
    ("expected", "said"),
    [
        ({"code": TONE, "price": PRICE, "days": 30, "fee": 0, "offer": ""}, {"action": "order", "code": TONE}),
        (
            {"code": TONE, "price": PRICE, "fee": 0},
            {"action": "gift", "code": TONE, "number": FRIEND},
        ),
    ],
    ids=["order", "gift"],
)
async def test_a_price_is_what_a_worker_would_charge(
    lookups: DialLookups, expected: dict[str, Any], said: dict[str, str]
) -> None:
    """Promise 3."""
    found = await lookups.look("quote", CALLER, said)
    assert expected == {name: found[name] for name in expected}
    assert set(FUNCTIONS["quote"].gives) <= set(found)


async def test_the_price_of_the_service_is_its_fee(lookups: DialLookups, office: Office) -> None:
    office.core.faults["query"] = ["301001"]
    assert FEE == (await lookups.look("quote", CALLER, {"action": "open"}))["price"]


async def test_tones_have_the_keys_of_the_allow_list_and_are_plain_json(lookups: DialLookups, office: Office) -> None:
    office.core.owned[NUMBER] = [TONE]
    found = await lookups.look("my_tones", CALLER, {})
    assert (1, TONE) == (found["count"], found["rows"][0]["code"])
    assert set(FUNCTIONS["my_tones"].rows) <= set(found["rows"][0])
    assert found == json.loads(json.dumps(found))


def test_what_is_looked_up_is_shown_on_a_screen() -> None:
    """So that marketing's lists for the menu are in it."""
    assert Asked(CALLER, {}).step(Action.TOP).on_screen


async def test_a_no_comes_with_its_reason_and_its_sentence_in_the_callers_language(lookups: DialLookups) -> None:
    with pytest.raises(LookupRefused) as no:
        await lookups.look("quote", CALLER, {"action": "order", "code": "600902999999"})
    assert ("tone_missing", True) == (no.value.reason, "没有" in no.value.text or "未" in no.value.text)


@pytest.mark.parametrize("said", BOUGHT.values(), ids=BOUGHT)
async def test_who_has_no_service_is_told_so_in_the_place_of_a_price(database: Database, said: dict[str, str]) -> None:
    """Promise 3: no price is agreed to that the core would refuse; the menu leads to the fee from here."""
    lookups = lookups_of(Office(core=ClosedCore(open={FRIEND})), database)
    with pytest.raises(LookupRefused) as no:
        await lookups.look("quote", CALLER, said)
    assert ("no_service", True) == (no.value.reason, "未开通" in no.value.text)
    assert FEE == (await lookups.look("quote", CALLER, {"action": "open"}))["price"]


@pytest.mark.parametrize(("name", "looks"), [("bundle", [NUMBER]), ("gift", [FRIEND, NUMBER])])
async def test_one_look_of_a_screen_asks_about_a_number_once(database: Database, name: str, looks: list[str]) -> None:
    """Also where an offer is for some brands: a screen can't wait long."""
    offers = Offers((Offer("gold", Price(100), When(ZoneInfo("UTC")), brands=frozenset({"gold"})),))
    core = ClosedCore(open={NUMBER, FRIEND}, brand="gold")
    pricing = Pricing(lambda: offers, clock=lambda: NOW)
    lookups = lookups_of(Office(core=core, pricing=pricing), database, offers)
    price = (await lookups.look("quote", CALLER, BOUGHT[name]))["price"]
    assert looks == core.asked_about
    await lookups.look("quote", CALLER, BOUGHT[name])
    assert (looks * 2, price) == (core.asked_about, 100 if name == "gift" else BUNDLE_PRICE)


async def test_a_core_that_opens_the_service_with_the_order_has_the_price_shown(database: Database) -> None:
    lookups = lookups_of(Office(core=ClosedCore(), order_opens_service=True), database)
    assert PRICE == (await lookups.look("quote", CALLER, {"action": "order", "code": TONE}))["price"]


async def test_who_has_no_service_sees_what_is_on_offer(database: Database) -> None:
    offers = Offers((Offer("spring", Price(100), When(ZoneInfo("UTC")), tones=(TONE,)),))
    pricing = Pricing(lambda: offers, clock=lambda: NOW)
    lookups = lookups_of(Office(core=ClosedCore(), pricing=pricing), database, offers)
    found = await lookups.look("offers", CALLER, {})
    assert [(TONE, 100)] == [(row["code"], row["price"]) for row in found["rows"]]


async def test_what_needs_no_yes_is_told_as_it_is(lookups: DialLookups, office: Office) -> None:
    with pytest.raises(LookupRefused) as no:
        await lookups.look("quote", CALLER, {"action": "open"})
    assert "already" == no.value.reason
    assert no.value.text


@pytest.mark.parametrize("function", ["my_tones", "packs", "top", "status"])
async def test_a_core_that_can_not_be_reached_is_no_answer(lookups: DialLookups, office: Office, function: str) -> None:
    for name in ("queryInboxTone", "queryBox", "queryTone", "query"):
        office.core.faults[name] = [NothingSentError("refused")] * 3
    office.breaker._open()
    with pytest.raises(LookupFailed):
        await lookups.look(function, CALLER, {})


async def test_a_member_sees_the_level_beside_how_the_service_stands(database: Database) -> None:
    core = ClubCore(boxes={NUMBER: ["202"]})
    client = CoreClient("http://core.invalid/usdp", "portal", "secret", transport=core)
    members = Members(client, lambda: CLUB, clock=lambda: NOW)
    calls = Calls(client, Catalogue(client, clock=lambda: NOW), Breaker(lambda: None), members=members)
    lookups = DialLookups(calls, database, lambda: WORDS, Languages(("en", "zh"), "en", {"86": "zh"}))
    found = await lookups.look("status", CALLER, {})
    assert ("active", "金卡") == (found["state"], found["member_of"])
    assert "音乐俱乐部：金卡" in found["text"]
    core.boxes.clear()
    assert "" == (await lookups.look("status", CALLER, {}))["member_of"]


async def test_a_look_without_what_it_needs_is_no_answer(lookups: DialLookups) -> None:
    with pytest.raises(LookupFailed, match="query"):
        await lookups.look("find", CALLER, {})


async def test_gifts_are_those_that_may_still_be_taken(lookups: DialLookups, database: Database) -> None:
    tone = json.dumps(asdict(ToneFacts(TONE, "Rain", "Lin", 200, 30)))

    def gift(no: int, **more: Any) -> dict[str, Any]:
        return {
            "transaction_id": f"{no:026d}", "inbox_id": no, "giver": FRIEND, "recipient": NUMBER,
            "tone_code": f"{TONE}{no}", "tone": tone, "key": f"48219{no}", "short_code": "8888", "language": "en",
            "state": "presented", "unpaid": False, "created_at": NOW, "presented_at": NOW, "deadline_at": NOW + 60,
            "text_of_reminder": "",
        } | more  # fmt: skip

    rows = [gift(1), gift(2, deadline_at=NOW - 1), gift(3, state="accepted"), gift(4, recipient=FRIEND)]
    database.write(lambda connection: connection.execute(gifts.insert(), rows))
    found = await lookups.look("gifts", CALLER, {})
    assert [{"key": "482191", "name": "Rain", "code": TONE, "giver": FRIEND, "days": 30}] == found["rows"]


@pytest.mark.parametrize(("expected", "chosen"), [("zh", ""), ("en", "en")], ids=["by the number", "as chosen"])
async def test_a_caller_is_spoken_to_in_the_language_that_is_remembered(
    lookups: DialLookups, database: Database, expected: str, chosen: str
) -> None:
    if chosen:
        database.write(lambda connection: remember(connection, [(NUMBER, chosen)], NOW))
    assert Caller(NUMBER, expected, "*123#", "hub") == await lookups.caller(NUMBER, "*123#", "hub")


async def test_a_journal_that_is_away_leaves_the_language_of_the_number(lookups: DialLookups, tmp_path: Any) -> None:
    (tmp_path / "journal.db").unlink()
    assert "zh" == (await lookups.caller("8613800138077", "*123#", "hub")).language
