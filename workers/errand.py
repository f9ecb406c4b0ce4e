"""One message's stay with a worker: understood, decided, done at the core, and answered.

    received ── understood? ──no──▶ the reply that helps ─▶ done
                    │yes
              a yes is needed? ──yes──▶ its price is told and asked about ─▶ done; the YES comes as a message
                    │                   (where there is no service yet, that of opening it)
                    │no, or given
              for each step that has no result yet
                    │ a call may have taken effect ──▶ ask (reconcile) ──▶ result, open, or never came
                    ▼
              call the core ──▶ result │ not now (waiting) │ nobody knows (unknown) │ given up (dead)
                    ▼
              all steps have one ──▶ one answer ─▶ done | refused

Everything here is in memory: the ending is written by the journal, under the claim's token or not at all.
"""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from core_client import CoreError
from workers.answering import Interpreter, Voice, order_of
from workers.calls import Calls
from workers.consent import Consent, Terms
from workers.consenting import asked_in, meant_by, withdrawing
from workers.dialogue import (
    Action,
    Command,
    Misunderstood,
    Result,
    Verdict,
    Way,
    reply,
    shown_of,
    text_name,
)
from workers.dials import DialOrder
from workers.events import event, surprises
from workers.expecting import Expecting
from workers.gifts import Gifts, is_presented
from workers.journal import ClaimedRow, Ending, InboxState
from workers.opening import closed, opening
from workers.overtaking import Later
from workers.paging import REMEMBERED_S, goes_on
from workers.postponing import NOTICE_AFTER_S, Limits, Postponing
from workers.reconcile import CannotTell, Reconciler, StillOpen
from workers.stepping import Stepping
from workers.steps import read_results, steps_of, write_results

__all__ = ["NOTICE_AFTER_S", "Errand", "Limits"]


class Errand:
    """Does messages, one at a time or many at once; holds nothing between them."""

    def __init__(
        self,
        calls: Calls,
        reconciler: Reconciler,
        interpreter: Interpreter,
        limits: Limits,
        consent: Consent,
        *,
        chosen: Callable[[str], Awaitable[str]] | None = None,
        lately: Callable[[str, float], Awaitable[Sequence[str]]] | None = None,
        later: Later | None = None,
        gifts: Gifts | None = None,
        expecting: Expecting | None = None,
        clock: Callable[[], float],
        spread: Callable[[], float] = random.random,
    ) -> None:
        """`chosen` tells the language that a number chose, for those who did not text; empty where it never did.

        `lately` tells the results of a number's messages since a moment, the newest first; it raises `Busy` where
        the journal can't be asked.  Without it there is nothing that MORE goes on with.  `later` tells those of what
        it sent after a message: without it nothing is known to be overtaken.
        """
        self._lately = lately
        self._calls = calls
        self._stepping = Stepping(calls, reconciler, later)
        self._interpreter = interpreter
        self._chosen = chosen
        self._consent = consent
        self._gifts = gifts or Gifts(clock)
        self._expecting = expecting
        self._postponing = Postponing(limits, clock, spread)

    async def run(self, row: ClaimedRow) -> Ending:
        """Return how the message's stay ends; raises nothing that the core or a text can cause."""
        command, voice = self._interpreter.read(row, meant_by(row))
        voice = _as_asked(row, command, voice)
        if isinstance(command, Misunderstood):
            return self._consent.misunderstood(row, command, voice)
        if command.action is Action.HELP:
            example = self._calls.shown_first("help", row.member_of) or voice.words.grammar.tone_code_example
            text = reply([Result(Action.HELP, Verdict.DONE)], voice.language, voice.wording, example)
            return Ending(row, InboxState.DONE, Action.HELP, answers=(voice.answer(row.number, text, "help"),))
        if command.action in _WISHES:
            return self._wished(row, command.action, voice)
        terms = self._consent.agreed(row)
        if terms is None and command.action in _YES_OR_NO:
            said = self._gifts.meant(row, command, voice) or command
            if isinstance(said, Ending):
                return said
            if not said.gift_key:
                return self._consent.answered(row, said, voice)
            late = self._gifts.over(row, said)
            return await (self._ended(row, {1: late}, voice) if late else self._do(row, said, terms, voice))
        if terms and terms.agreed:
            command = terms.agreed.command
        return await self._do(row, command, terms, voice)

    def _wished(self, row: ClaimedRow, action: Action, voice: Voice) -> Ending:
        """Promise 4, and never a no: the core has no part in whether somebody is left alone."""
        result = Result(action, Verdict.DONE)
        answer = voice.answer(row.number, reply([result], voice.language, voice.wording), text_name([result]))
        return Ending(row, InboxState.DONE, action, answers=(answer,), disturb=_WISHES[action])

    async def _do(self, row: ClaimedRow, command: Command, terms: Terms | None, voice: Voice) -> Ending:
        results = {no: one for no, one in read_results(row.results).items() if one.verdict is not Verdict.ASKED}
        try:
            if command.action is Action.MORE and self._lately:
                command = goes_on(await self._lately(row.number, row.received_at - REMEMBERED_S)) or command
            terms = terms or await self._consent.terms(row, command, self._calls.brand)
            if terms.way is Way.NONE and _was_asked(row):
                terms = Terms(Way.REPLY)  # replayed: silence was no yes, and rules that have changed make none of it
            if terms.way is Way.DIAL and terms.agreed is None and (order := order_of(row)):
                return self._consent.confirmed(row, await self._confirmed(row, order), order)
            prices = terms.agreed.prices if terms.agreed else None
            told_at = terms.agreed.asked_at if terms.agreed else None
            for step in steps_of(command, row, prices, told_at, terms.round):
                if step.no not in results:
                    results[step.no] = await self._stepping.take(step, row, terms)
            offers = terms.asks and self._consent.way_to_open(row) is not Way.EXTERNAL
            try:
                first = await opening(self._calls, row, results) if offers else {}
            except CoreError:
                # Nothing was called for these: the next stay looks anew, since the service may be open by then.
                results = {no: one for no, one in results.items() if not closed(one)}
                raise
        except StillOpen:
            return self._postponing.open(row, command, results, voice)
        except CannotTell:
            return self._postponing.parked(row, command, results, "cannot_tell", voice)
        except CoreError as error:
            return self._postponing.interrupted(row, command, results, error, voice)
        results = _of_one_mind(results, terms) | first
        if any(result.verdict is Verdict.ASKED for result in results.values()):
            ordered = [results[no] for no in sorted(results)]
            # Nobody has told the service's fee yet, or a screen's price holds no more: a text asks.
            way: Way = Way.REPLY if terms.way in (Way.NONE, Way.DIAL) else terms.way
            way = self._consent.way_to_open(row) if first else way
            asked = await self._consent.asked(row, ordered, write_results(results), way, voice)
            return replace(asked, gifts=self._gifts.changes(row, results, voice))
        return await self._ended(row, results, voice)

    async def _confirmed(self, row: ClaimedRow, order: DialOrder) -> list[Result]:
        """What a screen's yes was about, at the prices that stood there."""
        agreed = order.agreed or {}
        return [await self._calls.told(step) for step in steps_of(order.command, row, agreed, order.told_at)]

    async def _ended(self, row: ClaimedRow, results: dict[int, Result], voice: Voice) -> Ending:
        ordered = [results[no] for no in sorted(results)]
        chosen = ordered[0].language if ordered[0].verdict is Verdict.DONE else ""
        voice = voice.to(row.number, chosen) if chosen else voice
        results = {no: _counted(one, voice) for no, one in results.items()}
        text = reply(ordered, voice.language, voice.wording)
        answers = [self._gifts.told(row, ordered, voice) or voice.answer(row.number, text, text_name(ordered))]
        gifts = [*self._gifts.changes(row, results, voice)]
        for no, result in results.items():
            if is_presented(result):
                theirs = await self._voice_to(result.other_number, voice)
                answers.append(self._gifts.offer(row, result, theirs))
                gifts.append(self._gifts.presented(row, no, result, voice, theirs))
        said_no = [result for result in ordered if result.verdict in (Verdict.REFUSED, Verdict.CANCELLED)]
        refused = len(said_no) == len(ordered)
        outcome = (said_no[0].reason or said_no[0].verdict) if refused else ordered[0].verdict
        return Ending(
            row,
            InboxState.REFUSED if refused else InboxState.DONE,
            outcome[:32],
            results=write_results(results),
            answers=tuple(answers),
            gifts=tuple(gifts),
            consent=withdrawing(row) if ordered[0].action is Action.CLOSE else None,
            language=chosen,
            expected=self._expecting.of(ordered) if self._expecting else (),
            events=surprises(ordered) + (event("reconciled") if row.doubtful else ()),
        )

    async def _voice_to(self, other: str, voice: Voice) -> Voice:
        return voice.to(other, await self._chosen(other) if self._chosen else "")


def _as_asked(row: ClaimedRow, command: Command | Misunderstood, voice: Voice) -> Voice:
    """The voice of the question that a message answers, however its YES or NO is written; LANG holds before that."""
    answers = isinstance(command, Command) and command.action in _YES_OR_NO
    if row.language or not (answers or meant_by(row)):
        return voice
    if language := asked_in(row):
        return voice.in_language(language)
    return voice.to(row.number, "") if row.gifts else voice


def _was_asked(row: ClaimedRow) -> bool:
    """Whether the message ended with a question before."""
    return any(one.verdict is Verdict.ASKED for one in read_results(row.results).values())


def _counted(result: Result, voice: Voice) -> Result:
    """The result of a list with how much of it is shown, which is where MORE goes on."""
    if not result.found:
        return result
    return replace(result, shown=shown_of(result, voice.language, voice.wording))


def _of_one_mind(results: dict[int, Result], terms: Terms) -> dict[int, Result]:
    """The results, none waiting for the gateway's next yes beside one that has its end: that can't be kept apart."""
    ended = any(result.verdict is not Verdict.ASKED for result in results.values())
    if terms.way is not Way.EXTERNAL or not (terms.late and ended):
        return results
    refused = {no: replace(one, verdict=Verdict.REFUSED) for no, one in results.items() if one.verdict is Verdict.ASKED}
    return results | refused


_YES_OR_NO = (Action.ACCEPT, Action.DECLINE)

_WISHES = {Action.GIFTS_OFF: False, Action.GIFTS_ON: True}
"""Whether its number may be sent what it did not ask for."""
