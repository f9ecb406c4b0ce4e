"""A message's stay with a worker: in order, one of a number, under a token, and found again after a crash."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from typing import Any

import psutil
import pytest

from tests.journal.kit.messages import (
    LEASE_S,
    NUMBER,
    OTHER,
    accept,
    answers,
    claim,
    events,
    message,
    rows,
    stop,
)
from tests.journal.kit.turned_clock import TurnedClock
from workers.journal import Answer, ClaimedRow, Ending, InboxState, Journal, Queue
from workers.journal import claims as operations
from workers.journal.rows import Claim
from workers.journal.sweep import Sweep

SETTLE_S = 10.0
WISH = Sweep(SETTLE_S, attempts=3, author="sweeper", text_for_dead=lambda *_: "we look into it")


def number(no: int) -> str:
    return f"86138001{no:05d}"


async def finish(journal: Journal, row: ClaimedRow, state: InboxState = InboxState.DONE, **more: Any) -> bool:
    return (await journal.finish(Ending(row, state, **more))).mine


def states(journal: Journal) -> list[str]:
    return [row["state"] for row in rows(journal)]


async def test_messages_are_claimed_in_the_order_they_came(journal: Journal) -> None:
    await accept(journal, *(message(number=number(no)) for no in (5, 3, 9, 1)))
    assert [number(no) for no in (5, 3)] == [row.number for row in await claim(journal, limit=2)]
    assert [number(no) for no in (9, 1)] == [row.number for row in await claim(journal, limit=2)]
    assert [] == await claim(journal)


async def test_a_claim_takes_from_its_own_queue_alone(journal: Journal) -> None:
    await accept(journal, message())
    assert [] == await claim(journal, Queue.INTERACTIVE)
    assert len(await claim(journal, Queue.ORDERS)) == 1


async def test_one_message_of_a_number_is_in_work_at_a_time_and_they_take_effect_in_order(journal: Journal) -> None:
    texts = ["GET 600902000001", "GET 600902000002", "GET 600902000003"]
    await accept(journal, *(message(text) for text in texts))
    done = []
    while claimed := await claim(journal):
        (row,) = claimed
        assert [] == await claim(journal)
        done.append(row.text)
        assert await finish(journal, row)
    assert texts == done


async def test_a_number_keeps_its_order_across_queues(journal: Journal) -> None:
    await accept(journal, message(), message("LIST", queue=Queue.INTERACTIVE), message("LIST", OTHER, queue=Queue.BULK))
    assert [] == await claim(journal, Queue.INTERACTIVE)
    (order,) = await claim(journal)
    assert [] == await claim(journal, Queue.INTERACTIVE)
    assert len(await claim(journal, Queue.BULK)) == 1
    finished = await journal.finish(Ending(order, InboxState.DONE))
    assert finished.promoted  # so that its queue is rung for
    assert ["LIST"] == [row.text for row in await claim(journal, Queue.INTERACTIVE)]


async def test_what_waits_for_another_try_holds_up_its_number_alone(journal: Journal, clock: TurnedClock) -> None:
    await accept(journal, message(), message(), message(number=OTHER))
    first = (await claim(journal))[0]
    await finish(journal, first, InboxState.WAITING, due_in_s=5.0)
    assert [] == await claim(journal)
    clock.turn(5.0)
    assert [first.id] == [row.id for row in await claim(journal)]


@pytest.mark.parametrize(
    ("state", "due_in_s"),
    [(InboxState.UNKNOWN, 60.0), (InboxState.UNKNOWN, None), (InboxState.DEAD, None), (InboxState.ACCEPTED, 60.0)],
)
async def test_what_is_unknown_dead_or_with_the_core_does_not_block(
    journal: Journal, state: InboxState, due_in_s: float | None
) -> None:
    await accept(journal, message(), message())
    (first,) = await claim(journal)
    await finish(journal, first, state, due_in_s=due_in_s, doubtful=True)
    (second,) = await claim(journal)
    assert second.id != first.id


async def test_an_unknown_message_and_a_new_one_of_its_number_are_never_in_work_together(
    journal: Journal, clock: TurnedClock
) -> None:
    await accept(journal, message(), message())
    (first,) = await claim(journal)
    await finish(journal, first, InboxState.UNKNOWN, due_in_s=1.0, doubtful=True)
    clock.turn(1.0)  # both are due now
    (one,) = await claim(journal)
    assert [] == await claim(journal)
    await finish(journal, one)
    (two,) = await claim(journal)
    assert {one.id, two.id} == {row["id"] for row in rows(journal)}


async def test_a_lease_is_prolonged_by_renewing(journal: Journal, clock: TurnedClock) -> None:
    await accept(journal, message(), message(number=OTHER))
    claimed = await claim(journal)
    clock.turn(LEASE_S - 1)
    assert 2 == await journal.renew(claimed[0].token, LEASE_S)
    clock.turn(LEASE_S - 1)
    assert await journal.sweep(WISH)
    assert ["claimed", "claimed"] == states(journal)
    assert 0 == await journal.renew("another", LEASE_S)


async def test_an_ending_under_a_lost_claim_writes_nothing(journal: Journal, clock: TurnedClock) -> None:
    await accept(journal, message())
    (first,) = await claim(journal)
    clock.turn(LEASE_S + 1)
    await journal.sweep(WISH)
    clock.turn(SETTLE_S)
    (second,) = await claim(journal, suspects=True)
    before = rows(journal)
    assert not await finish(journal, first, results="{}", answers=(Answer(NUMBER, "lost"),), events=(("parked", ""),))
    assert before == rows(journal)
    assert [] == answers(journal)
    assert await finish(journal, second, answers=(Answer(NUMBER, "kept"),))
    assert ["kept"] == [row["text"] for row in answers(journal)]


async def test_an_ending_written_twice_answers_once(journal: Journal) -> None:
    await accept(journal, message())
    (row,) = await claim(journal)
    ending = Ending(row, InboxState.DONE, answers=(Answer(NUMBER, "done"),))
    finished = await asyncio.gather(journal.finish(ending), journal.finish(ending))
    assert [True, False] == [one.mine for one in finished]
    assert not (await journal.finish(ending)).mine
    assert len(answers(journal)) == 1


async def test_endings_and_claims_of_many_share_their_transaction(journal: Journal) -> None:
    await accept(journal, *(message(number=number(no)) for no in range(50)))
    claimed = await claim(journal, limit=50)
    finished = await asyncio.gather(
        *(journal.finish(Ending(row, InboxState.DONE, answers=(Answer(row.number, "done"),))) for row in claimed)
    )
    assert all(one.mine for one in finished)
    assert 50 == len(answers(journal))


async def test_an_ending_keeps_what_it_says(journal: Journal, clock: TurnedClock) -> None:
    await accept(journal, message())
    (row,) = await claim(journal)
    clock.turn(1.0)
    await finish(
        journal, row, InboxState.WAITING, outcome="busy", due_in_s=2.0, uses_attempt=True, asked=True, doubtful=True,
        waiting_for="retry", noticed=True, results='{"1": {}}', answers=(Answer(NUMBER, "later"),),
        events=(("retry", ""),),
    )  # fmt: skip
    (kept,) = rows(journal)
    expected = {
        "state": "waiting", "outcome": "busy", "due_at": clock() + 2.0, "attempts": 1, "asks": 1, "doubtful": True,
        "waiting_for": "retry", "noticed": True, "results": '{"1": {}}', "answers": 1, "finished_at": None,
        "claim_token": None, "owner": None, "lease_until": None,
    }  # fmt: skip
    assert expected == {name: kept[name] for name in expected}
    assert ["retry"] == events(journal)
    clock.turn(2.0)
    (again,) = await claim(journal)
    assert (1, 1, True, True, 1, '{"1": {}}') == (
        again.attempts, again.asks, again.doubtful, again.noticed, again.answers, again.results,
    )  # fmt: skip
    await finish(journal, again)
    assert clock() == rows(journal)[0]["finished_at"]
    assert '{"1": {}}' == rows(journal)[0]["results"]


async def test_a_lease_that_ran_out_makes_the_message_unknown_and_due_after_settling(
    journal: Journal, clock: TurnedClock
) -> None:
    await accept(journal, message())
    await claim(journal)
    clock.turn(LEASE_S + 0.1)
    swept = await journal.sweep(WISH)
    assert ([], 0) == (swept.due, swept.died)
    (row,) = rows(journal)
    assert ("unknown", True, 1, 1) == (row["state"], row["doubtful"], row["attempts"], row["crashes"])
    assert ["worker_lost"] == events(journal)
    clock.turn(SETTLE_S)
    assert [Queue.ORDERS] == (await journal.sweep(WISH)).due


async def test_a_worker_that_died_is_noticed_at_once_and_one_that_lives_is_left_alone(journal: Journal) -> None:
    await accept(journal, message(), message(number=OTHER))
    body = (
        "import sys; from workers.journal.owner import this_process; print(this_process(), flush=True);sys.stdin.read()"
    )
    pipes = {"stdin": asyncio.subprocess.PIPE, "stdout": asyncio.subprocess.PIPE}
    worker = await asyncio.create_subprocess_exec(sys.executable, "-c", body, **pipes)
    try:
        assert worker.stdout
        owner = (await worker.stdout.readline()).decode().strip()
        database = journal.database
        wish = Claim(Queue.ORDERS, 1, "its-token", owner, LEASE_S)
        database.write(lambda connection: operations.claim(connection, [wish], database.now()))
        (mine,) = await claim(journal)
        await journal.sweep(WISH)
        assert ["claimed", "claimed"] == states(journal)
    finally:
        worker.kill()
        await worker.wait()
    await journal.sweep(WISH)
    assert ["unknown", "claimed"] == states(journal)
    assert await finish(journal, mine)


async def test_a_clock_that_is_set_makes_nobody_dead(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    """Promise 2: a row whose worker lives is nobody else's.  The hour of the boot moves with the clock."""
    await accept(journal, message())
    (mine,) = await claim(journal)
    booted_at = psutil.boot_time() + 1.0
    monkeypatch.setattr("psutil._pslinux.boot_time", lambda: booted_at)
    await journal.sweep(WISH)
    assert ["claimed"] == states(journal)
    assert await finish(journal, mine)


async def test_owners_of_other_hosts_are_left_to_their_leases(journal: Journal) -> None:
    await accept(journal, message())
    database = journal.database
    wish = Claim(Queue.ORDERS, 1, "token", "another-host/1/1", LEASE_S)
    database.write(lambda connection: operations.claim(connection, [wish], database.now()))
    await journal.sweep(WISH)
    assert ["claimed"] == states(journal)


async def test_a_claim_says_whether_more_may_be_due(journal: Journal) -> None:
    """Where it says no, nobody looks again until he is rung for: a look takes the one writer's turn on SQLite."""
    await accept(journal, *(message(number=number(no)) for no in range(5)))
    claims = [await journal.claim(Queue.ORDERS, 2, lease_s=LEASE_S) for _ in range(3)]
    assert [(2, True), (2, True), (1, False)] == [(len(one.rows), one.more) for one in claims]


async def test_what_was_in_work_at_a_crash_is_claimed_alone(journal: Journal, clock: TurnedClock) -> None:
    await accept(journal, *(message(number=number(no)) for no in range(3)))
    await claim(journal)
    clock.turn(LEASE_S + 1)
    await journal.sweep(WISH)
    clock.turn(SETTLE_S)
    await accept(journal, message(number=OTHER))
    claimed = await journal.claim(Queue.ORDERS, 10, lease_s=LEASE_S)
    assert ([OTHER], True) == ([row.number for row in claimed.rows], claimed.suspects_due)
    alone = await journal.claim(Queue.ORDERS, 10, lease_s=LEASE_S, suspects=True)
    assert [number(0)] == [row.number for row in alone.rows]
    await finish(journal, alone.rows[0])
    assert 0 == rows(journal)[0]["crashes"]


async def test_a_message_that_kills_its_workers_ends_dead_with_an_answer_and_its_neighbours_live(
    journal: Journal, clock: TurnedClock
) -> None:
    await accept(journal, message("poison"), message("after it"), message("beside it", OTHER))
    await claim(journal)
    for _ in range(3):
        clock.turn(LEASE_S + SETTLE_S + 1)
        await journal.sweep(WISH)
        for row in await claim(journal):  # those that may be worked on together
            await finish(journal, row)
        clock.turn(SETTLE_S + 1)
        (suspect,) = await claim(journal, suspects=True) or [None]
        if suspect and suspect.text != "poison":
            await finish(journal, suspect)
            await claim(journal, suspects=True)
    clock.turn(LEASE_S + 1)
    await journal.sweep(WISH)
    kept = {row["text"]: row for row in rows(journal)}
    assert ("dead", "attempts", 3) == (kept["poison"]["state"], kept["poison"]["outcome"], kept["poison"]["attempts"])
    assert ("done", "done") == (kept["after it"]["state"], kept["beside it"]["state"])
    assert [(kept["poison"]["id"], NUMBER, "we look into it")] == [
        (row["inbox_id"], row["destination"], row["text"]) for row in answers(journal)
    ]
    assert None is kept["poison"]["due_at"]


async def test_attempts_count_only_where_the_ending_says_so(journal: Journal, clock: TurnedClock) -> None:
    await accept(journal, message())
    for uses in (False, True, False):
        (row,) = await claim(journal)
        await finish(journal, row, InboxState.WAITING, due_in_s=1.0, uses_attempt=uses)
        clock.turn(1.0)
    assert 1 == rows(journal)[0]["attempts"]


async def test_what_waits_for_the_core_is_due_as_soon_as_it_answers_again(journal: Journal) -> None:
    await accept(journal, message(), message(number=OTHER))
    for row, why in zip(await claim(journal), ("core", "retry"), strict=True):
        await finish(journal, row, InboxState.WAITING, due_in_s=30.0, waiting_for=why)
    assert 1 == await journal.wake_waiting_for_core()
    assert [NUMBER] == [row.number for row in await claim(journal)]


async def test_a_sweep_tells_the_queues_that_have_something_due(journal: Journal, clock: TurnedClock) -> None:
    assert [] == (await journal.sweep(WISH)).due
    await accept(journal, message(number=OTHER), stop(), message(number=number(7), queue=Queue.BULK))
    assert [Queue.INTERACTIVE, Queue.ORDERS, Queue.BULK] == (await journal.sweep(WISH)).due
    (row,) = await claim(journal)
    await finish(journal, row, InboxState.WAITING, due_in_s=5.0)
    assert [Queue.INTERACTIVE, Queue.BULK] == (await journal.sweep(WISH)).due
    clock.turn(5.0)
    assert Queue.ORDERS in (await journal.sweep(WISH)).due


async def test_a_head_that_a_race_left_behind_is_brought_forward_by_the_sweep(journal: Journal) -> None:
    await accept(journal, message(), message())

    def lose_head(connection: Any, _: Sequence[None], now: float) -> list[None]:
        connection.exec_driver_sql("UPDATE inbox SET head = (1 = 0)")
        return [None]

    await journal._writer.submit(lose_head, None)
    assert [] == await claim(journal)
    await journal.sweep(WISH)
    assert len(await claim(journal)) == 1
