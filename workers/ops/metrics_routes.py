"""`/metrics` and `/health` as HTTP: read by machines, without a log-in, by whom the settings allow."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from workers.journal import Database
from workers.ops.health import Nurse
from workers.ops.metrics_gauges import scrape
from workers.settings import Settings

_NOT_KEPT = {"cache-control": "no-store"}
_FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip")


def may_read(address: str, allow: Sequence[str], *, forwarded: bool) -> bool:
    """Whether who calls from that address may: this machine, unless it only passes on what others ask, or `allow`."""
    try:
        caller = ipaddress.ip_address(address)
    except ValueError:
        return False
    mapped = getattr(caller, "ipv4_mapped", None)
    caller = mapped or caller
    if any(caller in ipaddress.ip_network(one, strict=False) for one in allow):
        return True
    return caller.is_loopback and not forwarded


def routes(settings: Settings, database: Database, *, behind_proxy: bool = False) -> list[Route]:
    """Both; inside a running event loop.  Behind a proxy this machine's own address says nothing about who asks."""
    nurse = Nurse(settings, database)

    def allowed(request: Request) -> bool:
        forwarded = behind_proxy or any(name in request.headers for name in _FORWARDED)
        return may_read(request.client.host if request.client else "", settings.metrics.allow, forwarded=forwarded)

    async def metrics(request: Request) -> Response:
        if not allowed(request):
            return Response("[metrics] allow names who may read this\n", 403, _NOT_KEPT)
        body, content_type = await scrape(settings, database, nurse, request.headers.get("accept", ""))
        return Response(body, headers={**_NOT_KEPT, "content-type": content_type})

    async def health(request: Request) -> Response:
        found = await nurse.ask()
        told = found.plain() if allowed(request) else {"well": found.well}
        return JSONResponse(told, 200 if found.well else 503, _NOT_KEPT)

    return [Route("/metrics", metrics), Route("/health", health)]
