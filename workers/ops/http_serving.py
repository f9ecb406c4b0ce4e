"""Listening for HTTP: a socket that is waited for, and uvicorn on it until told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Iterator

import structlog
import uvicorn
from starlette.types import ASGIApp

from workers.settings.listening import host_and_port

_TRY_AGAIN_S = 2.0

log = structlog.get_logger(__name__)


class _Server(uvicorn.Server):
    """uvicorn without its own signal handlers: `stop` is the one way to end."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def serve_on(listener: socket.socket, app: ASGIApp, stop: asyncio.Event, **more: object) -> None:
    """Serve until `stop` is set; `more` are further settings of uvicorn's."""
    config = uvicorn.Config(
        app,
        access_log=False,  # addresses hold what was searched for
        log_config=None,
        server_header=False,
        proxy_headers=False,
        ws="none",
        timeout_graceful_shutdown=2,
        **more,  # type: ignore[arg-type]
    )
    server = _Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    stopped = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({serving, stopped}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        stopped.cancel()
        server.should_exit = True
        await serving


async def listening(where: str, room: str, stop: asyncio.Event, *, patience: bool) -> socket.socket | None:
    """A socket that listens at HOST:PORT; None where it was told to stop before it could.

    `room` is the table of the settings that says where.  Raises OSError where it can't, unless it has `patience`:
    then it tries again until it can.
    """
    host, port = host_and_port(where)
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
                mend = f"end what listens there, or set [{room}] listen"
                log.error(f"{room}_can_not_listen", at=where, error=error.strerror, mend=mend)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), _TRY_AGAIN_S)
    return None
