"""What each of the client's methods does with the door: a change or a question, and what its result code stands for."""

from __future__ import annotations

from core_client.answers import Answer
from core_client.codes import ResultCodes
from core_client.door import Door
from core_client.reading import Response, error_of
from core_client.values import answer_of

_OUR_FIELDS = frozenset({"expectedPrice", "offerCode", "expectedFee", "expectedUntil"})
"""Beyond what every core of the kind takes."""


class Asking:
    """The door, with the result codes of the core behind it; raises the errors of `core_client.errors`."""

    def __init__(self, door: Door, codes: ResultCodes, *, expects_price: bool) -> None:
        """`expects_price`: whether the core takes the fields that hold it to what was agreed; else none is sent."""
        self._door = door
        self.codes = codes
        self._expects_price = expects_price

    async def change(self, name: str, phone_number: str, transaction_id: str, /, **fields: str) -> Answer:
        """Make a change for a number, under the caller's transaction id."""
        own = {"role": "1", "roleCode": phone_number, "phoneNumber": phone_number, "transactionID": transaction_id}
        if not self._expects_price:
            fields = {field: value for field, value in fields.items() if field not in _OUR_FIELDS}
        response = await self._door.call(name, own | fields)
        self._raise_error(response)
        return answer_of(response, self.codes)

    async def read(self, name: str, /, *, unless: str = "", **fields: str) -> Response:
        """Ask a question; the refusal for the reason `unless` is an answer to it, too."""
        response = await self._door.call(name, fields)
        if not unless or self._reason(response) != unless:
            self._raise_error(response)
        return response

    async def find(self, name: str, nothing: str, /, **fields: str) -> Response | None:
        """Ask for what may not be there: None where the core refuses for the reason `nothing`."""
        response = await self.read(name, unless=nothing, **fields)
        return None if self._reason(response) == nothing else response

    def _reason(self, response: Response) -> str:
        return self.codes.meaning(response.code, response.operation.name).reason

    def _raise_error(self, response: Response) -> None:
        error = error_of(response, self.codes)
        if error is not None:
            raise error
