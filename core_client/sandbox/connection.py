"""HTTP connections that can be cut, and the loop that serves them."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import uvicorn
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

_CUT = "sandbox.cut"
_HANG_S = 60.0


class CuttableProtocol(HttpToolsProtocol):
    """uvicorn's, which also tells the application how to cut the connection: ASGI has no word for it."""

    def on_message_begin(self) -> None:
        """Put the cut beside the request."""
        super().on_message_begin()
        self.scope["extensions"] = {_CUT: {"now": self.transport.abort}}


class Cut:
    """An answer that never comes: the connection is reset."""

    def __init__(self, *, after_s: float = 0.0) -> None:
        self._after_s = after_s

    async def __call__(self, scope: Scope, receive: Receive, _: Send) -> None:
        """Wait until the caller gives up, or `after_s` at most, then cut."""
        if self._after_s:
            try:
                async with asyncio.timeout(self._after_s):
                    await _gone(receive)
            except TimeoutError:
                pass
            else:
                return
        cut = scope.get("extensions", {}).get(_CUT)
        if cut is None:
            raise ConnectionAbortedError("this server can't cut a connection; it answers 500 instead")
        cut["now"]()
        await _gone(receive)


def cut_at_once() -> Cut:
    """The connection ends before anything was done."""
    return Cut()


def never_answer() -> Cut:
    """The caller runs into its own time limit."""
    return Cut(after_s=_HANG_S)


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def read_body(request: Request, limit: int) -> bytes | None:
    """The request's body; None if it is larger than `limit` bytes."""
    parts = []
    async for part in request.stream():
        limit -= len(part)
        if limit < 0:
            return None
        parts.append(part)
    return b"".join(parts)


def server(app: ASGIApp, host: str, port: int, **options: Any) -> uvicorn.Server:
    """A uvicorn server with connections that can be cut.

    Its keep-alive is longer than any client of ours, so that it is the client that ends an idle connection.
    """
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        http=CuttableProtocol,
        ws="none",
        access_log=False,
        log_config=None,  # logging is the business of whoever starts the process: its own would pass the masking by
        log_level="warning",
        timeout_keep_alive=15,
        timeout_graceful_shutdown=3,
        backlog=1024,
        **options,
    )
    return uvicorn.Server(config)


class _Embedded(uvicorn.Server):
    """A server inside somebody else's event loop: signals are theirs."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave them alone."""
        yield


@asynccontextmanager
async def running(app: ASGIApp, host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[str]:
    """Serve in this event loop while the block runs; yields the base URL. Port 0 takes a free one."""
    listener = socket.create_server((host, port))
    served = _Embedded(server(app, host, port).config)
    task = asyncio.create_task(served.serve(sockets=[listener]))
    try:
        while not served.started and not task.done():  # noqa: ASYNC110 (uvicorn has no event for it)
            await asyncio.sleep(0.005)
        yield f"http://{host}:{listener.getsockname()[1]}"
    finally:
        served.should_exit = True
        await task
        listener.close()
