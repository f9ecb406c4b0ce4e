"""The console as a process: until told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import time
from collections.abc import Callable, Iterator

import structlog
import uvicorn

from workers.journal import Database
from workers.ops.console.address import address
from workers.ops.console.app import application
from workers.ops.console.drawings import Drawings, no_drawings
from workers.ops.console.surroundings import surroundings
from workers.ops.console.watch import LOOK_EVERY_S
from workers.settings import Settings
from workers.settings.listening import host_and_port

_TRY_AGAIN_S = 2.0

log = structlog.get_logger(__name__)


class _Server(uvicorn.Server):
    """uvicorn without its own signal handlers: `stop` is the one way to end."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def serve(
    settings: Settings,
    *,
    stop: asyncio.Event,
    drawings: Drawings = no_drawings,
    patience: bool = False,
    look_every_s: float = LOOK_EVERY_S,
    ready: Callable[[tuple[str, int]], None] = lambda _: None,
    monotonic: Callable[[], float] = time.monotonic,
) -> None:
    """Serve until `stop` is set; `ready` is told host and port once it listens.

    `drawings` are the USSD menus, `monotonic` is the clock of sessions and throttle, in seconds.  Raises OSError where
    it can't listen, unless it has `patience`: then it tries again until it can.
    """
    database = Database(settings.journal.url)
    try:
        listener = await _listener(settings, stop, patience=patience)
        if listener is None:
            return
        with contextlib.closing(listener):
            around = surroundings(settings, database, drawings=drawings, look_every_s=look_every_s, monotonic=monotonic)
            config = uvicorn.Config(
                application(around),
                access_log=False,  # addresses hold what was searched for
                log_config=None,
                server_header=False,
                proxy_headers=False,
                ssl_certfile=settings.console.tls_certificate,
                ssl_keyfile=settings.console.tls_key,
                ws="none",
                timeout_graceful_shutdown=2,
            )
            server = _Server(config)
            serving = asyncio.create_task(server.serve(sockets=[listener]))
            stopped = asyncio.create_task(stop.wait())
            try:
                log.info("console_listens", at=address(settings), users=around.users is not None)
                ready(listener.getsockname()[:2])
                await asyncio.wait({serving, stopped}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                stopped.cancel()
                server.should_exit = True
                await serving
    finally:
        database.close()


async def _listener(settings: Settings, stop: asyncio.Event, *, patience: bool) -> socket.socket | None:
    """A socket that listens; None where it was told to stop before it could."""
    host, port = host_and_port(settings.console.listen)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    told = False
    while not stop.is_set():
        try:
            return socket.create_server((host, port), family=family)
        except OSError as error:
            if not patience:
                raise
            if not told:
                told = True
                mend = "end what listens there, or set [console] listen"
                log.error("console_can_not_listen", at=settings.console.listen, error=error.strerror, mend=mend)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), _TRY_AGAIN_S)
    return None
