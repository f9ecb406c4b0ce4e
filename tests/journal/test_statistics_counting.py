"""Statistics: each end of a message is counted once, on both databases, and taken out where it ends otherwise."""

from __future__ import annotations

import threading
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from tests.journal.kit.messages import NUMBER, OTHER, accept, claim, message, rows
from tests.journal.kit.purging import purge_of
from tests.journal.kit.turned_clock import TurnedClock
from tests.journal.test_plans import plan_of, statements
from workers.counting import count
from workers.dialogue import Action, Result, ToneFacts, Verdict
from workers.journal import (
    Answer,
    ConsentChange,
    Desk,
    Ending,
    InboxState,
    Journal,
    NewConsent,
    NewQuestion,
    Queue,
    tables,
)
from workers.journal.blanking import hashing
from workers.journal.quotas import Charge
from workers.journal.rows import Settlement
from workers.journal.statistics.counting import Counting
from workers.journal.sweep import Sweep
from workers.steps import write_results

KEY = b"k"
ZONE = ZoneInfo("Asia/Shanghai")
TONE = ToneFacts("600902000001", "Moon River", "A singer", 200, 30)
DAY_S = 86_400.0


@pytest.fixture
def counting(journal: Journal) -> Counting:
    return Counting(journal.database, count, ZONE, hashing(KEY))


def ordered(charged: int | None = 200, verdict: Verdict = Verdict.DONE, reason: str = "") -> Result:
    return Result(Action.ORDER, verdict, reason, TONE.code, TONE, charged=charged if verdict is Verdict.DONE else None)


async def ended(
    journal: Journal,
    *results: Result,
    state: InboxState = InboxState.DONE,
    outcome: str = "",
    number: str = NUMBER,
    words: str = "GET 600902000001",
    **more: Any,
) -> int:
    """One message that ended so; its id."""
    await accept(journal, message(words, number))
    (row,) = [row for row in await claim(journal) if row.number == number]
    written = write_results(dict(enumerate(results, 1))) if results else ""
    said = outcome or (results[0].reason or results[0].verdict)
    assert (await journal.finish(Ending(row, state, said, results=written, **more))).mine
    return row.id


def counted(journal: Journal, grain: str = "d") -> dict[tuple[str, ...], tuple[int, ...]]:
    """(channel, brand, language, offer, action, outcome) → messages, results, confirmed, amount, won, of all time."""
    table, found = tables.statistics, dict[tuple[str, ...], tuple[int, ...]]()
    with journal.database.read() as connection:
        for row in connection.execute(select(table).where(table.c.grain == grain)):
            before = found.get(tuple(row[2:8]), (0,) * 5)
            found[tuple(row[2:8])] = tuple(map(sum, zip(before, row[8:], strict=True)))
    return {key: sums for key, sums in found.items() if any(sums)}


def people(journal: Journal) -> dict[tuple[str, str], tuple[int, int]]:
    """(grain, scope) → users, paying."""
    table = tables.statistics_users
    found: dict[tuple[str, str], tuple[int, int]] = {}
    with journal.database.read() as connection:
        for row in connection.execute(select(table)):
            users, paying = found.get((row.grain, row.scope), (0, 0))
            found[row.grain, row.scope] = (users + row.users, paying + row.paying)
    return found


async def test_a_message_is_counted_once_however_often_it_is_looked_for(journal: Journal, counting: Counting) -> None:
    await ended(journal, ordered())
    assert 1 == counting.run()
    assert 0 == counting.run()
    for grain in "dmDM":
        assert {("sms", "", "", "", "order", "done"): (1, 1, 0, 200, 0)} == counted(journal, grain)
    assert {("d", ""): (1, 1), ("m", ""): (1, 1), ("y", ""): (1, 1)} == people(journal)
    (row,) = rows(journal)
    assert ("done:done", "") == (row["counted"], row["counted_as"])


async def test_what_has_not_ended_is_not_counted(journal: Journal, counting: Counting) -> None:
    await accept(journal, message(), message(number=OTHER))
    await ended(journal, ordered(), state=InboxState.UNKNOWN, outcome="timeout", number="863", due_in_s=10.0)
    await ended(journal, ordered(), state=InboxState.ACCEPTED, outcome="accepted", number="864", due_in_s=10.0)
    assert 0 == counting.run()
    assert not counting.is_due(0)
    await ended(journal, state=InboxState.UNKNOWN, outcome="cannot_tell", number="865")  # parked
    assert counting.is_due(0)
    assert 1 == counting.run()
    assert {("sms", "", "", "", "", "unknown"): (1, 1, 0, 0, 0)} == counted(journal)


async def test_it_is_counted_by_the_language_and_the_brand_that_it_was_done_in(
    journal: Journal, counting: Counting
) -> None:
    answers = (Answer(OTHER, "a text", language="fr"), Answer(NUMBER, "a text", language="zh"))
    await ended(journal, ordered(), answers=answers, brand="gold")
    counting.run()
    assert {("sms", "gold", "zh", "", "order", "done")} == set(counted(journal))


async def test_a_stay_that_says_nothing_leaves_language_and_brand_as_they_were(journal: Journal) -> None:
    answers = (Answer(NUMBER, "we look into it", language="zh"),)
    await ended(journal, state=InboxState.UNKNOWN, outcome="timeout", due_in_s=0.0, answers=answers, brand="gold")
    (row,) = await claim(journal)
    await journal.finish(Ending(row, InboxState.DONE, "done"))
    assert [("zh", "gold")] == [(row["language"], row["brand"]) for row in rows(journal)]


async def test_a_brand_that_was_heard_is_that_of_later_messages_and_not_of_others(
    journal: Journal, counting: Counting, clock: TurnedClock
) -> None:
    await ended(journal, ordered(), brand="gold")
    counting.run()
    await ended(journal, ordered())
    await ended(journal, ordered(), number=OTHER)
    counting.run()
    assert {"gold": 2, "": 1} == {key[1]: sums[0] for key, sums in counted(journal).items()}
    clock.turn(365 * DAY_S)
    await ended(journal, ordered())
    counting.run()
    assert {"gold": 3, "": 1} == {
        brand: sum(sums[0] for key, sums in counted(journal).items() if key[1] == brand) for brand in ("gold", "")
    }


async def test_a_yes_and_the_offer_behind_a_charge_are_found_with_their_message(
    journal: Journal, counting: Counting
) -> None:
    await accept(journal, message())
    (row,) = await claim(journal)
    step = f"{row.transaction_id}01"
    await journal.reserve(Charge(step, NUMBER, "order", TONE.code, 100, "spring", True, 10, 1))
    yes = ConsentChange(
        ask=NewQuestion(1, "reply", "order", '[{"tone": "600902000001"}]', "", "en", 60.0, granted=True),
        record=(NewConsent("granted", "reply", "order", "10086", "[]", "", "en"),),
    )
    results = write_results({1: ordered(100)})
    settlement = Settlement(row.transaction_id, ((step, 100),))
    await journal.finish(Ending(row, InboxState.DONE, "done", results=results, consent=yes, settlement=settlement))
    counting.run()
    assert {("sms", "", "", "spring", "order", "done"): (1, 1, 1, 100, 0)} == counted(journal)
    assert {("d", ""): (1, 1), ("d", "spring"): (1, 1)} == {
        key: value for key, value in people(journal).items() if key[0] == "d"
    }


async def test_a_yes_to_a_wrong_letter_agrees_to_no_price(journal: Journal, counting: Counting) -> None:
    meant = NewQuestion(1, "reply", "order", '[{"code": "", "meant": "GET 1"}]', "", "en", 60.0, granted=True)
    await ended(journal, ordered(), consent=ConsentChange(ask=meant))
    counting.run()
    assert [0] == [sums[2] for sums in counted(journal).values()]


async def test_a_dead_message_that_operations_have_done_moves_from_dead_to_done(
    journal: Journal, counting: Counting
) -> None:
    id_ = await ended(journal, state=InboxState.DEAD, outcome="attempts")
    counting.run()
    assert {("sms", "", "", "", "", "dead"): (1, 1, 0, 0, 0)} == counted(journal)
    Desk(journal.database).replay([id_], author="asha", reason="a try")
    assert 0 == counting.run()
    (row,) = await claim(journal, Queue.BULK)
    await journal.finish(Ending(row, InboxState.DONE, "done", results=write_results({1: ordered()})))
    assert 1 == counting.run()
    assert {("sms", "", "", "", "order", "done"): (1, 1, 0, 200, 0)} == counted(journal)
    assert counted(journal) == counted(journal, "m")
    assert {("d", ""): (1, 1), ("m", ""): (1, 1), ("y", ""): (1, 1)} == people(journal)


async def test_what_more_was_done_by_a_replay_that_ended_the_same_is_counted(
    journal: Journal, counting: Counting
) -> None:
    id_ = await ended(journal, state=InboxState.DEAD, outcome="busy")
    counting.run()
    Desk(journal.database).replay([id_], author="asha", reason="a try")
    (row,) = await claim(journal, Queue.BULK)
    await journal.finish(Ending(row, InboxState.DEAD, "busy", results=write_results({1: ordered(100)})))
    assert 1 == counting.run()
    assert {
        ("sms", "", "", "", "order", "dead"): (1, 1, 0, 0, 0),
        ("sms", "", "", "", "order", "done"): (0, 1, 0, 100, 0),
    } == counted(journal)


async def test_a_question_that_ran_out_and_is_asked_again_is_one_message(
    journal: Journal, counting: Counting, clock: TurnedClock
) -> None:
    question = NewQuestion(1, "reply", "order", '[{"tone": "600902000001"}]', "", "en", 60.0)
    asked = ordered(verdict=Verdict.ASKED)
    id_ = await ended(journal, asked, consent=ConsentChange(ask=question))
    counting.run()
    clock.turn(3600)
    await journal.sweep(Sweep(10.0, 3, "sweeper", lambda *_: ""))
    Desk(journal.database).replay([id_], author="asha", reason="a try")
    (row,) = await claim(journal, Queue.BULK)
    refused = ordered(verdict=Verdict.REFUSED, reason="owned")
    await journal.finish(Ending(row, InboxState.REFUSED, "owned", results=write_results({1: refused})))
    assert 1 == counting.run()
    assert {("sms", "", "", "", "order", "owned"): (1, 1, 0, 0, 0)} == counted(journal)


async def test_a_parked_message_that_is_given_up_moves_too(journal: Journal, counting: Counting) -> None:
    id_ = await ended(journal, ordered(100), state=InboxState.UNKNOWN, outcome="cannot_tell")
    counting.run()
    Desk(journal.database).bury([id_], author="asha", reason="a try")
    counting.run()
    assert {("sms", "", "", "", "order", outcome) for outcome in ("buried", "done")} == set(counted(journal))
    assert 100 == sum(sums[3] for sums in counted(journal).values())


async def test_days_begin_at_the_operators_midnight_and_people_count_once_in_each_span(
    journal: Journal, counting: Counting, clock: TurnedClock
) -> None:
    clock.now_s = datetime(2026, 12, 31, 23, 59, tzinfo=ZONE).timestamp()
    await ended(journal, ordered(verdict=Verdict.ASKED))
    await ended(journal, ordered())
    clock.turn(120)  # another year in Shanghai, the same day in Greenwich
    await ended(journal, ordered(verdict=Verdict.ASKED))
    await ended(journal, ordered(), number=OTHER)
    counting.run()
    clock.turn(DAY_S)
    await ended(journal, ordered())
    counting.run()
    table = tables.statistics_users
    with journal.database.read() as connection:
        found = {
            (row.grain, row.begin.isoformat()): (row.users, row.paying) for row in connection.execute(select(table))
        }
    assert {
        ("d", "2026-12-31"): (1, 1), ("m", "2026-12-01"): (1, 1), ("y", "2026-01-01"): (1, 1),
        ("d", "2027-01-01"): (2, 1), ("d", "2027-01-02"): (1, 1), ("m", "2027-01-01"): (2, 2),
        ("y", "2027-01-01"): (2, 2),
    } == found  # fmt: skip


async def test_whose_number_a_purge_has_hashed_is_the_same_person(journal: Journal, counting: Counting) -> None:
    await ended(journal, ordered())
    counting.run()
    id_ = await ended(journal, ordered())
    values = {"number": hashing(KEY)(NUMBER)}
    journal.database.write(lambda c: c.execute(update(tables.inbox).where(tables.inbox.c.id == id_).values(values)))
    counting.run()
    assert (1, 1) == people(journal)["y", ""]
    assert [2] == [sums[0] for sums in counted(journal).values()]


async def test_without_a_key_everything_is_counted_but_people(journal: Journal) -> None:
    await ended(journal, ordered(), brand="gold")
    await ended(journal, ordered())
    assert 2 == Counting(journal.database, count, ZONE, None).run()
    assert {"gold": 1, "": 1} == {key[1]: sums[0] for key, sums in counted(journal).items()}
    assert {} == people(journal)


async def test_no_number_and_no_text_is_in_any_of_it(journal: Journal, counting: Counting) -> None:
    """Promise 6: of a text that nobody understood one word is left, of a person a keyed hash."""
    await ended(journal, outcome="not_understood", words=f"Helo{NUMBER} secret")
    await ended(journal, ordered(), state=InboxState.DEAD, outcome="busy", words="GET 600902000001")
    counting.run()
    with journal.database.read() as connection:
        kept = "\n".join(
            str(tuple(row))
            for table in tables.metadata.sorted_tables
            if table.name.startswith("statistics")
            for row in connection.execute(select(table))
        ) + "".join(row["counted_as"] for row in rows(journal))
        words = connection.execute(select(tables.statistics_words.c.word)).scalars().all()
    assert ["helo*"] * 2 == words
    assert [] == [secret for secret in (NUMBER, "secret", "GET") if secret in kept]


async def test_a_row_that_can_not_be_read_holds_up_nobody(journal: Journal, counting: Counting) -> None:
    id_ = await ended(journal, ordered())
    spoilt = update(tables.inbox).where(tables.inbox.c.id == id_).values(results='{"1": {"action": "dance"}}')
    journal.database.write(lambda connection: connection.execute(spoilt))
    await ended(journal, ordered(), number=OTHER)
    assert 2 == counting.run()
    assert {"order": 1, "": 1} == {key[4]: sums[0] for key, sums in counted(journal).items()}


async def test_what_dies_before_its_commit_has_counted_nothing(journal: Journal, counting: Counting) -> None:
    """Promise 1's measure, for counts: exactly once, whatever the moment."""
    await ended(journal, ordered(), brand="gold")

    write = journal.database.write
    journal.database.write = lambda work: write(lambda connection: (work(connection), _die()))  # type: ignore[method-assign]
    with pytest.raises(KeyboardInterrupt):
        counting.run()
    journal.database.write = write  # type: ignore[method-assign]
    assert ({}, {}) == (counted(journal), people(journal))
    assert 1 == counting.run()
    assert [1] == [sums[0] for sums in counted(journal).values()]
    assert (1, 1) == people(journal)["y", ""]


def _die() -> None:
    raise KeyboardInterrupt


async def test_a_message_that_changes_between_the_look_and_the_turn_is_left_for_the_next_batch(
    journal: Journal, counting: Counting
) -> None:
    id_ = await ended(journal, state=InboxState.DEAD, outcome="busy")
    await ended(journal, ordered(), number=OTHER)
    write, desk = journal.database.write, Desk(journal.database)

    def replayed_first(work: Any) -> Any:
        journal.database.write = write  # type: ignore[method-assign]
        desk.replay([id_], author="asha", reason="a try")
        return write(work)

    journal.database.write = replayed_first  # type: ignore[method-assign]
    assert 1 == counting.batch()
    assert {"done"} == {key[5] for key in counted(journal)}
    (row,) = await claim(journal, Queue.BULK)
    await journal.finish(Ending(row, InboxState.DONE, "done", results=write_results({1: ordered()})))
    assert 1 == counting.run()
    assert [2] == [sums[0] for sums in counted(journal).values()]


async def test_many_counters_at_once_count_each_message_once(journal: Journal, clock: TurnedClock) -> None:
    for no in range(60):
        await ended(journal, ordered(100), number=f"861{no % 7}")
    done: list[int] = []

    def run() -> None:
        one = Counting(journal.database, count, ZONE, hashing(KEY), batch=7)
        done.append(sum(one.run() for _ in range(20)))

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    done.append(Counting(journal.database, count, ZONE, hashing(KEY)).run())
    assert 60 == sum(done)
    assert [(60, 60, 0, 6000, 0)] == list(counted(journal).values())
    assert (7, 7) == people(journal)["d", ""]


async def test_who_counted_a_moment_ago_leaves_the_next_look_to_later(
    journal: Journal, counting: Counting, clock: TurnedClock
) -> None:
    assert not counting.is_due(2.0)
    await ended(journal, ordered())
    assert counting.is_due(2.0)
    counting.run()
    await ended(journal, ordered())
    assert not counting.is_due(2.0)
    clock.turn(2.0)
    assert counting.is_due(2.0)


@pytest.mark.parametrize("analyze", [False, True])
async def test_counting_reads_no_message_that_it_has_counted(
    journal: Journal, counting: Counting, analyze: bool
) -> None:
    for no in range(30):
        question = NewQuestion(1, "reply", "order", "[{}]", "", "en", 60.0, granted=True)
        await ended(journal, ordered(), number=f"86{no}", consent=ConsentChange(ask=question))
    counting.run()
    for no in range(5):
        await ended(journal, ordered(), number=f"87{no}")
    if analyze or not journal.database.is_sqlite:
        journal.database.write(lambda connection: connection.exec_driver_sql("ANALYZE").close())
    with statements(journal, "SELECT") as seen:
        assert counting.is_due(0)
        assert 5 == counting.run()
    plans = [
        (statement, plan_of(journal, statement.replace(" FOR UPDATE OF inbox SKIP LOCKED", ""), parameters))
        for statement, parameters in seen
    ]
    for statement, plan in plans:
        if "FROM inbox" in statement:
            assert "inbox_to_count" in plan, (statement, plan)
            assert not any(words in plan for words in ("SCAN questions", "SCAN charges", "SCAN gifts")), plan
            assert "Seq Scan" not in plan, plan
        if "statistics_people" in statement:
            assert "SCAN statistics_people" not in plan, plan
            assert "Seq Scan" not in plan, plan
    assert 4 <= sum("FROM inbox" in statement for statement, _ in plans)


async def test_a_batch_takes_as_many_statements_as_one_message(journal: Journal, counting: Counting) -> None:
    """No statement for each row, and no list of ids."""
    seen: list[int] = []
    await ended(journal, ordered())
    counting.run()
    for many in (1, 40):
        for no in range(many):
            await ended(journal, ordered(), number=f"86{no}")
        with statements(journal, "") as executed:
            assert many == counting.batch()
        seen.append(len(executed))
        assert [] == [statement for statement, _ in executed if " IN (" in statement and "state IN" not in statement]
    assert seen[0] == seen[1]


async def test_words_go_with_the_messages_that_are_deleted_and_counts_stay(
    journal: Journal, counting: Counting, clock: TurnedClock
) -> None:
    await ended(journal, outcome="not_understood", words="Helo")
    counting.run()
    clock.turn(100 * DAY_S)
    await ended(journal, outcome="not_understood", words="Zebra")
    before = clock() - 50 * DAY_S
    purge_of(journal.database, sleep=lambda _: None).run(before, before, author="asha", reason="a try")
    with journal.database.read() as connection:
        words = connection.execute(select(tables.statistics_words.c.word)).scalars().all()
    assert ["zebra"] * 2 == words
    assert [2] == [sums[0] for sums in counted(journal).values()]
