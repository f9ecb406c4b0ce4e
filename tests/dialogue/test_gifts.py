"""Gifts as a state machine, and what a YES or NO means where gifts are open: tables and all orders of events."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.dialogue import SHIPPED_TEMPLATES, Action, Command, Question, Result, ToneFacts, Verdict, Way, Wording
from workers.dialogue import gift_texts as texts
from workers.dialogue.gifts import (
    ENDED,
    OPEN,
    TRANSITIONS,
    Gift,
    GiftEvent,
    GiftState,
    Several,
    after,
    meant,
    over,
)
from workers.journal import gifts as journal_gifts

TONE = ToneFacts("600902000001", "Rain", "Lin", 200, 30)
LANGUAGES = ["en", "zh", "fr", "ar", "sw"]
WORDING = Wording.load(SHIPPED_TEMPLATES, LANGUAGES, "en")
YES, NO = Command(Action.ACCEPT), Command(Action.DECLINE)
HERE, ELSEWHERE = "5000", "6000"


def gift(key: str = "123456", **more: object) -> Gift:
    values: dict[str, object] = {
        "id": 1, "state": GiftState.PRESENTED, "giver": "8613800138001", "recipient": "8613800138002",
        "tone_code": TONE.code, "tone": TONE, "fee": None, "key": key, "short_code": HERE, "language": "en",
        "presented_at": 100.0, "deadline_at": 200.0,
    }  # fmt: skip
    return Gift(**values | more)  # type: ignore[arg-type]


def question(key: int = 7, asked_at: float = 100.0) -> Question:
    asked = Result(Action.ORDER, Verdict.ASKED, tone_code=TONE.code, tone=TONE)
    return Question(key, key, Way.REPLY, HERE, Action.ORDER, (asked,), "", asked_at, asked_at + 60)


OURS, OTHER = gift(), gift("654321", id=2)
QUESTION = question()


@pytest.mark.parametrize(
    ("expected", "said", "gifts", "questions", "code", "at"),
    [
        (OURS, YES, [OURS], [], HERE, 150.0),
        (OURS, NO, [OURS], [], HERE, 150.0),
        (OURS, YES, [OURS], [], HERE, 100.0),
        (OURS, YES, [OURS], [], HERE, 200.0),
        (None, YES, [], [QUESTION], HERE, 150.0),
        (None, YES, [OURS], [], HERE, 99.0),
        (None, YES, [OURS], [], HERE, 201.0),
        (Several((), (OURS,)), YES, [OURS], [], ELSEWHERE, 150.0),
        (Several((), (OURS, OTHER)), YES, [OURS, OTHER], [], HERE, 150.0),
        (Several((QUESTION,), (OURS,)), YES, [OURS], [QUESTION], HERE, 150.0),
        (Several((QUESTION,), (OURS,)), NO, [OURS], [QUESTION], HERE, 150.0),
        (OURS, YES, [OURS], [QUESTION], HERE, 161.0),
        (None, Command(Action.ACCEPT, question_key="7"), [OURS], [QUESTION], HERE, 150.0),
        (None, Command(Action.ACCEPT, gift_key="123456"), [OURS], [QUESTION], HERE, 150.0),
        (OURS, YES, [gift(ended_at=151.0)], [], HERE, 150.0),
        (None, YES, [gift(ended_at=150.0)], [], HERE, 150.0),
    ],
    ids=[
        "the only thing open", "a no", "at once", "at the last moment", "a question alone", "before it was asked",
        "too late", "another short code", "two gifts", "a gift and a question", "a no to both", "the question is over",
        "a question's number", "a gift's key", "it ended after", "it had ended",
    ],
)  # fmt: skip
def test_a_yes_or_no_without_a_key_counts_where_one_thing_is_open_when_it_arrives(
    expected: Gift | Several | None, said: Command, gifts: list[Gift], questions: list[Question], code: str, at: float
) -> None:
    found = meant(said, gifts, questions, code, at)
    assert getattr(expected, "key", expected) == getattr(found, "key", found)


@pytest.mark.parametrize(
    ("reason", "state", "at"),
    [
        ("", GiftState.PRESENTED, 200.0),
        ("gift_over", GiftState.PRESENTED, 200.1),
        ("gift_over", GiftState.EXPIRED, 150.0),
        ("gift_over", GiftState.FAILED, 150.0),
        ("gift_answered", GiftState.ACCEPTED, 150.0),
        ("gift_answered", GiftState.REFUSED, 300.0),
    ],
)
def test_a_key_of_what_is_known_to_be_over_is_not_asked_of_the_core(reason: str, state: GiftState, at: float) -> None:
    assert reason == over(Command(Action.ACCEPT, gift_key="123456"), [gift(state=state)], at)


def test_a_key_that_nobody_here_gave_is_left_to_the_core() -> None:
    assert "" == over(Command(Action.ACCEPT, gift_key="999999"), [gift(state=GiftState.EXPIRED)], 150.0)


def test_every_open_state_comes_to_an_end_and_no_end_to_anything() -> None:
    reached = {
        state: {TRANSITIONS[before, event] for before, event in TRANSITIONS if before == state} for state in OPEN
    }
    assert [] == [state for state in OPEN if not reached[state] & {*ENDED, GiftState.CONFIRMED, GiftState.PRESENTED}]
    assert [] == [
        (state, event) for state, event in itertools.product(ENDED, GiftEvent) if after(state, event) != state
    ]


@given(st.lists(st.sampled_from(list(GiftEvent)), max_size=12))
def test_in_any_order_of_events_a_gift_ends_once_and_is_taken_only_after_two_yeses_and_a_key(
    events: list[GiftEvent],
) -> None:
    """Promise 3, for whom is charged and for whom is given: nobody's silence is a yes."""
    states = list(itertools.accumulate(events, after, initial=GiftState.QUOTED))
    ended = [state for state in states if state in ENDED]
    assert len(set(ended)) <= 1
    if GiftState.ACCEPTED in ended:
        path = [state for state, _ in itertools.groupby(states)]
        assert [GiftState.QUOTED, GiftState.CONFIRMED, GiftState.PRESENTED, GiftState.ACCEPTED] == path
        moves = [event for event, (a, b) in zip(events, itertools.pairwise(states), strict=True) if a != b]
        assert [GiftEvent.YES, GiftEvent.KEY, GiftEvent.YES] == moves


def test_the_journal_keeps_the_same_states_but_for_the_question() -> None:
    kept = {
        *(journal_gifts.CONFIRMED, journal_gifts.PRESENTED, journal_gifts.ACCEPTED),
        *(journal_gifts.REFUSED, journal_gifts.EXPIRED, journal_gifts.FAILED),
    }
    assert kept == {*GiftState} - {GiftState.QUOTED}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_list_of_what_is_open_shows_each_key(language: str) -> None:
    said = texts.which(Several((QUESTION,), (OURS, OTHER)), language, WORDING)
    assert [] == [key for key in ("7", "123456", "654321") if key not in said], said


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("state", ENDED)
def test_every_end_names_the_tone_and_the_other_number_to_the_giver(language: str, state: GiftState) -> None:
    told = texts.to_giver(gift(language=language), texts.TO_GIVER[state], WORDING, 200)
    assert [] == [words for words in ("Rain", "8613800138002") if words not in told], told


@pytest.mark.parametrize(
    ("words", "within_s"),
    [("5 hours", 18_000.0), ("2 hours", 7200.0), ("119 minutes", 7199.0), ("1 minute", 60.0), ("1 minute", 5.0)],
)
def test_how_long_there_is_to_answer_is_said_in_words(words: str, within_s: float) -> None:
    assert words in texts.to_recipient(gift(), "gift_reminder", "en", WORDING, within_s)
