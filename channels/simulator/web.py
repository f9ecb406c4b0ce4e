"""The HTTP side: the handset page, its event stream, and the JSON that tests and the page speak."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import asdict
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from channels.simulator.bubbles import Bubble
from channels.simulator.dials import Dial
from channels.simulator.faults import Faults
from channels.simulator.guard import Guard
from channels.simulator.malformed import KINDS
from channels.simulator.page import ASSETS, render
from channels.simulator.smsc import Smsc
from channels.simulator.texts import StoreFullError

_BATCH_S = 0.03  # changes that come closer together go out as one event
_KEEP_ALIVE_S = 15.0
_MOST_OCTETS = 65_536


class _Text(BaseModel):
    """What a handset sends."""

    model_config = ConfigDict(extra="forbid")

    number: str = Field(pattern=r"^[0-9]{3,20}$")
    short_code: str = Field(pattern=r"^[0-9]{1,20}$")
    text: str = Field(min_length=1, max_length=1500)


class _Dialled(BaseModel):
    """What a handset dials."""

    model_config = ConfigDict(extra="forbid")

    number: str = Field(pattern=r"^[0-9]{3,20}$")
    code: str = Field(min_length=2, max_length=182)


class _Pressed(BaseModel):
    """What a handset answers a screen."""

    model_config = ConfigDict(extra="forbid")

    number: str = Field(pattern=r"^[0-9]{3,20}$")
    keys: str = Field(max_length=182)


class _HungUp(BaseModel):
    """Whose session ends."""

    model_config = ConfigDict(extra="forbid")

    number: str = Field(pattern=r"^[0-9]{3,20}$")


class _Alert(BaseModel):
    """Which handset can be reached again, and whose binds are told."""

    model_config = ConfigDict(extra="forbid")

    number: str = Field(pattern=r"^[0-9]{3,20}$")
    short_code: str = Field("", pattern=r"^[0-9]{0,20}$", description="any by default")


class _Once(BaseModel):
    """A fault that happens once."""

    model_config = ConfigDict(extra="forbid")

    fault: str = Field(pattern="^(disconnect|malformed)$")
    kind: str | None = Field(None, description="of malformed PDU; any harmless one by default")


_Model = TypeVar("_Model", bound=BaseModel)


class _BadBodyError(Exception):
    """The body is not the JSON that was expected; says where."""


class _Api:
    """Every path's handler."""

    def __init__(self, smsc: Smsc, short_code: str, stopping: asyncio.Event) -> None:
        self._smsc = smsc
        self._short_code = short_code
        self._stopping = stopping

    async def page(self, _request: Request) -> Response:
        return HTMLResponse(render(self._smsc.dice.faults, self._short_code), headers={"cache-control": "no-cache"})

    async def take_text(self, request: Request) -> Response:
        given = await _read(request, _Text)
        try:
            bubble = self._smsc.text(given.number, given.short_code, given.text)
        except StoreFullError as error:
            return _error(503, str(error))
        except ValueError as error:
            return _error(422, str(error))
        return JSONResponse({"id": bubble.id, "state": bubble.state}, status_code=202)

    async def texts(self, _request: Request) -> Response:
        return JSONResponse([asdict(bubble) for bubble in self._smsc.bubbles.all()])

    async def events(self, _request: Request) -> Response:
        stream = _events(self._smsc, self._stopping)
        return StreamingResponse(stream, media_type="text/event-stream", headers={"cache-control": "no-store"})

    async def faults(self, _request: Request) -> Response:
        return JSONResponse(self._smsc.dice.faults.model_dump())

    async def put_faults(self, request: Request) -> Response:
        self._smsc.set_faults(await _read(request, Faults))
        return JSONResponse(self._smsc.dice.faults.model_dump())

    async def once(self, request: Request) -> Response:
        given = await _read(request, _Once)
        if given.fault == "disconnect":
            return JSONResponse({"links": self._smsc.cut_links()})
        if given.kind is not None and given.kind not in KINDS:
            return _error(422, f"kind: one of {', '.join(KINDS)}")
        return JSONResponse({"links": self._smsc.inject(given.kind)})

    async def dial(self, request: Request) -> Response:
        given = await _read(request, _Dialled)
        return _dialled(lambda: self._smsc.dial(given.number, given.code))

    async def press(self, request: Request) -> Response:
        given = await _read(request, _Pressed)
        return _dialled(lambda: self._smsc.press(given.number, given.keys))

    async def hang_up(self, request: Request) -> Response:
        self._smsc.hang_up((await _read(request, _HungUp)).number)
        return JSONResponse({})

    async def dials(self, _request: Request) -> Response:
        return JSONResponse([asdict(dial) for dial in self._smsc.dials()])

    async def alert(self, request: Request) -> Response:
        given = await _read(request, _Alert)
        return JSONResponse({"binds": self._smsc.alert(given.number, given.short_code)})

    async def ledger(self, _request: Request) -> Response:
        return JSONResponse(self._smsc.ledger_now())

    async def health(self, _request: Request) -> Response:
        smsc = self._smsc
        return JSONResponse({"status": "ok", "run": smsc.run, "binds": smsc.binds(), "waiting": smsc.waiting})


def application(smsc: Smsc, *, short_code: str, stopping: asyncio.Event) -> Starlette:
    """Return the ASGI application for one SMSC; `stopping` ends the event streams."""
    api = _Api(smsc, short_code, stopping)
    return Starlette(
        routes=[
            Route("/", api.page),
            Route("/api/texts", api.take_text, methods=["POST"]),
            Route("/api/texts", api.texts),
            Route("/api/events", api.events),
            Route("/api/faults", api.faults),
            Route("/api/faults", api.put_faults, methods=["PUT"]),
            Route("/api/faults/once", api.once, methods=["POST"]),
            Route("/api/dials", api.dial, methods=["POST"]),
            Route("/api/dials", api.dials),
            Route("/api/dials/keys", api.press, methods=["POST"]),
            Route("/api/dials/end", api.hang_up, methods=["POST"]),
            Route("/api/alerts", api.alert, methods=["POST"]),
            Route("/api/ledger", api.ledger),
            Route("/api/health", api.health),
            Mount("/assets", StaticFiles(directory=ASSETS)),
        ],
        middleware=[Middleware(Guard)],
        exception_handlers={_BadBodyError: _answer_bad_body},
    )


def _dialled(act: Callable[[], Dial]) -> JSONResponse:
    try:
        return JSONResponse(asdict(act()), status_code=202)
    except ValueError as error:
        return _error(422, str(error))


async def _answer_bad_body(_request: Request, error: Exception) -> Response:
    return _error(422, str(error))


def _error(status: int, reason: str) -> JSONResponse:
    return JSONResponse({"error": reason}, status_code=status)


async def _read(request: Request, model: type[_Model]) -> _Model:
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > _MOST_OCTETS:
            raise _BadBodyError("the body is too long")
    try:
        return model.model_validate_json(bytes(body))
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        where = ".".join(str(step) for step in first["loc"]) or "the body"
        raise _BadBodyError(f"{where}: {first['msg'].lower()}") from None


def _event(name: str, data: Any) -> str:
    return f"event: {name}\ndata: {json.dumps(data, separators=(',', ':'))}\n\n"


async def _events(smsc: Smsc, stopping: asyncio.Event) -> AsyncIterator[str]:
    """Tell everything once, then what changed; ends when the simulator stops or the page goes."""
    with smsc.bubbles.reader() as reader:
        yield _event("hello", {"run": smsc.run})
        changed: list[Bubble] = smsc.bubbles.all()
        told, shown = "", ""
        while not stopping.is_set():
            if changed:
                yield _event("bubbles", [asdict(bubble) for bubble in changed])
            status = _event("status", {**smsc.status(), "faults": smsc.dice.faults.model_dump()})
            if status != told:
                told = status
                yield status
            dials = _event("dials", [asdict(dial) for dial in smsc.dials()])
            if dials != shown:
                shown = dials
                yield dials
            await asyncio.sleep(_BATCH_S)
            try:
                async with asyncio.timeout(_KEEP_ALIVE_S):
                    await reader.woken.wait()
            except TimeoutError:
                yield ": still here\n\n"
            changed = [bubble for bubble in map(smsc.bubbles.get, reader.take()) if bubble is not None]
