"""The bell: tells workers and senders that there may be something to do; it carries nothing else.

A ring sets a key in Redis and sends one Celery task only if none is outstanding.  A failed ring is ignored: the
sweeper makes up for it.  A thread of its own does the talking, so that a Redis that hangs holds up nobody, and
rings that come while it talks are one.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable

import redis

from workers.journal import Queue

OUTBOX_CHANNEL = "tonegate:outbox"
"""Published to whenever answers have been queued."""

DIALS_CHANNEL = "tonegate:dials"
"""Published to, with its transaction id, whenever an order by dial has an answer: a screen may be waiting for it."""

RING_LIVES_MS = 1000
"""How long an unanswered ring keeps others from being sent; a lost task costs no more than this."""


def ring_key(queue: str) -> str:
    """Return the key that says a ring of this queue is outstanding."""
    return f"tonegate:ring:{queue}"


def redis_client(url: str) -> redis.Redis:
    """Return a client that gives up within two seconds, whatever the server does."""
    return redis.Redis.from_url(url, socket_timeout=2.0, socket_connect_timeout=2.0, health_check_interval=15)


class Bell:
    """Make it after a fork.  `publish` sends one task to a Celery queue, without retrying."""

    def __init__(self, client: redis.Redis, publish: Callable[[str], None]) -> None:
        self._client = client
        self._publish = publish
        self._wake = threading.Condition()
        self._queues: set[str] = set()
        self._senders = False
        self._dials: list[str] = []
        self._closing = False
        self._thread = threading.Thread(target=self._run, name="bell", daemon=True)
        self._thread.start()

    def ring(self, *queues: Queue) -> None:
        """Let the workers of these queues know; returns at once."""
        with self._wake:
            self._queues.update(queues)
            self._wake.notify()

    def wake_senders(self) -> None:
        """Let the senders of answers know; returns at once."""
        with self._wake:
            self._senders = True
            self._wake.notify()

    def tell_dial(self, transaction_id: str) -> None:
        """Let the screen know that waits for this order, if one does; returns at once."""
        with self._wake:
            self._dials.append(transaction_id)
            self._wake.notify()

    def answered(self, queue: str) -> None:
        """Clear the ring a task was sent for: whoever commits from now on rings anew.  Blocks for Redis."""
        with contextlib.suppress(redis.RedisError):
            self._client.delete(ring_key(queue))

    def close(self) -> None:
        """Ring what is still to be rung and end the thread."""
        with self._wake:
            self._closing = True
            self._wake.notify()
        self._thread.join(timeout=5.0)

    def _run(self) -> None:
        while True:
            with self._wake:
                while not (self._queues or self._senders or self._dials or self._closing):
                    self._wake.wait()
                queues, self._queues = self._queues, set()
                senders, self._senders = self._senders, False
                dials, self._dials = self._dials, []
                if not (queues or senders or dials):
                    return
            with contextlib.suppress(redis.RedisError):
                for transaction_id in dials:
                    self._client.publish(DIALS_CHANNEL, transaction_id)
            if senders:
                with contextlib.suppress(redis.RedisError):
                    self._client.publish(OUTBOX_CHANNEL, b"")
            for queue in sorted(queues):
                self._ring_one(queue)

    def _ring_one(self, queue: str) -> None:
        key = ring_key(queue)
        with contextlib.suppress(redis.RedisError):
            if not self._client.set(key, b"", nx=True, px=RING_LIVES_MS):
                return
            try:
                self._publish(queue)
            except Exception:
                self._client.delete(key)
