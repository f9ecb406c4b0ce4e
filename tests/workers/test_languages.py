"""In which language each kind of answer comes, and that a message is read by the words in force for its short code."""

from __future__ import annotations

import json
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest

from core_client import NothingSentError
from tests.workers.kit.near_bell import NearBell
from tests.workers.kit.office import FRIEND, NUMBER, Office, row_of, said
from tests.workers.kit.small_core import PRICE, Fault, Lost
from workers.answering import Interpreter
from workers.dialogue import SHIPPED_TEMPLATES, Languages, Way, Words
from workers.dialogue.limits import NumberLimits
from workers.errand import NOTICE_AFTER_S
from workers.journal import ClaimedRow, Ending
from workers.journal.asking import StoredQuestion
from workers.journal.sweep import Sweep, Swept
from workers.journal.usage import Traffic
from workers.limiting import Limited
from workers.pricing import Pricing
from workers.sweeper import Sweeper

SPOKEN = ("en", "zh", "fr", "ar", "sw")
LANGUAGES = Languages(SPOKEN, "en", {"8613": "zh"})
WORDS = Words.load(SHIPPED_TEMPLATES, SPOKEN, "en")
INTERPRETER = Interpreter(lambda: WORDS, LANGUAGES)
ELSEWHERE = "4470000001"
CODE = "600902000001"
ORDER = f"GET {CODE}"
AWAY = NothingSentError("refused")


def office(way: Way = Way.NONE, fault: Fault | None = None) -> Office:
    """A worker that speaks all languages; `fault` is how its next order goes wrong."""
    one = Office(way=way, interpreter=INTERPRETER)
    one.core.faults["orderTone"] += [fault] if fault else []
    return one


@pytest.mark.parametrize(
    ("words", "text", "row", "way", "fault"),
    [
        ("est à vous", ORDER, {}, Way.NONE, None),
        ("répondez OUI", ORDER, {}, Way.REPLY, None),
        ("pas encore de tonalité", "LIST", {}, Way.NONE, None),
        ("Commander : envoyez", "HELP", {}, Way.NONE, None),
        ("nous n'avons pas compris", "what is this", {}, Way.NONE, None),
        ("Vouliez-vous dire GET", f"GTE {CODE}", {}, Way.NONE, None),
        ("Rien n'attend votre OUI", "YES", {}, Way.REPLY, None),
        ("votre solde", ORDER, {}, Way.NONE, "310001"),
        ("plus de temps que d'habitude", ORDER, {"received_at": -NOTICE_AFTER_S}, Way.NONE, AWAY),
        ("ne savons pas encore", ORDER, {"received_at": -NOTICE_AFTER_S}, Way.NONE, Lost()),
        ("ne savons pas encore", ORDER, {"attempts": 9}, Way.NONE, Lost()),
        ("Réessayez plus tard", ORDER, {"attempts": 9}, Way.NONE, "100002"),
        ("a annulé", ORDER, {"stop_requested": True}, Way.NONE, None),
    ],
    ids=[
        "done", "question", "list", "help", "not understood", "did you mean", "nothing asked", "refused", "delayed",
        "not known yet", "parked", "given up", "cancelled",
    ],
)  # fmt: skip
async def test_every_kind_of_answer_is_in_the_language_that_was_chosen(
    words: str, text: str, row: dict[str, Any], way: Way, fault: Fault | None
) -> None:
    """Promise 4."""
    assert words in said(await office(way, fault).run(row_of(text, language="fr", **row)))


@pytest.mark.parametrize(
    ("words", "text", "number", "chosen"),
    [
        ("est à vous", ORDER, NUMBER, "fr"),
        ("您已订购", f"订购 {CODE}", ELSEWHERE, ""),
        ("is yours", ORDER, NUMBER, ""),
        ("您已订购", CODE, NUMBER, ""),
        ("is yours", CODE, ELSEWHERE, ""),
        ("is yours", CODE, ELSEWHERE, "de"),
    ],
    ids=["chosen", "words", "words before the number", "number", "default", "chosen once, not spoken any more"],
)
async def test_what_is_known_surest_of_a_number_tells_its_language(
    words: str, text: str, number: str, chosen: str
) -> None:
    ending = await office().run(row_of(text, number=number, language=chosen))
    assert words in ending.answers[0].text


async def test_a_choice_is_kept_and_told_in_the_new_language() -> None:
    """Promise 4: it is in the ending, so that it is kept if and only if it is told."""
    ending = await office().run(row_of("LANG fr", language="sw"))
    assert ("fr", True) == (ending.language, "désormais" in said(ending))
    assert "" == (await office().run(row_of(ORDER))).language
    refused = await office().run(row_of("LANG klingon", language="sw"))
    assert "" == refused.language


async def test_silence_after_a_question_is_told_in_its_language() -> None:
    one = Office(way=Way.REPLY, interpreter=INTERPRETER, tells_silence=True)
    ending = await one.run(row_of(ORDER, language="fr"))
    assert ending.consent is not None
    assert ending.consent.ask is not None
    assert ("fr", True) == (ending.consent.ask.language, "débité" in ending.consent.ask.text_if_expired)


async def test_a_gift_is_offered_in_its_recipients_language_and_told_in_its_givers() -> None:
    """Promise 4."""
    (told, offered) = (await office().run(row_of(f"GIFT {CODE} {FRIEND}", language="fr"))).answers
    assert (NUMBER, FRIEND) == (told.destination, offered.destination)
    assert "送您一首彩铃" in offered.text
    assert "Cadeau proposé" in told.text


def asked(language: str, **more: Any) -> StoredQuestion:
    fact = json.dumps([{"tone": CODE, "name": "Song 1", "singer": "", "price": PRICE, "validity_days": 30}])
    values: dict[str, Any] = {"state": "open", "closed_by": None, "asked": fact} | more
    return StoredQuestion(
        id=7, number=NUMBER, short_code="10086", key=1, way="reply", action="order", recipient="", language=language,
        **{"asked_at": -60.0, "expires_at": 60.0} | values,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("words", "text", "row"),
    [
        ("好的，不办理", "NO", {"questions": (asked("zh"),)}),
        ("D'accord", "NO", {"questions": (asked("zh"),), "language": "fr"}),
        ("All right", "NO", {"questions": (asked("de"),)}),
        ("您已订购", "YES", {"questions": (asked("zh", state="granted", closed_by=1),)}),
        ("您已订购", "OK", {"questions": (asked("zh", state="granted", closed_by=1),)}),
        ("est à vous", "YES", {"questions": (asked("zh", state="granted", closed_by=1),), "language": "fr"}),
        ("Nothing waits", "YES", {"questions": (asked("zh", asked_at=1.0),)}),
    ],
    ids=["no", "no, LANG", "not spoken any more", "yes", "ok", "yes, LANG", "sent before it was asked"],
)
async def test_a_yes_or_no_is_answered_in_the_language_of_its_question(
    words: str, text: str, row: dict[str, Any]
) -> None:
    """Promise 4: YES is an English word, and no choice of a language."""
    assert words in said(await office(Way.REPLY).run(row_of(text, **row)))


async def test_a_flood_is_told_in_its_own_language() -> None:
    class Flooded:
        async def traffic(self, number: str, before: int, since: float, at_most: int) -> Traffic:
            return Traffic(at_most, None)

    async def never(row: ClaimedRow) -> Ending:
        raise AssertionError("nothing is done of it")

    limited = Limited(never, Pricing(clock=lambda: 0.0), NumberLimits(3), Flooded(), INTERPRETER)
    assert "plus de 3 messages" in said(await limited.run(row_of(ORDER, language="fr")))


async def test_what_died_in_work_is_told_in_its_own_language() -> None:
    """Promise 4."""
    wishes: list[Sweep] = []

    class Kept:
        owner = "here"

        async def sweep(self, wish: Sweep) -> Swept:
            wishes.append(wish)
            return Swept([], 0, 0)

    await Sweeper(Kept(), NearBell(), INTERPRETER, settle_s=1.0, attempts=3).sweep()  # type: ignore[arg-type]
    (wish,) = wishes
    told = [wish.text_for_dead(*known) for known in ((ELSEWHERE, "fr"), (NUMBER, ""), (ELSEWHERE, ""))]
    assert [True] * 3 == [words in text for words, text in zip(("savons pas", "正在", "not sure"), told, strict=True)]


async def test_a_message_takes_the_words_once_and_the_next_one_takes_those_of_then(tmp_path: Path) -> None:
    copytree(SHIPPED_TEMPLATES, tmp_path / "words")
    file = tmp_path / "words" / "en" / "answers.yaml"
    file.write_text(file.read_text().replace("You have no tones yet.", "Your shelf is empty."))
    in_force = [WORDS, Words.load(tmp_path / "words", SPOKEN, "en")]
    one = Office(interpreter=Interpreter(lambda: in_force.pop(0), LANGUAGES))
    assert "no tones" in said(await one.run(row_of("LIST")))
    assert "shelf" in said(await one.run(row_of("LIST")))


async def test_words_of_one_short_code_are_understood_there_alone(tmp_path: Path) -> None:
    copytree(SHIPPED_TEMPLATES, tmp_path / "words")
    with (tmp_path / "words" / "commands.yaml").open("a") as file:
        file.write('\nshort_codes:\n  "5000":\n    words:\n      order: [TT]\n')
    words = Words.load(tmp_path / "words", SPOKEN, "en")
    one = Office(interpreter=Interpreter(lambda: words, LANGUAGES))
    assert "GET" not in said(await one.run(row_of(f"TT {CODE}", short_code="5000")))
    assert [CODE] == one.core.owned[NUMBER]
    await one.run(row_of("TT 600902000002", short_code="5001", id=2))
    assert [CODE] == one.core.owned[NUMBER]
