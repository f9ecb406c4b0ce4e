"""What a YES or NO means, and where one is asked for: decided over what is open, without a journal or a core."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.dialogue import (
    SHIPPED_TEMPLATES,
    Action,
    Command,
    Declined,
    Grammar,
    Granted,
    NothingAsked,
    Question,
    Result,
    Rule,
    Rules,
    TemplatesError,
    ToneFacts,
    Verdict,
    Way,
    Which,
    Wording,
    consent_texts,
    decide,
    next_key,
    superseded,
)
from workers.dialogue.text_size import parts_needed

WORDING = Wording.load(SHIPPED_TEMPLATES, ["en"], "en")
LONG = "A Very Long Name of a Tone That Nobody Would Ever Read to Its End on a Handset"
YES, NO = Command(Action.ACCEPT), Command(Action.DECLINE)
HERE, ELSEWHERE = "5000", "6000"


def asked(code: str = "600902000001", name: str = "Rain", price: int = 200) -> Result:
    tone = ToneFacts(code, name, "Lin Yue", price, 30)
    return Result(Action.ORDER, Verdict.ASKED, tone_code=code, tone=tone)


def question(key: int, way: Way = Way.REPLY, short_code: str = HERE, *, at: float = 0.0) -> Question:
    return Question(
        key, key, way, short_code, Action.ORDER, (asked(f"6009020000{key:02d}"),), "", at, at + 60.0
    )  # fmt: skip


ONE, TWO = question(1), question(2)
NUMBERED, AWAY, LATER = question(3, Way.NUMBERED), question(4, short_code=ELSEWHERE), question(5, at=50.0)
UNSENT = replace(question(6), unsent=True)


@pytest.mark.parametrize(
    ("expected", "said", "open_questions", "at"),
    [
        (Granted(ONE), YES, [ONE], 30.0),
        (Granted(ONE), YES, [ONE], 0.0),
        (Granted(ONE), YES, [ONE], 60.0),
        (NothingAsked(), YES, [ONE], 60.1),
        (NothingAsked(), YES, [ONE], -0.1),
        (NothingAsked(), YES, [], 30.0),
        (NothingAsked(), NO, [], 30.0),
        (Granted(ONE), Command(Action.ACCEPT, question_key="1"), [ONE], 30.0),
        (Which((ONE,)), Command(Action.ACCEPT, question_key="2"), [ONE], 30.0),
        (Which((ONE, TWO)), YES, [ONE, TWO], 30.0),
        (Granted(TWO), Command(Action.ACCEPT, question_key="2"), [ONE, TWO], 30.0),
        (Which((NUMBERED,)), YES, [NUMBERED], 30.0),
        (Granted(NUMBERED), Command(Action.ACCEPT, question_key="3"), [NUMBERED], 30.0),
        (Which((AWAY,)), YES, [AWAY], 30.0),
        (Which((AWAY,)), Command(Action.ACCEPT, question_key="4"), [AWAY], 30.0),
        (Which((ONE, AWAY)), YES, [ONE, AWAY], 30.0),
        (Granted(ONE), YES, [ONE, LATER], 30.0),  # what had not been asked yet is not meant
        (Granted(LATER), YES, [ONE, LATER], 100.0),
        (Which((ONE, LATER)), YES, [ONE, LATER], 55.0),
        (Which((UNSENT,)), YES, [UNSENT], 30.0),  # nobody has read its price
        (Which((UNSENT,)), Command(Action.ACCEPT, question_key="6"), [UNSENT], 30.0),
        (Granted(ONE), Command(Action.ACCEPT, question_key="1"), [ONE, UNSENT], 30.0),
        (Declined((UNSENT,)), NO, [UNSENT], 30.0),
        (Declined((ONE, TWO)), NO, [ONE, TWO], 30.0),
        (Declined((TWO,)), Command(Action.DECLINE, question_key="2"), [ONE, TWO], 30.0),
        (Which((ONE, TWO)), Command(Action.DECLINE, question_key="9"), [ONE, TWO], 30.0),
    ],
)  # fmt: skip
def test_a_yes_counts_only_for_the_one_question_that_it_can_mean(
    expected: object, said: Command, open_questions: list[Question], at: float
) -> None:
    """Promise 3: where it is not sure which price was agreed to, none was."""
    assert expected == decide(said, open_questions, HERE, at)


QUESTIONS = st.builds(
    question,
    st.integers(1, 999),
    st.sampled_from([Way.REPLY, Way.NUMBERED]),
    st.sampled_from([HERE, ELSEWHERE]),
    at=st.floats(0, 200),
)


@given(
    said=st.builds(
        Command,
        st.sampled_from([Action.ACCEPT, Action.DECLINE]),
        question_key=st.one_of(st.just(""), st.integers(0, 999).map(str)),
    ),
    questions=st.lists(QUESTIONS, max_size=5, unique_by=lambda one: one.key),
    at=st.floats(0, 300),
)
def test_whatever_is_open_a_grant_is_of_a_question_in_time_at_its_short_code_that_nothing_else_could_mean(
    said: Command, questions: list[Question], at: float
) -> None:
    decision = decide(said, questions, HERE, at)
    if isinstance(decision, Granted):
        granted = decision.question
        assert said.action is Action.ACCEPT
        assert granted in questions
        assert granted.asked_at <= at <= granted.expires_at
        assert HERE == granted.short_code
        if said.question_key:
            assert said.question_key == str(granted.key)
        else:
            assert Way.REPLY == granted.way
            assert [granted] == [one for one in questions if one.heard(at)]


@pytest.mark.parametrize(
    ("expected", "last", "taken"), [(1, 0, []), (8, 7, []), (10, 7, [8, 9]), (1, 999, []), (3, 998, [999, 1, 2])]
)
def test_the_next_number_is_never_the_last_one_nor_one_that_is_open(expected: int, last: int, taken: list[int]) -> None:
    assert expected == next_key(last, taken)


@pytest.mark.parametrize(
    ("expected", "about", "open_questions"),
    [
        ((), question(9).command, [ONE, TWO]),
        ((ONE,), ONE.command, [ONE, TWO]),
        ((ONE,), question(9).command, [ONE, TWO, NUMBERED, AWAY, LATER]),
        ((TWO,), TWO.command, [ONE, TWO, NUMBERED, AWAY, LATER]),
    ],
)
def test_a_question_takes_the_place_of_the_same_one_and_of_the_oldest_of_five(
    expected: tuple[Question, ...], about: Command, open_questions: list[Question]
) -> None:
    assert expected == superseded(about, open_questions)


RULES = Rules(
    (
        Rule(Way.NONE, channel="ussd"),
        Rule(Way.EXTERNAL, action="gift", brand="Youth"),
        Rule(Way.NUMBERED, brand="Gold"),
    ),
    {"open": Way.NONE, "order": Way.REPLY, "gift": Way.REPLY, "copy": Way.REPLY},
)


@pytest.mark.parametrize(
    ("way", "needs_brand", "action", "channel", "brand"),
    [
        (Way.REPLY, True, Action.ORDER, "sms", "Green"),
        (Way.NUMBERED, True, Action.ORDER, "sms", "gold"),
        (Way.NUMBERED, True, Action.OPEN, "sms", "Gold"),
        (Way.NONE, True, Action.OPEN, "sms", ""),
        (Way.EXTERNAL, True, Action.GIFT, "sms", "Youth"),
        (Way.NONE, False, Action.GIFT, "ussd", "Youth"),
        (Way.NONE, True, Action.CLOSE, "sms", "Gold"),
        (Way.NONE, True, Action.DELETE, "sms", "Gold"),
    ],
)
def test_the_first_rule_that_fits_counts_and_no_rule_reaches_what_stops(
    way: Way, needs_brand: bool, action: Action, channel: str, brand: str
) -> None:
    assert (way, needs_brand) == (RULES.way(action, channel, brand), RULES.needs_brand(action, channel))


def test_no_key_of_a_gift_may_look_like_the_number_of_a_question(tmp_path: Path) -> None:
    folder = tmp_path / "templates"
    shutil.copytree(SHIPPED_TEMPLATES, folder)
    shared = folder / "commands.yaml"
    shared.write_text(shared.read_text().replace("(?=[A-Z]*[0-9])[0-9A-Z]{4,32}", "[0-9]{3,32}"))
    with pytest.raises(TemplatesError) as raised:
        Grammar.load(folder, ["en"])
    assert "would take the number of a question before a charge (YES 7) for a gift" in str(raised.value)


@pytest.mark.parametrize("count", [1, 2, 3, 5])
def test_a_question_and_a_list_of_questions_fit_their_parts_whatever_the_names(count: int) -> None:
    results = [asked(f"60090200000{no}", LONG, 123456) for no in range(count)]
    text = consent_texts.question(results, 137, "en", WORDING)
    assert parts_needed(text) <= (1 if count == 1 else 3)
    for words in ("1234.56", "YES 137", "NO", "Nothing is charged yet"):
        assert words in text
    several = [
        Question(no, no, Way.REPLY, HERE, Action.ORDER, (result,), "", 0, 60) for no, result in enumerate(results, 1)
    ]
    listed = consent_texts.which(several, "en", WORDING)
    assert parts_needed(listed) <= 3
    assert all(f"YES {one.key}:" in listed for one in several)
