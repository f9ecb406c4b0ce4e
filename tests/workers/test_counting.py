"""What a message comes to in statistics: a table of ends, and what is counted of each."""

from __future__ import annotations

from typing import Any

import pytest

from workers.counting import count, first_word
from workers.dialogue import Action, LevelFacts, Result, ToneFacts, Verdict
from workers.journal.statistics.values import Cell, Charged, EndedMessage, Seen, TakenGift, ToneCount
from workers.steps import write_results

NUMBER, GIVER = "8613800138001", "8613800138002"
TONE = ToneFacts("600902000001", "Moon River", "A singer", 200, 30)


def message(*results: Result, state: str = "done", outcome: str = "", **more: Any) -> EndedMessage:
    """A message of a subscriber that ended so; `more` replaces what doesn't matter to most tests."""
    values: dict[str, Any] = {
        "id": 1, "channel": "sms", "number": NUMBER, "text": "GET 600902000001", "language": "en", "brand": "",
        "state": state, "outcome": outcome or (results[0].reason or results[0].verdict if results else ""),
        "results": write_results(dict(enumerate(results, 1))) if results else "", "received_at": 0.0,
        "claimed_at": 0.0,
    }  # fmt: skip
    return EndedMessage(**values | more)


def result(action: Action = Action.ORDER, verdict: Verdict = Verdict.DONE, reason: str = "", **more: Any) -> Result:
    values = {"tone_code": TONE.code, "tone": TONE}
    return Result(action, verdict, reason, **values | more)


def cells(ended: EndedMessage) -> list[tuple[Any, ...]]:
    """(action, outcome, messages, results, amount) of each cell."""
    return [(one.action, one.outcome, one.messages, one.results, one.amount) for one in count(ended).cells]


@pytest.mark.parametrize(
    ("ended", "expected"),
    [
        (message(result(charged=200)), [("order", "done", 1, 1, 200)]),
        (message(result(verdict=Verdict.ASKED)), [("order", "asked", 1, 1, 0)]),
        (
            message(result(verdict=Verdict.ASKED, reason="price_changed"), outcome="asked_again"),
            [("order", "asked_again", 1, 1, 0)],
        ),
        (
            message(
                result(verdict=Verdict.REFUSED, reason="no_service"),
                result(Action.OPEN, Verdict.ASKED, "no_service", tone=None, monthly_fee=500),
                outcome="asked",
            ),
            [("order", "no_service", 1, 1, 0), ("open", "asked", 0, 1, 0)],
        ),
        (
            message(result(verdict=Verdict.REFUSED, reason="balance"), state="refused"),
            [("order", "balance", 1, 1, 0)],
        ),
        (message(result(verdict=Verdict.ALREADY, charged=200)), [("order", "already", 1, 1, 0)]),
        (message(result(verdict=Verdict.CANCELLED), state="refused"), [("order", "cancelled", 1, 1, 0)]),
        (
            message(result(charged=200), result(charged=100), result(verdict=Verdict.REFUSED, reason="tone_missing")),
            [("order", "done", 1, 1, 200), ("order", "done", 0, 1, 100), ("order", "tone_missing", 0, 1, 0)],
        ),
        (message(state="dead", outcome="attempts", agreed_to="order"), [("order", "dead", 1, 1, 0)]),
        (message(state="dead", outcome="attempts"), [("", "dead", 1, 1, 0)]),
        (
            message(result(charged=200), state="unknown", outcome="cannot_tell"),
            [("order", "unknown", 1, 1, 0), ("order", "done", 0, 1, 200)],
        ),
        (message(state="refused", outcome="buried"), [("", "buried", 1, 1, 0)]),
        (message(outcome="help"), [("help", "done", 1, 1, 0)]),
        (message(outcome="gifts_off"), [("gifts_off", "done", 1, 1, 0)]),
        (message(outcome="declined"), [("decline", "declined", 1, 1, 0)]),
        (message(outcome="which"), [("accept", "which", 1, 1, 0)]),
        (message(outcome="nothing_asked"), [("accept", "nothing_asked", 1, 1, 0)]),
        (message(outcome="not_understood"), [("", "not_understood", 1, 0, 0)]),
        (message(outcome="code_missing"), [("", "code_missing", 1, 0, 0)]),
        (message(state="refused", outcome="flood_told"), [("", "flood", 1, 0, 0)]),
        (message(state="refused", outcome="flood"), [("", "flood", 1, 0, 0)]),
        (message(outcome="gift_ended_before", channel="gift"), []),
        (message(outcome="renewal_told", channel="renewal"), []),
        (
            message(result(Action.RENEW, charged=100), outcome="renewal_lower", channel="renewal"),
            [("renew", "done", 0, 1, 100)],
        ),
        (message(outcome="done", results="no results"), [("", "done", 1, 0, 0)]),
    ],
    ids=lambda value: value.outcome if isinstance(value, EndedMessage) else "",
)
def test_a_message_counts_once_and_each_of_its_results(ended: EndedMessage, expected: list[Any]) -> None:
    assert expected == cells(ended)


@pytest.mark.parametrize(
    ("done", "charges", "amount"),
    [
        (result(charged=150), {}, 150),
        (result(charged=0), {"01": Charged("", 200)}, 0),
        (result(charged=None), {"01": Charged("", 180)}, 180),
        (result(charged=None), {}, 200),
        (result(charged=None, charge_unknown=True), {"01": Charged("", 180)}, 0),
        (result(charged=None, charge_unknown=True), {}, 0),
        (result(Action.OPEN, charged=None, tone=None, monthly_fee=500), {}, 500),
        (result(Action.GIFT, charged=None, gift_key="123456"), {"01": Charged("", 200)}, 0),
        (result(Action.PACK, tone=None, tone_code=""), {}, 0),
        (result(Action.JOIN, charged=None), {}, 200),
        (result(Action.INFO), {}, 0),
    ],
    ids=[
        "charged",
        "free",
        "reserved",
        "agreed",
        "there before",
        "there before, not reserved",
        "fee",
        "a gift not taken",
        "a list",
        "a membership",
        "a look",
    ],
)
def test_what_was_charged_is_what_the_core_says_else_what_was_agreed_to(
    done: Result, charges: dict[str, Charged], amount: int
) -> None:
    """Promise 3: no other price than that is charged."""
    assert amount == count(message(done, charges=charges)).cells[0].amount


def test_a_yes_stands_behind_the_message_and_not_behind_each_result() -> None:
    ended = message(result(charged=200), result(charged=100), agreed_to="order")
    assert [1, 0] == [cell.confirmed for cell in count(ended).cells]


def test_the_offer_is_the_one_that_the_charge_has_and_of_a_question_the_one_that_was_told() -> None:
    charges = {"01": Charged("spring", 100)}
    bought = message(result(charged=100), result(charged=200), charges=charges)
    assert ["spring", ""] == [cell.offer for cell in count(bought).cells]
    assert (Seen(NUMBER, True, {"spring": True}),) == count(bought).seen
    asked = message(result(verdict=Verdict.ASKED, offer="spring"))
    assert ["spring"] == [cell.offer for cell in count(asked).cells]
    assert (Seen(NUMBER),) == count(asked).seen


GIFT = TakenGift(GIVER, TONE.code, '{"price": 200}', 500, None, "spring")


def test_a_gift_is_paid_for_when_it_is_taken_by_its_giver() -> None:
    taken = result(Action.ACCEPT, charged=700, other_number=GIVER, gift_key="123456")
    counted = count(message(taken, gift=GIFT))
    assert (Cell("spring", "accept", "done", 1, 1, 0, 700, 1),) == counted.cells
    assert (Seen(NUMBER), Seen(GIVER, True, {"spring": True})) == counted.seen
    assert (ToneCount(TONE.code, "accept", 1, 700, "Moon River"),) == counted.tones


@pytest.mark.parametrize(
    ("gift", "amount", "won"),
    [
        (GIFT, 700, 1),
        (TakenGift(GIVER, TONE.code, '{"price": 200}', None, None, ""), 200, 0),
        (TakenGift(GIVER, TONE.code, '{"price": 200}', None, 150, ""), 150, 0),
        (TakenGift(GIVER, TONE.code, "", None, None, ""), 0, 0),
    ],
    ids=["with the service", "to a user", "the core says", "nobody knows"],
)
def test_where_the_core_does_not_say_a_gift_costs_what_its_giver_agreed_to(
    gift: TakenGift, amount: int, won: int
) -> None:
    (cell,) = count(message(result(Action.ACCEPT, charged=None, gift_key="123456"), gift=gift)).cells
    assert (amount, won) == (cell.amount, cell.won)
    refused = result(Action.DECLINE, Verdict.REFUSED, "gift_answered")
    elsewhere = message(refused, channel="gift", outcome="gift_accepted", gift=gift)
    (cell,) = count(elsewhere).cells
    assert ("accept", "done", 0, 1, amount, won) == (
        *(cell.action, cell.outcome, cell.messages, cell.results),
        *(cell.amount, cell.won),
    )
    assert [GIVER] * bool(amount) == [one.number for one in count(elsewhere).seen]


def test_tones_are_counted_where_they_were_done_by_the_name_that_the_catalogue_has() -> None:
    results = (result(charged=200), result(Action.SET, tone=None), result(verdict=Verdict.REFUSED, reason="balance"))
    assert (ToneCount(TONE.code, "order", 1, 200, "Moon River"), ToneCount(TONE.code, "set", 1, 0)) == (
        count(message(*results)).tones
    )
    closed = result(Action.CLOSE, tone=None, tone_code="", levels=(LevelFacts("gold", {}, 1, 30),))
    assert () == count(message(closed)).tones


def test_who_is_charged_by_a_message_of_our_own_is_seen_and_nobody_else_is() -> None:
    renewed = message(result(Action.RENEW, charged=100), outcome="renewal_lower", channel="renewal")
    assert (Seen(NUMBER, True),) == count(renewed).seen
    ended = message(result(Action.DECLINE), outcome="gift_expired", channel="gift")
    assert () == count(ended).seen


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Helo please", "helo"),
        ("  ＨＥＬＯ  ", "helo"),
        ("8613800138001", "*"),
        ("call8613800138001now", "call*now"),
        ("١٢٣٤٥٦", "*"),
        ("win 100", "win"),
        ("top10", "top10"),
        ("1", "1"),
        ("pin4711", "pin*"),
        ("x" * 60, "x" * 40),
        ("+86 138 0013 8001", "+86"),
        ("", ""),
        ("\U0001f600", ""),
    ],
)
def test_of_a_text_that_nobody_understood_its_first_word_is_kept_without_a_number(text: str, word: str) -> None:
    """Promise 6: no number and no code is in it."""
    assert word == first_word(text)


@pytest.mark.parametrize(
    ("outcome", "word"), [("not_understood", "helo"), ("did_you_mean", "helo"), ("done", ""), ("code_missing", "")]
)
def test_only_what_was_no_command_has_an_unknown_word(outcome: str, word: str) -> None:
    assert word == count(message(outcome=outcome, text="Helo")).word
