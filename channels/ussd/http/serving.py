"""Listening: the door's application on a socket, until told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Callable, Iterator

import uvicorn

from channels.ussd.http.app import Doors

_GRACE_S = 3
_KEEP_ALIVE_S = 75
"""Longer than gateways' own, so that it is they who end an idle connection and none is cut under a request."""


class _Server(uvicorn.Server):
    """uvicorn without its own signal handlers: the front door's `stop` is the one way to end."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _listener(host: str, port: int) -> socket.socket:
    """A listening socket; that it is TCP is said aloud, since asyncio turns Nagle off only for those that say so.

    Without it the second packet of an answer waits for the first one's acknowledgement: 40 ms a screen.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(1024)
    except OSError:
        listener.close()
        raise
    return listener


async def serve_http(
    app: Doors,
    host: str,
    port: int,
    *,
    stop: asyncio.Event,
    ready: Callable[[tuple[str, int]], None] = lambda _: None,
) -> None:
    """Serve until `stop` is set, then finish what is under way; `ready` is told the address once it listens.

    Raises OSError where the port is taken.
    """
    with _listener(host, port) as listener:
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            lifespan="off",
            ws="none",
            server_header=False,
            proxy_headers=False,  # who calls is decided by `channels.ussd.trust` alone
            timeout_keep_alive=_KEEP_ALIVE_S,
            timeout_graceful_shutdown=_GRACE_S,
        )
        server = _Server(config)
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        stopped = asyncio.create_task(stop.wait())
        try:
            ready(listener.getsockname()[:2])
            await asyncio.wait({serving, stopped}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopped.cancel()
            server.should_exit = True
            await serving
            await app.drained()
