"""What the binds need of the rest of the house, by shape: the journal's doors for texts in and answers out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from workers.reception import InboundText


class OutgoingText(Protocol):
    """An answer to be sent."""

    @property
    def id(self) -> int: ...
    @property
    def source(self) -> str: ...
    @property
    def destination(self) -> str: ...
    @property
    def text(self) -> str: ...


class Reception(Protocol):
    """Where a text is safe."""

    async def accept(self, text: InboundText, *, within_s: float) -> None:
        """Return once it is committed; raise where it can't be, or not in time."""
        ...

    async def session_opened(self, bind: str) -> str: ...
    async def session_closed(self, session: str) -> None: ...


class Postbox(Protocol):
    """Where answers wait, and where is told what became of them."""

    async def claim(self, binds: Sequence[str], limit: int) -> Sequence[OutgoingText]: ...
    async def sent(self, id: int, message_id: str) -> None: ...  # noqa: A002
    async def postponed(self, id: int, *, delay_s: float, why: str) -> None: ...  # noqa: A002
    async def unanswered(self, id: int) -> None: ...  # noqa: A002
    async def failed(self, id: int, why: str) -> None: ...  # noqa: A002
    async def receipt(self, bind: str, message_id: str, state: str, error: str) -> None: ...
    async def wait(self, timeout_s: float) -> None:
        """Return early when there may be something to send."""
        ...
