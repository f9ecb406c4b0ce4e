"""A gateway at its end of the wire: what it sends, what it hears; and a desk that notes what it was asked."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlencode

import aiohttp
from multidict import CIMultiDict
from yarl import URL

from channels.ussd.dialects import DIALECTS, Heard, HttpAnswer, HttpRequest
from channels.ussd.http import create_app
from channels.ussd.http.app import Doors
from channels.ussd.http.serving import serve_http
from channels.ussd.ports import DialRequest, Kind, ScreenReply
from workers.settings import GatewaySettings

NUMBER = "8613800000001"
GOES_ON = ScreenReply("1 Top\n2 Code\n0 Back & <home>", ends=False)
ENDS = ScreenReply("Done. 再见", ends=True)
AWAY = "Please dial again in a minute."


def gateway(dialect: str, **settings: Any) -> GatewaySettings:
    """Return the settings of a gateway called hub."""
    return GatewaySettings(name="hub", dialect=dialect, **settings)


def dial(kind: Kind, text: str = "", *, session: str = "s-1", number: str = NUMBER, **fields: Any) -> DialRequest:
    """Return what a desk is to hear."""
    return DialRequest(kind, "hub", session, number, text=text, **fields)


def read(request: HttpRequest, **settings: Any) -> Heard:
    """Read it as the dialect that is named in the settings."""
    return DIALECTS[settings["dialect"]].read(request, gateway(**settings))


def posted(values: Any, rest: str = "", **headers: str) -> HttpRequest:
    """Return a POST of JSON."""
    return HttpRequest("POST", rest, headers, body=json.dumps(values).encode())


def form(values: dict[str, str]) -> HttpRequest:
    """Return a POST of a form."""
    kind = {"content-type": "application/x-www-form-urlencoded"}
    return HttpRequest("POST", headers=kind, body=urlencode(values).encode())


def query(values: dict[str, str]) -> HttpRequest:
    """Return a GET."""
    return HttpRequest("GET", query=urlencode(values))


class NotingDesk:
    """Notes what it is asked, and answers one screen after the other, the last again and again."""

    def __init__(self, *screens: ScreenReply) -> None:
        self.asked: list[DialRequest] = []
        self._screens = list(screens) or [GOES_ON]

    async def answer(self, request: DialRequest) -> ScreenReply:
        self.asked.append(request)
        if request.kind in (Kind.ABORT, Kind.TIMEOUT):
            return ScreenReply("", ends=True)
        return self._screens.pop(0) if len(self._screens) > 1 else self._screens[0]


@asynccontextmanager
async def serving(app: Doors) -> AsyncIterator[str]:
    """Listen on a free port of this machine; yields the base of its URLs."""
    stop = asyncio.Event()
    at: asyncio.Future[tuple[str, int]] = asyncio.get_running_loop().create_future()
    task = asyncio.create_task(serve_http(app, "127.0.0.1", 0, stop=stop, ready=at.set_result))
    try:
        host, port = await at
        yield f"http://{host}:{port}"
    finally:
        stop.set()
        await task


async def sent(session: aiohttp.ClientSession, base: str, request: HttpRequest, path: str = "/ussd") -> HttpAnswer:
    """Send it over the wire and return what came back."""
    url = f"{base}{path}{request.rest}{'?' + request.query if request.query else ''}"
    exactly = URL(url, encoded=True)  # as it is written, since it may be signed
    async with session.request(request.method, exactly, headers=CIMultiDict(request.headers), data=request.body) as got:
        names = ("freeflow", "charge", "amount")
        headers = {name: got.headers[name] for name in names if name in got.headers}
        return HttpAnswer(await got.read(), got.headers.get("content-type", ""), got.status, headers)


async def over_the_wire(
    settings: GatewaySettings, requests: Sequence[HttpRequest], *screens: ScreenReply
) -> tuple[list[DialRequest], list[HttpAnswer]]:
    """Send all of them over a real socket; what the desk was asked, and what came back."""
    desk = NotingDesk(*screens)
    app = create_app([settings], desk, lambda _: AWAY)
    async with serving(app) as base, aiohttp.ClientSession() as session:
        answers = [await sent(session, base, request) for request in requests]
    return desk.asked, answers
