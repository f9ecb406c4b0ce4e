"""What a request must bring before anybody looks at it: our own name in Host, and for a change our own page as origin.

By DNS rebinding a foreign page would arrive under its own site's name, so only this machine's addresses and the names
that the settings give are answered.  A form of another site has another Origin, or says `cross-site` in
Sec-Fetch-Site; browsers send at least one of the two with every POST.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

READS = ("GET", "HEAD")
_HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",  # with no-referrer browsers send the Origin `null` with our own forms
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
_NOT_KEPT = (b"cache-control", b"no-store")
"""Numbers and texts stay in no browser's cache; what is the same for all says so itself."""


def host_is_ours(host: str, names: Collection[str]) -> bool:
    """Whether a Host header names us in a way that no foreign DNS name can: an address, or a name of `names`."""
    name = host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0]
    if name.lower() in names:
        return True
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def refusal(method: str, headers: Headers, names: Collection[str]) -> tuple[int, str] | None:
    """The HTTP status and the reason to refuse a request with, or None to let it in."""
    host = headers.get("host", "")
    if not host_is_ours(host, names):
        return 421, "this console does not answer under that name: [console] url says under which one it does"
    if method in READS:
        return None
    origin, site = headers.get("origin"), headers.get("sec-fetch-site")
    if origin is None and site is None:
        return 403, "a form comes with the page that it was on: Origin or Sec-Fetch-Site is missing"
    if origin is not None and urlsplit(origin).netloc != host:
        return 403, "a form of another site"
    if site not in (None, "same-origin"):
        return 403, "a form of another site"
    return None


class Guard:
    """ASGI middleware that refuses what isn't ours and closes every answer against framing and foreign script."""

    def __init__(self, app: ASGIApp, names: Collection[str], *, https: bool) -> None:
        self._app = app
        self._names = names
        headers = _HEADERS | ({"strict-transport-security": "max-age=31536000"} if https else {})
        self._headers = [(name.encode(), value.encode()) for name, value in headers.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request in, or answer why not."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = list(message.get("headers", []))
                said = {name for name, _ in own}  # a picture has a policy, a static file a cache of its own
                message["headers"] = [*own, *(one for one in (*self._headers, _NOT_KEPT) if one[0] not in said)]
            await send(message)

        refused = refusal(scope["method"], Headers(scope=scope), self._names)
        if refused is not None:
            status, reason = refused
            await PlainTextResponse(reason + "\n", status_code=status)(scope, receive, send_guarded)
            return
        await self._app(scope, receive, send_guarded)
