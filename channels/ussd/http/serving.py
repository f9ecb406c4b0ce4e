"""The door's application on a socket, until told to stop."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable

from channels.ussd.http.app import Doors
from workers.http_serving import listener_at, serve_on

_GRACE_S = 3
_KEEP_ALIVE_S = 75
"""Longer than gateways' own, so that it is they who end an idle connection and none is cut under a request."""


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
    with contextlib.closing(listener_at(host, port)) as listener:
        ready(listener.getsockname()[:2])
        times = {"timeout_keep_alive": _KEEP_ALIVE_S, "timeout_graceful_shutdown": _GRACE_S}
        try:
            await serve_on(listener, app, stop, lifespan="off", **times)
        finally:
            await app.drained()
