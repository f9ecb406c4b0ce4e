"""Operations' own changes: each row of the table in `replays`, twice, and what a dry run leaves alone."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from tests.journal.kit.messages import NUMBER, accept, answers, claim, events, message, rows
from tests.journal.kit.turned_clock import TurnedClock
from workers.journal import Answer, Desk, Ending, InboxState, Journal, OutboxState, Plan, Queue, Reader
from workers.journal.outbox import Sent

WHO = {"author": "asha", "reason": "ticket 7"}
Reach = Callable[[Journal], Awaitable[None]]


def ended(state: InboxState, due_in_s: float | None = None, answer: bool = True) -> Reach:
    """Bring the only message to a state, its answer sent."""

    async def reach(journal: Journal) -> None:
        (row,) = await claim(journal)
        texts = (Answer(NUMBER, "first"),) if answer else ()
        doubtful = state in (InboxState.UNKNOWN, InboxState.ACCEPTED)
        await journal.finish(Ending(row, state, "x", due_in_s=due_in_s, doubtful=doubtful, answers=texts))
        for text in await journal.claim_answers(["smsc"], 5, 60.0):
            await journal.tried(Sent(text.id, journal.owner, OutboxState.SENT, message_id="m"))

    return reach


async def received(journal: Journal) -> None:
    """It stays as it came."""


async def claimed(journal: Journal) -> None:
    await claim(journal)


STATES: dict[str, tuple[Reach, str, str, str]] = {  # how to reach it, deed, deed of the second replay, state after
    "done": (ended(InboxState.DONE), "answer", "nothing", "done"),
    "refused": (ended(InboxState.REFUSED), "answer", "nothing", "refused"),
    "unknown": (ended(InboxState.UNKNOWN), "ask", "ask", "unknown"),
    "dead": (ended(InboxState.DEAD), "ask", "ask", "unknown"),
    "waiting": (ended(InboxState.WAITING, 60.0, answer=False), "now", "now", "waiting"),
    "received": (received, "nothing", "nothing", "received"),
    "claimed": (claimed, "nothing", "nothing", "claimed"),
    "accepted": (ended(InboxState.ACCEPTED, 60.0), "nothing", "nothing", "accepted"),
}


@pytest.mark.parametrize("state", STATES)
async def test_a_replay_does_what_its_table_says_and_a_second_one_no_more(
    journal: Journal, clock: TurnedClock, state: str
) -> None:
    reach, deed, second_deed, state_after = STATES[state]
    await accept(journal, message())
    await reach(journal)
    (before,) = rows(journal)
    assert state == before["state"]
    sent_before = len(answers(journal))
    desk = Desk(journal.database)
    assert [deed] == [plan.deed for plan in desk.replay([before["id"]], **WHO)]
    assert [second_deed] == [plan.deed for plan in desk.replay([before["id"]], **WHO)]
    (after,) = rows(journal)
    assert (before["transaction_id"], state_after) == (after["transaction_id"], after["state"])
    assert len(answers(journal)) == sent_before + (deed == "answer")
    if deed in ("ask", "now"):
        assert (clock(), Queue.BULK) == (after["due_at"], after["queue"])
        (row,) = await claim(journal, Queue.BULK)
        assert (deed == "ask", before["transaction_id"]) == (row.doubtful, row.transaction_id)
    else:
        assert [] == await claim(journal, Queue.BULK)
    assert [deed, second_deed].count("nothing") + events(journal).count("replayed") == 2


@pytest.mark.parametrize("state", STATES)
async def test_a_dry_run_changes_nothing(journal: Journal, state: str) -> None:
    reach, deed, _, _ = STATES[state]
    await accept(journal, message())
    await reach(journal)
    before = rows(journal), answers(journal), events(journal)
    assert [deed] == [plan.deed for plan in Desk(journal.database).plan([before[0][0]["id"]])]
    assert before == (rows(journal), answers(journal), events(journal))


async def test_the_dead_get_their_attempts_back(journal: Journal) -> None:
    await accept(journal, message())
    (row,) = await claim(journal)
    await journal.finish(Ending(row, InboxState.DEAD, "busy", uses_attempt=True))
    Desk(journal.database).replay([row.id], **WHO)
    (kept,) = rows(journal)
    assert (0, True, None) == (kept["attempts"], kept["doubtful"], kept["finished_at"])


async def test_a_replay_is_in_the_history_with_its_author_and_reason(journal: Journal) -> None:
    await accept(journal, message())
    await ended(InboxState.UNKNOWN)(journal)
    (row,) = rows(journal)
    Desk(journal.database).replay([row["id"]], **WHO)
    life = Reader(journal.database).life(str(row["id"]))
    assert life
    (event,) = life.history
    assert ("replayed", "asha") == (event["event"], event["author"])
    assert {"reason": "ticket 7", "deed": "ask", "was": "unknown"} == event["detail"]


BURIALS = {
    "unknown": True, "dead": True, "waiting": True, "accepted": True,
    "done": False, "refused": False, "received": False, "claimed": False,
}  # fmt: skip


@pytest.mark.parametrize("state", BURIALS)
async def test_only_what_waits_for_operations_is_buried(journal: Journal, state: str) -> None:
    await accept(journal, message(), message())
    await (STATES[state][0])(journal)
    row = rows(journal)[0]
    (plan,) = Desk(journal.database).bury([row["id"]], author="asha", reason="ticket 7")
    assert ("bury" if BURIALS[state] else "nothing") == plan.deed
    buried = rows(journal)[0]
    if BURIALS[state]:
        assert ("refused", "buried", None) == (buried["state"], buried["outcome"], buried["due_at"])
        assert ["buried"] == events(journal)
        assert len(await claim(journal)) == 1  # the next of its number has its turn
    else:
        assert row == buried


async def test_a_message_that_is_not_there_is_left_out(journal: Journal) -> None:
    no_plan: list[Plan] = []
    assert no_plan == Desk(journal.database).replay([404], **WHO)


async def test_depths_count_what_is_not_finished_with_the_age_of_the_oldest(
    journal: Journal, clock: TurnedClock
) -> None:
    await accept(journal, message(), message(number="861", queue=Queue.INTERACTIVE))
    (row,) = await claim(journal)
    await journal.finish(Ending(row, InboxState.DONE, answers=(Answer(NUMBER, "done"),)))
    await accept(journal, message(), message())
    clock.turn(7.0)
    assert [
        ("inbox", "interactive", "received", 1, 7.0, "sms"),
        ("inbox", "orders", "received", 2, 7.0, "sms"),
        ("outbox", "smsc", "queued", 1, 7.0, ""),
    ] == [(d.box, d.name, d.state, d.count, d.oldest_s, d.channel) for d in Reader(journal.database).depths()]


async def test_a_life_is_found_by_its_row_its_transaction_and_a_steps_transaction(journal: Journal) -> None:
    given = message()
    await accept(journal, given)
    reader = Reader(journal.database)
    for identity in (str(rows(journal)[0]["id"]), given.transaction_id, f"{given.transaction_id}01"):
        life = reader.life(identity)
        assert life
        assert given.transaction_id == life.message["transaction_id"]
    assert reader.life("0" * 24) is None
    assert reader.life("9" * 30) is None
