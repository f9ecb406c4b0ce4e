"""What a screen confirmed, over a real journal and a core in memory: its yes is the yes, and is on record first."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from core_client import NothingSentError
from tests.journal.kit.messages import message
from tests.journal.kit.turned_clock import TurnedClock
from tests.workers.kit.counter import Counter, MortalCore
from tests.workers.kit.office import FRIEND, NUMBER, Office
from tests.workers.kit.small_core import FEE, PRICE
from workers.consent_outside import GatewayAnswer
from workers.dialogue import Action, Command, Way, queue_of, stops
from workers.dialogue.consent_rules import on_dial
from workers.dials import DialOrder
from workers.dials.orders import CHANNEL, new_dial_id, transaction_of
from workers.dials.showing import OnScreen, may_be_shown
from workers.journal import Queue, Ticket, consents

TONE, OTHER = "600902000001", "600902000002"
ORDER = Command(Action.ORDER, tone_codes=(TONE,))


def confirmed(command: Command = ORDER, prices: dict[str, int | None] | None = None, at: float = 0.0) -> DialOrder:
    return DialOrder(command, "en", prices, at, "*123#", "order_price")


@pytest.fixture
def counter(sqlite_url: str) -> Iterator[Counter]:
    counter = Counter(sqlite_url, Office(core=MortalCore(), way=Way.REPLY), TurnedClock())
    yield counter
    counter.close()


def place(counter: Counter, order: DialOrder, *, step: int = 3, dial: str = "") -> str:
    """Have a screen's order kept, as the door does, its price just shown unless it says when; its transaction id."""
    order = replace(order, told_at=order.told_at or counter.clock())
    transaction_id = transaction_of(dial or new_dial_id(counter.clock()), step)
    new = message(
        order.written(), NUMBER, transaction_id=transaction_id, channel=CHANNEL, once=True,
        queue=Queue(queue_of(order.command)), stops=stops(order.command),
    )  # fmt: skip
    ticket = Ticket(new)
    counter.database.write(lambda connection: counter._intake.accept(connection, [ticket], counter.clock()))
    counter._intake.committed()
    ticket.settled = True
    return transaction_id


def done(counter: Counter, order: DialOrder) -> str:
    """Place it, have it worked on, and return what the number heard of it."""
    before = len(counter.heard(NUMBER))
    place(counter, order)
    counter.work()
    return " ".join(counter.heard(NUMBER)[before:])


def record(counter: Counter) -> list[dict[str, Any]]:
    return [json.loads(row["content"]) for row in counter.record()]


@pytest.mark.parametrize("way", [Way.NONE, Way.REPLY, Way.NUMBERED])
def test_the_price_on_the_screen_is_agreed_to_by_confirming_it(counter: Counter, way: Way) -> None:
    """Promise 3: the yes to that tone at that price is on record, and no text asks again."""
    counter.office = Office(core=counter.core, way=way)
    told_at = counter.clock() - 20
    heard = done(counter, confirmed(prices={TONE: PRICE}, at=told_at))
    assert ([("orderTone", NUMBER, PRICE)], True) == (counter.core.ledger, "2.00" in heard)
    (entry,) = record(counter)
    assert ("granted", "dial", "order", "ussd", told_at, "order_price") == tuple(
        entry[name] for name in ("event", "way", "action", "channel", "asked_at", "reference")
    )
    assert [(TONE, "Song 1", PRICE)] == [(one["tone"], one["name"], one["price"]) for one in entry["asked"]]
    assert [] == consents.Record(counter.database).verify().flaws


def test_the_record_is_committed_before_the_core_is_called(counter: Counter) -> None:
    """Promise 3: the first stay calls nothing."""
    place(counter, confirmed(prices={TONE: PRICE}))
    counter.step()
    assert ([], 1) == (counter.core.transactions("orderTone"), len(record(counter)))
    counter.work()
    assert 1 == len(counter.core.transactions("orderTone"))


@pytest.mark.parametrize(
    ("command", "prices", "charged", "fees"),
    [
        (Command(Action.OPEN), {"": FEE}, [("subscribe", NUMBER, FEE)], [FEE]),
        (
            Command(Action.GIFT, tone_codes=(TONE,), recipient=FRIEND),
            {TONE: PRICE, "": 0},
            [("presentTone", NUMBER, 0)],
            [],
        ),
    ],
    ids=["the service", "a gift to a member"],
)
def test_whatever_costs_money_is_agreed_to_on_its_screen(
    counter: Counter, command: Command, prices: dict[str, int | None], charged: list[Any], fees: list[int]
) -> None:
    """Promise 3."""
    done(counter, confirmed(command, prices))
    assert (charged, ["dial"]) == (counter.core.ledger, [entry["way"] for entry in record(counter)])
    assert fees == [one["monthly_fee"] for one in record(counter)[0]["asked"] if one.get("monthly_fee")]


@pytest.mark.parametrize("prices", [None, {}, {OTHER: PRICE}, {TONE: None}], ids=["none", "empty", "another's", "null"])
@pytest.mark.parametrize("way", [Way.NONE, Way.REPLY])
def test_what_stood_on_no_screen_is_asked_about_by_text(
    counter: Counter, way: Way, prices: dict[str, int | None] | None
) -> None:
    """Promise 3: also where a text itself would be the yes."""
    counter.office = Office(core=counter.core, way=way)
    heard = done(counter, confirmed(prices=prices))
    assert ([], []) == (counter.core.ledger, record(counter))
    assert "Reply YES" in heard
    assert "Song 1" in counter.ask(NUMBER, "YES")
    assert [("orderTone", NUMBER, PRICE)] == counter.core.ledger


def test_a_price_that_changed_meanwhile_is_asked_about_by_text_and_charges_nothing(counter: Counter) -> None:
    """Promise 3."""
    place(counter, confirmed(prices={TONE: PRICE}))
    counter.core.tones[TONE] = 300
    counter.work()
    heard = " ".join(counter.heard(NUMBER))
    assert ([], True, True) == (counter.core.ledger, "3.00" in heard, "Reply YES" in heard)
    counter.ask(NUMBER, "YES")
    assert [("orderTone", NUMBER, 300)] == counter.core.ledger


def test_the_operators_own_gateway_is_asked_whatever_stood_on_the_screen(counter: Counter) -> None:
    class Granting:
        async def ask(self, row: Any, asked: Any) -> GatewayAnswer:
            return GatewayAnswer("granted", "r-1")

    counter.office = Office(core=counter.core, way=Way.EXTERNAL, gateway=Granting())
    done(counter, confirmed(prices={TONE: PRICE}))
    assert ["external"] == [entry["way"] for entry in record(counter)]
    assert [("orderTone", NUMBER, PRICE)] == counter.core.ledger


def test_every_way_has_its_like_on_a_dial() -> None:
    expected = {
        Way.NONE: (Way.DIAL, Way.REPLY),
        Way.REPLY: (Way.DIAL, Way.REPLY),
        Way.NUMBERED: (Way.DIAL, Way.NUMBERED),
        Way.EXTERNAL: (Way.EXTERNAL, Way.EXTERNAL),
    }
    assert expected == {way: (on_dial(way, told=True), on_dial(way, told=False)) for way in expected}


@pytest.mark.parametrize("dies", ["before", "after"])
def test_a_worker_that_dies_at_the_call_orders_once(counter: Counter, dies: str) -> None:
    """Promise 2."""
    place(counter, confirmed(prices={TONE: PRICE}))
    counter.core.dies = dies
    counter.settle()
    assert [("orderTone", NUMBER, PRICE)] == counter.core.ledger
    assert 1 == len(record(counter))


def test_a_yes_is_good_while_the_core_is_away(counter: Counter) -> None:
    """Promise 4."""
    counter.core.faults["orderTone"] = [NothingSentError("refused")] * 2
    place(counter, confirmed(prices={TONE: PRICE}))
    counter.settle()
    assert ([("orderTone", NUMBER, PRICE)], 1) == (counter.core.ledger, len(record(counter)))


def test_a_yes_that_could_be_kept_only_long_afterwards_is_asked_about_once_more(counter: Counter) -> None:
    """Promise 3: the journal was away for more than a day; the yes is as old as its price, not as its row."""
    told_at = counter.clock()
    counter.clock.turn(86400 + 60)
    heard = done(counter, confirmed(prices={TONE: PRICE}, at=told_at))
    assert ([], True, True) == (counter.core.ledger, "2.00" in heard, "Reply YES" in heard), heard


def test_a_close_by_dial_needs_no_yes_and_stops_what_waits(counter: Counter) -> None:
    counter.core.open.add(NUMBER)
    place(counter, confirmed(prices={TONE: PRICE}))
    place(counter, confirmed(Command(Action.CLOSE)))
    counter.work()
    assert [("unSubscribe", NUMBER, 0)] == counter.core.ledger


def test_a_row_that_no_version_can_read_gets_help_and_charges_nothing(counter: Counter) -> None:
    """Promise 4."""
    new = message('{"command": {"action": "sing"}}', NUMBER, channel=CHANNEL, once=True)
    counter.database.write(lambda connection: counter._intake.accept(connection, [Ticket(new)], counter.clock()))
    counter.work()
    assert ([], 1) == (counter.core.ledger, len(counter.heard(NUMBER)))


@pytest.mark.parametrize(
    ("expected", "order", "fault"),
    [
        (False, confirmed(prices={TONE: PRICE}), ""),  # charged: the handset keeps what it cost
        (False, confirmed(), ""),  # a question: that text is what is answered
        (True, confirmed(prices={TONE: PRICE}), "310001"),  # refused
        (True, confirmed(Command(Action.DELETE, tone_codes=(TONE,))), ""),
        (True, confirmed(Command(Action.LIST)), ""),
    ],
    ids=["charged", "asked", "refused", "deleted", "listed"],
)
async def test_what_charges_nobody_and_asks_nothing_may_be_told_by_the_screen_alone(
    counter: Counter, expected: bool, order: DialOrder, fault: str
) -> None:
    counter.core.owned[NUMBER] = [OTHER]
    counter.core.faults["orderTone"] = [fault] if fault else []
    place(counter, order)
    ending = None
    for _ in range(3):
        (row,) = [row for queue in Queue for row in counter._claim(queue)]
        ending = await OnScreen(counter.office.run, 4.0, counter.clock).run(row)
        if ending.due_in_s is None:
            break
        counter.finish(ending)
    assert ending is not None
    assert expected is may_be_shown(ending)
    assert [6.0 if expected else 0.0] == [answer.held_s for answer in ending.answers]


@pytest.mark.parametrize(
    ("expected", "command", "prices"),
    [
        ({TONE: 200}, ORDER, {TONE: 200}),
        ({TONE: 200}, ORDER, {TONE: 200, "": 0}),
        ({TONE: 200, "": 800}, ORDER, {TONE: 200, "": 800}),
        ({TONE: 0}, ORDER, {TONE: 0}),
        ({"": 800}, Command(Action.OPEN), {"": 800}),
        (None, Command(Action.OPEN), {TONE: 200}),
        (None, Command(Action.ORDER, tone_codes=(TONE, OTHER)), {TONE: 200}),
        (None, ORDER, None),
    ],
)
def test_a_yes_is_to_all_of_what_is_ordered_or_to_nothing(
    expected: dict[str, int] | None, command: Command, prices: dict[str, int | None] | None
) -> None:
    order = confirmed(command, prices)
    assert expected == order.agreed
    assert order == DialOrder.read(order.written())


@pytest.mark.parametrize("text", ["", "GET 600902000001", "{}", "[]", '{"command": 7}', '{"command": {"action": "x"}}'])
def test_what_is_no_order_of_a_dial_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        DialOrder.read(text)
