"""One SOAP call over HTTP: bytes out, bytes in, and how it failed."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Protocol

import aiohttp
from yarl import URL

from core_client.envelope import CONTENT_TYPE, MAX_BYTES


@dataclass(frozen=True, slots=True)
class HttpReply:
    """What came back."""

    status: int
    body: bytes
    charset: str | None = None
    """From Content-Type, if it says."""


class NothingSentError(Exception):
    """The call failed before a connection was ours: the core has seen nothing. The text is a short reason."""


class AnswerLostError(Exception):
    """The call failed after it may have gone out. The text is a short reason."""


class Transport(Protocol):
    """What `CoreClient` needs of a wire; tests hand in their own."""

    async def post(self, action: str, body: bytes) -> HttpReply:
        """Send one envelope. Raises NothingSentError or AnswerLostError, and nothing else."""
        ...

    async def close(self) -> None:
        """Let go of the connections."""
        ...


class HttpTransport:
    """Keep-alive connections to the core, made in whichever event loop is running when they are first needed.

    So one can be constructed before a fork and used after it, one loop per process.  aiohttp never sends a POST a
    second time by itself, also not over a connection that turns out closed (RFC 9110 §9.2.2).
    """

    def __init__(
        self, url: str, *, timeout_s: float, connections: int, keepalive_s: float, max_answer_bytes: int = MAX_BYTES
    ) -> None:
        self._url = _checked(url)
        self._timeout = aiohttp.ClientTimeout(total=timeout_s)
        self._connections = connections
        self._keepalive_s = keepalive_s
        self._max_answer_bytes = max_answer_bytes
        self._session: aiohttp.ClientSession | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    async def post(self, action: str, body: bytes) -> HttpReply:
        """Send one envelope; the time limit covers the wait for a connection, the call and the whole answer."""
        progress = SimpleNamespace(connected=False)
        headers = {"Content-Type": CONTENT_TYPE, "SOAPAction": f'"{action}"', "Accept-Encoding": "identity"}
        try:
            async with self._session_here().post(
                self._url, data=body, headers=headers, allow_redirects=False, trace_request_ctx=progress
            ) as response:
                return HttpReply(response.status, await self._read(response), response.charset)
        except AnswerLostError:
            raise
        except TimeoutError:
            raise _failure(progress, "timeout") from None
        except (aiohttp.ClientPayloadError, aiohttp.ServerDisconnectedError, ConnectionError):
            raise _failure(progress, "reset") from None
        except (aiohttp.ClientError, OSError, ValueError, RuntimeError) as error:
            raise _failure(progress, _reason(error)) from None

    async def close(self) -> None:
        """Close the connections; the next call opens new ones."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def _read(self, response: aiohttp.ClientResponse) -> bytes:
        parts = []
        room = self._max_answer_bytes
        async for part in response.content.iter_any():
            room -= len(part)
            if room < 0:
                response.close()
                raise AnswerLostError("oversized")
            parts.append(part)
        return b"".join(parts)

    def _session_here(self) -> aiohttp.ClientSession:
        loop = asyncio.get_running_loop()
        if self._session is None or self._session.closed or self._loop is not loop:
            trace = aiohttp.TraceConfig()
            trace.on_connection_create_end.append(_connected)
            trace.on_connection_reuseconn.append(_connected)
            self._loop = loop
            self._session = aiohttp.ClientSession(
                # Shorter than the core's own keep-alive, or a call meets a connection the core is just closing.
                connector=aiohttp.TCPConnector(limit=self._connections, keepalive_timeout=self._keepalive_s),
                timeout=self._timeout,
                cookie_jar=aiohttp.DummyCookieJar(),
                trace_configs=[trace],
                auto_decompress=False,
            )
        return self._session


async def _connected(_: aiohttp.ClientSession, context: SimpleNamespace, __: object) -> None:
    """From here on bytes may be on their way."""
    context.trace_request_ctx.connected = True


def _failure(progress: SimpleNamespace, reason: str) -> Exception:
    return AnswerLostError(reason) if progress.connected else NothingSentError(reason)


def _reason(error: Exception) -> str:
    match error:
        case aiohttp.ClientConnectorDNSError():
            return "unknown_host"
        case aiohttp.ClientConnectorCertificateError() | aiohttp.ClientSSLError():
            return "tls"
        case aiohttp.ClientConnectorError():
            return "refused_connection"
        case aiohttp.ClientResponseError():
            return "malformed"
        case _:
            return "network"


def _checked(text: str) -> URL:
    try:
        url = URL(text)
    except ValueError:
        raise ValueError("the core's url can't be read: write it like https://core.example:8443/usdp") from None
    if url.scheme not in ("http", "https") or not url.host:
        raise ValueError("the core's url must be like https://core.example:8443/usdp")
    if url.user is not None or url.password is not None:
        raise ValueError("the core's url holds a user or a password: give the portal account as `account`, `password`")
    return url
