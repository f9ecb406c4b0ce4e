"""The simulator as a process: the SMSC and its page in one event loop, until told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import uvicorn

from channels.simulator.conduct import Conduct
from channels.simulator.faults import Faults
from channels.simulator.smsc import Smsc
from channels.simulator.web import application

SMPP_ADDRESS = ("127.0.0.1", 2775)
HTTP_ADDRESS = ("127.0.0.1", 8090)
SHORT_CODE = "5000"


@dataclass(frozen=True, slots=True)
class Listening:
    """Where the simulator listens, as host and port."""

    smpp: tuple[str, int]
    http: tuple[str, int]


class _Server(uvicorn.Server):
    """uvicorn without its own signal handlers: the front door's `stop` is the one way to end."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


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
    with contextlib.closing(_bind(listen_http)) as http:
        smpp_address = await smsc.start(*listen_smpp)
        config = uvicorn.Config(
            application(smsc, short_code=short_code, stopping=stopping),
            log_config=None,
            access_log=False,
            lifespan="off",
            server_header=False,
            timeout_graceful_shutdown=2,
        )
        server = _Server(config)
        serving = asyncio.create_task(server.serve(sockets=[http]))
        stopped = asyncio.create_task(stop.wait())
        try:
            if ready is not None:
                ready(Listening(smpp_address, http.getsockname()[:2]))
            await asyncio.wait({serving, stopped}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopped.cancel()
            stopping.set()
            smsc.bubbles.wake()  # ends the event streams, which uvicorn would wait for
            server.should_exit = True
            await smsc.stop()
            await serving


def _bind(address: tuple[str, int]) -> socket.socket:
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(128)
    except OSError:
        listener.close()
        raise
    listener.setblocking(False)
    return listener
