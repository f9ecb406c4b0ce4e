"""One message's time line: everything that happened to it, in order, veiled unless asked."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.journal.kit.answers import sent, take
from tests.journal.kit.messages import NUMBER, OTHER, accept, claim, message, rows
from tests.journal.kit.turned_clock import TurnedClock
from tests.journals import sqlite_url  # noqa: F401 - fixture
from workers.journal import Answer, Desk, Ending, InboxState, Journal, Life, Reader
from workers.journal.core_calls import CoreCall, read, written
from workers.journal.receipts import Receipt
from workers.ops.life import Moment, timeline


@pytest.fixture
def clock() -> TurnedClock:
    return TurnedClock()


@pytest.fixture
def journal(sqlite_url: str, clock: TurnedClock) -> Iterator[Journal]:  # noqa: F811
    with Journal(sqlite_url, clock=clock) as journal:
        yield journal


async def lived(journal: Journal, clock: TurnedClock) -> Life:
    """Taken, called in vain, called again, answered, delivered, replayed: a second between two steps."""
    begin = clock()
    await accept(journal, message("GET 600902000001"))
    clock.turn(1)
    (row,) = await claim(journal)
    calls = written([CoreCall(begin + 1.5, "orderTone", "timeout", 400, "01")])
    await journal.finish(Ending(row, InboxState.WAITING, "timeout", due_in_s=1.0, core_calls=calls))
    clock.turn(1)
    (row,) = await claim(journal)
    calls = written(
        [CoreCall(begin + 2.1, "queryTone", "000000", 12), CoreCall(begin + 2.2, "orderTone", "0", 30, "01")]
    )
    result = {"action": "order", "verdict": "done", "tone_code": "600902000001", "other_number": OTHER, "charged": 200}
    clock.turn(1)
    answer = Answer(NUMBER, f"You have it, {NUMBER}.")
    ending = Ending(
        row, InboxState.DONE, "done", results=json.dumps({"1": result}), answers=(answer,), core_calls=calls
    )
    await journal.finish(ending)
    clock.turn(1)
    await sent(journal, (await take(journal))[0], "A1")
    clock.turn(1)
    await journal.receive(Receipt("smsc", "A1", "delivered", "000"))
    clock.turn(1)
    Desk(journal.database).replay([row.id], author="asha", reason="asked for")
    life = Reader(journal.database).life(str(row.id))
    assert life
    return life


async def test_a_life_is_told_in_the_order_in_which_it_went(journal: Journal, clock: TurnedClock) -> None:
    begin = clock()
    moments = timeline(await lived(journal, clock), reveal=False)
    assert [
        (0, "received"),
        (1.5, "the core was called"),
        (2, "a worker took it"),
        (2.1, "the core was called"),
        (2.2, "the core was called"),
        (3, "answered"),
        (3, "ended: done"),
        (4, "the SMSC took it"),
        (5, "receipt: delivered"),
        (6, "answered"),
        (6, "replayed"),
    ] == [(round(one.at - begin, 3), one.what) for one in moments]


async def test_each_call_has_its_code_its_time_and_its_transaction(journal: Journal, clock: TurnedClock) -> None:
    life = await lived(journal, clock)
    called = [one.detail for one in timeline(life, reveal=False) if one.what == "the core was called"]
    order = f"{life.message['transaction_id']}01"
    assert [
        {"operation": "orderTone", "result": "timeout", "took_ms": 400, "transaction_id": order},
        {"operation": "queryTone", "result": "000000", "took_ms": 12},
        {"operation": "orderTone", "result": "0", "took_ms": 30, "transaction_id": order},
    ] == called


async def test_its_end_says_what_each_step_did_and_charged(journal: Journal, clock: TurnedClock) -> None:
    (end,) = [one for one in timeline(await lived(journal, clock), reveal=False) if one.what == "ended: done"]
    assert "step 1 action order verdict done tone_code 600902000001" in end.said(str)
    assert "charged 200" in end.said(str)


def test_amounts_are_written_as_money_wherever_they_stand_and_other_figures_as_they_are() -> None:
    asked = [{"tone": "600902000001", "price": 200, "validity_days": 30}, {"monthly_fee": None}]
    steps = [{"step": 1, "charged": 0, "monthly_fee": 500}]
    money: list[tuple[object, str]] = [
        (
            {"seq": 4, "asked": asked},
            "asked tone 600902000001 price ¤200 validity_days 30; monthly_fee ?",
        ),
        ({"steps": steps}, "steps step 1 charged ¤0 monthly_fee ¤500"),
        ({"price": 200, "charged": 150}, "price ¤200, charged ¤150"),
        ({"took_ms": 200, "attempts": 2}, "took 200 ms, attempts 2"),
    ]
    for detail, expected in money:
        assert Moment(0.0, "", detail).said("¤{}".format).endswith(expected)


async def test_numbers_and_texts_are_veiled_unless_they_may_be_seen(journal: Journal, clock: TurnedClock) -> None:
    """Promise 6: by role."""
    life = await lived(journal, clock)
    veiled = [one.said(str) for one in timeline(life, reveal=False)]
    assert not [line for line in veiled for secret in (NUMBER, OTHER, "GET", "You have") if secret in line]
    open_ = " ".join(one.said(str) for one in timeline(life, reveal=True))
    assert all(secret in open_ for secret in (NUMBER, OTHER, "GET 600902000001", "You have it"))
    assert "by asha, reason asked for, deed answer, was done" in open_


async def test_calls_that_go_on_for_ever_are_kept_up_to_a_limit(journal: Journal, clock: TurnedClock) -> None:
    await accept(journal, message())
    for _ in range(60):
        (row,) = await claim(journal)
        calls = written([CoreCall(clock(), "queryTransaction", "timeout", 5000, "01")] * 5)
        await journal.finish(Ending(row, InboxState.WAITING, "timeout", due_in_s=0.0, core_calls=calls))
    (kept,) = rows(journal)
    assert 8000 <= len(kept["core_calls"]) < 9000
    assert {"timeout"} == {call.result for call in read(kept["core_calls"])}
