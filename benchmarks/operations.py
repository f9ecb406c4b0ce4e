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
from pathlib import Path
from typing import Any

from live_path import PER_S, live, p95, workers
from looks import Look, measure
from operations_fill import fill, number_of
from report import filesystem

from workers.journal import Database, Filter, Journal, Queue, Reader, Search, migrate
from workers.journal.lately import Lately
from workers.ops.replaying import Replaying

_LOOKS = 60
_LIVE_S, _ROUNDS = 10.0, 6


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=5_000_000)
    parser.add_argument("--url", default="", help="an empty database; a SQLite file of its own by default")
    parser.add_argument("--folder", type=Path, default=None, help="where that file is made")
    parser.add_argument("--replay", type=int, default=100_000, help="messages replayed beside live ones; 0 is none")
    parser.add_argument("--rate", type=float, default=None, help="messages a second of the replay; else the usual")
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
        slow = looked(database, given.rows)
        database.close()
        held = asyncio.run(beside_replay(url, given.replay, given.rate)) if given.replay else True
    return 0 if held and not slow else 1


def looked(database: Database, rows: int) -> list[str]:
    """Measure each look and show its plans; returns those over the limit."""
    reader, search, replaying = Reader(database), Search(database), Replaying(database)
    chance, hour = random.Random(7), 3600.0

    def any_message() -> int:
        return chance.randrange(1, rows + 1)

    looks: dict[str, Look] = {
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
    return measure(database, looks, _LOOKS)


async def beside_replay(url: str, replay: int, rate: float | None) -> bool:
    """Measure live messages alone and beside a replay; whether their p95 stays within one and a half times.

    By turns, with the same messages: who measures one after the other measures what else the machine did meanwhile.
    """
    spawn = multiprocessing.get_context("spawn")
    going, resting, stop = spawn.Event(), spawn.Event(), spawn.Event()
    alone, beside, each = list[float](), list[float](), list[float]()
    with workers(url, Queue.INTERACTIVE, Queue.BULK) as bells, Journal(url) as journal:
        bell = bells[Queue.INTERACTIVE]
        await live(journal, bell, 3.0)  # until all are warm
        other = spawn.Process(target=_replay, args=(url, replay, rate, bells[Queue.BULK], going, resting, stop))
        other.start()
        for no in range(_ROUNDS):
            while other.is_alive() and not await asyncio.to_thread(resting.wait, 0.5):
                continue  # what it does at the end of its turn is no part of the other's
            if not other.is_alive():
                break
            before = await live(journal, bell, _LIVE_S, seed=no)
            going.set()
            after = await live(journal, bell, _LIVE_S, seed=no)
            going.clear()
            alone, beside, each = alone + before, beside + after, [*each, p95(after) / p95(before)]
        stop.set()
        going.set()
        other.join()
    if other.exitcode:
        raise SystemExit("nothing is measured: the replay failed, or was over too soon")
    ratio = p95(beside) / p95(alone)
    print(
        f"\nlive messages, {PER_S:.0f} a second, {_ROUNDS} times {_LIVE_S:.0f} s alone and as long beside the replay:"
    )
    print(f"p95 {p95(alone):.1f} ms alone, {p95(beside):.1f} ms beside it, {ratio:.2f} times", end=" ")
    print(f"(each time {', '.join(f'{one:.2f}' for one in each)})")
    return ratio <= 1.5


def _replay(url: str, replay: int, rate: float | None, bell: Any, going: Any, resting: Any, stop: Any) -> None:
    """In a process of its own, as the command is; planned and begun once it is first let go."""
    database = Database(url)
    replaying = Replaying(database, ring=bell.set)
    resting.set()
    going.wait()
    resting.clear()
    plan = replaying.plan(Filter(state="refused"), limit=replay)
    run_id = replaying.begin(plan, author="bench", reason="", rate_per_s=rate)
    per_s = replaying.state(run_id).rate_per_s
    print(f"replaying {plan.count:,} messages, {per_s:.0f} a second", file=sys.stderr)
    while not stop.is_set():
        run = replaying.go_on(run_id, stopping=lambda: stop.is_set() or not going.is_set()).run
        if not run.left:
            sys.exit(f"all {run.total:,} are replayed before the end: take more (--replay), or a lower --rate")
        resting.set()
        going.wait()
        resting.clear()
    database.close()


if __name__ == "__main__":
    sys.exit(main())
