"""Counting measured beside the live path: how much faster it is, and what it costs live messages when both go on.

The tables that it adds to hold two years.  It counts in a process of its own, as a worker's background does; rounds
without it and with it follow each other, each from nothing that is left to count.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import statistics
import time
from typing import Any
from zoneinfo import ZoneInfo

from live_path import live, p95, workers

from workers.counting import count
from workers.journal import Database, Journal, Queue
from workers.journal.blanking import hashing
from workers.journal.statistics.counting import Counting

_ROUNDS = 3
_ROUND_S = 10.0
_STEADY_PER_S = 100.0
_FLAT_OUT = 1500
"""Messages sent at once, as fast as they are taken."""
_EVERY_S = 2.0
_PAUSE_S = 0.05
_AT_MOST = 1.5
"""Times the p95 of live messages without counting."""


def counting(url: str, messages: int) -> bool:
    """Measure both; whether the live path keeps its p95 within one and a half times, and counting keeps up with it."""
    return asyncio.run(_measure(url, messages))


async def _measure(url: str, messages: int) -> bool:
    with workers(url, Queue.INTERACTIVE) as bells, Journal(url) as journal:
        bell = bells[Queue.INTERACTIVE]
        await live(journal, bell, 3.0)  # until all are warm
        _count_all(url)
        live_per_s = await _flat_out(journal, bell, messages)
        counted, took = _count_all(url)
        counted_per_s = counted / took
        print(f"\nlive path flat out: {live_per_s:,.0f} messages a second, accepted and ended")
        print(f"counting: {counted_per_s:,.0f} messages a second ({counted:,} in {took:.1f} s),", end=" ")
        print(f"{counted_per_s / live_per_s:.1f} times as fast")
        waits: dict[bool, list[float]] = {False: [], True: []}
        speeds: dict[bool, list[float]] = {False: [], True: []}
        for _ in range(_ROUNDS):
            for beside in (False, True):
                _count_all(url)
                with _Counter(url, runs=beside):
                    waits[beside].append(p95(await live(journal, bell, _ROUND_S, _STEADY_PER_S)))
                    speeds[beside].append(await _flat_out(journal, bell, _FLAT_OUT))
        times = _told("p95 of live messages, ms, at 100 a second", waits)
        _told("live messages a second, flat out", speeds)
    return times <= _AT_MOST and counted_per_s > live_per_s


def _told(what: str, found: dict[bool, list[float]]) -> float:
    without, beside = (statistics.median(found[key]) for key in (False, True))
    rounds = "; ".join(f"{a:.1f} and {b:.1f}" for a, b in zip(found[False], found[True], strict=True))
    print(f"{what}: {without:.1f} without counting, {beside:.1f} beside it,", end=" ")
    print(f"{beside / without:.2f} times (medians of rounds: {rounds})")
    return beside / without


async def _flat_out(journal: Journal, bell: Any, messages: int) -> float:
    """Messages a second."""
    began = time.monotonic()
    await live(journal, bell, 1.0, messages)
    return messages / (time.monotonic() - began)


def _counting(url: str) -> Counting:
    return Counting(Database(url), count, ZoneInfo("UTC"), hashing(b"bench"))


def _count_all(url: str) -> tuple[int, float]:
    began = time.monotonic()
    return _counting(url).run(), time.monotonic() - began


class _Counter:
    """Counts as a worker's background does, in a process of its own, until the block ends."""

    def __init__(self, url: str, *, runs: bool) -> None:
        spawn = multiprocessing.get_context("spawn")
        self._stop = spawn.Event()
        self._process = spawn.Process(target=_count_on, args=(url, self._stop)) if runs else None

    def __enter__(self) -> None:
        if self._process:
            self._process.start()

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        if self._process:
            self._process.join()


def _count_on(url: str, stop: Any) -> None:
    at_work = _counting(url)
    while not stop.is_set():
        if at_work.is_due(_EVERY_S / 2):
            at_work.run(pause_s=_PAUSE_S, stopping=stop.is_set)
        stop.wait(_EVERY_S)
