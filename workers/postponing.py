"""Endings that are none yet: tried again, asked about, left to operations; and what the subscriber hears meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypedDict

from core_client import AccountRefused, CoreError, Doubtful, Unreachable
from workers.answering import Voice
from workers.dialogue import Command, Result, Verdict, reply
from workers.events import event
from workers.journal import Answer, ClaimedRow, Ending, InboxState
from workers.reconcile import StillOpen
from workers.steps import steps_of, write_results

NOTICE_AFTER_S = 60.0
"""A subscriber who has heard nothing for so long is told that the message is kept."""

_ASKS = 20
"""Times the core is asked about one message before it is left to operations."""

_FIRST_RETRY_S, _LONGEST_RETRY_S = 1.0, 30.0
_OUR_FIRST_RETRY_S, _OUR_LONGEST_RETRY_S = 2.0, 60.0


class _Notice(TypedDict, total=False):
    noticed: bool
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class Limits:
    """How long and how often: seconds before the core is asked about a lost call, and attempts before giving up."""

    settle_s: float
    attempts: int


@dataclass(frozen=True, slots=True)
class Postponing:
    """Ends a stay whose steps have not all come to an end."""

    limits: Limits
    clock: Callable[[], float]
    spread: Callable[[], float]

    def interrupted(
        self, row: ClaimedRow, command: Command, results: dict[int, Result], error: CoreError, voice: Voice
    ) -> Ending:
        """The core could not do it now, or nobody knows whether it did."""
        attempts = row.attempts + error.attempt
        if isinstance(error, Doubtful):
            if attempts >= self.limits.attempts:
                return self.parked(row, command, results, error.reason, voice)
            return Ending(
                row,
                InboxState.UNKNOWN,
                error.reason[:32],
                due_in_s=self.limits.settle_s,
                uses_attempt=error.attempt,
                asked=True,
                doubtful=True,
                results=write_results(results),
                events=event("doubtful", code=error.code, reason=error.reason, operation=error.operation),
                **self._notice(row, command, results, voice, doubtful=True),
            )
        if attempts >= self.limits.attempts and error.attempt and not isinstance(error, AccountRefused):
            if row.doubtful:
                return self.parked(row, command, results, error.reason, voice)
            text = _told(row, command, results, Verdict.FAILED, voice)
            return Ending(
                row,
                InboxState.DEAD,
                error.reason[:32],
                uses_attempt=True,
                results=write_results(results),
                answers=(voice.answer(row.number, text, "failed"),),
                events=event("given_up", code=error.code, reason=error.reason, attempts=attempts),
            )
        away = isinstance(error, Unreachable | AccountRefused)
        return Ending(
            row,
            InboxState.UNKNOWN if row.doubtful else InboxState.WAITING,
            error.reason[:32],
            due_in_s=self._pause_s(row, attempts),
            uses_attempt=error.attempt and not away,
            doubtful=row.doubtful,
            waiting_for="core" if away else "retry",
            results=write_results(results),
            events=() if away else event("retry", code=error.code, reason=error.reason),
            **self._notice(row, command, results, voice, doubtful=row.doubtful),
        )

    def open(self, row: ClaimedRow, command: Command, results: dict[int, Result], voice: Voice) -> Ending:
        """The core has it and will tell later."""
        if row.asks + 1 >= _ASKS:
            return self.parked(row, command, results, "still_open", voice)
        return Ending(
            row,
            InboxState.ACCEPTED,
            "accepted",
            due_in_s=min(_FIRST_RETRY_S * 2**row.asks, _LONGEST_RETRY_S),
            asked=True,
            doubtful=True,
            results=write_results(results),
            **self._notice(row, command, results, voice, doubtful=False),  # the core has it and will say
        )

    def parked(self, row: ClaimedRow, command: Command, results: dict[int, Result], why: str, voice: Voice) -> Ending:
        """Nobody but operations can find out."""
        text = _told(row, command, results, Verdict.CHECKING, voice)
        return Ending(
            row,
            InboxState.UNKNOWN,
            why[:32],
            uses_attempt=False,
            doubtful=True,
            results=write_results(results),
            answers=(voice.answer(row.number, text, "checking"),),
            events=event("parked", reason=why),
        )

    def _notice(
        self, row: ClaimedRow, command: Command, results: dict[int, Result], voice: Voice, *, doubtful: bool
    ) -> _Notice:
        if row.noticed or self.clock() - row.received_at < NOTICE_AFTER_S:
            return {}
        verdict = Verdict.CHECKING if doubtful else Verdict.DELAYED
        text = _told(row, command, results, verdict, voice)
        return {"noticed": True, "answers": (voice.answer(row.number, text, verdict),)}

    def _pause_s(self, row: ClaimedRow, attempts: int) -> float:
        waited_s = max(self.clock() - row.received_at, 2.0**attempts - 1)
        return min(max(waited_s, _FIRST_RETRY_S), _LONGEST_RETRY_S) * (0.75 + self.spread() / 2)


def by_itself(row: ClaimedRow, error: CoreError | StillOpen, settle_s: float) -> Ending:
    """A message of our own that can't end now: nobody waits for it, so it goes on for as long as it takes.

    Not `waiting`: that would hold up whatever its number sends meanwhile.
    """
    pause_s = min(_OUR_FIRST_RETRY_S * 2 ** min(row.asks, 10), _OUR_LONGEST_RETRY_S)
    return Ending(
        row,
        InboxState.UNKNOWN,
        getattr(error, "reason", "still_open")[:32],
        due_in_s=settle_s if isinstance(error, Doubtful) else pause_s,
        asked=True,
        doubtful=row.doubtful or isinstance(error, Doubtful | StillOpen),
    )


def _told(row: ClaimedRow, command: Command, results: dict[int, Result], verdict: Verdict, voice: Voice) -> str:
    """Return what the subscriber hears before the end: what is decided already, and `verdict` for the rest."""
    known = {no: result for no, result in results.items() if result.verdict is not Verdict.ASKED}
    told = [known.get(step.no) or step.result(verdict) for step in steps_of(command, row)]
    return reply(told, voice.language, voice.wording)
