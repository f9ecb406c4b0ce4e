"""From a reply's bytes to a response or an error: pure, and where a hostile or broken core is met."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from core_client.codes import CodeOutcome, ResultCodes
from core_client.contract import Operation, operations
from core_client.envelope import UnreadableError, read
from core_client.errors import (
    AccountRefused,
    AnswerLost,
    Busy,
    CoreError,
    Doubtful,
    NotSupported,
    OurMistake,
    Refused,
    Unreachable,
)
from core_client.transport import HttpReply


@dataclass(frozen=True, slots=True)
class Response:
    """A response object of the contract, read; `code` is never empty."""

    operation: Operation
    code: str
    fields: dict[str, str]
    rows: dict[str, list[dict[str, str]]] = field(default_factory=dict)

    def past(self) -> Response:
        """Of a queryTransaction answer: the answer that the transaction had in its time."""
        name = self.fields.get("transactionEvent", "").removesuffix("Evt")
        operation = operations().get(f"{name[:1].lower()}{name[1:]}")
        code = self.fields.get("transactionResultCode", "")
        if operation is None or not code:
            raise AnswerLost("malformed", operation=self.operation.name)
        info = self.fields.get("transactionResultInfo", "")
        # Read now, long after: whatever is wrong with this answer, asking again changes nothing.
        return Response(replace(operation, changes=False), code, self.fields | {"resultInfo": info})


def read_response(operation: Operation, reply: HttpReply) -> Response | None:
    """The response object in a reply; None where the reply holds no result code.

    A core may send it with HTTP 200 or inside a fault's detail with 500.  Where returnCode and resultCode disagree
    the one that is no success counts, and "accepted" before "done": a refusal must never pass for a success.
    """
    try:
        message = read(reply.body, reply.charset)
    except UnreadableError:
        return None
    if message.name not in (f"{operation.name}Response", "Fault"):
        return None
    door, procedure = message.fields.get("returnCode", ""), message.fields.get("resultCode", "")
    code = next((code for code in (door, procedure) if code and code[0] != "0"), max(door, procedure))
    contradicted = code[:1] == "0" and (message.name == "Fault" or reply.status >= 400)
    if not code or contradicted:
        return None
    return Response(operation, code, message.fields, message.rows)


_BY_STATUS: dict[int, tuple[type[CoreError], str]] = {
    401: (AccountRefused, "http_refused"),
    403: (AccountRefused, "http_refused"),
    407: (AccountRefused, "http_refused"),
    301: (Unreachable, "moved"),
    302: (Unreachable, "moved"),
    303: (Unreachable, "moved"),
    307: (Unreachable, "moved"),
    308: (Unreachable, "moved"),
    404: (Unreachable, "not_found"),
    405: (Unreachable, "not_found"),
    410: (Unreachable, "not_found"),
    429: (Busy, "busy"),
}
"""HTTP statuses by which a server says that it took nothing."""


def http_error(operation: Operation, status: int) -> CoreError:
    """The error for a reply without a result code."""
    known = _BY_STATUS.get(status)
    if known is not None:
        kind, reason = known
        return kind(reason, operation=operation.name)
    reason = "malformed" if status < 400 else f"http_{status}"
    return undecided(operation, reason)


def error_of(response: Response, codes: ResultCodes) -> CoreError | None:
    """The error that a result code stands for; None for a success."""
    name, code = response.operation.name, response.code
    meaning = codes.meaning(code, name)
    match meaning.outcome:
        case CodeOutcome.DONE | CodeOutcome.ACCEPTED | CodeOutcome.ALREADY:
            return None
        case CodeOutcome.DOUBTFUL:
            return undecided(response.operation, meaning.reason, code=code, attempt=True)
        case CodeOutcome.BUSY:
            return Busy(meaning.reason or "busy", code=code, operation=name, attempt=True)
        case CodeOutcome.ACCOUNT:
            return AccountRefused(meaning.reason, code=code, operation=name)
        case CodeOutcome.MISTAKE:
            return OurMistake(meaning.reason, code=code, operation=name)
        case CodeOutcome.UNSUPPORTED:
            return NotSupported(meaning.reason, code=code, operation=name)
        case CodeOutcome.REFUSED:
            return Refused(meaning.reason, code=code, operation=name)


def undecided(operation: Operation, reason: str, *, code: str = "", attempt: bool = False) -> CoreError:
    """A change may have been done; a read may simply be asked again."""
    if operation.changes:
        return Doubtful(reason, code=code, operation=operation.name, attempt=attempt)
    if attempt:
        return Busy(reason, code=code, operation=operation.name, attempt=True)
    return AnswerLost(reason, code=code, operation=operation.name)
