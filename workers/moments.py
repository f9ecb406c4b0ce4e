"""The moments of a message's life, told to whoever watches: counters, a trace, and, at level debug, the log.

    received ─▶ claimed ─▶ the core called ─▶ finished ─▶ its answer sent ─▶ a receipt

Whoever is at such a moment says so with one call, which costs microseconds, raises nothing and waits for nobody: a
disk that is full of counts must not make of a message that is safe one that the SMSC brings again (promises 1 and 2).
Nothing is watched until `begin`; a command that only looks counts nothing.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import TYPE_CHECKING, ParamSpec

import structlog

from workers import logs, tracing
from workers.dialogue import Action
from workers.journal import Accepted, ClaimedRow, Ending, NewMessage, OutgoingText
from workers.metrics import store
from workers.settings import Settings
from workers.steps import first_action

if TYPE_CHECKING:
    from core_client.door import Call
    from workers.metrics.meters import Meters

log = structlog.get_logger(__name__)

_ACTIONS = frozenset(Action)
_CODE = re.compile("[0-9]{6}")
_REASON = re.compile("[a-z_]{1,40}|http_[0-9]{3}")
_ENDED = ("delivered", "undelivered")
_P = ParamSpec("_P")

_meters: Meters | None = None


def _harmless(moment: Callable[_P, None]) -> Callable[_P, None]:
    """What can't be counted, traced or logged is lost, and said once for each kind of moment and process."""
    told: list[str] = []

    @wraps(moment)
    def safely(*given: _P.args, **named: _P.kwargs) -> None:
        try:
            moment(*given, **named)
        except Exception as error:
            if not told:
                told.append(moment.__name__)
                log.warning("moment_not_told", moment=moment.__name__, error=type(error).__name__)

    return safely


def begin(settings: Settings, process: str) -> None:
    """Watch this process from now on; after a fork.

    A folder that can't be written costs the counts, a wrong OTEL_… variable the traces, and neither anything else.
    """
    global _meters  # noqa: PLW0603 - one process, one life
    try:
        store.open_in(store.folder_of(settings))
        from workers.metrics.meters import Meters  # noqa: PLC0415 - commands that count nothing do without the library

        _meters = Meters()
    except Exception as error:
        log.warning("nothing_is_counted", error=str(error))
    try:
        tracing.begin(process)
    except Exception as error:
        log.warning("nothing_is_traced", error=str(error), mend="see the OTEL_ variables")


def watch(meters: Meters | None) -> Meters | None:
    """Count with these from now on; returns those before, to be put back."""
    global _meters
    before, _meters = _meters, meters
    return before


def end() -> None:
    """Say what is still to be said."""
    tracing.end()


@_harmless
def received(message: NewMessage, accepted: Accepted, took_s: float) -> None:
    """A message is safe in the journal, as itself or as a redelivery of another."""
    if _meters:
        _meters.count(_meters.duplicates if accepted.duplicate else _meters.received, message.channel)
    if not accepted.duplicate:
        tracing.begun(accepted.transaction_id, took_s, channel=message.channel, bind=message.bind)
    if logs.verbose():
        event = "message_repeated" if accepted.duplicate else "message_received"
        log.debug(event, transaction_id=accepted.transaction_id, channel=message.channel, bind=message.bind)


@_harmless
def not_taken(channel: str) -> None:
    """A message could not be kept in time, and is left with whoever brought it."""
    if _meters:
        _meters.count(_meters.not_taken, channel)


@contextmanager
def in_work(row: ClaimedRow) -> Iterator[None]:
    """A message is in a worker's hands."""
    _taken(row)
    begun = time.perf_counter()
    try:
        with tracing.span(row.transaction_id, "work", channel=row.channel, queue=str(row.queue)):
            yield
    finally:
        _worked_on(row, time.perf_counter() - begun)


@_harmless
def _taken(row: ClaimedRow) -> None:
    if logs.verbose():
        log.debug("message_claimed", queue=str(row.queue), attempts=row.attempts)


@_harmless
def _worked_on(row: ClaimedRow, took_s: float) -> None:
    if _meters:
        _meters.time(_meters.work, took_s, row.channel)


@_harmless
def core_called(call: Call, result: str) -> None:
    """A call to the core has ended; `result` is the class of its code, or `no_answer`."""
    coded = _CODE.fullmatch(call.result)
    said = call.result if coded or _REASON.fullmatch(call.result) else "other"  # a core writes there what it likes
    if _meters:
        code = call.result if coded else ""
        _meters.count(_meters.core_calls, call.operation, result, _meters.word("code", code))
        _meters.time(_meters.core_seconds, call.elapsed_s, call.operation)
    tracing.ended(call.operation, call.elapsed_s, failed=result == "no_answer", result=result, code=said)
    if logs.verbose():
        log.debug("core_called", operation=call.operation, result=said, ms=round(call.elapsed_s * 1000, 1))


@_harmless
def core_given_up(on: bool) -> None:
    """The breaker has opened or closed."""
    if _meters:
        _meters.breaker.set(float(on))


@_harmless
def finished(ending: Ending) -> None:
    """A message's stay with a worker has ended, and that is in the journal."""
    row, meters = ending.row, _meters
    if meters:
        action = first_action(ending.results) or (ending.outcome if ending.outcome in _ACTIONS else "none")
        outcome = meters.word("outcome", ending.outcome)
        meters.count(meters.outcomes, row.channel, action, ending.state, outcome)
        if ending.consent:
            if ending.consent.ask and not ending.consent.ask.granted:
                meters.count(meters.consents, "asked", ending.consent.ask.action)
            for consent in ending.consent.record:
                meters.count(meters.consents, consent.event, consent.action)
        for gift in ending.gifts:
            meters.count(meters.gifts, gift.state)
    if logs.verbose():
        log.debug("message_finished", state=str(ending.state), outcome=ending.outcome, answers=len(ending.answers))


@_harmless
def tried(text: OutgoingText, bind: str, result: str, now: float) -> None:
    """A try to send an answer has ended: `sent`, `postponed`, `unanswered` or `failed`; `now` is the journal's."""
    took_s = max(now - text.received_at, 0.0)
    if _meters:
        _meters.count(_meters.sent, bind, result)
        if result == "sent" and text.answer_no == 1 and text.received_at:
            _meters.time(_meters.answer_seconds, took_s, text.channel)
    if text.transaction_id and result != "postponed":
        tracing.after(text.transaction_id, "answer", max(now - text.created_at, 0.0), bind=bind, result=result)
    if logs.verbose():
        log.debug(f"answer_{result}", transaction_id=text.transaction_id, answer=text.answer_no, bind=bind)


@_harmless
def receipt(transaction_id: str, bind: str, state: str) -> None:
    """The SMSC has said what became of an answer; the id is empty where it speaks of none of ours."""
    said = state if state in _ENDED else "underway"
    if _meters:
        _meters.count(_meters.receipts, bind, said if transaction_id else "strange")
    if transaction_id:
        tracing.after(transaction_id, "receipt", 0.0, bind=bind, state=said)
    if logs.verbose():
        log.debug("receipt", transaction_id=transaction_id, bind=bind, state=said)


@_harmless
def screen(gateway: str, took_s: float, *, ends: bool) -> None:
    """A screen is on its way to a gateway."""
    if _meters:
        _meters.count(_meters.screens, gateway, "last" if ends else "more")
        _meters.time(_meters.screen_seconds, took_s, gateway)


@_harmless
def replayed(count: int) -> None:
    """Operations have had messages done again."""
    if _meters:
        _meters.replays.inc(count)
