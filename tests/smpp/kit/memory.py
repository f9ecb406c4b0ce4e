"""A reception and a postbox in memory, that keep what they are told and can be made to fail."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from workers.journal import LongText, NewPart, OutboxState, OutgoingPart, StoredPart
from workers.journal.receipts import Receipt
from workers.reception import InboundText, NotSafe


@dataclass
class MemoryReception:
    """Keeps texts and parts; `hold` makes both wait, `broken` makes them fail as the journal would.

    What is put into `due` is handed on as a long text whose time is over, until a text that names it is accepted.
    """

    texts: list[InboundText] = field(default_factory=list)
    parts: list[NewPart] = field(default_factory=list)
    due: list[LongText] = field(default_factory=list)
    sessions: list[str] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)
    hold: asyncio.Event | None = None
    broken: Exception | None = None
    waiting: int = 0
    waiting_most: int = 0
    _long_texts: int = 0

    async def accept(self, text: InboundText, *, within_s: float) -> None:
        await self._safe(within_s)
        self.texts.append(text)
        self.due = [one for one in self.due if one.id != text.long_text]

    async def keep_part(self, part: NewPart, *, within_s: float) -> LongText | None:
        await self._safe(within_s)
        self.parts.append(part)
        key = _text_of(part)
        there = {one.part_no: one for one in self.parts if _text_of(one) == key}
        if len(there) < part.total:
            return None
        self.parts = [one for one in self.parts if _text_of(one) != key]  # the reference may be used again
        self._long_texts += 1
        stored = tuple(StoredPart(no, one.octets, one.header, one.data_coding) for no, one in sorted(there.items()))
        return LongText(self._long_texts, part.bind, part.session, part.number, part.short_code, part.total, stored)

    async def long_texts_due(self, binds: Sequence[str]) -> list[LongText]:
        if self.broken is not None:
            raise self.broken
        return [one for one in self.due if one.bind in binds]

    async def _safe(self, within_s: float) -> None:
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

    async def session_opened(self, bind: str) -> str:
        if self.broken is not None:
            raise self.broken
        self.sessions.append(f"{bind}-{len(self.sessions) + 1}")
        return self.sessions[-1]

    async def session_closed(self, session: str) -> None:
        self.closed.append(session)


def _text_of(part: NewPart) -> tuple[object, ...]:
    return (min(part.binds), part.number, part.short_code, part.kind, part.reference, part.total)


@dataclass(frozen=True)
class Row:
    """An answer to be sent: an OutgoingText, most of which matters to few tests."""

    id: int
    text: str = "done"
    bind: str = "main"
    source: str = "8888"
    destination: str = "8613800000001"
    priority: int = 1
    resends: int = 0
    registered_delivery: str = ""
    validity_s: int | None = None
    source_port: int | None = None
    destination_port: int | None = None
    transaction_id: str = "0190a0b0c0d0e0f0a0b0c0d0"
    plan: str = ""
    parts: tuple[OutgoingPart, ...] = ()

    def with_part(self, number: int, state: OutboxState, resends: int = 0) -> Row:
        """The row with one of its parts in another state."""
        return replace(
            self,
            parts=tuple(
                OutgoingPart(number, state, part.resends + resends) if part.number == number else part
                for part in self.parts
            ),
        )


class MemoryPostbox:
    """Hands out queued rows once each; postponed and unanswered ones again, the latter once for each part."""

    def __init__(self, *rows: Row) -> None:
        self.queue = list(rows)
        self.out: dict[int, Row] = {}
        self.ends: list[tuple[str, int, object]] = []
        self.parts_sent: list[tuple[int, int, str, str]] = []
        """Row, part, message id and the bind that it left by."""
        self.vias: dict[int, str] = {}
        """By which bind a row was sent."""
        self.given: list[Receipt] = []
        self.reached: list[str] = []
        self.claims: list[tuple[tuple[str, ...], int]] = []
        self.resends: dict[int, int] = {}
        self.broken: Exception | None = None
        self.hold: asyncio.Event | None = None
        self._arrived = asyncio.Event()

    @property
    def receipts(self) -> list[tuple[str, str, str, str]]:
        """What receipts say: bind, message id, state and error."""
        return [(one.bind, one.message_id, one.state, one.error) for one in self.given]

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

    async def renew(self, ids: Sequence[int]) -> set[int]:
        self._fail()
        return self.out.keys() & {*ids}

    async def begin(self, id: int, plan: str, parts: int) -> None:  # noqa: A002
        self._fail()
        row = self.out[id]
        if not row.plan:
            queued = tuple(OutgoingPart(number, OutboxState.QUEUED, 0) for number in range(1, parts + 1))
            self.out[id] = replace(row, plan=plan, parts=queued)

    async def part_sent(self, id: int, number: int, message_id: str, via: str) -> None:  # noqa: A002
        self._fail()
        self.out[id] = self.out[id].with_part(number, OutboxState.SENT)
        self.parts_sent.append((id, number, message_id, via))

    async def sent(self, id: int, message_id: str, via: str) -> None:  # noqa: A002
        await self._end("sent", id, message_id)
        self.vias[id] = via

    async def failed(self, id: int, why: str, number: int = 0) -> None:  # noqa: A002
        await self._end("failed", id, (number, why) if number else why)

    async def postponed(self, id: int, *, delay_s: float, why: str) -> None:  # noqa: A002
        row = self.out[id]
        await self._end("postponed", id, (delay_s, why))
        self.put(row)

    async def unanswered(self, id: int, number: int = 0) -> None:  # noqa: A002
        row = self.out[id]
        await self._end("unanswered", id, number or None)
        self.resends[id] = self.resends.get(id, 0) + 1
        if number:
            row = row.with_part(number, OutboxState.QUEUED, resends=1)
            if row.parts[number - 1].resends == 1:
                self.put(row)
        elif row.resends == 0:
            self.put(replace(row, resends=1))

    async def receipt(self, receipt: Receipt) -> None:
        self._fail()
        self.given.append(receipt)

    async def reachable(self, number: str) -> None:
        self._fail()
        self.reached.append(number)

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
