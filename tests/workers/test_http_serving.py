"""A server that is told to stop ends quietly, whatever is under way: what is cut short then is nobody's fault."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.house import until
from workers.http_serving import listener_at, serve_on

ASKED = b"GET / HTTP/1.1\r\nhost: here\r\n\r\n"


class Served:
    """An application that never answers, with something of its own to end, on a listener."""

    def __init__(self) -> None:
        self.stop, self.asked = asyncio.Event(), asyncio.Event()
        self.listener = listener_at("127.0.0.1", 0)
        self.app = Starlette(routes=[Route("/", self._never)], lifespan=self._living)

    @contextlib.asynccontextmanager
    async def _living(self, _: Starlette) -> AsyncIterator[None]:
        yield

    async def _never(self, _: Request) -> Response:
        self.asked.set()
        return await asyncio.get_running_loop().create_future()

    async def ask(self) -> asyncio.StreamReader:
        """Ask, and return once it is being worked on."""
        reader, self.caller = await asyncio.open_connection(*self.listener.getsockname()[:2])
        self.caller.write(ASKED)
        await self.asked.wait()
        return reader


def faults(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What a log would show of a traceback."""
    return [one.getMessage() for one in caplog.records if one.exc_info or "Traceback" in one.getMessage()]


async def test_whoever_waits_longer_than_the_end_does_is_told_so(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    served = Served()
    serving = asyncio.create_task(serve_on(served.listener, served.app, served.stop, timeout_graceful_shutdown=0))
    reader = await served.ask()
    served.stop.set()
    await serving
    assert (await reader.readline()).startswith(b"HTTP/1.1 503 ")
    served.caller.close()
    assert [] == faults(caplog)


@pytest.mark.parametrize("begun", [False, True], ids=["before it ends", "while it ends"])
def test_a_second_signal_leaves_no_traceback(caplog: pytest.LogCaptureFixture, *, begun: bool) -> None:
    """It cancels the room, and the loop's end all that is left: the request, and the application's own task."""

    async def told_twice() -> None:
        served = Served()
        serving = asyncio.create_task(serve_on(served.listener, served.app, served.stop))
        await served.ask()
        served.stop.set()
        if begun:
            await until(lambda: served.listener.fileno() < 0, "it listens no more")
        serving.cancel()
        await asyncio.wait({serving})

    asyncio.run(told_twice())
    assert [] == faults(caplog)


async def test_a_fault_of_the_application_is_told(caplog: pytest.LogCaptureFixture) -> None:
    async def broken(_: Request) -> Response:
        raise ValueError("a fault of ours")

    stop, listener = asyncio.Event(), listener_at("127.0.0.1", 0)
    serving = asyncio.create_task(serve_on(listener, Starlette(routes=[Route("/", broken)]), stop))
    reader, writer = await asyncio.open_connection(*listener.getsockname()[:2])
    writer.write(ASKED)
    assert (await reader.readline()).startswith(b"HTTP/1.1 500 ")
    writer.close()
    stop.set()
    await serving
    assert 1 == len(faults(caplog))
