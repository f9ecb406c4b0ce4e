"""What operations ask of an SMSC about an answer is done once, by one listener, and told with who and why."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from sqlalchemy import Connection, select

from tests.house.until import PATIENCE_S
from tests.journal.kit.answers import PLAN, answered, in_parts, sent, take
from tests.journal.kit.messages import NUMBER, answers, rows
from tests.journal.kit.turned_clock import TurnedClock
from workers.journal import Journal, Reader
from workers.journal.orders import Kind, NewOrder, Orders, OrderState
from workers.journal.owner import this_process
from workers.journal.tables import smsc_orders

_DEAD = this_process().rsplit("/", 1)[0] + "/0"
"""Of this host, of this process id, but of another process."""
NOBODY = "no listener that has this bind bound took it in time"


async def one_sent(journal: Journal, *texts: str) -> int:
    """An answer with the SMSC, as m1; its row."""
    await answered(journal, *(texts or ("You have it.",)))
    (text,) = await take(journal)
    await sent(journal, text, "m1")
    return text.id


def ask(journal: Journal, kind: Kind, outbox_id: int, *numbers: int, text: str = "") -> list[int]:
    orders = [NewOrder(kind, "smsc", outbox_id, number, text) for number in numbers or (0,)]
    return Orders(journal.database).ask(orders, author="anna@host", reason="a wrong price")


def listener(journal: Journal, owner: str = "") -> Orders:
    return Orders(journal.database, owner or journal.owner)


def kept(journal: Journal) -> list[dict[str, Any]]:
    with journal.database.read() as connection:
        return [dict(row._mapping) for row in connection.execute(select(smsc_orders).order_by(smsc_orders.c.id))]


def told(journal: Journal) -> list[tuple[str, str, dict[str, Any]]]:
    """The history of the only message."""
    life = Reader(journal.database).life(str(rows(journal)[0]["id"]))
    assert life
    return [(event["event"], event["author"], event["detail"]) for event in life.history]


async def test_an_order_has_what_the_smsc_must_be_told_of_the_answer(journal: Journal) -> None:
    outbox_id = await one_sent(journal)
    (id_,) = ask(journal, Kind.REPLACE, outbox_id, text="You have another.")
    (order,) = listener(journal).take(["smsc"])
    assert (id_, "replace", "smsc", "m1", "10086", NUMBER, "You have it.", "", "You have another.") == (
        order.id, order.kind, order.bind, order.message_id, order.source, order.destination, order.sent_text,
        order.plan, order.text,
    )  # fmt: skip


async def test_of_a_long_answer_each_part_is_asked_about_by_its_own_id(journal: Journal) -> None:
    text = await in_parts(journal, "a1", "a2", "a3")
    ask(journal, Kind.QUERY, text.id, 1, 3)
    assert [("a1", PLAN), ("a3", PLAN)] == [
        (order.message_id, order.plan) for order in listener(journal).take(["smsc"])
    ]


async def test_an_order_is_taken_once_and_by_its_bind_alone(journal: Journal) -> None:
    ask(journal, Kind.QUERY, await one_sent(journal))
    assert [] == listener(journal).take(["another"])
    assert [] == listener(journal).take([])
    assert 1 == len(listener(journal).take(["another", "smsc"]))
    assert [] == listener(journal, "elsewhere/1/1").take(["smsc"])


@pytest.mark.parametrize("kind", Kind)
async def test_author_reason_and_result_are_in_the_history_and_the_new_text_nowhere(
    journal: Journal, kind: Kind
) -> None:
    (id_,) = ask(journal, kind, await one_sent(journal), text="You have another.")
    listener(journal).take(["smsc"])
    listener(journal).done(id_, succeeded=False, result="the SMSC refused: ESME_RINVMSGID")
    assert [
        (f"{kind}_asked", "anna@host", {"answer": 1, "reason": "a wrong price"}),
        (
            str(kind),
            "anna@host",
            {"answer": 1, "part": 0, "succeeded": False, "result": "the SMSC refused: ESME_RINVMSGID"},
        ),
    ] == told(journal)
    assert [""] == [row["text"] for row in kept(journal)]
    assert [OrderState(id_, 0, True, False, "the SMSC refused: ESME_RINVMSGID")] == listener(journal).states([id_])


async def test_a_cancelled_answer_is_undelivered_and_says_by_whom(journal: Journal) -> None:
    (id_,) = ask(journal, Kind.CANCEL, await one_sent(journal))
    listener(journal).take(["smsc"])
    assert "sent" == answers(journal)[0]["state"]
    listener(journal).done(id_, succeeded=True, result="cancelled")
    assert ("undelivered", "cancelled by anna@host") == (answers(journal)[0]["state"], answers(journal)[0]["error"])


async def test_a_long_answer_is_undelivered_with_the_first_part_cancelled(journal: Journal) -> None:
    text = await in_parts(journal, "a1", "a2")
    first, second = ask(journal, Kind.CANCEL, text.id, 1, 2)
    listener(journal).take(["smsc"])
    listener(journal).done(first, succeeded=True, result="cancelled")
    listener(journal).done(second, succeeded=False, result="the SMSC refused: ESME_RCANCELFAIL")
    life = Reader(journal.database).life(str(rows(journal)[0]["id"]))
    assert life
    (answer,) = life.answers
    assert ("undelivered", ["undelivered", "sent"]) == (answer["state"], [part["state"] for part in answer["parts"]])


@pytest.mark.parametrize("kind", [Kind.QUERY, Kind.REPLACE])
async def test_whatever_else_succeeds_changes_no_answer(journal: Journal, kind: Kind) -> None:
    (id_,) = ask(journal, kind, await one_sent(journal), text="You have another.")
    before = answers(journal)
    listener(journal).take(["smsc"])
    listener(journal).done(id_, succeeded=True, result="done")
    assert before == answers(journal)


@pytest.mark.parametrize(
    ("taken", "kind", "owner", "waited_s"),
    [
        pytest.param(True, Kind.QUERY, _DEAD, 0, id="a query whose listener died is asked by another"),
        pytest.param(True, Kind.QUERY, "elsewhere/1/1", 61, id="and one that was lost on another host"),
        pytest.param(False, Kind.QUERY, "elsewhere/1/1", 59, id="but not while its answer may come"),
        pytest.param(False, Kind.CANCEL, _DEAD, 0, id="a cancellation is not asked for twice"),
        pytest.param(False, Kind.REPLACE, _DEAD, 0, id="nor a replacement"),
    ],
)
async def test_what_a_listener_lost_is_asked_again_only_where_that_is_harmless(
    journal: Journal, clock: TurnedClock, taken: bool, kind: Kind, owner: str, waited_s: float
) -> None:
    ask(journal, kind, await one_sent(journal))
    assert 1 == len(listener(journal, owner).take(["smsc"]))
    clock.turn(waited_s)
    assert taken == bool(listener(journal).take(["smsc"]))


async def test_a_cancellation_whose_listener_died_is_told_as_failed_with_how_to_find_out(journal: Journal) -> None:
    (id_,) = ask(journal, Kind.CANCEL, await one_sent(journal))
    listener(journal, _DEAD).take(["smsc"])
    listener(journal).take(["another"])
    assert [OrderState(id_, 0, True, False, "its listener ended before the SMSC's answer came: a query tells")] == (
        listener(journal).states([id_])
    )


async def test_a_result_that_comes_after_all_that_is_dropped(journal: Journal) -> None:
    (id_,) = ask(journal, Kind.CANCEL, await one_sent(journal))
    listener(journal, "elsewhere/1/1").take(["smsc"])
    listener(journal).done(id_, succeeded=True, result="another's")
    assert [None] == [state.succeeded for state in listener(journal).states([id_])]


@pytest.mark.parametrize(("succeeded", "waited_s"), [(None, 599), (False, 600)])
async def test_an_order_that_nobody_took_for_ten_minutes_is_not_done_any_more(
    journal: Journal, clock: TurnedClock, succeeded: bool | None, waited_s: float
) -> None:
    (id_,) = ask(journal, Kind.CANCEL, await one_sent(journal))
    clock.turn(waited_s)
    listener(journal).take(["another"])
    (state,) = listener(journal).states([id_])
    assert (succeeded, NOBODY if succeeded is False else "") == (state.succeeded, state.result)


async def test_only_what_nobody_has_taken_can_be_withdrawn(journal: Journal) -> None:
    outbox_id = await one_sent(journal)
    (taken,) = ask(journal, Kind.QUERY, outbox_id)
    listener(journal).take(["smsc"])
    (untaken,) = ask(journal, Kind.CANCEL, outbox_id)
    Orders(journal.database).withdraw([taken, untaken])
    assert [OrderState(taken, 0, True, None, ""), OrderState(untaken, 0, False, False, NOBODY)] == (
        Orders(journal.database).states([taken, untaken])
    )
    assert [] == listener(journal).take(["smsc"])


@pytest.mark.usefixtures("patient")
async def test_a_result_waits_for_whoever_looks_at_the_orders(journal: Journal) -> None:
    (id_,) = ask(journal, Kind.QUERY, await one_sent(journal))
    listener(journal).take(["smsc"])
    looking, looked = threading.Event(), threading.Event()

    def look(connection: Connection) -> None:
        connection.execute(select(smsc_orders).with_for_update()).all()
        looking.set()
        looked.wait(PATIENCE_S)

    looker = threading.Thread(target=journal.database.write, args=(look,))
    looker.start()
    looking.wait(PATIENCE_S)
    teller = threading.Thread(target=listener(journal).done, args=(id_,), kwargs={"succeeded": True, "result": "sent"})
    teller.start()
    teller.join(0.3)
    assert teller.is_alive()
    looked.set()
    looker.join()
    teller.join()
    assert [OrderState(id_, 0, True, True, "sent")] == listener(journal).states([id_])
