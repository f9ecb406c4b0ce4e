"""What operations' looks cost in a journal of millions, by which plan, and what a big replay does to live messages.

    python benchmarks/operations.py --rows 5000000 [--url postgresql+psycopg://…] [--replay 100000]

The journal is made by migrations in an empty database: a file in a new folder, unless --url names another.  A live
message is here what the journal has of it: accepted, claimed, finished with its answer, each a commit of its own.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from operations_fill import fill, number_of
from report import filesystem
from sqlalchemy import event

from workers.journal import (
    Answer,
    Database,
    Ending,
    Filter,
    InboxState,
    Journal,
    NewMessage,
    Queue,
    Reader,
    Search,
    Ticket,
    migrate,
)
from workers.journal.arriving import new_transaction_id
from workers.journal.lately import Lately
from workers.ops.replaying import Replaying

_LIMIT_MS = 300.0
_LOOKS = 60
_LIVE_PER_S = 50.0
_LIVE_S = 20.0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=5_000_000)
    parser.add_argument("--url", default="", help="an empty database; a SQLite file of its own by default")
    parser.add_argument("--folder", type=Path, default=None, help="where that file is made")
    parser.add_argument("--replay", type=int, default=100_000, help="messages replayed beside live ones; 0 is none")
    parser.add_argument("--rate", type=float, default=100.0, help="messages a second of the replay")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tonegate-", dir=given.folder) as folder:
        url = given.url or f"sqlite:///{folder}/journal.db"
        migrate(url)
        database = Database(url)
        began = time.monotonic()
        fill(database, given.rows)
        print(f"{given.rows:,} messages in {database.engine.dialect.name}, made in {time.monotonic() - began:.0f} s")
        if not given.url:
            print(f"journal on {filesystem(Path(folder))}")
        slow = looks(database, given.rows)
        database.close()
        held = asyncio.run(live(url, given.replay, given.rate)) if given.replay else True
    return 0 if held and not slow else 1


def looks(database: Database, rows: int) -> list[str]:
    """Measure each look and show its plans; returns those over the limit."""
    reader, search, replaying = Reader(database), Search(database), Replaying(database)
    chance, hour = random.Random(7), 3600.0

    def any_message() -> int:
        return chance.randrange(1, rows + 1)

    measured: dict[str, Callable[[], Any]] = {
        "queues: depths": reader.depths,
        "queues: rates": reader.rates,
        "messages --number": lambda: search.page(Filter(number=number_of(any_message(), rows))),
        "messages --state dead": lambda: search.page(Filter(state="dead")),
        "messages --state refused --outcome": lambda: search.page(Filter(state="refused", outcome="balance")),
        "messages --since 1h": lambda: search.page(Filter(since=database.now() - hour)),
        "messages, a page far back": lambda: search.page(Filter(), cursor=f"0.0-{any_message()}"),
        "show": lambda: reader.life(str(any_message())),
        "front page: causes": search.causes,
        "front page: the last hour": lambda: Lately(database).minutes(database.now() - hour),
        "replay --state dead: the dry run of 500": lambda: replaying.plan(Filter(state="dead"), limit=500),
    }
    over = []
    print(f"\n{'look':<42}{'p50 ms':>9}{'p95 ms':>9}{'max ms':>9}")
    for name, look in measured.items():
        times = sorted(_took_ms(look) for _ in range(_LOOKS))
        p95 = times[int(len(times) * 0.95)]
        print(f"{name:<42}{times[len(times) // 2]:>9.1f}{p95:>9.1f}{times[-1]:>9.1f}")
        if p95 > _LIMIT_MS:
            over.append(name)
    for name, look in measured.items():
        print(f"\n{name}")
        for line in _plans(database, look):
            print(f"    {line}")
    print(f"\nover {_LIMIT_MS:.0f} ms: {', '.join(over) or 'none'}")
    return over


def _took_ms(look: Callable[[], Any]) -> float:
    began = time.perf_counter()
    look()
    return (time.perf_counter() - began) * 1000


@contextmanager
def _statements(database: Database) -> Iterator[dict[str, Any]]:
    seen: dict[str, Any] = {}

    def before(_c: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool) -> None:
        seen.setdefault(statement, parameters)

    event.listen(database.engine, "before_cursor_execute", before)
    try:
        yield seen
    finally:
        event.remove(database.engine, "before_cursor_execute", before)


def _plans(database: Database, look: Callable[[], Any]) -> list[str]:
    explain = "EXPLAIN QUERY PLAN " if database.is_sqlite else "EXPLAIN "
    with _statements(database) as seen:
        look()
    found: list[str] = []
    with database.read() as connection:
        for statement, parameters in seen.items():
            if statement.startswith("SELECT"):
                rows = connection.exec_driver_sql(explain + statement, parameters).all()
                found += [
                    str(row[-1]) for row in rows if any(word in str(row[-1]) for word in ("SCAN", "SEARCH", "Scan"))
                ]
    return list(dict.fromkeys(found))


async def live(url: str, replay: int, rate: float) -> bool:
    """Measure live messages alone and beside a replay; whether their p95 stays within one and a half times."""
    spawn = multiprocessing.get_context("spawn")
    bells, stop = {queue: spawn.Event() for queue in (Queue.INTERACTIVE, Queue.BULK)}, spawn.Event()
    others = [spawn.Process(target=_serve, args=(url, queue, bell, stop)) for queue, bell in bells.items()]
    for other in others:
        other.start()
    bell = bells[Queue.INTERACTIVE]
    with Journal(url) as journal:
        await _live(journal, bell, 3.0)  # until all are warm
        alone = await _live(journal, bell, _LIVE_S)
        others.append(spawn.Process(target=_replay, args=(url, replay, rate, bells[Queue.BULK], stop)))
        others[-1].start()
        await asyncio.sleep(5.0)  # until it has planned, and its rows come
        beside = await _live(journal, bell, _LIVE_S)
        stop.set()
        for other in others:
            other.join()
    before, after = (sorted(times)[int(len(times) * 0.95)] for times in (alone, beside))
    print(f"\nlive messages, {_LIVE_PER_S:.0f} a second for {_LIVE_S:.0f} s: p95 {before:.1f} ms alone,", end=" ")
    print(f"{after:.1f} ms beside a replay of {replay:,} at {rate:.0f} a second: {after / before:.2f} times")
    return after <= 1.5 * before


async def _live(journal: Journal, bell: Any, seconds: float) -> list[float]:
    """How long each message took from its accept to its end, in milliseconds."""
    begun: dict[str, float] = {}
    count, start = int(_LIVE_PER_S * seconds), time.time()
    running = []
    for n in range(count):
        await asyncio.sleep(max(0.0, start + n / _LIVE_PER_S - time.time()))
        running.append(asyncio.create_task(_accept(journal, bell, begun)))
    await asyncio.gather(*running)
    search = Search(journal.database)
    while True:
        rows = search.page(Filter(since=start, channel="sms"), limit=count * 2).rows
        ended = {row["transaction_id"]: row["finished_at"] for row in rows if row["finished_at"] is not None}
        if ended.keys() >= begun.keys():
            return [(ended[transaction_id] - at) * 1000 for transaction_id, at in begun.items()]
        await asyncio.sleep(0.2)


async def _accept(journal: Journal, bell: Any, begun: dict[str, float]) -> None:
    transaction_id = new_transaction_id()
    begun[transaction_id] = time.time()
    new = NewMessage(
        transaction_id=transaction_id, channel="sms", bind="south", session="live", number=f"9{transaction_id[-9:]}",
        short_code="10086", text="GET 600902000002", network_reference="", queue=Queue.INTERACTIVE, stops=False,
    )  # fmt: skip
    await journal.accept(Ticket(new))
    bell.set()


def _replay(url: str, replay: int, rate: float, bell: Any, stop: Any) -> None:
    """In a process of its own, as the command is."""
    database = Database(url)
    replaying = Replaying(database, ring=bell.set)
    plan = replaying.plan(Filter(state="refused"), limit=replay)
    run_id = replaying.begin(plan, author="bench", reason="", rate_per_s=rate)
    print(f"replaying {plan.count:,} messages", file=sys.stderr)
    replaying.go_on(run_id, stopping=stop.is_set)
    database.close()


def _serve(url: str, queue: Queue, bell: Any, stop: Any) -> None:
    """A worker of one queue, as one process serves what is live alone."""
    asyncio.run(_work(url, queue, bell, stop))


async def _work(url: str, queue: Queue, bell: Any, stop: Any) -> None:
    with Journal(url) as journal:
        while not stop.is_set():
            await asyncio.to_thread(bell.wait, 0.2)
            bell.clear()
            while rows := (await journal.claim(queue, 50, lease_s=60.0)).rows:
                endings = [Ending(row, InboxState.DONE, "done", answers=(Answer(row.number, "Done."),)) for row in rows]
                await asyncio.gather(*map(journal.finish, endings))


if __name__ == "__main__":
    sys.exit(main())
