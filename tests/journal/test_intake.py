"""A message's way in: kept once and before anybody is told, whatever the SMSC repeats."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from tests.journal.conftest import DEDUPE_S
from tests.journal.kit.messages import ORDER, OTHER, accept, answers, claim, events, message, rows, stop
from tests.journal.kit.turned_clock import TurnedClock
from workers.journal import Answer, Ending, InboxState, Journal, OutboxState, Queue, Ticket
from workers.journal.outbox import Sent


async def test_a_message_is_committed_before_its_future_resolves(journal: Journal) -> None:
    given = message()
    accepted = await journal.accept(Ticket(given))
    other_door = Journal(journal.database.url.render_as_string(hide_password=False))
    try:
        (row,) = rows(other_door)
    finally:
        other_door.close()
    assert (given.transaction_id, False) == (accepted.transaction_id, accepted.duplicate)
    assert (given.transaction_id, given.text, "received") == (row["transaction_id"], row["text"], row["state"])


async def test_the_same_text_twice_with_an_answer_in_time_is_two_messages(journal: Journal) -> None:
    await accept(journal, message())
    await accept(journal, message())
    assert len(rows(journal)) == 2


async def test_the_same_text_twice_in_one_batch_is_two_messages(journal: Journal) -> None:
    first, second = await accept(journal, message(), message())
    assert (False, False) == (first.duplicate, second.duplicate)
    assert len(rows(journal)) == 2


@pytest.mark.parametrize("together", [True, False], ids=["in one batch", "one after the other"])
async def test_the_same_network_reference_is_the_same_message(journal: Journal, together: bool) -> None:
    first, again = message(network_reference="r1"), message(network_reference="r1")
    if together:
        accepted = await accept(journal, first, again)
    else:
        accepted = [*await accept(journal, first), *await accept(journal, again)]
    assert [(first.transaction_id, False), (first.transaction_id, True)] == [
        (one.transaction_id, one.duplicate) for one in accepted
    ]
    assert len(rows(journal)) == 1


@pytest.mark.parametrize(
    "second",
    [
        {"network_reference": "r2"},
        {"network_reference": "r1", "text": "GET 600902000002"},
        {"network_reference": "r1", "number": OTHER},
    ],
    ids=["another reference", "another text", "another number"],
)
async def test_what_differs_is_a_new_message(journal: Journal, second: dict[str, Any]) -> None:
    await accept(journal, message(network_reference="r1"))
    await accept(journal, message(**second))
    assert len(rows(journal)) == 2


async def test_a_redelivery_after_a_late_answer_attaches_to_the_first(journal: Journal) -> None:
    first = message()
    await accept(journal, first)
    await journal.mark_late(first.transaction_id)
    (again,) = await accept(journal, message())
    assert (first.transaction_id, True) == (again.transaction_id, again.duplicate)
    assert "redelivered" in events(journal)


async def test_what_is_meant_again_after_a_redelivery_is_a_new_message(journal: Journal) -> None:
    first = message()
    await accept(journal, first)
    await journal.mark_late(first.transaction_id)
    await accept(journal, message())
    (third,) = await accept(journal, message())
    assert not third.duplicate


async def test_a_commit_whose_channel_gave_up_attaches_the_redelivery_in_the_very_next_batch(journal: Journal) -> None:
    ticket = Ticket(message())
    await journal.accept(ticket)
    ticket.late = True  # the channel gave up after the commit began; nobody has marked the row yet
    (again,) = await accept(journal, message())
    assert (ticket.message.transaction_id, True) == (again.transaction_id, again.duplicate)


async def test_a_message_late_before_its_commit_attaches_the_redelivery_in_the_same_batch(journal: Journal) -> None:
    first = Ticket(message(), late=True)
    again = Ticket(message())
    accepted = await asyncio.gather(journal.accept(first), journal.accept(again))
    assert [False, True] == [one.duplicate for one in accepted]


async def test_what_goes_in_late_is_left_to_the_host_that_took_it_meanwhile(
    journal: Journal, journal_url: str, clock: TurnedClock
) -> None:
    """Promise 2: its SMSC was told to keep it, and brought it to another host, whose row nobody can call late."""
    with Journal(journal_url, dedupe_s=DEDUPE_S, clock=clock) as other_host:
        (taken,) = await accept(other_host, message())
    late = await journal.accept(Ticket(message(), late=True))
    assert (taken.transaction_id, True) == (late.transaction_id, late.duplicate)
    assert 1 == len(rows(journal))


async def test_what_goes_in_late_and_was_meant_again_is_taken_when_it_is_brought_again(journal: Journal) -> None:
    """Promise 1: the SMSC keeps the second of two that were meant, so nothing is lost where that is not kept here."""
    await accept(journal, message())
    await journal.accept(Ticket(message(), late=True))
    (again,) = await accept(journal, message())
    assert (False, 2) == (again.duplicate, len(rows(journal)))


async def test_a_late_mark_survives_a_batch_that_could_not_be_committed(journal: Journal) -> None:
    ticket = Ticket(message())
    await journal.accept(ticket)
    ticket.late = True
    with pytest.raises(Exception, match="channel"):
        await journal.accept(Ticket(message(number=OTHER, channel=None)))  # and with it the mark
    (again,) = await accept(journal, message())
    assert again.duplicate


async def test_messages_that_could_not_be_kept_are_not_remembered(journal: Journal) -> None:
    for _ in range(3):
        with pytest.raises(Exception, match="channel"):
            await journal.accept(Ticket(message(channel=None)))
    await accept(journal, message())
    await accept(journal, message(number=OTHER))
    assert len(journal._intake._unsettled) <= 1


async def test_a_redelivery_after_its_bind_ended_attaches_to_the_first(journal: Journal) -> None:
    session = await journal.session_opened("smsc")
    await accept(journal, message(session=session))
    await journal.session_closed(session)
    (again,) = await accept(journal, message(session=await journal.session_opened("smsc")))
    assert again.duplicate


async def test_a_session_left_open_by_a_process_that_died_ends_when_its_bind_is_bound_again(journal: Journal) -> None:
    left_open = await journal.session_opened("smsc")
    await accept(journal, message(session=left_open))
    (again,) = await accept(journal, message(session=await journal.session_opened("smsc")))
    assert again.duplicate


async def test_a_session_that_lasts_makes_no_redeliveries(journal: Journal) -> None:
    session = await journal.session_opened("smsc")
    await journal.session_opened("another")
    await accept(journal, message(session=session))
    (again,) = await accept(journal, message(session=session))
    assert not again.duplicate


@pytest.mark.parametrize(("after_s", "duplicate"), [(DEDUPE_S - 1, True), (DEDUPE_S + 1, False)])
async def test_a_redelivery_is_looked_for_as_long_as_set(
    journal: Journal, clock: TurnedClock, after_s: float, duplicate: bool
) -> None:
    first = message()
    await accept(journal, first)
    await journal.mark_late(first.transaction_id)
    clock.turn(after_s)
    (again,) = await accept(journal, message())
    assert duplicate == again.duplicate


async def _answered(journal: Journal, text: str = "done") -> None:
    (row,) = await claim(journal)
    await journal.finish(Ending(row, InboxState.DONE, "done", answers=(Answer(row.number, text),)))


async def _send(journal: Journal) -> None:
    (outgoing,) = await journal.claim_answers(["smsc"], 5, 60.0)
    await journal.tried(Sent(outgoing.id, journal.owner, OutboxState.SENT, message_id="m1", via="smsc"))


async def test_a_redelivery_hears_the_answer_again_that_was_sent_already(journal: Journal) -> None:
    first = message()
    await accept(journal, first)
    await _answered(journal)
    await _send(journal)
    await journal.mark_late(first.transaction_id)
    await accept(journal, message(bind="other"))
    assert [(1, "sent", "smsc"), (2, "queued", "other")] == [
        (row["answer_no"], row["state"], row["bind"]) for row in answers(journal)
    ]


async def test_a_question_that_is_asked_again_goes_before_bulk_again(journal: Journal) -> None:
    first = message()
    await accept(journal, first)
    (row,) = await claim(journal)
    await journal.finish(Ending(row, InboxState.DONE, answers=(Answer(row.number, "1 = yes", urgent=True),)))
    await _send(journal)
    await journal.mark_late(first.transaction_id)
    await accept(journal, message())
    assert [0, 0] == [row["priority"] for row in answers(journal)]


@pytest.mark.parametrize("finished", [True, False], ids=["its answer is queued", "its answer is to come"])
async def test_a_redelivery_gets_no_second_answer_while_the_first_is_on_its_way(
    journal: Journal, finished: bool
) -> None:
    first = message()
    await accept(journal, first)
    if finished:
        await _answered(journal)
    await journal.mark_late(first.transaction_id)
    await accept(journal, message())
    assert int(finished) == len(answers(journal))


async def test_an_answer_repeated_while_a_worker_has_the_message_does_not_stop_its_end(journal: Journal) -> None:
    first = message()
    await accept(journal, first)
    (row,) = await claim(journal)
    await journal.finish(
        Ending(row, InboxState.WAITING, due_in_s=0.0, noticed=True, answers=(Answer(row.number, "later"),))
    )
    await _send(journal)
    (row,) = await claim(journal)
    await journal.mark_late(first.transaction_id)
    await accept(journal, message())  # "later" is repeated, as answer 2, while the worker counts 1
    finished = await journal.finish(Ending(row, InboxState.DONE, answers=(Answer(row.number, "done"),)))
    assert finished.mine
    assert [(1, "later"), (2, "later"), (3, "done")] == [(a["answer_no"], a["text"]) for a in answers(journal)]


STOPPABLE: dict[str, Callable[[Any], Ending | None]] = {
    "waits for its turn": lambda row: None,
    "waits for the core": lambda row: Ending(row, InboxState.WAITING, due_in_s=5.0, waiting_for="core"),
    "may have taken effect": lambda row: Ending(row, InboxState.UNKNOWN, due_in_s=5.0, doubtful=True),
    "is asked about": lambda row: Ending(row, InboxState.UNKNOWN, due_in_s=0.0, doubtful=True),
    "was taken by the core": lambda row: Ending(row, InboxState.ACCEPTED, due_in_s=5.0, doubtful=True),
    "is dead": lambda row: Ending(row, InboxState.DEAD),
    "was refused": lambda row: Ending(row, InboxState.REFUSED, "balance"),
}


@pytest.mark.parametrize("case", STOPPABLE)
async def test_a_stop_marks_what_its_number_sent_before(journal: Journal, case: str) -> None:
    """Promise 3: whatever becomes of it, by itself or by a replay, it is not called for once a STOP has come."""
    await accept(journal, message(), message(number=OTHER))
    if case != "waits for its turn":
        for row in await claim(journal):
            ending = STOPPABLE[case](row)
            assert ending
            await journal.finish(ending)
    if case == "is asked about":
        assert await claim(journal)
    await accept(journal, stop())
    assert [True, False, False] == [row["stop_requested"] for row in rows(journal)]


async def test_a_stop_does_not_mark_what_is_done(journal: Journal) -> None:
    await accept(journal, message())
    await _answered(journal)
    await accept(journal, stop())
    assert not any(row["stop_requested"] for row in rows(journal))


async def test_an_order_sent_after_a_stop_is_not_stopped_even_in_its_batch(journal: Journal) -> None:
    await accept(journal, message(), stop(), message())
    assert [True, False, False] == [row["stop_requested"] for row in rows(journal)]


async def test_a_stop_delivered_twice_does_not_stop_what_was_ordered_in_between(journal: Journal) -> None:
    first = stop()
    await accept(journal, first)
    await journal.mark_late(first.transaction_id)
    await accept(journal, message())
    await accept(journal, stop())
    assert [False, False] == [row["stop_requested"] for row in rows(journal)]


async def test_a_messages_queue_is_kept(journal: Journal) -> None:
    await accept(journal, message(), stop())
    assert [Queue.ORDERS, Queue.INTERACTIVE] == [row["queue"] for row in rows(journal)]
    assert ORDER == rows(journal)[0]["text"]
