"""The sandbox's doors: SOAP at /usdp, its contract at /usdp?wsdl, and /admin for tests and demonstrations."""

from __future__ import annotations

import logging
import random
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from xml.sax.saxutils import quoteattr

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp

from core_client.contract import operations, wsdl_text
from core_client.envelope import CONTENT_TYPE, UnreadableError, read, write_fault
from core_client.sandbox.admin import admin_routes
from core_client.sandbox.connection import cut_at_once, never_answer, read_body
from core_client.sandbox.core import SandboxCore
from core_client.sandbox.faults import Faults
from core_client.sandbox.procedure import Limits

PATH = "/usdp"
_MAX_CALL_BYTES = 65_536
_ADDRESS = 'location="http://127.0.0.1:8082/usdp"'
_log = logging.getLogger(__name__)


def create_app(
    url: str = "sqlite:///sandbox.db",
    faults: Faults | str = "",
    *,
    clock: Callable[[], float] = time.time,
    limits: Limits | None = None,
    keys: random.Random | None = None,
) -> Starlette:
    """The sandbox as an ASGI application.

    `url` is its own database (SQLAlchemy), `faults` what it starts with (`slow=0.5,busy=0.1`; FaultError if that can't
    be), `clock` seconds since 1970, `keys` makes gift keys.  The database is opened here, so that one that won't open
    is told before anything listens.  `app.state.core` is the SandboxCore, for tests that look inside.
    """
    wanted = Faults.parse(faults) if isinstance(faults, str) else faults
    core = SandboxCore(url, wanted, clock=clock, limits=limits or Limits(), keys=keys)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        core.close()

    async def call(request: Request) -> Response | ASGIApp:
        return await _call(core, request)

    app = Starlette(
        routes=[
            Route(PATH, call, methods=["POST"]),
            Route(PATH, _contract, methods=["GET"]),
            Mount("/admin", routes=admin_routes(core)),
        ],
        lifespan=lifespan,
    )
    app.state.core = core
    return app


async def _contract(request: Request) -> Response:
    if "wsdl" not in {name.lower() for name in request.query_params}:
        return PlainTextResponse(f"This is a ringtone core: POST SOAP here, or GET {PATH}?wsdl.\n", 400)
    here = quoteattr(f"{request.url.scheme}://{request.url.netloc}{request.url.path}")
    return Response(wsdl_text().replace(_ADDRESS, f"location={here}"), media_type="text/xml")


async def _call(core: SandboxCore, request: Request) -> Response | ASGIApp:
    dice = core.dice
    if dice.faults.down:
        return PlainTextResponse("down for a fault\n", 503)
    if dice.hit(dice.faults.drop):
        return cut_at_once()
    body = await read_body(request, _MAX_CALL_BYTES)
    if body is None:
        return _fault("Client", "the message is too large")
    try:
        message = read(body)
    except UnreadableError as error:
        return _fault("Client", f"not a call of this contract: {error}")
    operation = operations().get(message.name)
    if operation is None:
        return _fault("Client", "no such operation")
    answer = await core.handle(operation, message)
    if dice.hit(dice.faults.done_then_timeout):
        return never_answer()
    if dice.hit(dice.faults.malformed):
        answer = dice.garbage()
    return Response(answer, media_type=CONTENT_TYPE)


def _fault(code: str, text: str) -> Response:
    """SOAP 1.1 §6.2: a fault goes out with HTTP 500."""
    _log.warning("refused a message: %s", text)
    return Response(write_fault(code, text), 500, media_type=CONTENT_TYPE)
