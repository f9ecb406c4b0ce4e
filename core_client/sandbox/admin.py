"""/admin: what a test or a demonstration may look at and turn, from this machine alone.

GET  /admin/faults             the faults in force
PUT  /admin/faults             {"busy": 0.1, "down": true}: changes those, keeps the others
GET  /admin/ledger             ?after=ID&limit=N: {"charges": […]}, what was charged, oldest first
PUT  /admin/password           {"account": "tonegate", "password": "…"}
PUT  /admin/tones/CODE         {"price": 300}
PUT  /admin/clock              {"ahead_s": 86400}: this core's time; what renews by then has renewed
PUT  /admin/subscribers/NUMBER {"balance": 100}
PUT  /admin/offers/CODE        {"price": 100}: the core's own price of that offer; null: withdrawn
"""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Awaitable, Callable
from typing import Any

from sqlalchemy import Connection, select
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from core_client.sandbox import tables
from core_client.sandbox.connection import read_body
from core_client.sandbox.core import SandboxCore
from core_client.sandbox.faults import FaultError

_MAX_BYTES = 10_000
_MAX_ROWS = 100_000
_TEN_YEARS_S = 3650 * 86_400.0

Handler = Callable[[Request], Awaitable[Response]]


class _WrongError(ValueError):
    """What the caller should have said."""


def admin_routes(core: SandboxCore) -> list[Route]:
    """Routes below /admin."""

    async def faults(request: Request) -> Response:
        if request.method == "PUT":
            core.dice.set(core.dice.faults.changed(await _json(request)))
        return JSONResponse(core.dice.faults.as_dict())

    async def ledger(request: Request) -> Response:
        after = _number(request.query_params.get("after", "0"), "after")
        limit = min(_number(request.query_params.get("limit", str(_MAX_ROWS)), "limit"), _MAX_ROWS)
        charges = await core.writer.run(lambda connection: read_ledger(connection, after=after, limit=limit))
        return JSONResponse({"charges": charges})

    async def password(request: Request) -> Response:
        given = await _json(request)
        account, new = given.get("account"), given.get("password")
        if not isinstance(account, str) or not isinstance(new, str) or not new:
            raise _WrongError('give {"account": "tonegate", "password": "…"}')
        known = await core.writer.run(lambda connection: core.accounts.set_password(connection, account, new))
        return Response(status_code=204 if known else 404)

    async def tone(request: Request) -> Response:
        price = (await _json(request)).get("price")
        if not isinstance(price, int) or isinstance(price, bool) or not 0 <= price <= 1_000_000:
            raise _WrongError('give {"price": 300}, minor units')
        return Response(status_code=204 if await core.set_price(request.path_params["code"], price) else 404)

    async def offer(request: Request) -> Response:
        given = await _json(request)
        price = given.get("price")
        if "price" not in given or isinstance(price, bool) or not (price is None or isinstance(price, int)):
            raise _WrongError('give {"price": 100}, minor units, or {"price": null}')
        if price is not None and not 0 <= price <= 1_000_000:
            raise _WrongError("the price must be from 0 to 1000000")
        await core.set_offer(request.path_params["code"], price)
        return Response(status_code=204)

    return [
        Route("/faults", _guarded(faults), methods=["GET", "PUT"]),
        Route("/ledger", _guarded(ledger), methods=["GET"]),
        Route("/password", _guarded(password), methods=["PUT"]),
        Route("/tones/{code}", _guarded(tone), methods=["PUT"]),
        Route("/offers/{code}", _guarded(offer), methods=["PUT"]),
        *_circumstances(core),
    ]


def _circumstances(core: SandboxCore) -> list[Route]:
    """What makes renewals come due and fail."""

    async def clock(request: Request) -> Response:
        ahead_s = (await _json(request)).get("ahead_s")
        if not isinstance(ahead_s, int | float) or isinstance(ahead_s, bool) or not abs(ahead_s) <= _TEN_YEARS_S:
            raise _WrongError('give {"ahead_s": 86400}, seconds, negative for the past, ten years at most')
        await core.set_clock(ahead_s)
        return Response(status_code=204)

    async def subscriber(request: Request) -> Response:
        balance = (await _json(request)).get("balance")
        if not isinstance(balance, int) or isinstance(balance, bool) or not 0 <= balance <= 1_000_000_000:
            raise _WrongError('give {"balance": 100}, minor units')
        return Response(status_code=204 if await core.set_balance(request.path_params["number"], balance) else 404)

    return [
        Route("/clock", _guarded(clock), methods=["PUT"]),
        Route("/subscribers/{number}", _guarded(subscriber), methods=["PUT"]),
    ]


def read_ledger(connection: Connection, *, after: int = 0, limit: int = _MAX_ROWS) -> list[dict[str, Any]]:
    """Charges with an id above `after`, oldest first: id, transaction_id, number, action, tone, amount, at, offer."""
    table = tables.ledger
    rows = connection.execute(select(table).where(table.c.id > after).order_by(table.c.id).limit(limit))
    return [dict(row._mapping) for row in rows]


def _guarded(handler: Handler) -> Handler:
    """Only from this machine, and never as part of a page that some site shows in a browser here."""

    async def guarded(request: Request) -> Response:
        client = request.client.host if request.client else ""
        try:
            local = ipaddress.ip_address(client).is_loopback
        except ValueError:
            local = False
        if not local or "origin" in request.headers:
            return JSONResponse({"error": "from this machine alone"}, 403)
        try:
            return await handler(request)
        except (FaultError, _WrongError) as error:
            return JSONResponse({"error": str(error)}, 400)

    return guarded


async def _json(request: Request) -> dict[str, Any]:
    body = await read_body(request, _MAX_BYTES)
    try:
        given = json.loads(body or b"")
    except ValueError:
        given = None
    if not isinstance(given, dict):
        raise _WrongError("give a JSON object")
    return given


def _number(text: str, name: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 12:
        raise _WrongError(f"{name} must be a whole number")
    return int(text)
