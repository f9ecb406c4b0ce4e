"""Questions and the record of consents on both databases: one transaction each, one chain from any number of hosts."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import Connection, delete, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from tests.house.until import PATIENCE_S
from tests.journal.kit.answers import LEASE_S, postponed, sent, take, unanswered
from tests.journal.kit.messages import NUMBER, OTHER, accept, answers, claim, message
from tests.journal.kit.turned_clock import TurnedClock
from tests.journal.test_plans import plan_of, statements
from workers.journal import (
    Answer,
    ClaimedRow,
    ConsentChange,
    Database,
    Ending,
    InboxState,
    Journal,
    NewConsent,
    NewQuestion,
    Queue,
    consents,
)
from workers.journal.consents import Head, Record
from workers.journal.questions import GRANTED, REFUSED
from workers.journal.sweep import Sweep
from workers.journal.tables import consents as consents_table
from workers.journal.tables import questions

ASKED = '[{"tone":"600902000001","name":"Rain","singer":"Lin","price":200,"validity_days":30}]'
WISH = Sweep(10.0, 3, "sweeper", lambda *_: "we look into it")
EXPIRES_S, GRACE_S = 60.0, 10.0


def new_question(key: int = 1, text_if_expired: str = "") -> NewQuestion:
    return NewQuestion(key, "reply", "order", ASKED, "", "en", EXPIRES_S, text_if_expired)


def new_consent(event: str = GRANTED, question_id: int | None = None) -> NewConsent:
    return NewConsent(event, "reply", "order", "10086", ASKED, "", "en", 1.0, 2.0, question_id)


async def stay(journal: Journal, number: str = NUMBER, words: str = "GET 600902000001") -> ClaimedRow:
    await accept(journal, message(words, number))
    (row,) = [row for row in await claim(journal) if row.number == number]
    return row


async def ask(journal: Journal, number: str = NUMBER, key: int = 1, text_if_expired: str = "") -> int:
    row = await stay(journal, number)
    change = ConsentChange(ask=new_question(key, text_if_expired))
    await journal.finish(Ending(row, InboxState.DONE, "asked", answers=(Answer(number, "price?"),), consent=change))
    with journal.database.read() as connection:
        return int(connection.execute(select(questions.c.id).order_by(questions.c.id.desc())).scalars().first() or 0)


async def answer(journal: Journal, question_id: int, event: str = GRANTED, number: str = NUMBER) -> ClaimedRow:
    row = await stay(journal, number, "YES")
    change = ConsentChange(close=((question_id, event),), record=(new_consent(event, question_id),))
    await journal.finish(Ending(row, InboxState.WAITING, "agreed", due_in_s=0.0, consent=change))
    return row


def states(journal: Journal) -> list[str]:
    with journal.database.read() as connection:
        return list(connection.scalars(select(questions.c.state).order_by(questions.c.id)))


def flaws(journal: Journal, noted: Head | None = None) -> list[tuple[int, str]]:
    return [(flaw.seq, flaw.what) for flaw in Record(journal.database).verify(noted).flaws]


async def test_a_question_comes_with_the_claim_of_what_may_answer_it_and_of_nothing_else(journal: Journal) -> None:
    first = await ask(journal)
    await ask(journal, OTHER, key=5)
    row = await stay(journal, words="YES")
    assert [(first, 1, "open", row.short_code)] == [
        (one.id, one.key, one.state, one.short_code) for one in row.questions
    ]


@pytest.mark.parametrize(
    ("unsent", "leave"),
    [
        (True, None),
        (True, postponed),
        (False, sent),
        (False, unanswered),
    ],
    ids=["waits", "refused for now", "sent", "perhaps sent"],
)
async def test_a_question_says_whether_its_text_has_certainly_not_left(
    journal: Journal, unsent: bool, leave: Callable[..., Awaitable[None]] | None
) -> None:
    """Promise 3: nobody says yes to what he can't have read."""
    await ask(journal)
    if leave:
        (text,) = await take(journal)
        await leave(journal, text)
    row = await stay(journal, words="YES")
    assert [unsent] == [one.unsent for one in row.questions]


@pytest.mark.parametrize("gone", [False, True], ids=["in hand", "its sender is gone"])
async def test_a_question_whose_sender_has_it_or_had_it_may_have_been_read(
    journal: Journal, clock: TurnedClock, gone: bool
) -> None:
    await ask(journal)
    await take(journal)
    if gone:
        clock.turn(LEASE_S + 1)
        assert 1 == await journal.expire_answers()
    row = await stay(journal, words="YES")
    assert [False] == [one.unsent for one in row.questions]


async def test_a_yes_finds_its_question_granted_in_its_next_stay(journal: Journal) -> None:
    row = await answer(journal, await ask(journal))
    (again,) = await claim(journal)
    assert (row.id, [(GRANTED, row.id)]) == (again.id, [(one.state, one.closed_by) for one in again.questions])


async def test_a_message_whose_claim_was_lost_asks_and_agrees_to_nothing(journal: Journal, clock: TurnedClock) -> None:
    """Promise 3: what a stalled worker thought is written under its claim's token or not at all."""
    question = await ask(journal)
    row = await stay(journal, words="YES")
    clock.turn(31.0)
    await journal.sweep(WISH)
    change = ConsentChange(ask=new_question(2), close=((question, GRANTED),), record=(new_consent(GRANTED, question),))
    finished = await journal.finish(Ending(row, InboxState.DONE, consent=change))
    assert (False, ["open"], []) == (finished.mine, states(journal), list(Record(journal.database).all()))


async def test_closing_what_is_closed_writes_no_consent(journal: Journal) -> None:
    question = await ask(journal)
    await answer(journal, question)
    row = (await claim(journal))[0]
    change = ConsentChange(close=((question, REFUSED),), record=(new_consent(REFUSED, question),))
    await journal.finish(Ending(row, InboxState.DONE, consent=change))
    assert [GRANTED] == states(journal)
    assert [GRANTED] == [row["event"] for row in Record(journal.database).all()]


@pytest.mark.parametrize("told", ["we leave it", ""])
async def test_silence_closes_a_question_a_little_later_and_is_told_once_where_it_is_to_be(
    journal: Journal, clock: TurnedClock, told: str
) -> None:
    await ask(journal, text_if_expired=told)
    clock.turn(EXPIRES_S + GRACE_S)
    await journal.sweep(WISH)
    assert ["open"] == states(journal)
    clock.turn(1.0)
    await asyncio.gather(*(journal.sweep(WISH) for _ in range(3)))
    assert ["expired"] == states(journal)
    assert ["price?", *filter(None, [told])] == [row["text"] for row in answers(journal)]


async def test_time_waits_for_a_yes_that_arrived_before_it_was_over(journal: Journal, clock: TurnedClock) -> None:
    question = await ask(journal)
    clock.turn(EXPIRES_S)
    await accept(journal, message("YES"))
    clock.turn(3600.0)
    await journal.sweep(WISH)
    assert ["open"] == states(journal)
    (row,) = await claim(journal)
    change = ConsentChange(close=((question, GRANTED),), record=(new_consent(GRANTED, question),))
    await journal.finish(Ending(row, InboxState.DONE, consent=change))
    assert [GRANTED] == states(journal)


async def test_time_does_not_wait_for_what_arrived_too_late(journal: Journal, clock: TurnedClock) -> None:
    await ask(journal)
    clock.turn(EXPIRES_S + GRACE_S + 1.0)
    await accept(journal, message("YES"))
    await journal.sweep(WISH)
    assert ["expired"] == states(journal)


async def test_one_sweep_closes_few_so_that_a_promotion_s_end_holds_up_nothing(
    journal: Journal, clock: TurnedClock
) -> None:
    def many(connection: Connection) -> None:
        row = {
            "inbox_id": 1, "number": "", "short_code": "10086", "key": 1, "way": "reply", "action": "order",
            "asked": ASKED, "recipient": "", "language": "en", "state": "open", "asked_at": 1.0, "expires_at": 2.0,
            "text_if_expired": "",
        }  # fmt: skip
        connection.execute(insert(questions), [row | {"number": f"86138{no:08d}"} for no in range(250)])

    journal.database.write(many)
    left = []
    for _ in range(3):
        await journal.sweep(WISH)
        left.append(states(journal).count("open"))
    assert [150, 50, 0] == left


# The record


async def some(journal: Journal, count: int = 5) -> None:
    for no in range(count):
        number = f"86138001390{no:02d}"
        question = await ask(journal, number)
        await answer(journal, question, number=number)
        (row,) = await claim(journal)
        await journal.finish(Ending(row, InboxState.DONE))


async def test_a_record_as_it_was_written_is_without_a_flaw(journal: Journal) -> None:
    await some(journal)
    found = Record(journal.database).verify()
    assert (5, 5, []) == (found.rows, found.head.seq, found.flaws)
    assert [] == flaws(journal, found.head)


def _set(**values: object) -> Callable[[Connection], object]:
    return lambda connection: connection.execute(update(consents_table).where(consents_table.c.seq == 3).values(values))


def _put_in(connection: Connection) -> None:
    last = connection.execute(select(consents_table).where(consents_table.c.seq == 5)).one()
    content = last.content.replace('"seq":5', '"seq":6')
    forged = dict(last._mapping) | {
        "seq": 6, "previous": last.hash, "content": content, "hash": consents.chained(last.hash, content),
    }  # fmt: skip
    connection.execute(insert(consents_table), forged)


def _at(*seqs: int) -> Callable[[Connection], object]:
    return lambda connection: connection.execute(delete(consents_table).where(consents_table.c.seq.in_(seqs)))


def _cheaper(connection: Connection) -> None:
    content = connection.scalars(select(consents_table.c.content).where(consents_table.c.seq == 3)).one()
    _set(content=content.replace('"price":200', '"price":100'))(connection)


def _made_anew(connection: Connection) -> None:
    """What somebody does who knows how rows are chained, and does it to the end."""
    _cheaper(connection)
    previous = ""
    for row in connection.execute(select(consents_table).order_by(consents_table.c.seq)).all():
        hash_ = consents.chained(previous, row.content)
        connection.execute(
            update(consents_table).where(consents_table.c.seq == row.seq).values(previous=previous, hash=hash_)
        )
        previous = hash_
    connection.execute(update(consents.consent_chain).values(hash=previous))


@pytest.mark.parametrize(
    ("tamper", "seqs", "words"),
    [
        (_cheaper, [3], "was changed"),
        (_set(number="8613800000000"), [3], "another subscriber's"),
        (_set(transaction_id="0" * 24), [3], "was changed"),
        (_set(hash="0" * 64), [3, 4], "was changed"),
        (_set(previous="0" * 64), [3, 3], "one of the two was changed or put in"),
        (_at(3), [4], "3 is missing"),
        (_at(2, 3), [4], "2 to 3 is missing"),
        (_at(1), [2], "1 is missing"),
        (_at(5), [5], "is missing: the chain ends there, the last row is 4"),
        (_at(1, 2, 3, 4, 5), [5], "is missing"),
        (_put_in, [6], "was put in: the chain ends with 5"),
    ],
    ids=[
        "content", "number", "transaction", "hash", "previous", "one out", "two out", "first out", "last out",
        "all out", "one in",
    ],
)  # fmt: skip
async def test_whatever_was_changed_taken_out_or_put_in_is_found_and_named(
    journal: Journal, tamper: Callable[[Connection], object], seqs: list[int], words: str
) -> None:
    await some(journal)
    forge(journal.database, tamper)
    found = flaws(journal)
    assert seqs == [seq for seq, _ in found]
    assert words in found[0][1]


async def test_a_chain_made_anew_is_found_by_the_end_that_was_noted_before(journal: Journal) -> None:
    await some(journal)
    noted = Record(journal.database).verify().head
    forge(journal.database, _made_anew)
    assert [] == flaws(journal)
    assert [5] == [seq for seq, _ in flaws(journal, noted)]
    assert [9] == [seq for seq, _ in flaws(journal, Head(9, "0" * 64))]


def forge(database: Database, tamper: Callable[[Connection], object]) -> None:
    """Tamper past the triggers, as somebody with the database's password would."""
    ways = {
        True: (["DROP TRIGGER consents_stay", "DROP TRIGGER consents_unchanged"], []),
        False: (["ALTER TABLE consents DISABLE TRIGGER USER"], ["ALTER TABLE consents ENABLE TRIGGER USER"]),
    }
    before, after = ways[database.is_sqlite]

    def forging(connection: Connection) -> None:
        for statement in before:
            connection.execute(text(statement))
        tamper(connection)
        for statement in after:
            connection.execute(text(statement))

    database.write(forging)


@pytest.mark.parametrize("tamper", [_cheaper, _at(3), _set(hash="0" * 64)], ids=["change", "delete", "hash"])
async def test_the_database_itself_refuses_to_change_what_was_agreed_to(
    journal: Journal, tamper: Callable[[Connection], object]
) -> None:
    await some(journal, 3)
    with pytest.raises(DBAPIError, match="append-only"):
        journal.database.write(tamper)
    assert [] == flaws(journal)


async def test_whose_it_was_may_be_taken_away_and_the_chain_stays_whole(journal: Journal) -> None:
    await some(journal)
    forget = update(consents_table).values(number="", recipient="", salt="")
    journal.database.write(lambda connection: connection.execute(forget))
    assert [] == flaws(journal)
    with journal.database.read() as connection:
        kept = "".join(connection.scalars(select(consents_table.c.content)))
    assert "86138001390" not in kept


async def test_the_record_is_found_by_number_transaction_and_place(journal: Journal) -> None:
    await some(journal, 3)
    record = Record(journal.database)
    (row,) = record.of("+8613800139001")
    assert (2, GRANTED, 200) == (row["seq"], row["event"], row["asked"][0]["price"])
    assert [row] == record.of(row["transaction_id"]) == record.of("2")
    assert [] == record.of("8613800139009")
    assert [1, 2, 3] == [one["seq"] for one in record.all()]
    assert json.dumps([row])


@pytest.mark.usefixtures("patient")
def test_hosts_that_append_at_once_make_one_chain(journal_url: str) -> None:
    """Also where the chain has no row yet: who comes second waits for the first one's commit."""
    journals = [Journal(journal_url) for _ in range(3)]
    start = threading.Barrier(len(journals))

    def host(no: int) -> None:
        row = ClaimedRow(
            no, f"{no:024x}", "t", "sms", "smsc", NUMBER, "10086", "YES", Queue.ORDERS, 0, 0, False, False, False, 0,
            "", 1.0,
        )  # fmt: skip
        start.wait(PATIENCE_S)
        for _ in range(15):
            entry = consents.Entry(row, new_consent(), 5.0)
            journals[no].database.write(lambda connection, entry=entry: consents.append(connection, [entry, entry]))

    threads = [threading.Thread(target=host, args=(no,)) for no in range(len(journals))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_S)
    found = Record(journals[0].database).verify()
    for journal in journals:
        journal.close()
    assert (90, 90, []) == (found.rows, found.head.seq, found.flaws)


@pytest.mark.parametrize("analyze", [False, True])
async def test_questions_are_found_by_number_and_by_their_end_among_many_that_are_closed(
    journal: Journal, clock: TurnedClock, analyze: bool
) -> None:
    def many(connection: Connection) -> None:
        row = {
            "inbox_id": 1, "short_code": "10086", "key": 1, "way": "reply", "action": "order", "asked": ASKED,
            "recipient": "", "language": "en", "state": "expired", "asked_at": 1.0, "expires_at": 2.0,
            "text_if_expired": "",
        }  # fmt: skip
        connection.execute(insert(questions), [row | {"number": f"86138{no:08d}"} for no in range(2000)])
        if analyze or not journal.database.is_sqlite:
            connection.exec_driver_sql("ANALYZE").close()

    journal.database.write(many)
    await ask(journal)
    with statements(journal, "SELECT questions") as seen:
        await accept(journal, message("YES"))
        await claim(journal)
        clock.turn(EXPIRES_S + GRACE_S + 1.0)
        await journal.sweep(WISH)
    of_claim, of_sweep = (plan_of(journal, *one) for one in seen)
    assert "questions_number" in of_claim, of_claim
    assert "questions_open" in of_sweep, of_sweep
    assert not any(words in of_claim + of_sweep for words in ("SCAN inbox", "Seq Scan"))
