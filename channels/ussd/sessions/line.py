"""One connection to Redis that all requests of a process share: questions go out as they come, and answers come back in
the same order.

redis-py takes a connection for each command, and a task and timers around it: 100 µs of processor time, and a screen
has two.  Here they are 20.  It still reads the URL; hiredis speaks the protocol (RESP2).

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
        why = "TimeoutError"
        try:
            async with asyncio.timeout(self._within_s):
                while True:
                    try:
                        wire = self._wire if self._wire and not self._wire.gone else await self._connected()
                        return await wire.ask(command)
                    except hiredis.ReplyError as error:
                        why = str(error).partition(" ")[0]
                        if why not in _NOT_HERE:
                            raise StoreGone(why) from None
                        self.close()
                    except OSError as error:
                        why = type(error).__name__
                    await asyncio.sleep(_AGAIN_S)
        except TimeoutError:
            self.close()  # who does not answer one in time is given up by all: they ask on the next connection
            raise StoreGone(why) from None

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

    async def _connected(self) -> _Wire:
        async with self._connecting:
            if self._wire is None or self._wire.gone:
                self._wire = await self._connect()
            return self._wire

    async def _connect(self) -> _Wire:
        loop, to = asyncio.get_running_loop(), self._to
        if isinstance(to, UnixDomainSocketConnection):
            _, wire = await loop.create_unix_connection(_Wire, to.path)
        else:
            tls = to.ssl_context.get() if isinstance(to, SSLConnection) else None
            _, wire = await loop.create_connection(_Wire, to.host, to.port, ssl=tls)
        try:
            if to.password:
                await wire.ask(("AUTH", *filter(None, (to.username, to.password))))
            if to.db:
                await wire.ask(("SELECT", to.db))
        except BaseException:
            wire.close()
            raise
        return wire


class _Wire(asyncio.Protocol):
    """An open connection, and who waits for an answer on it, the first one first."""

    def __init__(self) -> None:
        self._reader = hiredis.Reader(encoding="utf-8", errors="replace", notEnoughData=_NOT_YET_ALL)
        self._waiting: deque[asyncio.Future[Any]] = deque()
        self._transport: asyncio.Transport

    @property
    def gone(self) -> bool:
        """Whether nothing can be asked here any more."""
        return self._transport.is_closing()

    def ask(self, command: tuple[Word, ...]) -> asyncio.Future[Any]:
        """The answer to come: `hiredis.ReplyError` where the server says no, `ConnectionError` where it is lost."""
        packed = hiredis.pack_command(command)  # type: ignore[arg-type]  # its stub has a tuple of one word
        answer = asyncio.get_running_loop().create_future()
        self._waiting.append(answer)
        self._transport.write(packed)
        return answer

    def close(self) -> None:
        self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        try:
            self._reader.feed(data)
            while (answer := self._reader.gets()) is not _NOT_YET_ALL:
                self._answered(self._waiting.popleft(), answer)
        except (hiredis.ProtocolError, IndexError):  # no Redis, or an answer to nothing: whose the next is nobody knows
            self.close()

    def connection_lost(self, error: Exception | None) -> None:  # noqa: ARG002
        while self._waiting:
            self._answered(self._waiting.popleft(), ConnectionResetError())

    @staticmethod
    def _answered(waiting: asyncio.Future[Any], answer: Any) -> None:
        with suppress(asyncio.InvalidStateError):  # he waits no longer, and this was his answer all the same
            if isinstance(answer, Exception):
                waiting.set_exception(answer)
            else:
                waiting.set_result(answer)
