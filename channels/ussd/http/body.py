"""A request's body, as far as one is read: so many bytes, in so much time."""

from __future__ import annotations

import asyncio

from starlette.types import Receive

MOST_BYTES = 16_384
"""The largest any gateway sends is a tenth of it: a session's inputs, all of them joined."""
WITHIN_S = 2.0


class Refused(Exception):
    """The body is not waited for any longer."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status
        """HTTP's: 413 too large, 408 too slow, 400 left unfinished."""


async def body_of(receive: Receive) -> bytes:
    """All of it; raises `Refused`."""
    message = await _next(receive, WITHIN_S)
    if not message[1]:
        return message[0]
    parts, size = [message[0]], len(message[0])
    until = asyncio.get_running_loop().time() + WITHIN_S
    more = True
    while more:
        part, more = await _next(receive, until - asyncio.get_running_loop().time())
        size += len(part)
        if size > MOST_BYTES:
            raise Refused(413)
        parts.append(part)
    return b"".join(parts)


async def _next(receive: Receive, within_s: float) -> tuple[bytes, bool]:
    try:
        async with asyncio.timeout(within_s):
            message = await receive()
    except TimeoutError:
        raise Refused(408) from None
    if message["type"] == "http.disconnect":
        raise Refused(400)
    part: bytes = message.get("body", b"")
    if len(part) > MOST_BYTES:
        raise Refused(413)
    return part, message.get("more_body", False)
