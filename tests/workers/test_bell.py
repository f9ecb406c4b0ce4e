"""The bell, with a real Redis-compatible server: many rings one task, and never anybody held up."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import redis

from workers.bell import OUTBOX_CHANNEL, RING_LIVES_MS, Bell, redis_client, ring_key
from workers.journal import Queue

WITHIN_S = 240.0
_LONG_MS = 600_000


class Tasks:
    """What was published; `fails` makes the next publish fail, `gate` holds it."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.fails = 0
        self.gate = threading.Event()
        self.gate.set()
        self.tried = threading.Semaphore(0)

    def publish(self, queue: str) -> None:
        self.gate.wait(WITHIN_S)
        try:
            if self.fails:
                self.fails -= 1
                raise ConnectionError("the broker is away")
            self.sent.append(queue)
        finally:
            self.tried.release()

    def wait(self, times: int = 1) -> None:
        """Return after so many tries."""
        for _ in range(times):
            assert self.tried.acquire(timeout=WITHIN_S)


@pytest.fixture
def tasks() -> Tasks:
    return Tasks()


Make = Callable[[str], Bell]


@pytest.fixture
def make(tasks: Tasks) -> Iterator[Make]:
    bells: list[Bell] = []

    def of(url: str) -> Bell:
        bells.append(Bell(redis_client(url), tasks.publish))
        return bells[-1]

    yield of
    tasks.gate.set()
    for bell in bells:
        bell.close()


@pytest.fixture
def rings_live_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """A ring that nobody answers is not over before a slow machine has looked."""
    monkeypatch.setattr("workers.bell.RING_LIVES_MS", _LONG_MS)


@pytest.mark.usefixtures("rings_live_long")
def test_many_rings_are_one_task_until_it_is_answered(make: Make, tasks: Tasks, redis_url: str) -> None:
    one, two = make(redis_url), make(redis_url)
    one.ring(Queue.ORDERS)
    tasks.wait()
    for bell in (one, two, one, two):
        bell.ring(Queue.ORDERS)
    one.ring(Queue.BULK)  # behind those of its own process: when it is out, they are
    two.ring(Queue.INTERACTIVE)
    tasks.wait(2)
    assert 1 == tasks.sent.count("orders")
    one.answered(Queue.ORDERS)
    two.ring(Queue.ORDERS)
    tasks.wait()
    assert 2 == tasks.sent.count("orders")


@pytest.mark.usefixtures("rings_live_long")
def test_rings_that_come_while_one_is_on_its_way_are_one(make: Make, tasks: Tasks, redis_url: str) -> None:
    bell = make(redis_url)
    tasks.gate.clear()
    for _ in range(1000):
        bell.ring(Queue.ORDERS, Queue.BULK)
    tasks.gate.set()
    tasks.wait(2)
    bell.close()
    assert ["bulk", "orders"] == sorted(tasks.sent)


@pytest.mark.usefixtures("rings_live_long")
def test_an_unanswered_ring_keeps_others_away_for_a_second_and_no_longer(
    make: Make, tasks: Tasks, redis_url: str
) -> None:
    assert 0 < RING_LIVES_MS <= 1000
    make(redis_url).ring(Queue.ORDERS)
    tasks.wait()
    with redis.Redis.from_url(redis_url) as client:
        assert 0 < client.pttl(ring_key("orders")) <= _LONG_MS


def test_a_ring_that_could_not_be_sent_lets_the_next_one_ring(make: Make, tasks: Tasks, redis_url: str) -> None:
    bell = make(redis_url)
    tasks.fails = 1
    bell.ring(Queue.ORDERS)
    tasks.wait()
    bell.ring(Queue.BULK)  # when this one is out, the first one's key is gone
    tasks.wait()
    bell.ring(Queue.ORDERS)
    tasks.wait()
    assert ["bulk", "orders"] == tasks.sent


def test_the_senders_hear_of_answers(make: Make, redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as client, client.pubsub() as channel:
        channel.subscribe(OUTBOX_CHANNEL)
        assert channel.get_message(timeout=WITHIN_S)
        make(redis_url).wake_senders()
        assert "message" == (channel.get_message(timeout=WITHIN_S) or {})["type"]


def test_with_redis_gone_a_ring_is_dropped_without_a_word(make: Make, tasks: Tasks, tmp_path: Path) -> None:
    bell = make(f"unix://{tmp_path / 'nobody'}")
    bell.ring(Queue.ORDERS)
    bell.wake_senders()
    bell.answered(Queue.ORDERS)
    bell.close()
    assert [] == tasks.sent


def test_a_redis_that_hangs_holds_up_nobody_who_rings(make: Make, tasks: Tasks) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        bell = make(f"redis://127.0.0.1:{silent.getsockname()[1]}")

        def ring() -> None:
            for _ in range(1000):
                bell.ring(Queue.ORDERS)
                bell.wake_senders()

        ringing = threading.Thread(target=ring, daemon=True)
        ringing.start()
        ringing.join(WITHIN_S)  # where each waited until Redis is given up, it would ring for an hour
        assert not ringing.is_alive()
    assert [] == tasks.sent


def test_closing_rings_for_what_was_asked_last(make: Make, tasks: Tasks, redis_url: str) -> None:
    bell = make(redis_url)
    bell.ring(Queue.ORDERS)
    bell.close()
    tasks.wait()
    assert ["orders"] == tasks.sent
