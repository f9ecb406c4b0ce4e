"""From a reply's bytes to an answer or an error: pure, and where a hostile or broken core is met."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import cast

from core_client.answers import Answer, Bundle, Outcome, Setting, Tone
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

_WHOLE = re.compile("[0-9]{1,9}")
_CALLERS = ("2", "4")
_TIMES: dict[str, tuple[str, ...]] = {"1": (), "2": ("startTime", "endTime")}
"""Settings that can be told in a text."""


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


_OUTCOMES = {
    CodeOutcome.DONE: "done",
    CodeOutcome.ACCEPTED: "accepted",
    CodeOutcome.ALREADY: "already",
}


def answer_of(response: Response, codes: ResultCodes) -> Answer:
    """The value of an ended change."""
    meaning = codes.meaning(response.code, response.operation.name)
    accepted = meaning.outcome is CodeOutcome.ACCEPTED
    fields = response.fields
    info = fields.get("resultInfo", "")
    return Answer(
        code=response.code,
        outcome=cast(Outcome, _OUTCOMES.get(meaning.outcome, "refused")),
        reason=meaning.reason,
        key=info if accepted else "",
        amount_charged=money(response, "amountCharged"),
        operation_id=fields.get("operationID", ""),
        info=info,
        giver=fields.get("fromUserPhoneNumber", ""),
        tone_code=fields.get("resourceCode", ""),
        valid_until=_moment(fields.get("validUntil", "")),
    )


def money(response: Response, name: str) -> int | None:
    """An amount in minor units; None where it isn't told. One that is no amount makes the answer untrustworthy."""
    text = response.fields.get(name, "")
    return _whole(response, text) if text else None


def tone_of(response: Response, row: dict[str, str]) -> Tone:
    """A tone from its row."""
    return Tone(
        code=row.get("resourceCode", ""),
        name=row.get("toneName", ""),
        singer=row.get("singerName", ""),
        price=_whole(response, row.get("price", "")),
        validity_days=_whole(response, row.get("validityDays", "")),
        expired=row.get("expired", "") in ("true", "1"),
        valid_until=_moment(row.get("validUntil", "")),
        renewal=row.get("renewal", ""),
        renewal_price=_whole(response, row["renewalPrice"]) if row.get("renewalPrice") else None,
    )


def bundle_of(response: Response, row: dict[str, str]) -> Bundle:
    """A bundle from its row."""
    return Bundle(
        code=row.get("resourceCode", ""),
        name=row.get("boxName", ""),
        price=_whole(response, row.get("price", "")),
        validity_days=_whole(response, row.get("validityDays", "")),
        tones=_whole(response, row.get("toneCount", "")),
    )


def setting_of(row: dict[str, str]) -> Setting | None:
    """What plays to whom, from its row; None for a group of callers, some weekdays or a part of the year."""
    if row.get("setType") not in _CALLERS or row.get("timeType") not in _TIMES:
        return None
    hours = [row.get(name, "")[:5] for name in _TIMES[row["timeType"]]]
    return Setting(row.get("resourceCode", ""), row.get("toneName", ""), row.get("callerNumber", ""), tuple(hours))


def _moment(text: str) -> float | None:
    """Seconds since 1970; None also for what is no moment, since nothing that was done hangs on it."""
    try:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None


def _whole(response: Response, text: str) -> int:
    if not _WHOLE.fullmatch(text):
        raise undecided(response.operation, "malformed", code=response.code)
    return int(text)
