"""Several hosts on one journal: no row is claimed twice, and what PostgreSQL ends for a deadlock is done again."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import Counter

import pytest
from sqlalchemy import Connection, text

from tests.house.until import PATIENCE_S
from tests.journal.kit.answers import in_parts, states
from tests.journal.kit.long_texts import counts, hand_on, part
from tests.journal.kit.messages import accept, message, rows
from workers.journal import Answer, Ending, InboxState, Journal, JournalUnavailable, OutboxState, Queue
from workers.journal import claims as operations
from workers.journal.outbox import Sent
from workers.journal.receipts import Receipt
from workers.journal.rows import Claim, Claimed

pytestmark = pytest.mark.usefixtures("patient")
HOSTS = 4


def on_threads(work: object, count: int = HOSTS) -> None:
    """Run `work(index)` on threads at once; raises what one of them raised."""
    errors: list[BaseException] = []
    start = threading.Barrier(count)

    def run(index: int) -> None:
        try:
            start.wait(PATIENCE_S)
            work(index)  # type: ignore[operator]
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(index,)) for index in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_S)
    assert ([], []) == (errors, [thread for thread in threads if thread.is_alive()])


async def test_hosts_that_claim_at_once_never_get_the_same_message_and_keep_each_numbers_order(
    journal_url: str,
) -> None:
    with Journal(journal_url) as journal:
        numbers = [f"8613{no:09d}" for no in range(40)]
        await accept(journal, *(message(f"GET 60090200000{turn}", number) for turn in range(3) for number in numbers))
    taken: list[tuple[str, str]] = []

    def host(_: int) -> None:
        async def work() -> None:
            with Journal(journal_url) as mine:
                while True:
                    claimed = await mine.claim(Queue.ORDERS, 7, lease_s=PATIENCE_S)
                    if not claimed.rows:
                        if all(row["state"] == "done" for row in rows(mine)):
                            return
                        await asyncio.sleep(0.002)  # another host has what is left
                    for row in claimed.rows:
                        taken.append((row.number, row.text))
                        answer = Answer(row.number, row.text)
                        assert (await mine.finish(Ending(row, InboxState.DONE, answers=(answer,)))).mine

        asyncio.run(work())

    await asyncio.to_thread(on_threads, host)
    assert {(number, f"GET 60090200000{turn}"): 1 for turn in range(3) for number in numbers} == Counter(taken)
    for number in numbers:
        texts = [text for whose, text in taken if whose == number]
        assert sorted(texts) == texts


async def test_hosts_that_send_at_once_never_get_the_same_answer(journal_url: str) -> None:
    with Journal(journal_url) as journal:
        await accept(journal, *(message(number=f"8613{no:09d}") for no in range(30)))
        for row in (await journal.claim(Queue.ORDERS, 30, lease_s=PATIENCE_S)).rows:
            texts = tuple(Answer(row.number, str(no)) for no in range(3))
            await journal.finish(Ending(row, InboxState.DONE, answers=texts))
    sent: list[tuple[str, str]] = []

    def host(_: int) -> None:
        async def work() -> None:
            with Journal(journal_url) as mine:
                while len(sent) < 90:
                    for text in await mine.claim_answers(["smsc"], 5, PATIENCE_S):
                        sent.append((text.destination, text.text))
                        await mine.tried(Sent(text.id, mine.owner, OutboxState.SENT, message_id="m"))
                    await asyncio.sleep(0.001)

        asyncio.run(asyncio.wait_for(work(), PATIENCE_S))

    await asyncio.to_thread(on_threads, host)
    assert {1} == set(Counter(sent).values())
    for destination in {destination for destination, _ in sent}:
        assert ["0", "1", "2"] == [text for whose, text in sent if whose == destination]


async def test_parts_that_come_to_several_hosts_at_once_are_one_text_each_and_one_message(journal_url: str) -> None:
    texts, total = 25, HOSTS
    accepted: list[bool] = []

    def host(index: int) -> None:
        async def work() -> None:
            with Journal(journal_url) as mine:
                for reference in range(texts):
                    whole = await mine.keep_part(part(index + 1, total, reference=reference))
                    accepted.append(bool(whole) and not (await hand_on(mine, whole)).duplicate)

        asyncio.run(work())

    await asyncio.to_thread(on_threads, host)
    with Journal(journal_url) as journal:
        assert {"part 1 part 2 part 3 part 4 ": texts} == Counter(row["text"] for row in rows(journal))
        assert (texts, texts * total) == counts(journal)
    assert texts == sum(accepted)


async def test_receipts_that_come_to_several_hosts_at_once_end_the_text_that_they_are_of(journal_url: str) -> None:
    texts = [[f"{text + 1:x}0{index}" for index in range(HOSTS)] for text in range(25)]
    together = threading.Barrier(HOSTS)
    with Journal(journal_url) as journal:
        for ids in texts:
            await in_parts(journal, *ids)

    def host(index: int) -> None:
        async def work() -> None:
            with Journal(journal_url) as mine:
                for ids in texts:
                    together.wait(PATIENCE_S)
                    assert await mine.receive(Receipt("smsc", ids[index], "delivered", "000"))

        asyncio.run(work())

    await asyncio.to_thread(on_threads, host)
    with Journal(journal_url) as journal:
        assert ["delivered"] * len(texts) == states(journal)


@pytest.mark.postgresql
async def test_a_number_whose_unknown_and_newest_are_claimed_by_two_hosts_at_once_is_in_work_once(
    postgresql_url: str,
) -> None:
    with Journal(postgresql_url) as one, Journal(postgresql_url) as two:
        await accept(one, message("first"), message("second"))
        (first,) = (await one.claim(Queue.ORDERS, 1, lease_s=PATIENCE_S)).rows
        await one.finish(Ending(first, InboxState.UNKNOWN, due_in_s=0.0, doubtful=True))
        claimed = threading.Event()
        blocked = text("SELECT count(*) FROM pg_locks WHERE NOT granted")

        def slow(connection: Connection) -> list[Claimed]:
            wishes = [Claim(Queue.ORDERS, 1, "one", one.owner, PATIENCE_S)]
            done = operations.claim(connection, wishes, one.database.now())
            claimed.set()
            deadline = time.monotonic() + PATIENCE_S
            while not connection.scalar(blocked) and time.monotonic() < deadline:
                time.sleep(0.005)  # until the other host stands at the index that allows one
            return done

        first_host = asyncio.create_task(asyncio.to_thread(one.database.write, slow))
        await asyncio.to_thread(claimed.wait, PATIENCE_S)
        second_host = await two.claim(Queue.ORDERS, 10, lease_s=PATIENCE_S)
        assert [1, 0] == [len((await first_host)[0].rows), len(second_host.rows)]


@pytest.mark.postgresql
async def test_what_postgresql_ends_for_a_deadlock_is_done_again(postgresql_url: str) -> None:
    with Journal(postgresql_url) as one, Journal(postgresql_url) as two:
        await accept(one, message(number="861"), message(number="862"))
        both_hold_one = threading.Barrier(2)
        runs: Counter[int] = Counter()

        def host(index: int) -> None:
            first, second = ("861", "862") if index else ("862", "861")

            def work(connection: Connection) -> None:
                runs[index] += 1
                connection.execute(text("UPDATE inbox SET asks = asks + 1 WHERE number = :n"), {"n": first})
                if runs[index] == 1:
                    both_hold_one.wait(PATIENCE_S)
                connection.execute(text("UPDATE inbox SET asks = asks + 1 WHERE number = :n"), {"n": second})

            (one, two)[index].database.write(work)

        await asyncio.to_thread(on_threads, host, 2)
        assert sum(runs.values()) >= 3  # the victim did it again
        assert [2, 2] == [row["asks"] for row in rows(one)]


@pytest.mark.postgresql
async def test_a_database_that_may_only_be_read_is_unavailable(postgresql_url: str) -> None:
    with Journal(postgresql_url) as journal:

        def read_only(connection: Connection) -> None:
            connection.execute(text("SET TRANSACTION READ ONLY"))
            connection.execute(text("UPDATE inbox SET asks = 1"))

        with pytest.raises(JournalUnavailable, match="read-only"):
            journal.database.write(read_only)
