"""The yes before a charge, over a real journal and a core in memory: what is asked, what a YES does, what is free."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

import pytest

from core_client import NothingSentError
from tests.journal.kit.turned_clock import TurnedClock
from tests.workers.kit.counter import Counter, MortalCore
from tests.workers.kit.office import FRIEND, NUMBER, Office
from tests.workers.kit.small_core import FEE, PRICE, Lost
from workers.consent_outside import GatewayAnswer, GatewayAway
from workers.dialogue import Result, Rule, Way
from workers.journal import ClaimedRow, Desk

TONE, OTHER, THIRD = "600902000001", "600902000002", "600902000003"
ORDERED = ("orderTone", NUMBER, PRICE)
HOUR, DAY = 3600.0, 86400.0


@pytest.fixture
def counter(sqlite_url: str) -> Iterator[Counter]:
    counter = Counter(sqlite_url, Office(core=MortalCore(), way=Way.REPLY), TurnedClock())
    yield counter
    counter.close()


def states(counter: Counter) -> list[str]:
    return [row["state"] for row in counter.questions()]


def events(counter: Counter) -> list[str]:
    return [json.loads(row["content"])["event"] for row in counter.record()]


# The question


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (TONE, ["Song 1", "2.00 yuan", "30 days", "Reply YES to buy", "NO", "Nothing is charged yet"]),
        (f"GET {TONE} {OTHER}", ["Song 1", "Song 2", "4.00 yuan in all", "Reply YES", "Nothing is charged yet"]),
        (f"GIFT {TONE} {FRIEND}", ["Song 1", FRIEND, "2.00 yuan", "Reply YES to give", "Nothing is charged yet"]),
        ("ON", ["8.00 yuan a month", "Reply YES to open", "Nothing is charged yet"]),
    ],
    ids=["order", "several", "gift", "open"],
)
def test_whatever_costs_money_is_asked_about_with_its_price_and_not_called(
    counter: Counter, text: str, words: list[str]
) -> None:
    """Promise 3: nobody is charged without having said yes."""
    counter.core.open.discard(NUMBER)
    heard = counter.ask(NUMBER, text) if text != "ON" else asked_to_open(counter)
    assert [] == [word for word in words if word not in heard], heard
    assert ([], ["open"]) == (counter.core.ledger, states(counter))
    assert [("done", "asked")] == [(row["state"], row["outcome"]) for row in counter.messages()]


def asked_to_open(counter: Counter) -> str:
    counter.core.faults["query"] = ["301001"]  # no service yet; the fee is asked for next
    return counter.ask(NUMBER, "ON")


@pytest.mark.parametrize(
    ("text", "charged"),
    [
        (TONE, [ORDERED]),
        (f"GET {TONE} {OTHER}", [ORDERED, ORDERED]),
        (f"GIFT {TONE} {FRIEND}", [("presentTone", NUMBER, 0)]),
    ],
    ids=["order", "several", "gift"],
)
def test_yes_does_what_was_asked_under_its_own_transaction_and_leaves_a_record(
    counter: Counter, text: str, charged: list[tuple[str, str, int]]
) -> None:
    counter.ask(NUMBER, text)
    heard = counter.ask(NUMBER, "YES")
    assert (charged, ["granted"], ["granted"]) == (counter.core.ledger, states(counter), events(counter))
    yes = counter.messages()[-1]["transaction_id"]
    assert {f"{yes}{no:02d}" for no in range(1, len(charged) + 1)} == {
        transaction for name, transaction in counter.core.calls if name == charged[0][0]
    }
    assert "Song 1" in heard


def test_yes_opens_the_service_at_the_fee_that_was_told(counter: Counter) -> None:
    asked_to_open(counter)
    heard = counter.ask(NUMBER, "YES")
    assert [("subscribe", NUMBER, FEE)] == counter.core.ledger
    assert "is open, 8.00 yuan a month" in heard


@pytest.mark.parametrize("text", ["STOP", f"DEL {TONE}", "LIST", "HELP", "NO 482193"])
def test_stopping_and_whatever_costs_nothing_needs_no_yes(counter: Counter, text: str) -> None:
    counter.core.open.add(NUMBER)
    counter.core.owned[NUMBER].append(TONE)
    heard = counter.ask(NUMBER, text)
    assert "Reply YES" not in heard
    assert [] == counter.questions()
    assert ("unSubscribe", NUMBER, 0) in counter.core.ledger or text != "STOP"


def test_what_is_free_is_done_at_once_and_called_as_free(counter: Counter) -> None:
    counter.core.tones[TONE] = 0
    heard = counter.ask(NUMBER, TONE)
    assert ([("orderTone", NUMBER, 0)], []) == (counter.core.ledger, counter.questions())
    assert "is yours" in heard


def test_a_tone_that_is_not_there_is_refused_at_once_and_the_others_are_asked_about(counter: Counter) -> None:
    heard = counter.ask(NUMBER, f"GET {TONE} 600902999999")
    assert "600902999999" in heard
    assert "Song 1" in heard
    assert "Reply YES" in heard
    counter.ask(NUMBER, "YES")
    assert [ORDERED] == counter.core.ledger


def test_who_has_the_service_already_is_not_asked_to_pay_for_it(counter: Counter) -> None:
    assert "open already" in counter.ask(NUMBER, "ON")
    assert [] == counter.questions()


# The answer


@pytest.mark.parametrize("text", ["YES", "YES 1", "yes!"])
def test_a_second_yes_finds_nothing_open_and_charges_nothing(counter: Counter, text: str) -> None:
    """Promise 2: one yes, one order, however often it is said."""
    counter.ask(NUMBER, TONE)
    counter.text(NUMBER, text)
    counter.text(NUMBER, text)
    counter.work()
    assert ([ORDERED], ["granted"]) == (counter.core.ledger, events(counter))
    assert "Nothing waits for your YES" in counter.heard(NUMBER)[-1]
    assert 3 == len(counter.heard(NUMBER))


@pytest.mark.parametrize("text", ["YES please, later", "YES but not now", "YESTERDAY"])
def test_a_yes_among_other_words_is_no_yes(counter: Counter, text: str) -> None:
    counter.ask(NUMBER, TONE)
    assert counter.ask(NUMBER, text)
    assert ([], ["open"]) == (counter.core.ledger, states(counter))


@pytest.mark.parametrize("text", ["YES", "NO", "YES 7", "N"])
def test_a_yes_or_no_to_nothing_is_told_so(counter: Counter, text: str) -> None:
    heard = counter.ask(NUMBER, text)
    assert "Nothing waits for your YES or NO" in heard
    assert "nothing was charged" in heard
    assert ([], []) == (counter.core.ledger, counter.record())


def test_a_yes_sent_before_the_price_was_told_is_no_yes_to_it(counter: Counter) -> None:
    """Promise 3: to that tone at that price, which nobody had been told."""
    counter.text(NUMBER, TONE)
    counter.text(NUMBER, "YES")
    counter.clock.turn(1)
    counter.work()
    assert ([], ["open"]) == (counter.core.ledger, states(counter))
    assert "Nothing waits for your YES" in counter.heard(NUMBER)[-1]


def test_a_yes_to_a_price_whose_text_has_not_left_is_no_yes_to_it(counter: Counter) -> None:
    """Promise 3: the price changed, the SMSC took no texts, and he was still saying yes to the old one."""
    counter.ask(NUMBER, TONE)
    counter.clock.turn(1)
    counter.core.tones[TONE] = 900
    counter.ask(NUMBER, "YES")
    counter.sends = False
    counter.clock.turn(1)
    for yes in ("YES", "YES 2"):
        told = counter.ask(NUMBER, yes)
        assert [] == [words for words in ("Which one?", "YES 2", "9.00 yuan") if words not in told]
        assert ([], ["granted", "open"]) == (counter.core.ledger, states(counter))
        counter.clock.turn(1)
    counter.sends = True
    counter.ask(NUMBER, "YES 2")
    assert [("orderTone", NUMBER, 900)] == counter.core.ledger


def test_of_two_open_questions_a_bare_yes_gets_the_list_and_its_number_picks(counter: Counter) -> None:
    counter.ask(NUMBER, TONE)
    assert "Reply YES 2 to give" in counter.ask(NUMBER, f"GIFT {OTHER} {FRIEND}")
    heard = counter.ask(NUMBER, "YES")
    for words in ("YES 1: the order of", "Song 1", "YES 2: the gift of", "Song 2", "2.00 yuan"):
        assert words in heard
    assert ([], ["open", "open"]) == (counter.core.ledger, states(counter))
    assert "Which one?" in counter.ask(NUMBER, "YES 9")
    counter.ask(NUMBER, "YES 2")
    assert [("presentTone", NUMBER, 0)] == counter.core.ledger
    counter.ask(NUMBER, "YES")
    assert [("presentTone", NUMBER, 0), ORDERED] == counter.core.ledger


def test_a_number_is_not_used_again_at_once_so_that_a_late_yes_can_not_mean_a_newer_question(counter: Counter) -> None:
    counter.ask(NUMBER, TONE)
    counter.ask(NUMBER, "NO")
    counter.ask(NUMBER, OTHER)
    counter.ask(NUMBER, "YES 1")
    assert ([], ["refused", "open"]) == (counter.core.ledger, states(counter))


def test_where_a_number_is_asked_for_a_bare_yes_does_not_count(sqlite_url: str) -> None:
    counter = Counter(sqlite_url, Office(core=MortalCore(), way=Way.NUMBERED), TurnedClock())
    assert "Reply YES 1 to buy" in counter.ask(NUMBER, TONE)
    assert "YES 1: the order of" in counter.ask(NUMBER, "YES")
    assert [] == counter.core.ledger
    counter.ask(NUMBER, "YES 1")
    assert [ORDERED] == counter.core.ledger
    counter.close()


def test_another_short_code_s_yes_is_no_answer(counter: Counter) -> None:
    counter.ask(NUMBER, TONE)
    counter.text(NUMBER, "YES", short_code="5000")
    counter.work()
    assert ([], ["open"]) == (counter.core.ledger, states(counter))


def test_another_number_s_yes_is_no_answer(counter: Counter) -> None:
    counter.ask(NUMBER, TONE)
    counter.ask(FRIEND, "YES")
    assert ([], ["open"]) == (counter.core.ledger, states(counter))


def test_the_recipient_s_key_of_a_gift_goes_on_working_beside_questions(counter: Counter) -> None:
    counter.ask(NUMBER, f"GIFT {TONE} {FRIEND}")
    counter.ask(NUMBER, "YES")
    counter.ask(FRIEND, OTHER)
    assert "is yours, a gift" in counter.ask(FRIEND, "YES 123456")
    assert ["granted", "open"] == states(counter)


def test_asking_for_the_same_again_takes_the_place_of_the_first_question(counter: Counter) -> None:
    counter.ask(NUMBER, TONE)
    assert "Reply YES to buy" in counter.ask(NUMBER, TONE)
    counter.ask(NUMBER, "YES")
    assert ([ORDERED], ["replaced", "granted"]) == (counter.core.ledger, states(counter))


def test_a_sixth_question_takes_the_place_of_the_oldest(counter: Counter) -> None:
    for no in range(1, 7):
        counter.ask(NUMBER, f"60090200000{no}")
    assert ["replaced", *["open"] * 5] == states(counter)
    heard = counter.ask(NUMBER, "YES")
    assert [f"YES {no}:" for no in range(2, 7)] == [f"YES {no}:" for no in range(1, 10) if f"YES {no}:" in heard]


@pytest.mark.parametrize("text", ["NO", "no thanks", "NO 1"])
def test_no_costs_nothing_and_is_confirmed_and_in_the_record(counter: Counter, text: str) -> None:
    counter.ask(NUMBER, TONE)
    heard = counter.ask(NUMBER, text)
    assert ([], ["refused"], ["refused"]) == (counter.core.ledger, states(counter), events(counter))
    assert "Nothing was charged" in heard
    assert "Nothing waits" in counter.ask(NUMBER, "YES")


def test_a_stop_takes_all_questions_back(counter: Counter) -> None:
    """Promise 3: a YES that comes after a STOP charges nothing."""
    counter.core.open.add(NUMBER)
    counter.ask(NUMBER, TONE)
    counter.ask(NUMBER, "STOP")
    assert ["withdrawn"] == states(counter)
    assert "Nothing waits" in counter.ask(NUMBER, "YES")
    assert [("unSubscribe", NUMBER, 0)] == counter.core.ledger


def test_a_stop_right_behind_a_yes_is_in_time_while_the_core_has_not_been_called(counter: Counter) -> None:
    counter.core.open.add(NUMBER)
    counter.ask(NUMBER, TONE)
    counter.text(NUMBER, "YES")
    counter.text(NUMBER, "STOP")
    counter.work()
    assert [("unSubscribe", NUMBER, 0)] == counter.core.ledger
    assert "STOP cancelled" in counter.heard(NUMBER)[-2]


# The price


def test_a_price_that_changed_before_the_yes_is_told_and_asked_again_and_nothing_is_charged(counter: Counter) -> None:
    """Promise 3: yes was said to another price."""
    counter.ask(NUMBER, TONE)
    counter.core.tones[TONE] = 900
    heard = counter.ask(NUMBER, "YES")
    for words in ("price has just changed", "nothing was charged", "9.00 yuan", "Reply YES to buy"):
        assert words in heard
    assert ([], ["granted", "open"]) == (counter.core.ledger, states(counter))
    counter.ask(NUMBER, "YES")
    assert [("orderTone", NUMBER, 900)] == counter.core.ledger
    assert [200, 900] == [json.loads(row["content"])["asked"][0]["price"] for row in counter.record()]


def test_a_price_that_the_core_alone_knows_to_have_changed_is_not_paid(counter: Counter) -> None:
    counter.ask(NUMBER, TONE)
    counter.core.faults["orderTone"] = ["310002"]
    assert "Reply YES to buy" in counter.ask(NUMBER, "YES")
    assert [] == counter.core.ledger


def test_of_several_tones_those_whose_price_held_are_done_and_the_rest_asked_again(counter: Counter) -> None:
    counter.ask(NUMBER, f"GET {TONE} {OTHER}")
    counter.core.tones[OTHER] = 900
    heard = counter.ask(NUMBER, "YES")
    for words in ("Song 1", "is yours", "price has just changed", "Song 2", "9.00 yuan", "Reply YES"):
        assert words in heard
    counter.ask(NUMBER, "YES")
    assert [ORDERED, ("orderTone", NUMBER, 900)] == counter.core.ledger


# Time


@pytest.mark.parametrize(
    ("after_s", "charged"), [(HOUR, [ORDERED]), (HOUR + 0.1, [])], ids=["in time", "a tenth of a second late"]
)
@pytest.mark.parametrize("swept", [False, True])
def test_what_counts_is_when_the_yes_arrived(
    counter: Counter, after_s: float, charged: list[tuple[str, str, int]], swept: bool
) -> None:
    """Promise 3: silence is no; and a YES in time is good, however late somebody gets to it."""
    counter.ask(NUMBER, TONE)
    counter.clock.turn(after_s)
    counter.text(NUMBER, "YES")
    counter.clock.turn(HOUR)
    if swept:
        counter.sweep()
    counter.work()
    assert charged == counter.core.ledger
    assert bool(charged) != ("Nothing waits" in counter.heard(NUMBER)[-1])


@pytest.mark.parametrize("told", [False, True])
def test_silence_ends_a_question_and_is_told_where_it_is_set_so(sqlite_url: str, told: bool) -> None:
    office = Office(core=MortalCore(), way=Way.REPLY, tells_silence=told)
    counter = Counter(sqlite_url, office, TurnedClock())
    counter.ask(NUMBER, TONE)
    counter.clock.turn(HOUR + 60)
    counter.sweep()
    counter.sweep()
    assert (["expired"], [], []) == (states(counter), counter.core.ledger, counter.record())
    assert told == ("no YES from you" in counter.heard(NUMBER)[-1])
    assert (2 if told else 1) == len(counter.heard(NUMBER))
    counter.close()


def test_a_yes_stays_good_for_a_day_of_a_core_that_is_away(counter: Counter) -> None:
    counter.ask(NUMBER, TONE)
    counter.core.faults["queryTone"] = [NothingSentError("refused")] * 1500
    counter.text(NUMBER, "YES")
    counter.work()
    turn_to(counter, DAY - 60)
    counter.core.faults["queryTone"].clear()
    counter.settle()
    assert [ORDERED] == counter.core.ledger


def test_a_yes_that_grew_too_old_is_asked_again_under_a_new_transaction(counter: Counter) -> None:
    counter.ask(NUMBER, TONE)
    counter.core.faults["queryTone"] = [NothingSentError("refused")] * 1500
    counter.text(NUMBER, "YES")
    counter.work()
    turn_to(counter, DAY + 60)
    counter.core.faults["queryTone"].clear()
    counter.core.tones[TONE] = 900
    counter.settle()
    assert [] == counter.core.ledger
    for words in ("could not do it in time", "9.00 yuan", "Reply YES to buy"):
        assert words in counter.heard(NUMBER)[-1]
    counter.ask(NUMBER, "YES")
    assert [("orderTone", NUMBER, 900)] == counter.core.ledger
    assert [f"{counter.messages()[-1]['transaction_id']}01"] == counter.core.transactions("orderTone")


@pytest.mark.parametrize("answer", ["YES", "NO"])
def test_a_question_that_is_answered_is_not_sent_again_by_a_replay(counter: Counter, answer: str) -> None:
    """Promise 4: its "Reply YES" would get nothing, or, promise 3, be the yes to another question."""
    counter.ask(NUMBER, TONE)
    counter.ask(NUMBER, answer)
    heard = counter.heard(NUMBER)
    (plan,) = Desk(counter.database).replay([1], author="asha", reason="a try")
    assert ("nothing", "its question is answered or replaced: replay the message that did so") == (plan.deed, plan.why)
    counter.settle()
    assert heard == counter.heard(NUMBER)


def turn_to(counter: Counter, age_s: float) -> None:
    """Let the time pass that the newest message's age asks for, without working."""
    counter.clock.now_s = counter.messages()[-1]["received_at"] + age_s


@pytest.mark.parametrize("done", [True, False])
def test_a_yes_in_doubt_that_grew_old_is_asked_again_only_if_it_never_took_effect(counter: Counter, done: bool) -> None:
    """Promise 2: a replay after that asks the core first, and never orders what is there."""
    counter.ask(NUMBER, TONE)
    counter.core.faults["orderTone"] = [Lost(done)]
    yes = counter.text(NUMBER, "YES")
    counter.work()
    turn_to(counter, DAY + 60)
    counter.replay(yes)
    counter.settle()
    assert [ORDERED] * done == counter.core.ledger
    assert ("is yours" if done else "Reply YES to buy") in counter.heard(NUMBER)[-1]
    counter.ask(NUMBER, "YES")
    assert [ORDERED] == counter.core.ledger
    assert 1 + (not done) == len(set(counter.core.transactions("orderTone")))


# Death


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("forgets", [False, True])
def test_a_worker_that_dies_with_a_yes_in_hand_neither_loses_nor_doubles_it(
    counter: Counter, when: str, forgets: bool
) -> None:
    """Promises 2 and 3: the record stands before the charge, and one yes is one order."""
    assert isinstance(counter.core, MortalCore)
    counter.core.forgets = forgets
    counter.ask(NUMBER, TONE)
    counter.core.dies = when
    counter.text(NUMBER, "YES")
    counter.work()
    assert ["granted"] == events(counter)
    counter.settle()
    assert ([ORDERED], ["granted"]) == (counter.core.ledger, events(counter))
    assert "is yours" in counter.heard(NUMBER)[-1]
    assert 2 == len(counter.heard(NUMBER))


# Rules and the gateway


def test_a_rule_for_a_brand_asks_the_core_which_brand_it_is(sqlite_url: str) -> None:
    office = Office(core=MortalCore(), way=Way.REPLY, rules=(Rule(Way.NONE, "order", brand="none of these"),))
    counter = Counter(sqlite_url, office, TurnedClock())
    assert "Reply YES" in counter.ask(NUMBER, TONE)
    assert "query" in {name for name, _ in counter.core.calls}
    counter.close()


class Gate:
    """A gateway that answers as told, one answer after the other."""

    def __init__(self, *answers: GatewayAnswer | Exception) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[str, list[int | None]]] = []

    async def ask(self, row: ClaimedRow, asked: Sequence[Result]) -> GatewayAnswer:
        self.asked.append((row.transaction_id, [one.tone.price if one.tone else None for one in asked]))
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


GRANTED, REFUSED, PENDING = GatewayAnswer("granted", "ref-1"), GatewayAnswer("refused"), GatewayAnswer("pending")


def outside(url: str, *answers: GatewayAnswer | Exception) -> tuple[Counter, Gate]:
    gate = Gate(*answers)
    return Counter(url, Office(core=MortalCore(), way=Way.EXTERNAL, gateway=gate), TurnedClock()), gate


def test_what_the_gateway_grants_is_done_and_in_the_record(sqlite_url: str) -> None:
    counter, gate = outside(sqlite_url, GRANTED)
    assert "is yours" in counter.ask(NUMBER, TONE)
    assert ([ORDERED], ["granted"]) == (counter.core.ledger, events(counter))
    assert "ref-1" == json.loads(counter.record()[0]["content"])["reference"]
    assert [(counter.messages()[0]["transaction_id"], [PRICE])] == gate.asked
    counter.close()


def test_what_the_gateway_refuses_costs_nothing_and_is_told(sqlite_url: str) -> None:
    counter, _ = outside(sqlite_url, REFUSED)
    heard = counter.ask(NUMBER, TONE)
    assert ([], ["refused"]) == (counter.core.ledger, events(counter))
    assert "no yes from you" in heard
    assert "Nothing was charged" in heard
    counter.close()


def test_a_gateway_that_is_away_costs_nothing_and_its_subscriber_tries_later(sqlite_url: str) -> None:
    counter, _ = outside(sqlite_url, GatewayAway("TimeoutError"))
    heard = counter.ask(NUMBER, TONE)
    assert ([], []) == (counter.core.ledger, counter.record())
    for words in ("Nothing was charged", "try again later"):
        assert words in heard
    counter.close()


DAY = 86_400.0


@pytest.mark.parametrize(
    ("answers", "ledger", "words"),
    [
        ((GRANTED,), [ORDERED], "is yours"),
        ((PENDING, PENDING, GRANTED), [ORDERED], "is yours"),
        ((REFUSED,), [], "no yes from you"),
        ((GatewayAway("TimeoutError"),), [], "Nothing was charged"),
    ],
    ids=["granted again", "after a while", "refused now", "away"],
)
@pytest.mark.parametrize("fault", [NothingSentError("refused"), Lost(done=False)], ids=["never sent", "lost, not done"])
def test_a_grant_that_grew_old_is_asked_for_again_under_an_id_that_was_never_used(
    sqlite_url: str,
    answers: tuple[GatewayAnswer | Exception, ...],
    ledger: list[tuple[str, str, int]],
    words: str,
    fault: NothingSentError | Lost,
) -> None:
    """Promises 2 and 3: what is known not to have been done, and under a yes that is not a day old."""
    counter, gate = outside(sqlite_url, GRANTED, *answers)
    counter.core.faults["orderTone"] = [fault]
    counter.text(NUMBER, TONE)
    counter.step()
    counter.step()
    assert [] == counter.core.ledger
    counter.clock.turn(DAY + 1)
    counter.settle()
    assert ledger == counter.core.ledger
    assert words in counter.heard(NUMBER)[-1]
    message = counter.messages()[0]["transaction_id"]
    assert [message, *[f"{message}-1"] * len(answers)] == [asked for asked, _ in gate.asked]
    called = counter.core.transactions("orderTone")
    assert [f"{message}01", f"{message}11"][: len(called)] == called
    assert bool(ledger) == (f"{message}11" in called)
    counter.close()


def test_a_grant_that_grew_old_is_not_asked_for_again_where_the_order_was_done(sqlite_url: str) -> None:
    """Promise 2."""
    counter, gate = outside(sqlite_url, GRANTED)
    counter.core.faults["orderTone"] = [Lost()]
    counter.text(NUMBER, TONE)
    counter.step()
    counter.step()
    counter.clock.turn(DAY + 1)
    counter.settle()
    assert ([ORDERED], 1) == (counter.core.ledger, len(gate.asked))
    assert "is yours" in counter.heard(NUMBER)[-1]
    counter.close()


def test_a_pending_answer_is_asked_for_again_and_holds_up_no_stop(sqlite_url: str) -> None:
    counter, gate = outside(sqlite_url, PENDING, PENDING, GRANTED)
    counter.core.open.add(NUMBER)
    counter.text(NUMBER, TONE)
    counter.work()
    assert "closed" in counter.ask(NUMBER, "STOP")
    counter.settle()
    assert [("unSubscribe", NUMBER, 0)] == counter.core.ledger
    assert "STOP cancelled" in counter.heard(NUMBER)[-1]
    assert 1 == len(gate.asked)
    counter.close()


def test_a_pending_answer_that_comes_in_time_is_acted_upon(sqlite_url: str) -> None:
    counter, gate = outside(sqlite_url, PENDING, PENDING, GRANTED)
    counter.text(NUMBER, TONE)
    counter.settle()
    assert ([ORDERED], 3) == (counter.core.ledger, len(gate.asked))
    assert 1 == len({transaction for transaction, _ in gate.asked})
    counter.close()


def test_an_answer_that_stays_pending_is_no_in_the_end(sqlite_url: str) -> None:
    counter, _ = outside(sqlite_url, *[PENDING] * 100)
    counter.text(NUMBER, TONE)
    counter.settle()
    assert ([], ["refused"]) == (counter.core.ledger, events(counter))
    assert ["longer than usual" in counter.heard(NUMBER)[0], "no yes from you" in counter.heard(NUMBER)[1]] == [
        True
    ] * 2
    counter.close()


# What was nearly a command


def test_a_yes_to_did_you_mean_does_it_and_is_no_yes_to_a_price(counter: Counter) -> None:
    """Promise 3: the price is asked about all the same, and that yes alone is in the record."""
    assert "Did you mean GET 600902000001? If so, reply YES" in counter.ask(NUMBER, f"GTE {TONE}")
    assert "Reply YES to buy" in counter.ask(NUMBER, "YES")
    assert ([], []) == (counter.core.ledger, counter.record())
    assert "is yours" in counter.ask(NUMBER, "YES")
    assert ([ORDERED], ["granted"]) == (counter.core.ledger, events(counter))


def test_a_yes_to_did_you_mean_stops_at_once(counter: Counter) -> None:
    counter.core.open.add(NUMBER)
    assert "Did you mean STOP?" in counter.ask(NUMBER, "STPO")
    assert "is closed" in counter.ask(NUMBER, "YES")
    assert [("unSubscribe", NUMBER, 0)] == counter.core.ledger


@pytest.mark.parametrize("after_s", [0.0, HOUR + 1])
def test_a_no_or_silence_to_did_you_mean_does_nothing(counter: Counter, after_s: float) -> None:
    counter.ask(NUMBER, f"GTE {TONE}")
    counter.clock.turn(after_s)
    counter.ask(NUMBER, "YES" if after_s else "NO")
    assert ([], []) == (counter.core.ledger, counter.record())
    assert "Nothing waits" in counter.ask(NUMBER, "YES")


def test_a_slip_beside_an_open_price_makes_a_bare_yes_ask_which(counter: Counter) -> None:
    """Promise 3: a YES that may have meant the slip buys nothing."""
    counter.ask(NUMBER, OTHER)
    counter.ask(NUMBER, f"GTE {TONE}")
    heard = counter.ask(NUMBER, "YES")
    assert "YES 1: the order of" in heard
    assert f"YES 2: the order of tone {TONE}" in heard
    assert [] == counter.core.ledger


def test_a_slip_in_the_yes_itself_opens_nothing(counter: Counter) -> None:
    counter.ask(NUMBER, TONE)
    assert "Did you mean YES" in counter.ask(NUMBER, "YESS 1")
    assert ["open"] == states(counter)
    counter.ask(NUMBER, "YES")
    assert [ORDERED] == counter.core.ledger
