"""One gateway's door: is it he, what does he say, what does the desk answer; whatever happens, an answer in time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import unquote

import structlog
from starlette.types import Receive, Scope, Send

from channels.ussd.dialects import Dialect, Heard, HttpAnswer, HttpRequest, Unreadable
from channels.ussd.dialects.answers import TEXT
from channels.ussd.http.body import Refused, body_of
from channels.ussd.menu.layout import first_of
from channels.ussd.ports import Desk, DialRequest, Kind, ScreenReply, nothing
from channels.ussd.trust import Network, Trust, caller
from workers.settings import GatewaySettings

log = structlog.get_logger(__name__)

Ending = Callable[[str], str]
"""The last words of a screen that can't be shown, in the language of a number."""

_OVER = (Kind.ABORT, Kind.TIMEOUT)
_FORBIDDEN = HttpAnswer(b"", TEXT, 403)


class Door:
    """An ASGI application for all that one gateway sends.

    The answer goes out `within_s` seconds after the request has come: a desk that takes longer goes on in peace (what
    was confirmed is safe with it), and the subscriber reads `ending`.
    """

    def __init__(
        self,
        gateway: GatewaySettings,
        dialect: Dialect,
        desk: Desk,
        ending: Ending,
        trust: Trust,
        *,
        behind: tuple[Network, ...],
        within_s: float,
    ) -> None:
        self._gateway = gateway
        self._dialect = dialect
        self._desk = desk
        self._ending = ending
        self._trust = trust
        self._behind = behind
        self._within_s = within_s
        self._path = gateway.path.rstrip("/").encode()
        self._at_work: set[asyncio.Task[ScreenReply]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        answer = await self._answer(scope, receive)
        names = {"content-type": answer.content_type, "content-length": str(len(answer.body)), **answer.headers}
        headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in names.items()]
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        await send({"type": "http.response.body", "body": answer.body})
        answer.arrived()

    async def drained(self, within_s: float) -> None:
        """Return once no desk is at work any more for requests that have had their answer, or after so long."""
        if self._at_work:
            await asyncio.wait(self._at_work, timeout=within_s)

    async def _answer(self, scope: Scope, receive: Receive) -> HttpAnswer:
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        peer = scope["client"][0] if scope.get("client") else ""
        if not self._trust.allows(caller(peer, headers, self._behind)):
            return self._turned_away("address")
        try:
            body = await body_of(receive)
        except Refused as refused:
            return self._turned_away("body", refused.status)
        rest = scope.get("raw_path", scope["path"].encode())[len(self._path) :]
        query: bytes = scope["query_string"]
        request = HttpRequest(scope["method"], unquote(rest.decode("latin-1")), headers, query.decode("latin-1"), body)
        if self._trust.needs_proof and not self._proven(request, rest + (b"?" + query if query else b"")):
            return self._turned_away("signature")
        if request.method not in self._dialect.methods:
            return HttpAnswer(b"", TEXT, 405, {"allow": ", ".join(self._dialect.methods)})
        return await self._understood(request)

    def _proven(self, request: HttpRequest, rest: bytes) -> bool:
        if self._trust.signed(request.headers, rest, request.body):
            return True
        proof = self._dialect.own_proof(request) if self._dialect.own_proof else ""
        return bool(proof) and self._trust.shown(proof)

    async def _understood(self, request: HttpRequest) -> HttpAnswer:
        try:
            heard = self._dialect.read(request, self._gateway)
        except Unreadable as why:
            log.warning("ussd_not_understood", gateway=self._gateway.name, why=str(why))
            return self._not_understood(f"Not a request of {self._dialect.name}: {why}.")
        except Exception as error:
            # What a stranger sends must not end in a traceback: its kind is told, its words might be the subscriber's.
            log.error("ussd_not_read", gateway=self._gateway.name, error=type(error).__name__)
            return self._not_understood(f"Not a request of {self._dialect.name}.")
        screen = await self._screen(heard)
        answer = self._dialect.write(screen, heard)
        return answer if screen.arrived is nothing else replace(answer, arrived=screen.arrived)

    async def _screen(self, heard: Heard) -> ScreenReply:
        dial = heard.dial
        work = asyncio.create_task(self._desk.answer(dial))
        self._at_work.add(work)
        work.add_done_callback(self._at_work.discard)
        done, _ = await asyncio.wait({work}, timeout=self._within_s)
        if not done:
            log.warning("ussd_desk_slow", gateway=self._gateway.name, within_s=self._within_s)
            work.add_done_callback(_looked_at)
        elif (error := work.exception()) is None:
            return work.result()
        else:
            log.error("ussd_desk_failed", gateway=self._gateway.name, error=type(error).__name__)
        return ScreenReply("" if dial.kind in _OVER else self._last_words(dial), ends=True)

    def _last_words(self, dial: DialRequest) -> str:
        try:
            return first_of(self._ending(dial.number), dial.screen_chars)
        except Exception as error:
            log.error("ussd_no_words", error=type(error).__name__)
            return ""

    def _turned_away(self, what: str, status: int = 403) -> HttpAnswer:
        log.warning("ussd_turned_away", gateway=self._gateway.name, what=what)
        return _FORBIDDEN if status == 403 else HttpAnswer(b"", TEXT, status)

    def _not_understood(self, sentence: str) -> HttpAnswer:
        return self._dialect.refuse(sentence) if self._dialect.refuse else HttpAnswer(sentence.encode(), TEXT, 400)


def _looked_at(work: asyncio.Task[ScreenReply]) -> None:
    """So that asyncio doesn't write a failure that nobody asked about, and what it was about, into the log."""
    if not work.cancelled():
        work.exception()
