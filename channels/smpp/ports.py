"""What the binds need of the rest of the house, by shape: the journal's doors for texts in and answers out."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol

from workers.journal import LongText, NewPart, OutgoingText
from workers.journal.receipts import Receipt
from workers.postbox import LEASE_S
from workers.reception import InboundText

__all__ = ["LEASE_S", "InboundText", "LongText", "NewPart", "OutgoingText", "Postbox", "Receipt", "Reception"]


class Reception(Protocol):
    """Where a text is safe."""

    async def accept(self, text: InboundText, *, within_s: float) -> None:
        """Return once it is committed; raise where it can't be, or not in time."""
        ...

    async def keep_part(self, part: NewPart, *, within_s: float) -> LongText | None:
        """Return once the part is committed, with the long text where it is whole now; raise as `accept` does.

        A whole one is to be accepted, as a text that names it, before its last part is acknowledged.
        """
        ...

    async def long_texts_due(self, binds: Sequence[str]) -> Sequence[LongText]:
        """Long texts to be handed on: whole ones that were left lying, and those whose time is over."""
        ...

    async def session_opened(self, bind: str) -> str: ...
    async def session_closed(self, session: str) -> None: ...


class Postbox(Protocol):
    """Where answers wait, and where is told what became of them.

    `via` is the bind that a text left by, `number` the part, from 1; 0 stands for a text that is sent in one.
    """

    async def claim(self, binds: Sequence[str], limit: int) -> Sequence[OutgoingText]:
        """Answers to send; each is the sender's for `LEASE_S` seconds."""
        ...

    async def renew(self, ids: Sequence[int]) -> Collection[int]:
        """Keep answers for `LEASE_S` seconds more; those that are still the sender's."""
        ...

    async def begin(self, id: int, plan: str, parts: int) -> None:  # noqa: A002
        """Record how a text of several parts is split, before the first of them leaves."""
        ...

    async def part_sent(self, id: int, number: int, message_id: str, via: str) -> None: ...  # noqa: A002
    async def sent(self, id: int, message_id: str, via: str) -> None:  # noqa: A002
        """Record that all of it is sent; `message_id` is empty where it went in parts."""
        ...

    async def postponed(self, id: int, *, delay_s: float, why: str) -> None: ...  # noqa: A002
    async def unanswered(self, id: int, number: int = 0) -> None:  # noqa: A002
        """Record that a submit_sm had no response; it is sent once more, and no third time."""
        ...

    async def failed(self, id: int, why: str, number: int = 0) -> None: ...  # noqa: A002
    async def receipt(self, receipt: Receipt) -> None: ...
    async def reachable(self, number: str) -> None:
        """Make due what waits for this number: the SMSC says that its handset is there again."""
        ...

    async def wait(self, timeout_s: float) -> None:
        """Return early when there may be something to send."""
        ...
