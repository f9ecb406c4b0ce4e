"""A core that answers what the test says, without a wire."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from core_client import CoreClient, HttpReply
from core_client.contract import operations
from core_client.envelope import Message, read, write_answer


@dataclass
class ScriptedTransport:
    """Answers each call with the next reply, or raises it; keeps what was sent."""

    replies: list[HttpReply | Exception] = field(default_factory=list)
    sent: list[Message] = field(default_factory=list)

    async def post(self, action: str, body: bytes) -> HttpReply:
        self.sent.append(read(body))
        reply = self.replies.pop(0)
        if isinstance(reply, Exception):
            raise reply
        return reply

    async def close(self) -> None:
        """Nothing to close."""


def answer(operation: str, code: str, **fields: str) -> HttpReply:
    """A well-formed answer of the contract."""
    given = {"returnCode": code, "resultCode": code} | fields
    return HttpReply(200, write_answer(operations()[operation], given))


def client_of(*replies: HttpReply | Exception, **arguments: Any) -> tuple[CoreClient, ScriptedTransport]:
    """A client on such a transport."""
    transport = ScriptedTransport(list(replies))
    return CoreClient("http://core.invalid/usdp", "portal", "s3cret", transport=transport, **arguments), transport
