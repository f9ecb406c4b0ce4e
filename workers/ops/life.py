"""The whole life of one message on one time line: what came, what was decided, asked of the core, answered and told.

Pure: made of what the journal has.  Numbers and texts are veiled unless whoever looks may see them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from workers.journal import Life
from workers.journal.core_calls import read
from workers.ops.money import AsMoney
from workers.ops.shown import veiled

Values = Mapping[str, Any]
_STEP_CHARS = 2
_UNITS = ("ms", "s")
_AMOUNTS = frozenset({"price", "monthly_fee", "charged"})
"""Of money, in minor units."""
_UNKNOWN = "?"


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that happened to a message."""

    at: float
    """Seconds since the epoch."""
    what: str
    """In words, the same for all of its kind."""
    detail: dict[str, Any] = field(repr=False)
    """What else is known of it, fit to be shown; empty values are left out."""

    def said(self, money: AsMoney) -> str:
        """The detail as one line, with amounts as `money` writes them."""
        return ", ".join(f"{name} {words}" for name, words in self.parts(money))

    def parts(self, money: AsMoney) -> list[tuple[str, str]]:
        """The detail, each with its name in words: a value may be a subscriber's, in a script that runs to the left."""
        return [_in_words(name, value, money) for name, value in self.detail.items()]


def timeline(life: Life, *, reveal: bool) -> list[Moment]:
    """Return the moments of a message's life, the oldest first; `reveal`: with whole numbers and texts."""
    parts = (
        *_received(life.message, life.parts),
        *_calls(life.message),
        *_questions(life.questions, life.message["id"]),
        *_consents(life.consents),
        *_gifts(life.gifts),
        *_answers(life.answers),
        *_events(life.history),
        *_ended(life.message),
    )
    shown = (Moment(one.at, one.what, _fit(one.detail, reveal=reveal)) for one in parts)
    return sorted(shown, key=lambda one: one.at)  # stable: at one moment, in the order above


def _received(message: Values, parts: Iterable[Values]) -> Iterator[Moment]:
    for part in parts:
        yield Moment(part["received_at"], "part received", {"part": part["number"], "octets": len(part["octets"])})
    wanted = ("channel", "bind", "number", "short_code", "text", "incomplete", "network_reference", "queue")
    late = {"ack_late": "the SMSC was told to keep it"} if message["ack_late"] else {}
    yield Moment(message["received_at"], "received", _some(message, *wanted) | late)
    if message["claimed_at"] is not None:
        yield Moment(message["claimed_at"], "a worker took it", _some(message, "attempts", "crashes"))


def _calls(message: Values) -> Iterator[Moment]:
    for call in read(message["core_calls"]):
        detail = {"operation": call.operation, "result": call.result, "took_ms": call.elapsed_ms}
        own = len(call.step) <= _STEP_CHARS  # another's transaction is asked about by its whole id
        step = {"transaction_id": f"{message['transaction_id'] if own else ''}{call.step}"} if call.step else {}
        yield Moment(call.at, "the core was called", detail | step)


def _questions(questions: Iterable[Values], id_: int) -> Iterator[Moment]:
    for one in questions:
        about = _some(one, "action", "asked", "recipient", "key", "way")
        if one["inbox_id"] == id_:
            yield Moment(one["asked_at"], "a question was asked", about)
        if one["closed_at"] is not None:
            by_another = {} if one["closed_by"] in (id_, None) else {"by_message": one["closed_by"]}
            yield Moment(one["closed_at"], f"the question was {one['state']}", _some(one, "action", "key") | by_another)


def _consents(consents: Iterable[Values]) -> Iterator[Moment]:
    for one in consents:
        content = one["content"]
        yield Moment(content["at"], f"put into the record: {content['event']}", {"seq": one["seq"]} | _some(
            content, "action", "asked", "way", "reference"))  # fmt: skip


_OF_GIFTS = (
    ("created_at", "the gift was confirmed"),
    ("presented_at", "the gift was presented"),
    ("ended_at", "the gift ended"),
)


def _gifts(gifts: Iterable[Values]) -> Iterator[Moment]:
    for one in gifts:
        for column, what in _OF_GIFTS:
            if one[column] is not None:
                state = {"state": one["state"]} if column == "ended_at" else {}
                about = _some(one, "giver", "recipient", "tone_code", "transaction_id")
                yield Moment(one[column], what, state | about)


def _answers(answers: Iterable[Values]) -> Iterator[Moment]:
    for one in answers:
        no = {"answer": one["answer_no"]}
        yield Moment(one["created_at"], "answered", no | _some(one, "destination", "text", "bind"))
        for part in one["parts"]:
            yield from _sent(part, no | {"part": part["part"]})
        if not one["parts"]:
            yield from _sent(one, no)
        elif one["receipt_at"] is not None:
            yield Moment(one["receipt_at"], f"the answer is {one['state']}", no | _some(one, "error"))


def _sent(one: Values, which: Values) -> Iterator[Moment]:
    if one["sent_at"] is not None:
        sent = dict(which) | _some(one, "sent_via", "message_id", "resends")
        yield Moment(one["sent_at"], "the SMSC took it" if one["message_id"] else f"sending {one['state']}", sent)
    if one["receipt_at"] is not None:
        yield Moment(one["receipt_at"], f"receipt: {one['state']}", dict(which) | _some(one, "error"))


def _events(history: Iterable[Values]) -> Iterator[Moment]:
    for one in history:
        yield Moment(one["at"], one["event"].replace("_", " "), {"by": one["author"]} | one["detail"])


def _ended(message: Values) -> Iterator[Moment]:
    about = _some(message, "outcome", "doubtful", "attempts", "asks", "waiting_for")
    if message["finished_at"] is not None:
        yield Moment(message["finished_at"], f"ended: {message['state']}", about | {"steps": _steps(message)})
    elif message["due_at"] is not None:
        yield Moment(message["due_at"], f"{message['state']}: its turn comes", about)


def _steps(message: Values) -> list[dict[str, Any]]:
    wanted = ("action", "verdict", "reason", "tone_code", "other_number", "charged", "monthly_fee")
    return [{"step": no} | _some(result, *wanted) for no, result in sorted(message["results"].items())]


def _some(values: Values, *names: str) -> dict[str, Any]:
    return {name: values[name] for name in names if name in values and values[name] not in ("", None, False, (), [])}


def _fit(detail: Values, *, reveal: bool) -> dict[str, Any]:
    return {name: one for name, one in veiled(detail, reveal=reveal).items() if one not in ("", None, [], {})}


def _in_words(name: str, value: object, money: AsMoney) -> tuple[str, str]:
    """`took_ms`, 42 → `took`, `42 ms`; `charged`, 200 → `charged`, `2.00 yuan`."""
    words, _, unit = name.rpartition("_")
    if unit in _UNITS and words:
        return words.replace("_", " "), f"{_plainly(name, value, money)} {unit}"
    return name.replace("_", " "), _plainly(name, value, money)


def _plainly(name: str, value: object, money: AsMoney) -> str:
    if isinstance(value, Mapping):
        return " ".join(f"{inner} {_plainly(inner, one, money)}" for inner, one in value.items())
    if isinstance(value, list | tuple):
        return "; ".join(_plainly(name, one, money) for one in value)
    if name in _AMOUNTS:
        return money(value) if isinstance(value, int) else _UNKNOWN
    return str(value)
