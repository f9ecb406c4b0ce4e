"""The yes before a charge where the operator's own gateway gives it: one message asked about as often as it takes.

Promise 3: what it grants is in the record before the core is called; what it refuses, or can't say, is not charged.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal, Protocol

from workers.answering import Voice
from workers.consenting import answered_outside, granted_outside
from workers.dialogue import Result, Verdict, reply
from workers.events import event
from workers.journal import ClaimedRow, Ending, InboxState
from workers.postponing import NOTICE_AFTER_S
from workers.steps import write_results

_FIRST_LOOK_S, _LONGEST_LOOK_S = 2.0, 60.0


@dataclass(frozen=True, slots=True)
class GatewayAnswer:
    """What the operator's own consent gateway says."""

    verdict: Literal["granted", "refused", "pending"]
    reference: str = ""


class GatewayAway(Exception):
    """It can't be asked now, or says nothing that could be believed: nothing is charged."""


class Gateway(Protocol):
    """The operator's own consent gateway."""

    async def ask(self, row: ClaimedRow, asked: Sequence[Result]) -> GatewayAnswer:
        """Ask it about one message, as often as it takes; raises `GatewayAway`."""


@dataclass(frozen=True, slots=True)
class Outside:
    """How long its yes is waited for, and is good for; holds nothing between messages."""

    gateway: Gateway | None
    clock: Callable[[], float]
    expires_s: float
    act_within_s: float

    async def asked(self, row: ClaimedRow, asked: Sequence[Result], voice: Voice) -> Ending:
        """How the stay of a message ends whose `asked` wait for the gateway's yes."""
        try:
            if self.gateway is None:
                raise GatewayAway("none is set")
            before = granted_outside(row)  # yeses that grew too old: it is asked as if it had never been
            asked_of = replace(row, transaction_id=f"{row.transaction_id}-{before}") if before else row
            said = await self.gateway.ask(asked_of, asked)
        except GatewayAway as error:
            return _not_given(row, asked, voice, "our_side", events=event("consent_away", reason=str(error)))
        # Of a message that is a day old it can't be told when it was asked again; how often, it can.
        age_s = row.asks * _LONGEST_LOOK_S if before else self.clock() - row.received_at
        if said.verdict == "pending" and age_s <= self.expires_s:
            # Not `waiting`: that would hold up whatever its number sends meanwhile, its STOP first of all.
            again_s = min(max(age_s, _FIRST_LOOK_S), _LONGEST_LOOK_S)
            pending = Ending(row, InboxState.UNKNOWN, "consent_pending", due_in_s=again_s, asked=bool(before))
            if row.noticed or age_s < NOTICE_AFTER_S:
                return pending
            text = reply([replace(one, verdict=Verdict.DELAYED) for one in asked], voice.language, voice.wording)
            return voice.ends(replace(pending, noticed=True), text, Verdict.DELAYED)
        granted = said.verdict == "granted"
        change = answered_outside(
            row,
            asked,
            granted=granted,
            reference=said.reference,
            language=voice.language,
            good_for_s=self.act_within_s,
        )
        if granted:
            return Ending(row, InboxState.WAITING, "agreed", due_in_s=0.0, consent=change)
        return _not_given(row, asked, voice, "no_consent", consent=change)


def _not_given(row: ClaimedRow, asked: Sequence[Result], voice: Voice, reason: str, **more: object) -> Ending:
    refused = [
        Result(one.action, Verdict.REFUSED, reason, one.tone_code, one.tone, other_number=one.other_number)
        for one in asked
    ]
    written = write_results(dict(enumerate(refused, start=1)))
    ending = Ending(row, InboxState.REFUSED, reason, results=written, **more)  # type: ignore[arg-type]
    return voice.ends(ending, reply(refused, voice.language, voice.wording), "refused")
