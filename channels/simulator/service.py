"""The simulator as a process: the SMSC and its page in one event loop, until told to stop."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass

from channels.simulator.conduct import Conduct
from channels.simulator.faults import Faults
from channels.simulator.smsc import Smsc
from channels.simulator.web import application
from workers.http_serving import listener_at, serve_on

SMPP_ADDRESS = ("127.0.0.1", 2775)
HTTP_ADDRESS = ("127.0.0.1", 8090)
SHORT_CODE = "5000"


@dataclass(frozen=True, slots=True)
class Listening:
    """Where the simulator listens, as host and port."""

    smpp: tuple[str, int]
    http: tuple[str, int]


async def run(
    listen_smpp: tuple[str, int] = SMPP_ADDRESS,
    listen_http: tuple[str, int] = HTTP_ADDRESS,
    *,
    stop: asyncio.Event,
    faults: Faults | None = None,
    conduct: Conduct | None = None,
    short_code: str = SHORT_CODE,
    ready: Callable[[Listening], None] | None = None,
) -> None:
    """Run until `stop` is set; `ready` is called once both ports listen.  Raises OSError where one is taken."""
    smsc = Smsc(faults=faults, conduct=conduct)
    stopping = asyncio.Event()
    with contextlib.closing(listener_at(*listen_http)) as http:
        smpp_address = await smsc.start(*listen_smpp)
        app, leave = application(smsc, short_code=short_code, stopping=stopping), asyncio.Event()
        serving = asyncio.create_task(serve_on(http, app, leave, lifespan="off"))
        stopped = asyncio.create_task(stop.wait())
        try:
            if ready is not None:
                ready(Listening(smpp_address, http.getsockname()[:2]))
            await asyncio.wait({serving, stopped}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopped.cancel()
            stopping.set()
            smsc.bubbles.wake()  # ends the event streams, which uvicorn would wait for
            leave.set()
            await smsc.stop()
            await serving
