"""A reception and a postbox in memory, that keep what they are told and can be made to fail."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from workers.reception import InboundText, NotSafe


@dataclass
class MemoryReception:
    """Keeps texts; `hold` makes accepts wait, `broken` makes them fail as the journal would."""

    texts: list[InboundText] = field(default_factory=list)
    sessions: list[str] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)
    hold: asyncio.Event | None = None
    broken: Exception | None = None
    waiting: int = 0
    waiting_most: int = 0

    async def accept(self, text: InboundText, *, within_s: float) -> None:
        if self.broken is not None:
            raise self.broken
        if self.hold is not None:
            self.waiting += 1
            self.waiting_most = max(self.waiting, self.waiting_most)
            try:
                async with asyncio.timeout(within_s):
                    await self.hold.wait()
            except TimeoutError as error:
                raise NotSafe("not committed in time") from error
            finally:
                self.waiting -= 1
        self.texts.append(text)

    async def session_opened(self, bind: str) -> str:
        if self.broken is not None:
            raise self.broken
        self.sessions.append(f"{bind}-{len(self.sessions) + 1}")
        return self.sessions[-1]

    async def session_closed(self, session: str) -> None:
        self.closed.append(session)


@dataclass(frozen=True)
class Row:
    """An answer to be sent."""

    id: int
    text: str = "done"
    bind: str = "main"
    source: str = "8888"
    destination: str = "8613800000001"
    priority: int = 1
    resends: int = 0


class MemoryPostbox:
    """Hands out queued rows once each; postponed and unanswered ones again, the latter once."""

    def __init__(self, *rows: Row) -> None:
        self.queue = list(rows)
        self.out: dict[int, Row] = {}
        self.ends: list[tuple[str, int, object]] = []
        self.receipts: list[tuple[str, str, str, str]] = []
        self.claims: list[tuple[tuple[str, ...], int]] = []
        self.resends: dict[int, int] = {}
        self.broken: Exception | None = None
        self.hold: asyncio.Event | None = None
        self._arrived = asyncio.Event()

    def put(self, *rows: Row) -> None:
        self.queue += rows
        self._arrived.set()

    async def claim(self, binds: Sequence[str], limit: int) -> list[Row]:
        self._fail()
        self.claims.append((tuple(binds), limit))
        mine = [row for row in self.queue if row.bind in binds][:limit]
        for row in mine:
            self.queue.remove(row)
            self.out[row.id] = row
        return mine

    async def sent(self, id: int, message_id: str) -> None:  # noqa: A002
        await self._end("sent", id, message_id)

    async def failed(self, id: int, why: str) -> None:  # noqa: A002
        await self._end("failed", id, why)

    async def postponed(self, id: int, *, delay_s: float, why: str) -> None:  # noqa: A002
        row = self.out[id]
        await self._end("postponed", id, (delay_s, why))
        self.put(row)

    async def unanswered(self, id: int) -> None:  # noqa: A002
        row = self.out[id]
        await self._end("unanswered", id, None)
        self.resends[id] = self.resends.get(id, 0) + 1
        if self.resends[id] == 1:
            self.put(row)

    async def receipt(self, bind: str, message_id: str, state: str, error: str) -> None:
        self._fail()
        self.receipts.append((bind, message_id, state, error))

    async def wait(self, timeout_s: float) -> None:
        await self._arrived.wait()
        self._arrived.clear()

    async def _end(self, what: str, row: int, detail: object) -> None:
        self._fail()
        if self.hold is not None:
            await self.hold.wait()
        del self.out[row]
        self.ends.append((what, row, detail))

    def _fail(self) -> None:
        if self.broken is not None:
            raise self.broken
