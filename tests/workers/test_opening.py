"""Who has no service and would buy or give, over a real journal: he may open it before any price is agreed to.

Promise 3: the yes is to the fee that was told, and what he asked for has a question of its own.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator

import pytest

from core_client import NothingSentError
from tests.journal.kit.messages import message
from tests.journal.kit.turned_clock import TurnedClock
from tests.workers.kit.closed_core import BUNDLE, BUNDLE_PRICE, ClosedCore
from tests.workers.kit.counter import Counter
from tests.workers.kit.gift_core import FileDesk
from tests.workers.kit.office import FRIEND, NUMBER, Office, row_of
from tests.workers.kit.small_core import FEE, PRICE
from workers.answering import Interpreter
from workers.brands import Branded
from workers.counting import count
from workers.dialogue import SHIPPED_TEMPLATES, Action, Command, Languages, Rule, Way, Words, queue_of, stops
from workers.dials import DialOrder
from workers.dials.orders import CHANNEL, new_dial_id, transaction_of
from workers.journal import Desk, Queue, Ticket
from workers.journal.statistics.values import EndedMessage

TONE, OTHER, MISSING = "600902000001", "600902000002", "600902999999"
STRANGER = "8613900138004"
PACK, GIFT = "PACK 101", f"GIFT {TONE} {FRIEND}"
OPENED, ORDERED = ("subscribe", NUMBER, FEE), ("orderTone", NUMBER, PRICE)
BUNDLED, GIVEN = ("orderTone", NUMBER, BUNDLE_PRICE), ("presentTone", NUMBER, 0)
HOUR = 3600.0
SPOKEN = ("en", "zh", "fr", "ar", "sw")


@pytest.fixture
def counter(sqlite_url: str) -> Iterator[Counter]:
    """Only the friend has the service."""
    core = ClosedCore()
    core.open.add(FRIEND)
    counter = Counter(sqlite_url, Office(core=core, way=Way.REPLY), TurnedClock())
    again(counter)
    yield counter
    counter.close()


def again(counter: Counter, way: Way = Way.REPLY, rules: tuple[Rule, ...] = (), **more: object) -> None:
    """The same worker with other settings."""
    desk = FileDesk(counter.database)
    counter.office = Office(core=counter.core, way=way, rules=rules, gift_desk=desk, **more)  # type: ignore[arg-type]


def core_of(counter: Counter) -> ClosedCore:
    assert isinstance(counter.core, ClosedCore)
    return counter.core


def questions(counter: Counter) -> list[tuple[str, str]]:
    return [(row["action"], row["state"]) for row in counter.questions()]


@pytest.mark.parametrize(
    "text", [TONE, f"GET {TONE} {OTHER}", f"COPY {FRIEND}", PACK, GIFT],
    ids=["order", "several", "copy", "bundle", "gift"],
)  # fmt: skip
def test_he_is_told_the_fee_and_asked_whether_to_open_the_service_and_no_other_price(
    counter: Counter, text: str
) -> None:
    """Promises 3 and 4."""
    heard = counter.ask(NUMBER, text)
    for words in ("service is not open", "8.00 yuan a month", "Reply YES to open it", "Nothing is charged yet"):
        assert words in heard
    assert [] == [words for words in ("2.00", "4.00", "did not work", "not possible") if words in heard], heard
    assert ([], [("open", "open")]) == (counter.core.ledger, questions(counter))
    assert [("done", "asked")] == [(row["state"], row["outcome"]) for row in counter.messages()]


@pytest.mark.parametrize(
    ("text", "action", "price", "question", "told", "done"),
    [
        (TONE, "order", PRICE, "Reply YES to buy it", "is yours", ORDERED),
        (PACK, "pack", BUNDLE_PRICE, "4.00 yuan for 30 days", "are yours", BUNDLED),
        (GIFT, "gift", PRICE, "Reply YES to give it", "We offered", GIVEN),
    ],
    ids=["order", "bundle", "gift"],
)
def test_his_yes_opens_it_at_that_fee_and_what_he_wanted_is_asked_about_by_itself(
    counter: Counter, text: str, action: str, price: int, question: str, told: str, done: tuple[str, str, int]
) -> None:
    """Promises 2 and 3."""
    counter.ask(NUMBER, text)
    assert "is open, 8.00 yuan a month" in counter.ask(NUMBER, "YES")
    assert [OPENED] == counter.core.ledger
    assert "Nothing waits for your YES" in counter.ask(NUMBER, "YES")
    assert question in counter.ask(NUMBER, text)
    assert [OPENED] == counter.core.ledger
    assert told in counter.ask(NUMBER, "YES")
    assert [OPENED, done] == counter.core.ledger
    assert [("open", FEE), (action, price)] == [
        (entry["action"], entry["asked"][0].get("price", entry["asked"][0].get("monthly_fee")))
        for entry in (json.loads(row["content"]) for row in counter.record())
    ]


@pytest.mark.parametrize("text", [TONE, PACK, GIFT])
def test_a_yes_to_another_fee_than_that_of_now_opens_nothing(counter: Counter, text: str) -> None:
    """Promise 3."""
    counter.ask(NUMBER, text)
    core_of(counter).fee = 900
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


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (MISSING, "no tone with"),
        ("PACK 999", "no bundle with"),
        (f"GIFT {MISSING} {FRIEND}", "no tone with"),
        (f"GIFT {TONE} {NUMBER}", "to yourself"),
        (f"GIFT {TONE} {STRANGER}", "has no ringback tone service"),
    ],
    ids=["tone", "bundle", "gift", "to oneself", "to whom none can be given"],
)
def test_what_can_not_be_had_anyway_is_no_reason_to_open_anything(counter: Counter, text: str, words: str) -> None:
    again(counter, gift_opens_service=False)
    assert words in counter.ask(NUMBER, text)
    assert [] == counter.questions()


def test_a_giver_opens_his_own_service_first_and_then_pays_for_his_recipients(counter: Counter) -> None:
    """Promise 3: two fees, and a yes to each."""
    both = f"GIFT {TONE} {STRANGER}"
    asked = counter.ask(NUMBER, both)
    assert (True, False) == ("Reply YES to open it" in asked, "10.00" in asked), asked
    counter.ask(NUMBER, "YES")
    assert "10.00 yuan in all" in counter.ask(NUMBER, both)
    counter.ask(NUMBER, "YES")
    assert [(STRANGER, FEE)] == [(one.recipient, one.fee) for one in core_of(counter).gifts.values()]
    assert [OPENED, GIVEN] == counter.core.ledger


@pytest.mark.parametrize(
    ("text", "action", "told", "done"),
    [(TONE, "order", "is yours", ORDERED), (PACK, "pack", "are yours", BUNDLED)],
    ids=["tone", "bundle"],
)
def test_a_core_that_opens_it_with_the_order_is_asked_for_that_at_once(
    counter: Counter, text: str, action: str, told: str, done: tuple[str, str, int]
) -> None:
    core_of(counter).opens_by_order = True
    again(counter, order_opens_service=True)
    assert "Reply YES to buy it" in counter.ask(NUMBER, text)
    assert [] == core_of(counter).asked_about
    assert told in counter.ask(NUMBER, "YES")
    assert ([done], [(action, "granted")]) == (counter.core.ledger, questions(counter))


def test_a_gift_is_no_order_that_would_open_its_givers_service(counter: Counter) -> None:
    again(counter, order_opens_service=True)
    assert "Reply YES to open it" in counter.ask(NUMBER, GIFT)


def test_a_core_whose_givers_need_no_service_is_asked_for_the_gift_at_once(counter: Counter) -> None:
    core_of(counter).gives_without = True
    again(counter, gift_needs_service=False)
    assert "Reply YES to give it" in counter.ask(NUMBER, GIFT)
    assert [FRIEND] == core_of(counter).asked_about
    assert "We offered" in counter.ask(NUMBER, "YES")
    assert ([GIVEN], [("gift", "granted")]) == (counter.core.ledger, questions(counter))


@pytest.mark.parametrize(
    ("text", "operation", "answers", "question"),
    [
        (TONE, "queryInboxTone", ["100010"], "Reply YES to buy it"),
        (PACK, "query", ["100010"], "4.00 yuan for 30 days"),
        (PACK, "query", [NothingSentError("refused")], "4.00 yuan for 30 days"),
        (GIFT, "query", ["100010", "100010"], "Reply YES to give it"),
    ],
    ids=["tone", "bundle", "bundle, away", "gift"],
)
def test_where_the_core_has_no_answer_the_price_is_asked_about_and_the_order_says_why_not(
    counter: Counter, text: str, operation: str, answers: list[str], question: str
) -> None:
    """Promise 4."""
    counter.core.faults[operation] = list(answers)
    assert question in counter.ask(NUMBER, text)
    heard = counter.ask(NUMBER, "YES")
    assert (True, True) == ("is not open" in heard, "Nothing was charged" in heard), heard
    assert [] == counter.core.ledger


@pytest.mark.parametrize("text", [PACK, GIFT])
def test_who_closes_it_between_the_price_and_his_yes_reads_why_and_pays_nothing(counter: Counter, text: str) -> None:
    """Promise 4: by another door than ours."""
    counter.core.open.add(NUMBER)
    assert "Reply YES" in counter.ask(NUMBER, text)
    counter.core.open.remove(NUMBER)
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
@pytest.mark.parametrize("text", [TONE, PACK, GIFT], ids=["order", "bundle", "gift"])
def test_he_is_asked_as_is_set_for_opening(counter: Counter, way: Way, rule: Rule, words: str, text: str) -> None:
    """Promise 3: always, since it is not what he asked for; the operator's gateway is not asked about it either."""
    again(counter, way, (rule,))
    heard = counter.ask(NUMBER, text)
    assert (True, [], False) == (words in heard, counter.core.ledger, ".00 yuan for" in heard), heard


@pytest.mark.parametrize("text", [TONE, PACK, GIFT])
def test_what_needs_no_yes_goes_to_the_core_as_ever(counter: Counter, text: str) -> None:
    again(counter, Way.NONE)
    assert "Send ON to open it" in counter.ask(NUMBER, text)
    assert [("refused", "no_service")] == [(row["state"], row["outcome"]) for row in counter.messages()]
    assert ([], []) == (core_of(counter).asked_about, [1 for name, _ in counter.core.calls if name == "queryInboxTone"])


@pytest.mark.parametrize(
    ("text", "calls"),
    [
        (TONE, ["queryInboxTone", "queryTone"]),
        (PACK, ["query", "queryTbTone"]),
        (GIFT, ["query", "query", "queryTone"]),
    ],
    ids=["tone", "bundle", "gift"],
)
def test_who_has_the_service_costs_the_core_one_look_before_a_question_and_none_before_the_call(
    counter: Counter, text: str, calls: list[str]
) -> None:
    counter.core.open.add(NUMBER)
    counter.ask(NUMBER, text)
    assert calls == sorted(name for name, _ in counter.core.calls)
    counter.core.calls.clear()
    core_of(counter).asked_about.clear()
    counter.ask(NUMBER, "YES")
    assert ([], False) == (core_of(counter).asked_about, "queryInboxTone" in [name for name, _ in counter.core.calls])


@pytest.mark.parametrize(("text", "action"), [(PACK, "order"), (GIFT, "gift")])
def test_whose_brand_was_asked_for_is_not_asked_about_again(counter: Counter, text: str, action: str) -> None:
    core = core_of(counter)
    core.open.add(NUMBER)
    core.brand = "gold"
    again(counter, rules=(Rule(Way.NUMBERED, action, brand="gold"),))
    ending = asyncio.run(Branded(counter.office.run).run(row_of(text)))
    assert ("gold", 1) == (ending.brand, core.asked_about.count(NUMBER))
    assert "YES 1" in ending.answers[0].text


@pytest.mark.parametrize("text", [TONE, PACK, GIFT])
def test_a_core_that_goes_away_before_the_fee_is_known_is_asked_again(counter: Counter, text: str) -> None:
    """Promise 4."""
    looks = {TONE: 0, PACK: 1, GIFT: 2}[text]
    counter.core.faults["query"] = [*[None] * looks, NothingSentError("refused")]  # type: ignore[list-item]
    counter.text(NUMBER, text)
    counter.settle()
    assert "Reply YES to open it" in counter.heard(NUMBER)[-1]
    assert [("open", "open")] == questions(counter)


@pytest.mark.parametrize("text", [TONE, PACK, GIFT])
@pytest.mark.parametrize(
    ("opened", "question"),
    [(False, "Reply YES to open it"), (True, "Nothing is charged yet")],
    ids=["closed", "opened"],
)
def test_who_waits_for_his_question_is_told_of_no_end_and_asked_as_it_stands_then(
    counter: Counter, text: str, opened: bool, question: str
) -> None:
    """Promise 4: one answer; that his service was closed is no end while he may be asked to open it."""
    looks = [None] * {TONE: 0, PACK: 1, GIFT: 2}[text]
    counter.core.faults["query"] = [*looks, "100002", *looks, "100002"]  # type: ignore[list-item]
    counter.text(NUMBER, text)
    counter.work()
    counter.clock.turn(61)
    counter.work()
    (notice,) = counter.heard(NUMBER)
    assert (True, False) == ("longer than usual" in notice, "not open" in notice), notice
    if opened:
        counter.core.open.add(NUMBER)
    counter.settle()
    _, asked = counter.heard(NUMBER)
    assert (True, opened) == (question in asked, "not open" not in asked), asked


def test_a_question_that_ran_out_is_asked_again_by_a_replay(counter: Counter) -> None:
    counter.ask(NUMBER, TONE)
    counter.clock.turn(HOUR + 60)
    counter.sweep()
    assert [("open", "expired")] == questions(counter)
    Desk(counter.database).replay([1], author="asha", reason="a try")
    counter.work()
    assert [("open", "expired"), ("open", "open")] == questions(counter)
    assert 2 == "".join(counter.heard(NUMBER)).count("Reply YES to open it")


@pytest.mark.parametrize(
    "command",
    [
        Command(Action.ORDER, tone_codes=(TONE,)),
        Command(Action.PACK, tone_codes=(BUNDLE,)),
        Command(Action.GIFT, tone_codes=(TONE,), recipient=FRIEND),
    ],
    ids=lambda one: one.action,
)
def test_a_screen_that_could_show_no_price_leads_to_the_same_question(counter: Counter, command: Command) -> None:
    """A core that was too slow for the price's screen: a text asks, and it asks about the service."""
    order = DialOrder(command, "en", None, counter.clock(), "*123#", f"{command.action}_price")
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
    "text", ["{0}", "{1} 101", f"{{2}} {{0}} {FRIEND}"], ids=["order", "bundle", "gift"]
)  # fmt: skip
@pytest.mark.parametrize(
    ("language", "commands", "words"),
    [
        ("en", ("PACK", "GIFT"), ("not open", "8.00 yuan", "YES", "NO")),
        ("zh", ("套餐", "赠送"), ("尚未开通", "8.00", "“是", "否")),
        ("fr", ("FORFAIT", "OFFRIR"), ("n'est pas ouvert", "8,00", "OUI", "NON")),
        ("ar", ("باقة", "هدية"), ("غير مفعلة", "8.00", "نعم", "لا")),
        ("sw", ("KIFURUSHI", "ZAWADI"), ("haijafunguliwa", "8.00", "NDIYO", "HAPANA")),
    ],
    ids=SPOKEN,
)
def test_he_is_asked_in_his_language(
    counter: Counter, language: str, commands: tuple[str, str], words: tuple[str, ...], text: str
) -> None:
    """Promise 4."""
    spoken = Words.load(SHIPPED_TEMPLATES, SPOKEN, "en")
    again(counter, interpreter=Interpreter(lambda: spoken, Languages(SPOKEN, language)))
    heard = counter.ask(NUMBER, text.format(TONE, *commands))
    assert [] == [word for word in words if word not in heard], heard
