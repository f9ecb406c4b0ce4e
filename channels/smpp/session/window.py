"""Our requests that wait for their response, by sequence number.

A request is registered before its bytes are written, so that no answer can come too early.  smpplib takes
whatever PDU comes next for the answer to bind and unbind, and never notices one that doesn't come.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from channels.smpp.protocol.pdu import Pdu

LAST_SEQUENCE = 0x7FFFFFFF
"""After which the numbers begin again at 1 (SMPP 3.4 §3.2)."""


class NoResponse(Exception):
    """The response did not come; the peer may have taken the request or not."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    command: str
    deadline: float
    settle: Callable[[Pdu | NoResponse], None]
    takes_slot: bool


class Window:
    """At most `limit` messages wait at once; bind, enquire_link and unbind are not counted."""

    def __init__(self, limit: int, first_sequence: int = 1) -> None:
        self.limit = limit
        self.used = 0
        self._next = first_sequence
        self._waiting: dict[int, _Waiting] = {}

    @property
    def free(self) -> int:
        return self.limit - self.used

    @property
    def is_empty(self) -> bool:
        return not self._waiting

    def register(
        self,
        command: str,
        deadline: float,
        settle: Callable[[Pdu | NoResponse], None],
        *,
        takes_slot: bool = False,
    ) -> int:
        """The sequence number to send the request under; `settle` is called once, with what became of it."""
        sequence = self._next
        while sequence in self._waiting:
            sequence = sequence % LAST_SEQUENCE + 1
        self._next = sequence % LAST_SEQUENCE + 1
        self._waiting[sequence] = _Waiting(command, deadline, settle, takes_slot)
        self.used += takes_slot
        return sequence

    def answer(self, response: Pdu) -> bool:
        """Settle the request this answers; False where none waits for it (late, repeated, or of another kind)."""
        waiting = self._waiting.get(response.sequence)
        if waiting is None or response.command not in (f"{waiting.command}_resp", "generic_nack"):
            return False
        self._settle(response.sequence, response)
        return True

    def expire(self, now: float) -> None:
        """Settle what has waited past its deadline."""
        for sequence in [number for number, waiting in self._waiting.items() if waiting.deadline <= now]:
            self._settle(sequence, NoResponse("no response in time"))

    def abandon(self, why: str) -> None:
        """Settle everything: the connection is gone."""
        for sequence in list(self._waiting):
            self._settle(sequence, NoResponse(why))

    def _settle(self, sequence: int, outcome: Pdu | NoResponse) -> None:
        waiting = self._waiting.pop(sequence)
        self.used -= waiting.takes_slot
        waiting.settle(outcome)


def into(future: asyncio.Future[Pdu]) -> Callable[[Pdu | NoResponse], None]:
    """Settles a request into a future."""

    def settle(outcome: Pdu | NoResponse) -> None:
        if future.done():  # cancelled by who waited
            return
        if isinstance(outcome, Pdu):
            future.set_result(outcome)
        else:
            future.set_exception(outcome)

    return settle
