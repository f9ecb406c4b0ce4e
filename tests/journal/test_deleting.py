"""What was purged long ago goes as a whole, in small transactions; what must hold for longer stays."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import Table, func, insert, select

from tests.journal.kit.messages import NUMBER, accept, claim, message, rows
from tests.journal.kit.purging import purge_of
from tests.journal.kit.turned_clock import TurnedClock
from tests.journal.test_purging import WHO, a_whole_life, gift
from workers.journal import Ending, InboxState, Journal, tables
from workers.journal.consents import Record
from workers.journal.deeds import Deeds
from workers.journal.funnel import ScreenCount
from workers.journal.purging import Purged

DAY_S = 86400.0
DOCS = Path(__file__).parents[2] / "docs"


def put(journal: Journal, table: Table, **values: Any) -> None:
    journal.database.write(lambda connection: connection.execute(insert(table).values(**values)))


def counts(journal: Journal) -> Mapping[str, int]:
    """How many rows each table has that has any; what statistics keep for themselves is no purge's business."""
    with journal.database.read() as connection:
        found = {
            table.name: int(connection.scalar(select(func.count()).select_from(table)) or 0)
            for table in tables.metadata.sorted_tables
        }
    return {name: count for name, count in found.items() if count and not name.startswith("statistics")}


def purged(journal: Journal, clock: TurnedClock, after_days: float, gone_days: float) -> Purged:
    purge = purge_of(journal.database, sleep=lambda _: None)
    planned = purge.count(clock() - after_days * DAY_S, clock() - gone_days * DAY_S)
    done = purge.run(clock() - after_days * DAY_S, clock() - gone_days * DAY_S, **WHO)
    assert {name: done.deleted.get(name, 0) for name in planned.deleted} == planned.deleted
    return done


async def test_of_a_message_that_is_gone_nothing_is_left_but_the_record_and_the_counts(
    journal: Journal, clock: TurnedClock
) -> None:
    await a_whole_life(journal)
    clock.turn(1.0)
    await a_whole_life(journal, "862")
    for deed in ("logged in", "logged out"):
        Deeds(journal.database).note(deed, "anna@console")
    await journal.count_screens([ScreenCount(int(clock()), "v1", "welcome", 1)])
    clock.turn(1000 * DAY_S)
    await accept(journal, message(number="861"))
    done = purged(journal, clock, 90, 800)
    assert {
        "inbox": 2, "outbox": 3, "questions": 2, "charges": 2, "history": 1, "ussd_funnel": 1,
    } == dict(done.deleted)  # fmt: skip
    assert {"inbox": 1, "outbox": 1, "consents": 2, "consent_chain": 1, "history": 2, "offer_counts": 3} == counts(
        journal
    )
    assert [] == Record(journal.database).verify().flaws
    assert ["861"] == [row["number"] for row in rows(journal)]


async def test_a_message_is_blanked_before_it_is_deleted_and_may_be_so_in_one_purge(
    journal: Journal, clock: TurnedClock
) -> None:
    await a_whole_life(journal)
    clock.turn(500 * DAY_S)
    await accept(journal, message(number="861"))
    assert {} == dict(purged(journal, clock, 90, 800).deleted)
    assert 2 == len(rows(journal))
    assert {} == dict(purged(journal, clock, 90, 800).rows), "it is blanked already"
    clock.turn(500 * DAY_S)
    assert 1 == purged(journal, clock, 90, 800).deleted["inbox"]


async def test_what_is_not_finished_is_deleted_at_no_age(journal: Journal, clock: TurnedClock) -> None:
    """Promise 1: a message that waits for operations is not lost, however long they leave it."""
    await accept(journal, message(number="861"))
    (row,) = await claim(journal)
    await journal.finish(Ending(row, InboxState.DEAD, "busy"))
    gift(journal, None)
    clock.turn(5000 * DAY_S)
    await accept(journal, message(number="862"))
    before = counts(journal)
    deleted = dict(purged(journal, clock, 90, 800).deleted)
    assert {} == {name: rows for name, rows in deleted.items() if not name.startswith("statistics")}
    assert {**before, "history": 1} == counts(journal)


async def test_the_last_message_keeps_its_number_from_being_given_away_again(
    journal: Journal, clock: TurnedClock
) -> None:
    await a_whole_life(journal)
    clock.turn(1000 * DAY_S)
    assert "inbox" not in purged(journal, clock, 90, 800).deleted
    (old,) = rows(journal)
    await accept(journal, message(number="861"))
    assert old["id"] < rows(journal)[-1]["id"]
    assert 1 == purged(journal, clock, 90, 800).deleted["inbox"]


async def test_deeds_go_but_how_far_purges_have_come_stays(journal: Journal, clock: TurnedClock) -> None:
    await a_whole_life(journal)
    clock.turn(100 * DAY_S)
    purged(journal, clock, 90, 800)
    Deeds(journal.database).note("switched", "asha", what="north")
    clock.turn(1000 * DAY_S)
    purged(journal, clock, 90, 800)
    clock.turn(1000 * DAY_S)
    purged(journal, clock, 90, 800)
    found = Deeds(journal.database).page().rows
    assert ["purged", "purged"] == [deed["event"] for deed in found]
    assert found[0]["detail"]["mark"] >= 1


async def test_many_go_in_small_steps_with_a_rest_after_each(journal: Journal, clock: TurnedClock) -> None:
    for begin in range(0, 120, 40):
        await accept(journal, *(message(number=f"86{no}") for no in range(begin, begin + 40)))
        while taken := await claim(journal, limit=40):
            for row in taken:
                await journal.finish(Ending(row, InboxState.DONE, "done"))
    clock.turn(1000 * DAY_S)
    rests: list[float] = []
    done = purge_of(journal.database, sleep=rests.append).run(clock(), clock() - DAY_S, **WHO, pause_s=0.5)
    assert (120, 119) == (done.rows["inbox"], done.deleted["inbox"])
    assert 5 <= len(rests)
    assert 0.5 == min(rests)


async def test_what_stands_beside_messages_goes_once_it_is_over(journal: Journal, clock: TurnedClock) -> None:
    """Whoever may still be a member is not forgotten: the full price would be asked of somebody who pays less."""
    now = clock()
    renewal = {"short_code": "1", "bind": "b", "rule": "", "tries": 0}
    for number, due_at in (("861", now + DAY_S), ("862", now + 400 * DAY_S)):
        put(journal, tables.renewals, number=number, tone_code="600902000001", due_at=due_at, **renewal)
    member = {"level": "gold", "since": now, "read_at": now}
    put(journal, tables.memberships, number="863", code="box", valid_until=now + DAY_S, **member)
    put(journal, tables.memberships, number="864", code="box", valid_until=now + 350 * DAY_S, **member)
    put(journal, tables.memberships, number="862", code="600902000001", valid_until=now + DAY_S, **member)
    for id_, ended_at in (("ended", now + DAY_S), ("open", None)):
        put(journal, tables.bind_sessions, id=id_, bind="b", host="h", started_at=now, ended_at=ended_at)
    for ended_at in (now + DAY_S, None):
        run = {"author": "a", "reason": "", "rate_per_s": 0.0, "begun_at": now, "ended_at": ended_at}
        put(journal, tables.replay_runs, **run)
    for no in range(70):
        done = {"planned": "again", "deed": "again", "why": "", "at": now}
        put(journal, tables.replay_rows, run_id=1 + no % 2, inbox_id=no, **done)
    clock.turn(400 * DAY_S)
    done = purged(journal, clock, 90, 800)
    assert {
        "renewals": 1, "memberships": 1, "bind_sessions": 1, "replay_rows": 35, "replay_runs": 1,
    } == dict(done.rows)  # fmt: skip
    assert {
        "renewals": 1, "memberships": 2, "bind_sessions": 1, "replay_rows": 35, "replay_runs": 1, "history": 1,
    } == counts(journal)  # fmt: skip


async def test_a_screen_that_a_gateway_was_to_show_is_a_text_like_any_other(
    journal: Journal, clock: TurnedClock
) -> None:
    await a_whole_life(journal)
    push = json.dumps({"text": f"Call {NUMBER}?"})
    journal.database.write(lambda connection: connection.execute(tables.outbox.update().values(push=push)))
    clock.turn(100 * DAY_S)
    purged(journal, clock, 90, 800)
    with journal.database.read() as connection:
        assert {""} == set(connection.scalars(select(tables.outbox.c.push)))


def test_operations_are_told_of_every_table_what_is_kept_how_long_and_why() -> None:
    told = (DOCS / "operations.md").read_text()
    assert [] == [name for name in tables.metadata.tables if f"`{name}`" not in told]
