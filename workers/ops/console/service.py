"""The console as a process: until told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable

import structlog

from workers.http_serving import listening, serve_on
from workers.journal import Database
from workers.ops.console.address import address
from workers.ops.console.app import application
from workers.ops.console.background import Background
from workers.ops.console.drawings import Drawings, no_drawings
from workers.ops.console.remarks import Remarks, no_remarks
from workers.ops.console.surroundings import surroundings
from workers.ops.console.watch import LOOK_EVERY_S
from workers.settings import Settings

log = structlog.get_logger(__name__)


async def serve(
    settings: Settings,
    *,
    stop: asyncio.Event,
    drawings: Drawings = no_drawings,
    remarks: Remarks = no_remarks,
    patience: bool = False,
    look_every_s: float = LOOK_EVERY_S,
    ready: Callable[[tuple[str, int]], None] = lambda _: None,
    monotonic: Callable[[], float] = time.monotonic,
) -> None:
    """Serve until `stop` is set; `ready` is told host and port once it listens.

    `drawings` are the USSD menus, `remarks` what is said against the settings, `monotonic` is the clock of sessions
    and throttle, in seconds.  Raises OSError where it can't listen, unless it has `patience`: then it tries again
    until it can.
    """
    database = Database(settings.journal.url)
    try:
        listener = await listening(settings.console.listen, "console", stop, patience=patience)
        if listener is None:
            return
        with contextlib.closing(listener):
            around = surroundings(
                settings,
                database,
                drawings=drawings,
                remarks=remarks,
                look_every_s=look_every_s,
                monotonic=monotonic,
            )
            told = asyncio.create_task(_tell(around.background, stop))
            log.info("console_listens", at=address(settings), users=around.users is not None)
            ready(listener.getsockname()[:2])
            try:
                await serve_on(
                    listener,
                    application(around),
                    stop,
                    ssl_certfile=settings.console.tls_certificate,
                    ssl_keyfile=settings.console.tls_key,
                )
            finally:
                told.cancel()
    finally:
        database.close()


async def _tell(background: Background, stop: asyncio.Event) -> None:
    """At once, while pages are still being answered: those that take long end by it."""
    await stop.wait()
    background.stop()
