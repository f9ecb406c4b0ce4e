"""What a subscriber is told: every end has its words, and no refusal leaves the question of money open."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.dialogue import (
    SHIPPED_TEMPLATES,
    Action,
    Command,
    Result,
    ToneFacts,
    Verdict,
    Wording,
    cancelled,
    failed,
    gift_offer,
    notice_checking,
    notice_delayed,
    reply,
)
from workers.dialogue.declared import REASONS
from workers.dialogue.text_size import parts_needed

WORDING = Wording.load(SHIPPED_TEMPLATES, ["en"], "en")
FRIEND = "8613800138001"
TONE = ToneFacts("600902000001", "Song of the Northern Steppe", "Wulan Qiqige", 200, 30)
TONES = [
    TONE,
    ToneFacts("600902000002", "Jasmine", "Lin Yue", 100, 30),
    ToneFacts("600902000003", "Rain on the Old Bridge at Night", "The Paper Lanterns", 1200, 30),
    ToneFacts(
        "600902000004", "Why Did You Not Call Me Back Yesterday", "A. Nobody and the Long Distance Band", 200, 365
    ),
    ToneFacts("600902000005", "Moon over the Western River", "Chen Xiaolan", 0, 1),
]

CORE_REASONS = (
    *("balance", "charge_failed", "tone_missing", "tone_expired", "limit", "spending_limit", "no_service", "barred"),
    *("in_process", "arrears", "gift_no_service", "gift_library_full", "gift_already", "gift_is_subscriber"),
    *("gift_self", "gift_key", "gift_repeated", "gift_answered", "gift_limit", "price_changed", "owned"),
    *("library_full", "parameter", "number", "tone_code", "not_supported", "our_mistake", "transaction_reused"),
    *("", "a_reason_of_next_year"),
)


def result(action: Action, verdict: Verdict = Verdict.DONE, reason: str = "", tone: ToneFacts = TONE) -> Result:
    return Result(
        action, verdict, reason, tone_code=tone.code, tone=tone, other_number=FRIEND,
        gift_key="482193" if action in {Action.ACCEPT, Action.DECLINE} else "", monthly_fee=500,
    )  # fmt: skip


def say(*results: Result) -> str:
    return reply(results, "en", WORDING)


@pytest.mark.parametrize(
    ("action", "verdict", "must_say"),
    [
        (Action.ORDER, Verdict.DONE, ["Song of the Northern Steppe", "2.00 yuan", "30 days", "DEL 600902000001"]),
        (
            Action.GIFT,
            Verdict.ACCEPTED,
            ["Song of the Northern Steppe", "2.00 yuan", "30 days", FRIEND, "if they say yes"],
        ),
        (Action.GIFT, Verdict.DONE, ["Song of the Northern Steppe", "2.00 yuan", "30 days", FRIEND]),
        (Action.DELETE, Verdict.DONE, ["Song of the Northern Steppe", "600902000001", "Nothing was charged"]),
        (Action.OPEN, Verdict.DONE, ["5.00 yuan a month", "STOP"]),
        (Action.CLOSE, Verdict.DONE, ["closed", "Nothing more will be charged", "ON"]),
        (Action.ACCEPT, Verdict.DONE, ["Song of the Northern Steppe", "You paid nothing", "DEL 600902000001"]),
        (Action.DECLINE, Verdict.DONE, ["Nothing was charged"]),
        (Action.LIST, Verdict.DONE, ["no tones yet"]),
        (Action.HELP, Verdict.DONE, ["GIFT", "DEL", "LIST", "ON", "STOP"]),
        (Action.ORDER, Verdict.ALREADY, ["already", "Nothing was charged", "DEL 600902000001"]),
        (Action.DELETE, Verdict.ALREADY, ["do not have", "charged"]),
        (Action.OPEN, Verdict.ALREADY, ["already", "Nothing was charged", "STOP"]),
        (Action.CLOSE, Verdict.ALREADY, ["not open", "Nothing was charged"]),
    ],
)
def test_a_success_says_what_it_cost_and_how_to_undo_it_in_one_part(
    action: Action, verdict: Verdict, must_say: list[str]
) -> None:
    text = say(result(action, verdict))
    assert [words for words in must_say if words not in text] == [], text
    assert len(text) <= 160


@pytest.mark.parametrize(("action", "verdict"), list(product(Action, Verdict)))
@pytest.mark.parametrize("tone", [None, TONE], ids=["tone unknown", "tone known"])
def test_every_end_of_every_action_has_words(action: Action, verdict: Verdict, tone: ToneFacts | None) -> None:
    text = say(replace(result(action, verdict), tone=tone))
    assert parts_needed(text) <= 2
    assert "None" not in text
    assert re.search(r"[.!]$", text), text


@pytest.mark.parametrize(("action", "reason"), list(product(Action, CORE_REASONS)))
def test_every_refusal_says_why_and_that_nothing_was_charged(action: Action, reason: str) -> None:
    text = say(result(action, Verdict.REFUSED, reason))
    assert re.search(r"[Nn]othing was (changed or )?charged", text), text
    assert len(text) <= 306


@pytest.mark.parametrize("reason", REASONS)
def test_each_reason_has_its_own_words(reason: str) -> None:
    others = [say(result(Action.GIFT, Verdict.REFUSED, other)) for other in REASONS if other != reason]
    assert say(result(Action.GIFT, Verdict.REFUSED, reason)) not in others


def test_a_fault_of_ours_is_called_ours() -> None:
    for reason in ("parameter", "our_mistake"):
        assert "something went wrong on our side" in say(result(Action.ORDER, Verdict.REFUSED, reason))
    assert "something went wrong on our side" in say(result(Action.ORDER, Verdict.FAILED))


def test_the_charge_that_the_core_tells_is_the_one_that_is_said() -> None:
    text = say(replace(result(Action.ORDER), charged=150))
    assert "1.50 yuan" in text
    assert "2.00" not in text


def test_a_tone_that_was_free_is_told_so() -> None:
    assert "You paid 0.00 yuan" in say(replace(result(Action.ORDER), charged=0))


def test_a_recipient_is_not_told_that_his_own_balance_is_too_low() -> None:
    text = say(result(Action.ACCEPT, Verdict.REFUSED, "balance"))
    assert "your balance" not in text
    assert "nothing was charged" in text


def test_a_gift_with_a_key_waits_for_its_recipient_whatever_the_core_calls_it() -> None:
    assert say(result(Action.GIFT, Verdict.ACCEPTED)) == say(replace(result(Action.GIFT), gift_key="482193"))


def test_a_name_too_long_for_one_part_is_shortened_and_the_rest_is_not() -> None:
    long = ToneFacts("600902000009", "A Very Long Name of a Tone " * 5, "A Choir with a Long Name " * 5, 200, 30)
    text = say(replace(result(Action.ORDER, tone=long), charged=200))
    assert len(text) <= 160
    assert "2.00 yuan for 30 days" in text
    assert "DEL 600902000009" in text


def test_five_codes_are_told_in_one_answer_with_each_ones_end_and_price() -> None:
    text = say(
        replace(result(Action.ORDER, tone=TONES[0]), charged=200),
        result(Action.ORDER, Verdict.REFUSED, "balance", TONES[1]),
        replace(result(Action.ORDER, tone=TONES[2]), charged=1200),
        result(Action.ORDER, Verdict.REFUSED, "balance", TONES[3]),
        result(Action.ORDER, Verdict.CHECKING, tone=TONES[4]),
    )
    assert "600902000001 (2.00 yuan, 30 days)" in text
    assert "600902000003 (12.00 yuan, 30 days)" in text
    assert "You paid 14.00 yuan in all" in text
    assert "600902000002, 600902000004: your balance is too low. Nothing was charged" in text
    assert "Not sure yet: 600902000005" in text
    assert parts_needed(text) <= 3


@given(st.lists(st.tuples(st.sampled_from(Verdict), st.sampled_from(CORE_REASONS)), min_size=2, max_size=5))
def test_any_ends_of_up_to_five_codes_fit_three_parts_and_name_each_code(ends: list[tuple[Verdict, str]]) -> None:
    for action in (Action.ORDER, Action.DELETE):
        text = say(*(result(action, verdict, why, tone) for (verdict, why), tone in zip(ends, TONES, strict=False)))
        assert parts_needed(text) <= 3, text
        assert [tone.code for _, tone in zip(ends, TONES, strict=False) if tone.code not in text] == []


@pytest.mark.parametrize("count", [1, 2, 5, 8, 40])
@pytest.mark.parametrize("name", ["Rain", "Song of the Northern Steppe", "春江花月夜之歌"])
def test_a_list_shows_what_fits_three_parts_and_how_many_more_there_are(count: int, name: str) -> None:
    owned = tuple(ToneFacts(f"6009020{n:05}", name, "Lin Yue", 200, 30) for n in range(count))
    text = say(Result(Action.LIST, Verdict.DONE, owned=owned))
    shown = sum(tone.code in text for tone in owned)
    more = re.search(r"and (\d+) more", text)
    assert shown >= 1
    assert count == shown + (int(more[1]) if more else 0)
    assert parts_needed(text) <= 3


def test_the_recipient_reads_who_gives_what_that_it_is_free_and_what_to_answer() -> None:
    text = gift_offer(FRIEND, TONE.code, TONE, "48213907", "en", WORDING)
    for words in (FRIEND, TONE.name, "free", "YES 48213907", "NO 48213907", "callers will hear"):
        assert words in text
    assert parts_needed(text) <= 2
    assert "600902000001" in gift_offer(FRIEND, TONE.code, None, "48213907", "en", WORDING)


@pytest.mark.parametrize(
    ("notice", "words"),
    [
        (notice_delayed, "Please do not send it again"),
        (notice_checking, "Please do not send it again"),
        (cancelled, "STOP"),
        (failed, "Nothing was charged"),
    ],
)
@pytest.mark.parametrize(
    "command",
    [
        Command(Action.ORDER, tone_codes=("600902000001",)),
        Command(Action.GIFT, tone_codes=("600902000001",), recipient=FRIEND),
        Command(Action.ACCEPT, gift_key="482193"),
        Command(Action.CLOSE),
    ],
)
def test_a_notice_names_what_was_asked_for(notice, words: str, command: Command) -> None:  # type: ignore[no-untyped-def]
    text = notice(command, "en", WORDING)
    assert words in text
    for named in (*command.tone_codes, command.recipient, command.gift_key):
        assert named in text


def test_a_notice_about_nobody_knows_what_is_a_sentence_all_the_same() -> None:
    assert "We are not sure yet that this worked: your last text." in notice_checking(None, "en", WORDING)


def test_a_notice_about_several_codes_names_them_all_at_once() -> None:
    text = notice_delayed(Command(Action.ORDER, tone_codes=tuple(tone.code for tone in TONES)), "en", WORDING)
    assert all(tone.code in text for tone in TONES)
    assert text.count("We keep trying") == 1
