"""A flood from one number is answered once a minute, truthfully; it stops no STOP and nobody else."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.journal.kit.messages import NUMBER, ORDER, OTHER, accept, answers, claim, message, rows
from tests.journal.kit.turned_clock import TurnedClock
from tests.journals import journal_url, postgresql_url, sqlite_url  # noqa: F401 - fixtures
from tests.workers.kit.office import INTERPRETER
from workers.dialogue.limits import NumberLimits
from workers.journal import Answer, ClaimedRow, Ending, InboxState, Journal, JournalUnavailable, Queue
from workers.journal.gift_deadlines import CHANNEL
from workers.journal.states import FLOOD_TOLD
from workers.limiting import Limited
from workers.pricing import JournalBook, Pricing

MOST = 3
TOLD = "You have sent more than 3 texts in a minute"


@pytest.fixture
def clock() -> TurnedClock:
    return TurnedClock()


@pytest.fixture
def journal(journal_url: str, clock: TurnedClock) -> Iterator[Journal]:  # noqa: F811
    with Journal(journal_url, clock=clock) as journal:
        yield journal


async def done(row: ClaimedRow) -> Ending:
    return Ending(row, InboxState.DONE, "done", answers=(Answer(row.number, f"done: {row.text}"),))


def limited(journal: Journal, most: int = MOST) -> Limited:
    limits = NumberLimits(most)
    book = JournalBook(journal)
    return Limited(done, Pricing(clock=journal.database.now), limits, book, INTERPRETER)


async def work(journal: Journal, most: int = MOST) -> None:
    """Do all that is due."""
    limit = limited(journal, most)
    while found := [row for queue in Queue for row in await claim(journal, queue)]:
        for row in found:
            await journal.finish(await limit.run(row))


def told(journal: Journal, number: str = NUMBER) -> list[str]:
    return [row["text"] for row in answers(journal) if row["destination"] == number]


async def test_the_first_text_over_the_limit_is_told_for_all_that_follow_within_a_minute(
    journal: Journal, clock: TurnedClock
) -> None:
    """Promise 4: silence is never an answer; the one that is given says of the next minute that nothing is done."""
    await accept(journal, *(message() for _ in range(20)), message(number=OTHER))
    await work(journal)
    assert [True] * MOST + [False] == [text.startswith("done") for text in told(journal)]
    assert TOLD in told(journal)[-1]
    assert "nor any other of the next minute. Nothing was charged." in told(journal)[-1]
    assert [f"done: {ORDER}"] == told(journal, OTHER), "others notice nothing"
    mine = [row["outcome"] for row in rows(journal) if row["number"] == NUMBER]
    assert ["done"] * MOST + [FLOOD_TOLD] + ["flood"] * 16 == mine
    clock.turn(59)
    await accept(journal, message())
    await work(journal)
    assert MOST + 1 == len(told(journal)), "what was told of the next minute stays true"
    clock.turn(61)
    await accept(journal, message())
    await work(journal)
    assert f"done: {ORDER}" == told(journal)[-1]


async def test_a_flood_that_goes_on_is_told_again_after_a_minute(journal: Journal, clock: TurnedClock) -> None:
    for _ in range(5):
        await accept(journal, *(message() for _ in range(10)))
        await work(journal)
        clock.turn(30)
    assert 3 == sum(TOLD in text for text in told(journal))


async def test_a_stop_is_heard_through_any_flood(journal: Journal) -> None:
    await accept(journal, *(message("HELP") for _ in range(10)), message("STOP"), message("NO"))
    await work(journal)
    assert ["done: STOP", "done: NO"] == told(journal)[-2:]


async def test_a_message_whose_call_may_have_begun_is_never_refused_for_a_flood(journal: Journal) -> None:
    await accept(journal, *(message() for _ in range(10)))
    limit = limited(journal)
    endings = {}
    while found := await claim(journal):
        for row in found:
            await journal.finish(endings.setdefault(row.id, await limit.run(row)))
    (covered,) = (ending.row for ending in endings.values() if ending.row.id == 9)
    assert "flood" == (await limit.run(covered)).outcome
    doubtful = ClaimedRow(**{name: getattr(covered, name) for name in covered.__slots__} | {"doubtful": True})
    assert "done" == (await limit.run(doubtful)).outcome


async def test_our_own_message_that_ends_a_gift_gets_through_its_recipients_flood(journal: Journal) -> None:
    await accept(journal, *(message() for _ in range(MOST + 5)), message("7", channel=CHANNEL))
    await work(journal)
    assert "done: 7" == told(journal)[-1]


async def test_without_a_limit_nothing_is_looked_at(journal: Journal) -> None:
    await accept(journal, *(message() for _ in range(10)))
    await work(journal, most=0)
    assert 10 == len(told(journal))


async def test_a_limit_that_cannot_be_looked_at_stops_nobody(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    await accept(journal, *(message() for _ in range(10)))
    (row, *_) = await claim(journal)

    def unavailable(*_: object, **__: object) -> None:
        raise JournalUnavailable("gone")

    limit = limited(journal)
    monkeypatch.setattr("workers.journal.usage.Usage.traffic", unavailable)
    assert "done" == (await limit.run(row)).outcome
