"""Whether rows make progress: told of what waits, by the newest end near it and by how long the core is waited for."""

from __future__ import annotations

from tests.journal.kit.answers import answered, sent, take
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
    assert [Progress("inbox", "orders", 40.0)] == progress(journal.database)


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
