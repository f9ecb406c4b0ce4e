"""Listening for HTTP, for every room that does: a socket, waited for where that is wished, and uvicorn on it until
told to stop.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Iterator

import structlog
import uvicorn
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from workers.settings.listening import host_and_port

_TRY_AGAIN_S = 2.0
_BACKLOG = 1024
_ENDS = {"connection": "close"}

log = structlog.get_logger(__name__)


class _Server(uvicorn.Server):
    """uvicorn without its own signal handlers: `stop` is the one way to end."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def listener_at(host: str, port: int) -> socket.socket:
    """A socket that listens; that it is TCP is said aloud, since asyncio turns Nagle off only for those that say so.

    Without it the second packet of an answer waits for the first one's acknowledgement: 40 ms.  Raises OSError.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(_BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener


def cut_quietly(app: ASGIApp) -> ASGIApp:
    """The same application, of which no fault is told where it is cut short: by a second signal, or by uvicorn once it
    has waited long enough for a request.  Who asked and has no answer yet is told that there will be none: 503."""

    async def quietly(scope: Scope, receive: Receive, send: Send) -> None:
        begun = False

        async def noting(message: Message) -> None:
            nonlocal begun
            begun = True
            if message["type"].startswith("lifespan.") and _is_cut():
                message = {"type": message["type"]}  # without the traceback, which uvicorn would log
            await send(message)

        try:
            await app(scope, receive, noting)
        except asyncio.CancelledError:
            if begun or scope["type"] != "http" or not _is_cut():
                raise
            await Response("ends\n", 503, _ENDS)(scope, receive, send)

    return quietly


def _is_cut() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


async def serve_on(listener: socket.socket, app: ASGIApp, stop: asyncio.Event, **more: object) -> None:
    """Serve until `stop` is set, then finish what is under way; `more` are settings of uvicorn's beside ours."""
    ours: dict[str, object] = {
        "access_log": False,  # addresses hold what was searched for
        "log_config": None,  # its own would pass the masking by
        "server_header": False,
        "proxy_headers": False,  # who calls is each room's own affair
        "ws": "none",
        "timeout_graceful_shutdown": 2,
    }
    config = uvicorn.Config(cut_quietly(app), **{**ours, **more})  # type: ignore[arg-type]
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
    told = False
    while not stop.is_set():
        try:
            return listener_at(host, port)
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
