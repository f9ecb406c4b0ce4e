"""`tonegate metrics`: `/metrics` and `/health` on a listener of their own, for hosts without a console."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable

import structlog
from starlette.applications import Starlette

from workers.http_serving import listening, serve_on
from workers.journal import Database
from workers.ops.metrics_routes import routes
from workers.settings import Settings

log = structlog.get_logger(__name__)


async def serve(
    settings: Settings,
    where: str,
    *,
    stop: asyncio.Event,
    patience: bool = False,
    ready: Callable[[tuple[str, int]], None] = lambda _: None,
) -> None:
    """Serve at HOST:PORT until `stop` is set; `ready` is told the address once it listens.

    Raises OSError where it can't listen, unless it has `patience`.
    """
    database = Database(settings.journal.url)
    try:
        listener = await listening(where, "metrics", stop, patience=patience)
        if listener is None:
            return
        with contextlib.closing(listener):
            log.info("metrics_listen", at=where)
            ready(listener.getsockname()[:2])
            await serve_on(listener, Starlette(routes=routes(settings, database)), stop)
    finally:
        database.close()
