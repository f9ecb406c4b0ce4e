"""One call through the core's door: envelope out, response object or error in, a record for metrics."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from core_client.contract import Operation, operations
from core_client.envelope import write_call
from core_client.errors import CoreError, Unreachable
from core_client.reading import Response, http_error, read_response, undecided
from core_client.transport import AnswerLostError, NothingSentError, Transport


@dataclass(frozen=True, slots=True)
class Call:
    """One call's record."""

    operation: str
    result: str
    """The core's result code, or the reason there is none (`timeout`, `refused_connection`…)."""
    elapsed_s: float
    transaction_id: str = ""
    """Of a change, or of what is asked about; empty for what changes nothing."""


class Door:
    """What every call has in common: who we are, the wire, and the check that the answer is to this question."""

    def __init__(
        self,
        transport: Transport,
        portal: Mapping[str, str],
        *,
        observe: Callable[[Call], None] | None,
        clock: Callable[[], float],
    ) -> None:
        self._transport = transport
        self._portal = dict(portal)
        self._observe = observe
        self._clock = clock

    async def call(self, name: str, fields: Mapping[str, str]) -> Response:
        """The response object, whatever its result code. Raises Unreachable, AnswerLost, Doubtful and what
        `reading.http_error` makes of a reply without a result code."""
        operation = operations()[name]
        body = write_call(operation, self._portal | dict(fields))
        begun = self._clock()
        result, transaction_id = "cancelled", fields.get("transactionID", "")
        try:
            response = await self._exchange(operation, body, transaction_id)
            result = response.code
        except CoreError as error:
            result = error.reason
            raise
        finally:
            if self._observe is not None:
                self._observe(Call(name, result, self._clock() - begun, transaction_id))
        return response

    async def _exchange(self, operation: Operation, body: bytes, transaction_id: str) -> Response:
        try:
            reply = await self._transport.post(operation.action, body)
        except NothingSentError as error:
            raise Unreachable(str(error), operation=operation.name) from None
        except AnswerLostError as error:
            raise undecided(operation, str(error)) from None
        response = read_response(operation, reply)
        if response is None:
            raise http_error(operation, reply.status)
        if transaction_id and response.fields.get("transactionID", "") not in ("", transaction_id):
            raise undecided(operation, "foreign_answer")  # a proxy that mixed up two of our calls
        return response
