"""Who has no service and asks for a tone, over a real journal: he is offered to open it before any price is agreed to.

Promise 3: the yes is to the fee that was told, and the tone has a question of its own.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from core_client import NothingSentError
from tests.journal.kit.messages import message
from tests.journal.kit.turned_clock import TurnedClock
from tests.workers.kit.closed_core import ClosedCore
from tests.workers.kit.counter import Counter
from tests.workers.kit.office import FRIEND, NUMBER, Office
from tests.workers.kit.small_core import FEE, PRICE
from workers.answering import Interpreter
from workers.counting import count
from workers.dialogue import SHIPPED_TEMPLATES, Action, Command, Languages, Rule, Way, Words, queue_of, stops
from workers.dials import DialOrder
from workers.dials.orders import CHANNEL, new_dial_id, transaction_of
from workers.journal import Desk, Queue, Ticket
from workers.journal.statistics.values import EndedMessage

TONE, OTHER, MISSING = "600902000001", "600902000002", "600902999999"
OPENED, ORDERED = ("subscribe", NUMBER, FEE), ("orderTone", NUMBER, PRICE)
HOUR = 3600.0
SPOKEN = ("en", "zh", "fr", "ar", "sw")


@pytest.fixture
def counter(sqlite_url: str) -> Iterator[Counter]:
    counter = Counter(sqlite_url, Office(core=ClosedCore(), way=Way.REPLY), TurnedClock())
    yield counter
    counter.close()


def again(counter: Counter, way: Way = Way.REPLY, rules: tuple[Rule, ...] = (), **more: bool) -> None:
    """The same worker with other settings."""
    counter.office = Office(core=counter.core, way=way, rules=rules, **more)  # type: ignore[arg-type]


def questions(counter: Counter) -> list[tuple[str, str]]:
    return [(row["action"], row["state"]) for row in counter.questions()]


@pytest.mark.parametrize(
    "text", [TONE, f"GET {TONE} {OTHER}", f"COPY {FRIEND}"], ids=["order", "several", "copy"]
)  # fmt: skip
def test_he_is_told_the_fee_and_asked_whether_to_open_the_service_and_no_tones_price(
    counter: Counter, text: str
) -> None:
    """Promises 3 and 4."""
    heard = counter.ask(NUMBER, text)
    for words in ("service is not open", "8.00 yuan a month", "Reply YES to open it", "Nothing is charged yet"):
        assert words in heard
    assert ("2.00" in heard, "did not work" in heard) == (False, False), heard
    assert ([], [("open", "open")]) == (counter.core.ledger, questions(counter))
    assert [("done", "asked")] == [(row["state"], row["outcome"]) for row in counter.messages()]


def test_his_yes_opens_it_at_that_fee_and_the_tone_is_asked_about_by_itself(counter: Counter) -> None:
    """Promise 3."""
    counter.ask(NUMBER, TONE)
    assert "is open, 8.00 yuan a month" in counter.ask(NUMBER, "YES")
    assert [OPENED] == counter.core.ledger
    assert "Reply YES to buy it" in counter.ask(NUMBER, TONE)
    assert [OPENED] == counter.core.ledger
    assert "is yours" in counter.ask(NUMBER, "YES")
    assert [OPENED, ORDERED] == counter.core.ledger
    assert [("open", FEE), ("order", PRICE)] == [
        (entry["action"], entry["asked"][0].get("price", entry["asked"][0].get("monthly_fee")))
        for entry in (json.loads(row["content"]) for row in counter.record())
    ]


def test_a_yes_to_another_fee_than_that_of_now_opens_nothing(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    """Promise 3."""
    counter.ask(NUMBER, TONE)
    monkeypatch.setattr("tests.workers.kit.closed_core.FEE", 900)
    assert "9.00 yuan a month" in counter.ask(NUMBER, "YES")
    assert [] == counter.core.ledger


@pytest.mark.parametrize(("text", "said"), [("NO", "we leave it: opening"), ("STOP", "is not open")])
def test_a_no_and_a_stop_cost_nothing(counter: Counter, text: str, said: str) -> None:
    counter.ask(NUMBER, TONE)
    assert said in counter.ask(NUMBER, text)
    assert ([], False) == (counter.core.ledger, ("open", "open") in questions(counter))


def test_what_is_wrong_besides_is_told_with_it(counter: Counter) -> None:
    heard = counter.ask(NUMBER, f"GET {MISSING} {TONE}")
    assert (True, True) == (MISSING in heard, "Reply YES to open it" in heard), heard


def test_a_tone_that_is_not_there_is_no_reason_to_open_anything(counter: Counter) -> None:
    assert "no tone with" in counter.ask(NUMBER, MISSING)
    assert [] == counter.questions()


def test_a_core_that_opens_it_with_the_order_is_asked_for_the_tone_at_once(counter: Counter) -> None:
    counter.core.opens_by_order = True  # type: ignore[attr-defined]
    again(counter, order_opens_service=True)
    assert "Reply YES to buy it" in counter.ask(NUMBER, TONE)
    assert "is yours" in counter.ask(NUMBER, "YES")
    assert ([ORDERED], [("order", "granted")]) == (counter.core.ledger, questions(counter))


def test_where_the_core_has_no_answer_the_tone_is_asked_about_and_the_order_says_why_not(counter: Counter) -> None:
    counter.core.faults["queryInboxTone"] = ["100010"]
    assert "Reply YES to buy it" in counter.ask(NUMBER, TONE)
    heard = counter.ask(NUMBER, "YES")
    assert (True, True) == ("is not open" in heard, "Nothing was charged" in heard), heard
    assert [] == counter.core.ledger


@pytest.mark.parametrize(
    ("way", "rule", "words"),
    [
        (Way.REPLY, Rule(Way.NONE, "open"), "Reply YES to open it"),
        (Way.REPLY, Rule(Way.NUMBERED, "open"), "Reply YES 1 to open it"),
        (Way.NUMBERED, Rule(Way.REPLY, "order"), "Reply YES 1 to open it"),
        (Way.EXTERNAL, Rule(Way.REPLY, "open"), "Reply YES to open it"),
        (Way.REPLY, Rule(Way.EXTERNAL, "open"), "Send ON to open it"),
    ],
    ids=["opening needs no yes", "numbered", "all numbered", "the order's gateway", "the opening's gateway"],
)
def test_he_is_asked_as_is_set_for_opening(counter: Counter, way: Way, rule: Rule, words: str) -> None:
    """Promise 3: always, since it is not what he asked for; the operator's gateway is not asked about it either."""
    again(counter, way, (rule,))
    heard = counter.ask(NUMBER, TONE)
    assert (True, [], "2.00" in heard) == (words in heard, counter.core.ledger, False), heard


def test_an_order_that_needs_no_yes_goes_to_the_core_as_ever(counter: Counter) -> None:
    again(counter, Way.NONE)
    assert "Send ON to open it" in counter.ask(NUMBER, TONE)
    assert [("refused", "no_service")] == [(row["state"], row["outcome"]) for row in counter.messages()]
    assert "queryInboxTone" not in [name for name, _ in counter.core.calls]


def test_who_has_the_service_costs_the_core_no_call_more(counter: Counter) -> None:
    counter.core.open.add(NUMBER)
    counter.ask(NUMBER, TONE)
    assert ["queryInboxTone", "queryTone"] == sorted(name for name, _ in counter.core.calls)


def test_a_core_that_goes_away_before_the_fee_is_known_is_asked_again(counter: Counter) -> None:
    """Promise 4."""
    counter.core.faults["query"] = [NothingSentError("refused")]
    counter.text(NUMBER, TONE)
    counter.settle()
    assert "Reply YES to open it" in counter.heard(NUMBER)[-1]
    assert [("open", "open")] == questions(counter)


def test_a_question_that_ran_out_is_asked_again_by_a_replay(counter: Counter) -> None:
    counter.ask(NUMBER, TONE)
    counter.clock.turn(HOUR + 60)
    counter.sweep()
    assert [("open", "expired")] == questions(counter)
    Desk(counter.database).replay([1], author="asha", reason="a try")
    counter.work()
    assert [("open", "expired"), ("open", "open")] == questions(counter)
    assert 2 == "".join(counter.heard(NUMBER)).count("Reply YES to open it")


def test_a_screen_that_could_show_no_price_leads_to_the_same_question(counter: Counter) -> None:
    """A core that was too slow for the price's screen: a text asks, and it asks about the service."""
    order = DialOrder(Command(Action.ORDER, tone_codes=(TONE,)), "en", None, counter.clock(), "*123#", "order_price")
    ticket = Ticket(
        message(
            order.written(), NUMBER, transaction_id=transaction_of(new_dial_id(counter.clock()), 3), channel=CHANNEL,
            once=True, queue=Queue(queue_of(order.command)), stops=stops(order.command),
        )
    )  # fmt: skip
    counter.database.write(lambda connection: counter._intake.accept(connection, [ticket], counter.clock()))
    counter._intake.committed()
    ticket.settled = True
    counter.work()
    assert "Reply YES to open it" in counter.heard(NUMBER)[-1]
    assert ([], [("open", "open")]) == (counter.core.ledger, questions(counter))


def test_statistics_have_the_order_that_found_no_service_and_the_price_of_opening_that_was_told(
    counter: Counter,
) -> None:
    counter.ask(NUMBER, TONE)
    (row,) = counter.messages()
    names = ("id", "channel", "number", "text", "language", "brand", "state", "outcome", "results")
    ended = EndedMessage(**{name: row[name] for name in names}, received_at=0.0, claimed_at=0.0)
    assert [("order", "no_service", 1, 1), ("open", "asked", 0, 1)] == [
        (cell.action, cell.outcome, cell.messages, cell.results) for cell in count(ended).cells
    ]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("not open", "8.00 yuan", "YES", "NO")),
        ("zh", ("尚未开通", "8.00", "“是", "否")),
        ("fr", ("n'est pas ouvert", "8,00", "OUI", "NON")),
        ("ar", ("غير مفعلة", "8.00", "نعم", "لا")),
        ("sw", ("haijafunguliwa", "8.00", "NDIYO", "HAPANA")),
    ],
)
def test_he_is_asked_in_his_language(counter: Counter, language: str, words: tuple[str, ...]) -> None:
    """Promise 4."""
    spoken = Words.load(SHIPPED_TEMPLATES, SPOKEN, "en")
    interpreter = Interpreter(lambda: spoken, Languages(SPOKEN, language))
    counter.office = Office(core=counter.core, way=Way.REPLY, interpreter=interpreter)
    heard = counter.ask(NUMBER, TONE)
    assert [] == [word for word in words if word not in heard], heard
