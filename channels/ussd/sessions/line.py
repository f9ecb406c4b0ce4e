"""One connection to Redis that all requests of a process share: questions go out as they come, and answers come back in
the same order.

redis-py takes a connection for each command, and a task and timers around it: 90 µs of processor time, and a screen
has one or two.  Here it is 20 (docs/decisions/010-one-line-to-redis.md).  It still reads the URL; hiredis speaks the
protocol (RESP2).

A connection that is lost takes answers along, and then the same is asked again on the next one: whatever is asked here
must be safe to be done twice.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, cast

import hiredis
from redis.asyncio.connection import Connection, ConnectionPool, SSLConnection, UnixDomainSocketConnection

Word = str | int | float

_AGAIN_S = 0.02
_LATE_S, _GRACE_S = 0.1, 0.2
"""How late our own timer may be before we count as having stood still, and how long we then read what has come."""
_NOT_YET_ALL = object()
_NOT_HERE = ("LOADING", "READONLY", "MASTERDOWN")
"""What a server says that has just come up, or that another has taken the place of."""


class StoreGone(Exception):
    """Redis can't be reached, or says no; the text is the kind of the error, or the first word of its answer."""


@dataclass(frozen=True, slots=True)
class Script:
    """A script that the server runs: known to it by its digest once it has seen the text."""

    text: str
    digest: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "digest", hashlib.sha1(self.text.encode(), usedforsecurity=False).hexdigest())


class Line:
    """The way to one server; connects when something is asked, and again where it was cut off."""

    def __init__(self, url: str, *, within_s: float) -> None:
        """`url` as redis-py has it; nothing is waited for longer than `within_s`."""
        # It has read the URL, and never connects.
        self._to: Connection | UnixDomainSocketConnection = ConnectionPool.from_url(url).make_connection()  # type: ignore[no-untyped-call]
        self._within_s = within_s
        self._wire: _Wire | None = None
        self._connecting = asyncio.Lock()

    async def ask(self, *command: Word) -> Any:
        """Return the answer: a text, a number, None, or a list of such.  Raises `StoreGone`."""
        until, why = asyncio.get_running_loop().time() + self._within_s, ""
        while True:
            try:
                wire = self._wire if self._wire and not self._wire.gone else await self._connected(until)
                return await wire.ask(command, until)
            except hiredis.ReplyError as error:
                said = str(error).partition(" ")[0]
                if said not in _NOT_HERE:
                    raise StoreGone(said) from None
                why = why or said
                self.close()
            except OSError as error:
                why = why or type(error).__name__
            if asyncio.get_running_loop().time() + _AGAIN_S >= until:
                raise StoreGone(why)
            await asyncio.sleep(_AGAIN_S)

    async def run(self, script: Script, keys: Sequence[str], *values: Word) -> Any:
        """Run a script, and return its answer.  Raises `StoreGone`."""
        try:
            return await self.ask("EVALSHA", script.digest, len(keys), *keys, *values)
        except StoreGone as error:
            if str(error) != "NOSCRIPT":
                raise
        return await self.ask("EVAL", script.text, len(keys), *keys, *values)

    def close(self) -> None:
        """Let the connection go."""
        if self._wire:
            self._wire.close()

    async def _connected(self, until: float) -> _Wire:
        async with asyncio.timeout_at(until), self._connecting:
            if self._wire is None or self._wire.gone:
                self._wire = await self._connect(until)
            return self._wire

    async def _connect(self, until: float) -> _Wire:
        loop, to = asyncio.get_running_loop(), self._to
        if isinstance(to, UnixDomainSocketConnection):
            _, wire = await loop.create_unix_connection(_Wire, to.path)
        else:
            tls = to.ssl_context.get() if isinstance(to, SSLConnection) else None
            _, wire = await loop.create_connection(_Wire, to.host, to.port, ssl=tls)
        try:
            if to.password:
                await wire.ask(("AUTH", *filter(None, (to.username, to.password))), until)
            if to.db:
                await wire.ask(("SELECT", to.db), until)
        except BaseException:
            wire.close()
            raise
        return wire


class _Wire(asyncio.Protocol):
    """An open connection, and who waits for an answer on it, the first one first.

    One timer sees to all of them: a server that does not answer one in time is given up, with whoever else waits.
    """

    def __init__(self) -> None:
        self._reader = hiredis.Reader(encoding="utf-8", errors="replace", notEnoughData=_NOT_YET_ALL)
        self._waiting: deque[tuple[float, asyncio.Future[Any]]] = deque()
        self._transport: asyncio.Transport
        self._timer: asyncio.TimerHandle | None = None
        self._why: type[OSError] = ConnectionResetError
        self._not_before = 0.0
        """By the loop's clock: no answer is given up earlier."""

    @property
    def gone(self) -> bool:
        """Whether nothing can be asked here any more."""
        return self._transport.is_closing()

    def ask(self, command: tuple[Word, ...], until: float) -> asyncio.Future[Any]:
        """The answer to come, by the loop's clock before `until`.

        It raises `hiredis.ReplyError` where the server says no, and OSError where there is none.
        """
        packed = hiredis.pack_command(command)  # type: ignore[arg-type]  # its stub has a tuple of one word
        loop = asyncio.get_running_loop()
        answer = loop.create_future()
        self._waiting.append((until, answer))
        self._transport.write(packed)
        if self._timer is None:
            self._timer = loop.call_at(until, self._look)
        return answer

    def close(self) -> None:
        self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        try:
            self._reader.feed(data)
            while (answer := self._reader.gets()) is not _NOT_YET_ALL:
                self._answered(answer)
        except (hiredis.ProtocolError, IndexError):  # no Redis, or an answer to nothing: whose the next is nobody knows
            self.close()

    def connection_lost(self, error: Exception | None) -> None:  # noqa: ARG002
        if self._timer:
            self._timer.cancel()
        while self._waiting:
            self._answered(self._why())

    def _look(self) -> None:
        loop, self._timer = asyncio.get_running_loop(), None
        if not self._waiting:
            return
        until, now = max(self._waiting[0][0], self._not_before), loop.time()
        if now - until > _LATE_S:
            # It was this process that stood still, for want of a processor: what was answered meanwhile is yet unread.
            until = self._not_before = now + _GRACE_S
        if until <= now:
            self._why = TimeoutError
            self.close()
        else:
            self._timer = loop.call_at(until, self._look)

    def _answered(self, answer: Any) -> None:
        """To whoever has waited longest."""
        _, waiting = self._waiting.popleft()
        with suppress(asyncio.InvalidStateError):  # he waits no longer, and this was his answer all the same
            if isinstance(answer, Exception):
                waiting.set_exception(answer)
            else:
                waiting.set_result(answer)
