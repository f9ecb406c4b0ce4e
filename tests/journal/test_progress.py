"""Whether rows make progress: told of what waits, by the newest end near it and by how long the core is waited for."""

from __future__ import annotations

import asyncio

from tests.journal.kit.answers import answered, postponed, sent, take
from tests.journal.kit.messages import accept, claim, message
from tests.journal.kit.turned_clock import TurnedClock
from workers.journal import Ending, InboxState, Journal
from workers.journal.progress import Progress, progress


async def test_nothing_is_told_where_nothing_waits(journal: Journal) -> None:
    assert [] == progress(journal.database)


async def test_what_waits_alone_has_seen_no_end(journal: Journal) -> None:
    await accept(journal, message("1"))
    assert [Progress("inbox", "orders", None)] == progress(journal.database)


async def test_the_newest_end_of_others_is_told_beside_what_waits(journal: Journal, clock: TurnedClock) -> None:
    await accept(journal, message("1", number="861"), message("2", number="862"))
    done, _ = await claim(journal)
    await journal.finish(Ending(done, InboxState.DONE))
    clock.turn(40.0)
    assert [Progress("inbox", "orders", 40.0, overdue_s=40.0)] == progress(journal.database)


async def test_how_long_the_core_is_waited_for_counts_from_the_text(journal: Journal, clock: TurnedClock) -> None:
    await accept(journal, message("1"))
    clock.turn(5.0)
    (row,) = await claim(journal)
    await journal.finish(Ending(row, InboxState.WAITING, due_in_s=30.0, waiting_for="core"))
    clock.turn(5.0)
    assert [Progress("inbox", "orders", None, 10.0)] == progress(journal.database)


async def test_answers_make_progress_as_they_are_sent(journal: Journal, clock: TurnedClock) -> None:
    await answered(journal, "1", number="861")
    await answered(journal, "2", number="862")
    assert [Progress("outbox", "smsc", None)] == progress(journal.database)
    first, _ = await take(journal)
    await sent(journal, first, "m1")
    clock.turn(7.0)
    assert [Progress("outbox", "smsc", 7.0)] == progress(journal.database)


async def test_a_message_is_overdue_from_when_it_could_be_taken_up(journal: Journal, clock: TurnedClock) -> None:
    await accept(journal, message("1"))
    clock.turn(70.0)
    assert [Progress("inbox", "orders", None, overdue_s=70.0)] == progress(journal.database)


async def test_a_message_in_hand_is_overdue_since_it_was_taken(journal: Journal, clock: TurnedClock) -> None:
    await accept(journal, message("1"))
    clock.turn(70.0)
    await claim(journal)
    clock.turn(5.0)
    assert [Progress("inbox", "orders", None, overdue_s=5.0)] == progress(journal.database)


async def test_what_a_number_waits_for_makes_nothing_overdue(journal: Journal, clock: TurnedClock) -> None:
    """The core has said "later" to one of a number's messages, and its next one stands behind it in the line."""
    await accept(journal, message("1"), message("2"))
    (row,) = await claim(journal)
    await journal.finish(Ending(row, InboxState.WAITING, due_in_s=900.0))
    clock.turn(300.0)
    assert [Progress("inbox", "orders", None)] == progress(journal.database)


async def test_one_row_that_is_left_behind_hides_no_end_of_others(journal: Journal, clock: TurnedClock) -> None:
    """Further on than is looked at around it: `orders` is done there as ever."""
    await accept(journal, message("1", number="861"))
    (row,) = await claim(journal)
    await journal.finish(Ending(row, InboxState.WAITING, due_in_s=9_000.0))
    await accept(journal, *(message("2", number=f"862{one:04}") for one in range(600)))
    others = await claim(journal, limit=600)
    await asyncio.gather(*(journal.finish(Ending(one, InboxState.DONE)) for one in others[:-1]))
    clock.turn(600.0)
    await journal.finish(Ending(others[-1], InboxState.DONE))
    clock.turn(3.0)
    assert [Progress("inbox", "orders", 3.0)] == progress(journal.database)


async def test_a_long_line_is_seen_to_be_worked_off(journal: Journal, clock: TurnedClock) -> None:
    """Between the one that is left behind and the newest, both far off."""
    await accept(journal, message("1", number="861"))
    (row,) = await claim(journal)
    await journal.finish(Ending(row, InboxState.WAITING, due_in_s=9_000.0))
    for second in range(3):
        clock.turn(1.0)
        await accept(journal, *(message("2", number=f"86{second}{one:04}") for one in range(600)))
    first = await claim(journal, limit=800)
    clock.turn(600.0)
    await asyncio.gather(*(journal.finish(Ending(one, InboxState.DONE)) for one in first))
    clock.turn(3.0)
    assert [Progress("inbox", "orders", 3.0, overdue_s=604.0)] == progress(journal.database)


async def test_what_ended_before_the_clock_was_set_back_is_no_progress(journal: Journal, clock: TurnedClock) -> None:
    await accept(journal, message("1", number="861"))
    (done,) = await claim(journal)
    await journal.finish(Ending(done, InboxState.DONE))
    clock.turn(-3600.0)
    await accept(journal, message("2", number="862"))
    clock.turn(120.0)
    assert [Progress("inbox", "orders", None, overdue_s=120.0)] == progress(journal.database)


async def test_an_answer_that_is_put_off_is_not_overdue(journal: Journal, clock: TurnedClock) -> None:
    """A handset that is switched off for hours, in a night in which nothing else is sent."""
    await answered(journal, "1")
    (text,) = await take(journal)
    await postponed(journal, text, 3_600.0)
    clock.turn(1_800.0)
    assert [Progress("outbox", "smsc", None)] == progress(journal.database)
    clock.turn(1_900.0)
    assert [Progress("outbox", "smsc", None, overdue_s=100.0)] == progress(journal.database)


async def test_an_answer_that_its_sender_has_let_go_is_overdue(journal: Journal, clock: TurnedClock) -> None:
    await answered(journal, "1")
    await take(journal)
    clock.turn(30.0)
    assert [Progress("outbox", "smsc", None)] == progress(journal.database)
    clock.turn(50.0)
    assert [Progress("outbox", "smsc", None, overdue_s=20.0)] == progress(journal.database)
