"""What a command does at a core that keeps its own books, and what its sender reads, in every language."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from core_client import CoreClient
from core_client.sandbox import PATH, create_app, running
from tests.workers.kit.office import Office, row_of
from workers.breaker import Breaker
from workers.calls import Calls
from workers.catalogue import Catalogue
from workers.consent import Consent
from workers.dialogue import (
    SHIPPED_TEMPLATES,
    Action,
    Command,
    Grammar,
    Question,
    Result,
    Rules,
    Verdict,
    Way,
    Wording,
    consent_texts,
    price_of,
    reply,
    understand,
)
from workers.steps import read_results, steps_of, write_results

LANGUAGES = ["en", "zh", "fr", "ar", "sw"]
GRAMMAR = Grammar.load(SHIPPED_TEMPLATES, LANGUAGES)
WORDING = Wording.load(SHIPPED_TEMPLATES, LANGUAGES, "en")
ME, FRIEND, FORBIDS, NO_SERVICE = "8613800138001", "8613800138002", "8613800138099", "8613900000001"
C1, C2 = "600902000001", "600902000002"


class Desk:
    """One worker before a sandbox, without a journal."""

    def __init__(self, client: CoreClient) -> None:
        self.client = client
        self.calls = Calls(client, Catalogue(client), Breaker(lambda: None))
        self._messages = 0

    async def result(self, text: str, number: str = ME) -> Result:
        command = understand(text, number, GRAMMAR)
        assert isinstance(command, Command), command
        self._messages += 1
        row = row_of(text, number=number, transaction_id=f"{self._messages:024d}")
        results = {step.no: await self.calls.make(step) for step in steps_of(command, row)}
        kept = read_results(write_results(results))  # as the journal keeps them between two stays
        assert results == kept
        return kept[1]

    async def say(self, text: str, number: str = ME, language: str = "en") -> str:
        return reply([await self.result(text, number)], language, WORDING)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with running(create_app(f"sqlite:///{tmp_path / 'sandbox.db'}")) as url:
        client = CoreClient(url + PATH, "tonegate", "tonegate")
        yield Desk(client)
        await client.close()


@pytest.fixture
def office() -> Office:
    return Office()


async def test_a_friends_tone_is_copied_with_its_name_and_price(desk: Desk) -> None:
    await desk.say(f"GET {C2}", FRIEND)
    said = await desk.say(f"COPY {FRIEND}")
    for words in ("Silver Boats", "3.00 yuan", "30 days", f"+{FRIEND}", f"DEL {C2}"):
        assert words in said
    assert [C2] == [tone.code for tone in await desk.client.owned_tones(ME)]


@pytest.mark.parametrize(
    ("text", "number", "words"),
    [
        (f"COPY {FORBIDS}", ME, "does not let this tone be copied"),
        ("COPY 8613800138003", ME, "plays no tone that can be copied"),
        (f"COPY {FRIEND}", NO_SERVICE, "not open"),
        ("PACK 999", ME, "no bundle with that code"),
        (f"SET {C1}", ME, f"send {C1} (2.00 yuan)"),
        (f"SET {C1}", NO_SERVICE, "not open"),
        ("PAUSE", NO_SERVICE, "not open"),
        ("INFO 600902999999", ME, "there is no tone with the code 600902999999"),
        ("INFO 600902000040", ME, "no longer sold"),
        ("STATUS", NO_SERVICE, "send ON"),
        (f"CLEAR {FRIEND}", NO_SERVICE, "not open"),
    ],
)
async def test_a_no_says_why_and_that_nothing_was_charged(desk: Desk, text: str, number: str, words: str) -> None:
    """Promise 4: why not, and that nothing was charged."""
    await desk.say(f"GET {C2}", FRIEND)
    await desk.say(f"GET {C2}", FORBIDS)
    said = await desk.say(text, number)
    assert words in said
    assert "charged" in said


async def test_a_tone_is_set_for_all_for_one_and_for_some_hours(desk: Desk) -> None:
    await desk.say(f"GET {C1}")
    for text, words in (
        (f"SET {C1}", ("All callers", "Paper Boats")),
        (f"SET {C1} 13800138002", (f"+{FRIEND}", "Paper Boats")),
        (f"SET {C1} 2200-0600", ("22:00", "06:00", "Paper Boats")),
    ):
        said = await desk.say(text)
        assert [] == [one for one in (*words, "Nothing was charged") if one not in said]


async def test_the_status_tells_open_paused_and_how_many_tones(desk: Desk) -> None:
    await desk.say(f"GET {C1} {C2}")
    assert "open" in (said := await desk.say("STATUS"))
    assert "1 tone." in said or "2 tones." in said
    await desk.say("PAUSE")
    assert "paused" in await desk.say("STATUS")
    await desk.say("RESUME")
    assert "open" in await desk.say("STATUS")


async def test_what_was_set_is_shown_by_status_and_can_be_taken_back(desk: Desk) -> None:
    """Promise 4: how to undo it: what each answer says to send does so."""
    await desk.say(f"GET {C1}")
    assert "Paper Boats" not in await desk.say("STATUS")
    for made, undone, shown in (
        (f"SET {C1} 13800138002", f"CLEAR +{FRIEND}", f"+{FRIEND}"),
        (f"SET {C1} 2200-0600", "CLEAR 22:00-06:00", "all 22:00-06:00"),
        (f"SET {C1} 13800138002 9-18", f"CLEAR +{FRIEND}", f"+{FRIEND} 09:00-18:00"),
        (f"SET {C1}", f"CLEAR {C1}", "all:"),
    ):
        said = await desk.say(made)
        assert undone in said or made == f"SET {C1}"
        assert shown in (status := await desk.say("STATUS"))
        assert "Paper Boats" in status
        assert "Nothing was charged" in await desk.say(undone)
        assert "Paper Boats" not in await desk.say("STATUS")
        assert "Nothing was set that way" in await desk.say(undone)
    assert "LIST" in await desk.say("STATUS")


async def test_what_was_found_can_be_ordered_by_the_code_that_was_shown(desk: Desk) -> None:
    result = await desk.result("FIND 城南的雨")
    assert ["600902000020"] == [tone.code for tone in result.found]
    assert "600902000020" in await desk.say("搜索 城南的雨", language="zh")
    assert "is yours" in await desk.say("600902000020")


async def test_a_long_find_tells_how_many_there_are_in_all(desk: Desk) -> None:
    result = await desk.result("FIND rain")
    assert result.found_in_all > len(result.found) == 10
    assert f"Found {result.found_in_all}" in await desk.say("FIND rain")


async def test_the_top_and_the_new_are_shown_and_an_empty_list_says_so(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core_client.sandbox.tones.CHART", ())
    assert "no list of top tones" in await desk.say("TOP")
    await desk.say(f"GET {C2}", FRIEND)
    assert C2 in await desk.say("TOP")
    assert "600902000239" in await desk.say("NEW")


async def test_a_bundle_is_shown_bought_once_and_told_with_its_price(desk: Desk) -> None:
    assert "101" in await desk.say("PACK")
    said = await desk.say("PACK 101")
    for words in ("Rainy Season", "4.00 yuan", "30 days", "LIST"):
        assert words in said
    assert Verdict.ALREADY is (await desk.result("PACK 101")).verdict
    assert 3 == len(await desk.client.owned_tones(ME))


@pytest.mark.parametrize(
    ("text", "code", "price", "rule"),
    [(f"COPY {FRIEND}", C2, 300, Action.COPY), ("PACK 101", "101", 400, Action.ORDER)],
)
async def test_a_copy_and_a_bundle_are_asked_about_at_a_price_and_done_at_that_price_alone(
    desk: Desk, text: str, code: str, price: int, rule: Action
) -> None:
    """Promise 3: nobody is charged without a yes to that price."""
    await desk.say(f"GET {C2}", FRIEND)
    command, row = understand(text, ME, GRAMMAR), row_of(text)
    assert isinstance(command, Command)
    rules = Rules((), {action: Way.REPLY if action is rule else Way.NONE for action in (Action.ORDER, Action.COPY)})
    terms = await Consent(rules, lambda: 0.0).terms(row, command, desk.calls.brand)
    assert terms.asks
    (step,) = steps_of(command, row)
    asked = await desk.calls.quote(step)
    assert (Verdict.ASKED, code, price) == (asked.verdict, asked.tone_code, price_of(asked))
    for language in LANGUAGES:
        assert WORDING.money(price, language) in consent_texts.question([asked], None, language, WORDING)
    assert [] == await desk.client.owned_tones(ME)
    question = Question(1, 1, Way.REPLY, "", asked.action, (asked,), asked.other_number, 0.0, 60.0)
    (agreed,) = steps_of(question.command, row, {code: price - 1})
    assert "price_changed" == (await desk.calls.make(agreed)).reason
    (agreed,) = steps_of(question.command, row_of(text, transaction_id="f" * 24), question.prices)
    assert (Verdict.DONE, price) == ((done := await desk.calls.make(agreed)).verdict, done.charged)


@pytest.mark.parametrize(("text", "words"), [(C2, "You have"), (f"COPY {FRIEND}", "you have this tone already")])
async def test_what_its_number_has_is_told_as_owned_instead_of_being_asked_about(
    desk: Desk, text: str, words: str
) -> None:
    """Promise 4: nothing is asked where there is nothing to be had."""
    for number in (ME, FRIEND):
        await desk.say(f"GET {C2}", number)
    command = understand(text, ME, GRAMMAR)
    assert isinstance(command, Command)
    (step,) = steps_of(command, row_of(text))
    told = await desk.calls.quote(step)
    assert (Verdict.REFUSED, "owned") == (told.verdict, told.reason)
    for language in LANGUAGES:
        assert reply([told], language, WORDING)
    assert words in reply([told], "en", WORDING)


async def test_a_core_that_can_not_show_a_library_is_asked_for_the_price_all_the_same(office: Office) -> None:
    office.core.faults["queryInboxTone"] = ["200008"]
    command = understand(C2, ME, GRAMMAR)
    assert isinstance(command, Command)
    (step,) = steps_of(command, row_of(C2))
    assert Verdict.ASKED is (await office.calls.quote(step)).verdict


async def test_a_look_at_the_bundles_is_never_asked_about(desk: Desk) -> None:
    command = understand("PACK", ME, GRAMMAR)
    assert isinstance(command, Command)
    (step,) = steps_of(command, row_of("PACK"))
    assert Verdict.DONE is (await desk.calls.quote(step)).verdict


async def test_a_language_is_answered_in_itself(desk: Desk) -> None:
    result = await desk.result("LANG français")
    assert ("fr", Verdict.DONE) == (result.language, result.verdict)
    assert "LANGUE EN" in reply([result], result.language, WORDING)


@pytest.mark.parametrize(
    ("language", "texts"),
    [
        ("zh", (f"订购{C1}", f"设置{C1}", "状态", "暂停", "恢复", "排行", f"详情{C1}", "套餐101", f"删除{C1}")),
        ("fr", (f"PRENDRE {C1}", f"REGLER {C1}", "ETAT", "PAUSE", "REPRISE", "PALMARES", "FORFAIT 101", f"SUPPR {C1}")),
        ("ar", (f"إضافة {C1}", f"خاص {C1}", "حالة", "تعليق", "استئناف", "الأفضل", "باقة 101", f"حذف {C1}")),
        ("sw", (f"PATA {C1}", f"WEKA {C1}", "HALI", "SITISHA", "ENDELEA", "BORA", "KIFURUSHI 101", f"FUTA {C1}")),
    ],
)  # fmt: skip
async def test_each_command_is_done_in_its_own_language(desk: Desk, language: str, texts: tuple[str, ...]) -> None:
    for text in texts:
        result = await desk.result(text)
        assert Verdict.DONE is result.verdict, text
        said = reply([result], language, WORDING)
        assert said != reply([result], "en", WORDING)
        assert "None" not in said
