"""Who may use the control page: it has no login, so it trusts only what comes from this page on this machine.

A page of another site can't reach it.  By DNS rebinding it would arrive under that site's host name, which is
neither `localhost` nor an IP address; by a form or a simple fetch it would lack the JSON content type, and the
Origin would be foreign.  Reads carry no CORS header, so no other site can see an answer.
"""

from __future__ import annotations

import ipaddress

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_READS = ("GET", "HEAD")
_HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
}


def host_is_ours(host: str) -> bool:
    """Say whether a Host header names this machine in a way no foreign DNS name can."""
    name = host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0]
    if name.lower() == "localhost":
        return True
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def refusal(method: str, headers: Headers) -> tuple[int, str] | None:
    """Return the HTTP status and reason to refuse a request with, or None to let it in."""
    host = headers.get("host", "")
    if not host_is_ours(host):
        return 421, "use http://127.0.0.1 or http://localhost: this page answers under no other name"
    origin = headers.get("origin")
    if origin is not None and origin != f"http://{host}":
        return 403, "a request from another site"
    if headers.get("sec-fetch-site", "none") not in ("same-origin", "none") and method not in _READS:
        return 403, "a request from another site"
    if method not in _READS and headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        return 415, "send JSON, with Content-Type: application/json"
    return None


class Guard:
    """ASGI middleware that refuses foreign requests and closes the page against framing and inline script."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request in, or answer why not."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                names = [(name.encode(), value.encode()) for name, value in _HEADERS.items()]
                message["headers"] = [*message.get("headers", []), *names]
            await send(message)

        refused = refusal(scope["method"], Headers(scope=scope))
        if refused is not None:
            status, reason = refused
            await JSONResponse({"error": reason}, status_code=status)(scope, receive, send_guarded)
            return
        await self._app(scope, receive, send_guarded)
