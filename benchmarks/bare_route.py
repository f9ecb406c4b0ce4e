"""A Starlette route that does nothing but read JSON and answer JSON, served as the USSD door is: the measure of one.

python benchmarks/bare_route.py        says its port in its first line
"""

from __future__ import annotations

import asyncio
import json
import signal

import uvloop
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from channels.ussd.http.serving import serve_http

_SCREEN = {"text": "Ringback tones\n1 Top and new\n2 Enter a code\n3 My tones\n4 Give a tone\n98 More", "end": False}


class Bare(Starlette):
    """One route; nothing is ever left to do."""

    async def drained(self) -> None:
        """Return at once."""


async def _answer(request: Request) -> JSONResponse:
    await request.json()
    return JSONResponse(_SCREEN)


async def main() -> None:
    """Serve until SIGTERM."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await serve_http(
        Bare(routes=[Route("/ussd", _answer, methods=["POST"])]),
        "127.0.0.1",
        0,
        stop=stop,
        ready=lambda at: print(json.dumps({"port": at[1]}), flush=True),
    )


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main())
