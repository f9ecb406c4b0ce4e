"""From a response to the values of `answers`: pure; what is no amount makes the whole answer untrustworthy."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import cast

from core_client.answers import SUBSCRIBER_STATUS, Answer, Bundle, Outcome, Setting, Subscriber, Tone, TransactionState
from core_client.codes import CodeOutcome, ResultCodes
from core_client.errors import AnswerLost
from core_client.reading import Response, undecided

_WHOLE = re.compile("[0-9]{1,9}")
_CALLERS = ("2", "4")
_TIMES: dict[str, tuple[str, ...]] = {"1": (), "2": ("startTime", "endTime")}
"""Settings that can be told in a text."""

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


def subscriber_of(response: Response) -> Subscriber:
    """Who has the service, or, with the status `deleted`, had it."""
    status = SUBSCRIBER_STATUS.get(response.fields.get("status", ""), "unknown")
    return Subscriber(status, response.fields.get("tradeMark", ""), money(response, "monthlyFee"))


def state_of(response: Response, codes: ResultCodes) -> TransactionState:
    """What became of a transaction; one that ended in "busy" did nothing, and counts as unseen."""
    match response.fields.get("transactionState"):
        case "unseen":
            return TransactionState("unseen")
        case "inProgress":
            return TransactionState("in_progress")
        case "result":
            past = response.past()
        case _:
            raise AnswerLost("malformed", operation="queryTransaction")
    match codes.meaning(past.code, past.operation.name).outcome:
        case CodeOutcome.BUSY:
            return TransactionState("unseen")
        case CodeOutcome.DOUBTFUL:
            return TransactionState("in_progress")
        case _:
            return TransactionState("result", answer_of(past, codes))


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
