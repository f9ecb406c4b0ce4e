"""A bell that keeps what it was asked for."""

from __future__ import annotations

from workers.journal import Queue


class NearBell:
    """Rings in memory."""

    def __init__(self) -> None:
        self.rung: list[Queue] = []
        self.senders_woken = 0

    def ring(self, *queues: Queue) -> None:
        self.rung += queues

    def wake_senders(self) -> None:
        self.senders_woken += 1
