"""What the handsets show: bubbles, kept in memory, and a feed that tells a page which of them changed.

A bubble is put again whenever it changes and is found by its id, so a page that missed something needs only
the bubbles as they are now.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum

KEPT = 5_000
"""Bubbles kept; the oldest make room."""


class State(StrEnum):
    """How far a bubble has come."""

    WAITING = "waiting"  # with the SMSC: nobody bound, or not yet acknowledged
    ACCEPTED = "accepted"  # a text: the ESME answered ESME_ROK
    REJECTED = "rejected"  # a text: the ESME will never take it
    PARTIAL = "partial"  # an answer: some parts are still to come
    RECEIVED = "received"  # an answer: all there


@dataclass(frozen=True, slots=True)
class Bubble:
    """One message on one handset."""

    id: str
    number: str  # the handset's
    short_code: str  # the other end
    side: str  # "handset": typed there; "service": came from an ESME
    text: str
    state: State
    at_ms: int  # Unix time of the first sign of it
    done_at_ms: int | None = None  # when it was accepted, or complete
    attempts: int = 0  # deliver_sm sent for a text so far
    parts: int = 1


class Reader:
    """One page's view of the feed: the ids that changed since it last looked."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._changed: dict[str, None] = {}
        self.woken = asyncio.Event()

    def mark(self, bubble_id: str) -> None:
        """Note a change; a page that is too slow loses the oldest notes, as it would lose the bubbles."""
        self._changed[bubble_id] = None
        if len(self._changed) > self._limit:
            del self._changed[next(iter(self._changed))]
        self.woken.set()

    def take(self) -> list[str]:
        """Return the changed ids, oldest first, and forget them."""
        changed, self._changed = self._changed, {}
        self.woken.clear()
        return list(changed)


class Bubbles:
    """All bubbles, oldest first, and who reads them."""

    def __init__(self, kept: int = KEPT) -> None:
        self._kept = kept
        self._bubbles: OrderedDict[str, Bubble] = OrderedDict()
        self._readers: set[Reader] = set()

    def put(self, bubble: Bubble) -> None:
        """Show a bubble, or show it changed."""
        self._bubbles[bubble.id] = bubble
        if len(self._bubbles) > self._kept:
            self._bubbles.popitem(last=False)
        for reader in self._readers:
            reader.mark(bubble.id)

    def get(self, bubble_id: str) -> Bubble | None:
        """Return a bubble that is still kept."""
        return self._bubbles.get(bubble_id)

    def all(self) -> list[Bubble]:
        """Return what is kept, oldest first."""
        return list(self._bubbles.values())

    def wake(self) -> None:
        """Have every reader look, for something that is no bubble (a bind came or went, faults changed)."""
        for reader in self._readers:
            reader.woken.set()

    @contextmanager
    def reader(self) -> Iterator[Reader]:
        """Follow the feed for as long as the block runs."""
        reader = Reader(self._kept)
        self._readers.add(reader)
        try:
            yield reader
        finally:
            self._readers.discard(reader)
