"""outbind: the SMSC connects to us, says who it is, and we bind on its connection (SMPP 3.4 §2.2.1, §4.1.7)."""

from __future__ import annotations

import asyncio
import hmac
import os
from collections.abc import Callable

import structlog

from channels.smpp.protocol.codec import decode
from channels.smpp.protocol.frames import FrameReader, Unframeable
from channels.smpp.protocol.pdu import Malformed, Pdu
from channels.smpp.session.hooks import Hooks, harmless
from channels.smpp.session.terms import Connect
from channels.smpp.session.tls import server_context
from workers.settings import BindSettings

OUTBIND_S = 10.0
"""How long a caller may take to say outbind, TLS included."""
_CALLERS = 8
"""Who may be unproven at once, so that one who calls and says nothing doesn't keep the SMSC out."""


def outbind(settings: BindSettings, hooks: Hooks | None = None, within_s: float = OUTBIND_S) -> Connect:
    """Listens at `outbind_listen` until an SMSC has called and proved itself, however long that takes.

    Whoever proves itself first is the bind's connection; while that stands, and behind it, all others are hung up
    on.  The socket is open from the call of the Connect to the end of the connection it gave.  Raises OSError.
    """

    async def connect(protocol: Callable[[], asyncio.Protocol]) -> object:
        if not settings.outbind_system_id and not settings.outbind_password.get_secret_value():
            raise OSError("outbind_listen: set outbind_system_id and outbind_password, else anybody may be the SMSC")
        host, _, port = (settings.outbind_listen or "").rpartition(":")
        tls = server_context(settings) if settings.tls else None
        door = _Door(settings, harmless(hooks or Hooks(), settings.name), protocol, within_s)
        try:
            door.server = await asyncio.get_running_loop().create_server(
                door.caller,
                host.strip("[]"),
                int(port),
                ssl=tls,
                ssl_handshake_timeout=within_s if tls else None,
                start_serving=False,  # else a stop just then would leave it open
            )
            await door.server.start_serving()
            return await asyncio.shield(door.opened)
        except asyncio.CancelledError:
            door.close()
            raise
        except OSError as error:
            door.close()
            why = os.strerror(error.errno) if error.errno and error.errno > 0 else str(error.strerror or error)
            raise OSError(f"outbind_listen: can't listen at {host}:{port}: {why}") from error

    return connect


class _Door:
    """The listening socket of one connection, and who stands before it."""

    def __init__(
        self, settings: BindSettings, hooks: Hooks, protocol: Callable[[], asyncio.Protocol], within_s: float
    ) -> None:
        self._system_id = settings.outbind_system_id
        self._password = settings.outbind_password.get_secret_value()
        self._protocol = protocol
        self._log = structlog.get_logger(__name__).bind(bind=settings.name)
        self.hooks = hooks
        self.within_s = within_s
        self.server: asyncio.Server | None = None
        self.callers: set[_Caller] = set()
        self.opened: asyncio.Future[asyncio.Protocol] = asyncio.get_running_loop().create_future()

    def caller(self) -> asyncio.Protocol:
        return _Caller(self)

    @property
    def is_full(self) -> bool:
        return self.opened.done() or len(self.callers) >= _CALLERS

    def knows(self, pdu: Pdu) -> bool:
        """Whether an outbind is our SMSC's; both are compared to the end, so that time tells nothing of them."""
        system_id = hmac.compare_digest(pdu.text("system_id").encode(), self._system_id.encode())
        password = hmac.compare_digest(pdu.text("password").encode(), self._password.encode())
        return system_id and password

    def open_to(self, caller: _Caller) -> asyncio.Protocol:
        """The protocol for a caller that proved itself; the others go."""
        protocol = self._protocol()
        self.opened.set_result(protocol)
        self.callers.discard(caller)
        for other in list(self.callers):
            other.hang_up("another SMSC was first")
        return protocol

    def refused(self, why: str, peer: object) -> None:
        caller = peer[0] if isinstance(peer, tuple) else ""
        self._log.warning("a caller was hung up on", why=why, caller=caller)

    def close(self) -> None:
        """Listen no more, and hang up on who waits."""
        self.opened.cancel()
        if self.server is not None:
            self.server.close()
        for caller in list(self.callers):
            caller.hang_up("the bind stopped")


class _Caller(asyncio.Protocol):
    """One connection: it must say outbind first, and from then on is the session's."""

    def __init__(self, door: _Door) -> None:
        self._door = door
        self._reader = FrameReader()
        self._transport: asyncio.BaseTransport | None = None
        self._too_late: asyncio.TimerHandle | None = None
        self._session: asyncio.Protocol | None = None

    def hang_up(self, why: str) -> None:
        self._door.callers.discard(self)
        if self._transport is not None:
            self._door.refused(why, self._transport.get_extra_info("peername"))
            self._transport.close()
            self._transport = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        if self._door.is_full:
            self.hang_up("the bind has its SMSC" if self._door.opened.done() else "too many call at once")
            return
        self._door.callers.add(self)
        loop = asyncio.get_running_loop()
        self._too_late = loop.call_later(self._door.within_s, self.hang_up, "no outbind in time")

    def data_received(self, data: bytes) -> None:
        if self._session is not None:
            self._session.data_received(data)
        elif self._transport is not None:
            self._reader.feed(data)
            self._hear(self._transport)

    def connection_lost(self, error: Exception | None) -> None:
        self._cancel_timer()
        self._transport = None
        self._door.callers.discard(self)
        if self._session is not None:
            self._door.close()
            self._session.connection_lost(error)

    def pause_writing(self) -> None:
        if self._session is not None:
            self._session.pause_writing()

    def resume_writing(self) -> None:
        if self._session is not None:
            self._session.resume_writing()

    def _hear(self, transport: asyncio.BaseTransport) -> None:
        try:
            frame = self._reader.next_frame()
        except Unframeable as error:
            self.hang_up(str(error))
            return
        if frame is None:
            return
        self._door.hooks.on_heard(frame)
        pdu = decode(frame)
        if isinstance(pdu, Malformed) or pdu.command != "outbind":
            self.hang_up(f"it said {pdu.command or 'what is no command'} where outbind was due")
        elif not self._door.knows(pdu):
            self.hang_up("its outbind has another system_id or password")
        else:
            self._become_the_bind(transport)

    def _become_the_bind(self, transport: asyncio.BaseTransport) -> None:
        self._cancel_timer()
        self._session = self._door.open_to(self)
        self._session.connection_made(transport)
        rest = self._reader.rest()
        if rest:
            self._session.data_received(rest)

    def _cancel_timer(self) -> None:
        if self._too_late is not None:
            self._too_late.cancel()
