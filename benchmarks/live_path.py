"""Live messages as the journal has them, without the core and the network: accepted, claimed, finished with an answer.

Each of the three is a commit of its own, by a listener and a worker in a process each.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import random
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from workers.dialogue import Action, Result, ToneFacts, Verdict
from workers.journal import (
    Answer,
    ClaimedRow,
    Ending,
    Filter,
    InboxState,
    Journal,
    NewMessage,
    Queue,
    Search,
    Ticket,
)
from workers.journal.arriving import new_transaction_id
from workers.steps import write_results
from workers.window import Window

PER_S = 50.0


@contextmanager
def workers(url: str, *queues: Queue) -> Iterator[dict[Queue, Any]]:
    """A worker for each queue, in a process of its own, as one serves what is live alone; gives their bells."""
    spawn = multiprocessing.get_context("spawn")
    bells, stop = {queue: spawn.Event() for queue in queues}, spawn.Event()
    others = [spawn.Process(target=_serve, args=(url, queue, bell, stop)) for queue, bell in bells.items()]
    for other in others:
        other.start()
    try:
        yield bells
    finally:
        stop.set()
        for other in others:
            other.join()


async def live(journal: Journal, bell: Any, seconds: float, per_s: float = PER_S, seed: int = 0) -> list[float]:
    """Send messages at a rate; returns how long each took from its accept to its end, in milliseconds.

    They come by chance, as people do: evenly spaced ones meet, or miss, whatever else keeps time by a clock.
    """
    begun: dict[str, float] = {}
    count, start, chance, after = int(per_s * seconds), time.time(), random.Random(seed), 0.0
    running = []
    for _ in range(count):
        after += chance.expovariate(per_s)
        await asyncio.sleep(max(0.0, start + after - time.time()))
        running.append(asyncio.create_task(_accept(journal, bell, begun)))
    await asyncio.gather(*running)
    search = Search(journal.database)
    while True:
        rows = search.page(Filter(since=start, channel="sms"), limit=count * 2).rows
        ended = {row["transaction_id"]: row["finished_at"] for row in rows if row["finished_at"] is not None}
        if ended.keys() >= begun.keys():
            return [(ended[transaction_id] - at) * 1000 for transaction_id, at in begun.items()]
        await asyncio.sleep(0.2)


def p95(times: Sequence[float]) -> float:
    """Of times in any order."""
    return sorted(times)[int(len(times) * 0.95)]


async def _accept(journal: Journal, bell: Any, begun: dict[str, float]) -> None:
    transaction_id = new_transaction_id()
    begun[transaction_id] = time.time()
    new = NewMessage(
        transaction_id=transaction_id, channel="sms", bind="south", session="live", number=f"9{transaction_id[-9:]}",
        short_code="10086", text="GET 600902000002", network_reference="", queue=Queue.INTERACTIVE, stops=False,
    )  # fmt: skip
    await journal.accept(Ticket(new))
    bell.set()


def _serve(url: str, queue: Queue, bell: Any, stop: Any) -> None:
    asyncio.run(_work(url, queue, bell, stop))


async def _work(url: str, queue: Queue, bell: Any, stop: Any) -> None:
    with Journal(url) as journal:
        window = Window(journal, _Bell(bell), _ending, slots=50, lease_s=60.0)  # type: ignore[arg-type]
        while not stop.is_set():
            if await asyncio.to_thread(bell.wait, 0.2):
                bell.clear()
                await window.serve(queue, 1.0)
        await window.drain()


class _Bell:
    """Rings the one process that serves the queue."""

    def __init__(self, bell: Any) -> None:
        self._bell = bell

    def ring(self, *_queues: Queue) -> None:
        self._bell.set()

    def wake_senders(self) -> None:
        """Nobody sends."""


async def _ending(row: ClaimedRow) -> Ending:
    """An order done, of one of a few hundred tones."""
    code = f"{600902000001 + row.id % 500}"
    tone = ToneFacts(code, f"Tone {code}", "Somebody", 200, 30)
    results = write_results({1: Result(Action.ORDER, Verdict.DONE, "", code, tone, charged=200)})
    answers = (Answer(row.number, "Done."),)
    return Ending(row, InboxState.DONE, "done", results=results, answers=answers, brand="easyown")
