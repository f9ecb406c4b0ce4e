"""The operator's own consent gateway over HTTP: asked before a charge, and believed only where it signs its answer.

    POST url      {"id", "number", "short_code", "channel", "action", "recipient", "asked": [{"tone", "price", …}]}
    200           {"id": the same, "answer": "granted" | "refused" | "pending", "reference": "…"}

Both sides sign their body (`workers.signing`).  The id is the message's transaction id, the same however often it is
asked; an answer about another id, or of another time, is none.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

import aiohttp

from workers.consent_outside import GatewayAnswer, GatewayAway
from workers.dialogue import Result, price_of
from workers.journal import ClaimedRow
from workers.signing import SIGNATURE, TIMESTAMP, is_fresh, is_signed, is_time, signature

_MAX_BYTES = 10_000
_VERDICTS = ("granted", "refused", "pending")


class HttpGateway:
    """One worker's way to it; make it inside of a running loop.  `clock`: seconds since the epoch."""

    def __init__(self, url: str, secret: str, *, timeout_s: float, clock: Callable[[], float]) -> None:
        self._url = url
        self._secret = secret
        self._clock = clock
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=timeout_s), trust_env=False)

    async def close(self) -> None:
        """Close the connections."""
        await self._session.close()

    async def ask(self, row: ClaimedRow, asked: Sequence[Result]) -> GatewayAnswer:
        """Ask about one message; raises `GatewayAway`, whose words name no subscriber."""
        body = json.dumps(_request(row, asked), ensure_ascii=False).encode()
        timestamp = str(int(self._clock()))
        headers = {
            "Content-Type": "application/json",
            TIMESTAMP: timestamp,
            SIGNATURE: signature(self._secret, timestamp, body),
        }
        try:
            async with self._session.post(self._url, data=body, headers=headers, allow_redirects=False) as response:
                answer = await _whole(response.content)
                status, told = response.status, response.headers
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise GatewayAway(type(error).__name__) from None
        if status != 200:
            raise GatewayAway(f"HTTP {status}")
        self._check(told.get(TIMESTAMP, ""), told.get(SIGNATURE, ""), answer)
        return _read(answer, row.transaction_id)

    def _check(self, timestamp: str, given: str, body: bytes) -> None:
        if not is_time(timestamp):
            raise GatewayAway("no time stamp")
        if not is_signed(self._secret, timestamp, given, body):
            raise GatewayAway("wrong signature")
        if not is_fresh(timestamp, self._clock()):
            raise GatewayAway("stale answer")


async def _whole(content: aiohttp.StreamReader) -> bytes:
    """All of an answer, which may come in pieces."""
    body = b""
    async for piece in content.iter_any():
        body += piece
        if len(body) > _MAX_BYTES:
            raise GatewayAway("too long an answer")
    return body


def _request(row: ClaimedRow, asked: Sequence[Result]) -> dict[str, object]:
    return {
        "id": row.transaction_id,
        "number": row.number,
        "short_code": row.short_code,
        "channel": row.channel,
        "action": asked[0].action,
        "recipient": asked[0].other_number,
        "asked": [
            {"tone": one.tone_code, "name": one.tone.name if one.tone else "", "price": price_of(one)} for one in asked
        ],
    }


def _read(body: bytes, transaction_id: str) -> GatewayAnswer:
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        raise GatewayAway("not JSON") from None
    if not isinstance(answer, dict) or answer.get("id") != transaction_id:
        raise GatewayAway("an answer to something else")
    verdict, reference = answer.get("answer"), answer.get("reference", "")
    if verdict not in _VERDICTS or not isinstance(reference, str):
        raise GatewayAway("no answer in it")
    return GatewayAnswer(verdict, reference[:64])
