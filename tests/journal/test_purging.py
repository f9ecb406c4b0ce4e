"""Retention: what is long over tells nobody who it was, what lives is left alone, and the chain still verifies."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from sqlalchemy import insert, select
from sqlalchemy import text as statement

from tests.house.until import until
from tests.journal.kit.answers import sent, take
from tests.journal.kit.gifts import gift_of, kept, states, stay
from tests.journal.kit.messages import NUMBER, ORDER, OTHER, accept, claim, message, rows
from tests.journal.kit.purging import KEY, counting, purge_of
from tests.journal.kit.turned_clock import TurnedClock
from workers.journal import Answer, ConsentChange, Desk, Ending, InboxState, Journal, NewConsent, NewQuestion, tables
from workers.journal.blanking import hashing
from workers.journal.consents import Record
from workers.journal.gifts import FAILED
from workers.journal.quotas import Charge
from workers.journal.sweep import Sweep

DAY_S = 86400.0
WHO = {"author": "asha", "reason": "ninety days"}
SECRETS = (NUMBER, OTHER, ORDER, "first answer", "Madonna", "ref-1")


async def a_whole_life(journal: Journal, number: str = NUMBER) -> None:
    """One order with everything that may belong to it, finished."""
    await accept(journal, message(number=number, network_reference="ref-1"))
    (row,) = [row for row in await claim(journal) if row.number == number]
    await journal.reserve(
        Charge(f"{row.transaction_id}01", number, "order", "600902000001", 200, "spring", True, 10, 1)
    )
    result = {"verdict": "done", "other_number": OTHER, "query": "Madonna", "tone_code": "600902000001"}
    asked = json.dumps([{"code": "", "meant": ORDER}])
    await journal.finish(
        Ending(
            row,
            InboxState.DONE,
            "done",
            results=json.dumps({"1": result}),
            answers=(Answer(number, "first answer"), Answer(OTHER, "first answer too")),
            language="fr",
            consent=ConsentChange(
                ask=NewQuestion(1, "reply", "order", asked, OTHER, "en", 60.0, granted=True),
                record=(NewConsent("granted", "reply", "order", "10086", "[]", OTHER, "en"),),
            ),
        )
    )
    for text in await take(journal):
        await sent(journal, text, f"m{text.id}")


def everything(journal: Journal) -> str:
    """All values of all tables, but what lives on by itself."""
    alive = {"do_not_disturb", "bind_switches"}
    with journal.database.read() as connection:
        return "\n".join(
            str(tuple(row))
            for table in tables.metadata.sorted_tables
            if table.name not in alive
            for row in connection.execute(select(table))
        )


def gift(journal: Journal, ended_at: float | None) -> None:
    """A gift of long ago; without an end it is open."""
    values = {
        "transaction_id": f"gift {ended_at}", "inbox_id": 1, "giver": NUMBER, "recipient": OTHER, "tone_code": "6",
        "tone": "", "key": "k", "short_code": "1", "language": "en", "state": "accepted" if ended_at else "presented",
        "unpaid": False, "created_at": 1.0, "text_of_reminder": "first answer", "ended_at": ended_at,
    }  # fmt: skip
    journal.database.write(lambda connection: connection.execute(insert(tables.gifts).values(values)))


async def test_of_what_is_long_over_no_number_and_no_text_is_left(journal: Journal, clock: TurnedClock) -> None:
    await a_whole_life(journal)
    gift(journal, clock())
    orphan = {"bind": "b", "message_id": "m", "state": "s", "error": "", "received_at": clock(), "number": NUMBER}
    journal.database.write(lambda connection: connection.execute(insert(tables.receipts).values(orphan)))
    assert all(secret in everything(journal) for secret in SECRETS)
    clock.turn(100 * DAY_S)
    purge = purge_of(journal.database)
    before = clock() - 90 * DAY_S
    planned = purge.count(before)
    done = purge.run(before, **WHO)
    assert [secret for secret in SECRETS if secret in everything(journal)] == []
    assert {
        "inbox": 1, "outbox": 2, "questions": 1, "consents": 1, "charges": 1, "gifts": 1, "receipts": 1,
        "offer_counts": 1, "subscribers": 1,
    } == done.rows  # fmt: skip
    assert dict(planned.rows) == {name: count for name, count in done.rows.items() if name in planned.rows}
    (row,) = rows(journal)
    assert (hashing(KEY)(NUMBER), "") == (row["number"], row["text"])
    assert ("done", "600902000001") == (row["state"], json.loads(row["results"])["1"]["tone_code"])


async def test_the_record_of_consents_still_verifies_and_names_nobody(journal: Journal, clock: TurnedClock) -> None:
    await a_whole_life(journal)
    await a_whole_life(journal, OTHER)
    clock.turn(100 * DAY_S)
    purge_of(journal.database).run(clock(), **WHO)
    found = Record(journal.database).verify()
    assert (2, []) == (found.rows, found.flaws)
    assert [] == Record(journal.database).of(NUMBER)


async def test_what_lives_or_is_young_is_left_alone(journal: Journal, clock: TurnedClock) -> None:
    """Promise 1: a purge loses no message; unknown and dead ones wait for operations, who need their numbers."""
    for number, state in (("861", "unknown"), ("862", "dead"), ("863", "waiting")):
        await accept(journal, message(number=number))
        (row,) = await claim(journal)
        await journal.finish(Ending(row, InboxState(state), "busy", due_in_s=None))
    await accept(journal, message(number="864", bind="other"))
    (row,) = await claim(journal)
    await journal.finish(Ending(row, InboxState.DONE, "done", answers=(Answer("864", "not sent yet"),)))
    await accept(journal, message(number="865"))
    gift(journal, None)
    clock.turn(100 * DAY_S)
    young = clock()
    await a_whole_life(journal, OTHER)
    counting(journal.database).run()
    before = everything(journal)
    purge = purge_of(journal.database)
    assert ({}, 5) == (dict(purge.count(young).rows), purge.count(young).left)
    assert {} == dict(purge.run(young, **WHO).rows)
    assert [line for line in everything(journal).splitlines() if "'purged'" not in line] == before.splitlines()


async def test_a_purge_done_again_finds_nothing_and_one_that_was_left_goes_on(
    journal: Journal, clock: TurnedClock
) -> None:
    for no in range(3):
        await a_whole_life(journal, f"86{no}")
        clock.turn(1.0)
    clock.turn(100 * DAY_S)
    purge = purge_of(journal.database, sleep=lambda _: None)
    assert {} == dict(purge.run(clock(), **WHO, stopping=lambda: True).rows)
    assert 3 == purge.run(clock(), **WHO).rows["inbox"]
    once = everything(journal)
    assert {} == dict(purge.run(clock(), **WHO).rows)
    assert [line for line in everything(journal).splitlines() if "'purged'" not in line] == [
        line for line in once.splitlines() if "'purged'" not in line
    ]


async def test_what_was_not_finished_then_is_purged_once_it_is(journal: Journal, clock: TurnedClock) -> None:
    await accept(journal, message(number="861"))
    (row,) = await claim(journal)
    await journal.finish(Ending(row, InboxState.WAITING, "busy", due_in_s=DAY_S))
    await a_whole_life(journal)
    clock.turn(100 * DAY_S)
    purge = purge_of(journal.database)
    assert (1, 1) == (purge.run(clock(), **WHO).rows["inbox"], purge.count(clock()).left)
    (row,) = await claim(journal)
    await journal.finish(Ending(row, InboxState.DONE, "done"))
    assert {"inbox": 1} == dict(purge.run(clock(), **WHO).rows)


async def test_what_a_purge_did_is_in_the_history(journal: Journal, clock: TurnedClock) -> None:
    await a_whole_life(journal)
    clock.turn(100 * DAY_S)
    purge_of(journal.database).run(clock(), **WHO)
    with journal.database.read() as connection:
        (found,) = connection.execute(select(tables.history).where(tables.history.c.event == "purged")).all()
    detail: dict[str, Any] = json.loads(found.detail)
    assert ("asha", 0, "ninety days", 1) == (found.author, found.inbox_id, detail["reason"], detail["rows"]["inbox"])


async def test_of_many_who_might_purge_tonight_one_does(journal: Journal, clock: TurnedClock) -> None:
    purge = purge_of(journal.database)
    assert [True, False] == [purge.takes_turn(DAY_S), purge.takes_turn(DAY_S)]
    clock.turn(DAY_S + 1)
    assert [True, False] == [purge.takes_turn(DAY_S), purge.takes_turn(DAY_S)]


def test_a_number_has_one_hash_for_each_key_and_is_hashed_once() -> None:
    one, other = hashing(b"one"), hashing(b"other")
    assert one(NUMBER) == one(one(NUMBER)) != other(NUMBER)
    assert ("", 20) == (one(""), len(one(NUMBER)))


async def test_a_gift_that_was_given_up_keeps_its_numbers_while_its_message_waits_for_operations(
    journal: Journal, clock: TurnedClock
) -> None:
    """Promise 4: replayed after months, it may be found presented, and its recipient's YES is looked for by number."""
    row = await stay(journal)
    await journal.confirm_gift(gift_of(row))
    await journal.finish(Ending(row, InboxState.DEAD, "attempts", doubtful=True))
    await journal.sweep(Sweep(10.0, 3, "sweeper", lambda _number, _language: "sorry"))
    assert [FAILED] == states(journal)
    clock.turn(100 * DAY_S)
    purge_of(journal.database).run(clock() - 90 * DAY_S, **WHO)
    (gift,) = kept(journal)
    assert (NUMBER, OTHER) == (gift["giver"], gift["recipient"])


@pytest.mark.postgresql
async def test_a_purge_that_waited_for_a_replay_of_the_same_message_leaves_its_answer_alone(
    postgresql_url: str, clock: TurnedClock
) -> None:
    """Promise 4: who is answered again while the purge is at his message is not sent nothing, to nobody's number."""
    with Journal(postgresql_url, clock=clock) as journal:
        await a_whole_life(journal)
        clock.turn(100 * DAY_S)
        counting(journal.database).run()
        purge = purge_of(journal.database)
        waits = statement(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )

        def purge_waits() -> bool:
            with journal.database.read() as connection:
                return bool(connection.scalar(waits))

        with journal.database.engine.begin() as connection:
            (plan,) = Desk(journal.database).do(connection, [1], **WHO)
            purging = asyncio.create_task(asyncio.to_thread(purge.run, clock() - 90 * DAY_S, **WHO))
            await until(purge_waits, "the purge waits for the replay")
        await purging
        assert "answer" == plan.deed
        (again,) = await take(journal)
        assert (NUMBER, "first answer") == (again.destination, again.text)
        assert [(NUMBER, ORDER)] == [(row["number"], row["text"]) for row in rows(journal)]
