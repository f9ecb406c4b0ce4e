"""The limits of a number around the work on its messages: a flood is answered once, what was charged is settled."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol

from core_client import Busy
from workers.answering import Interpreter
from workers.dialogue import Action, Command
from workers.dialogue.limits import MINUTE_S, Flood, NumberLimits
from workers.dials.orders import CHANNEL as DIALS
from workers.journal import ClaimedRow, Ending, InboxState
from workers.journal.own_messages import OUR_OWN
from workers.journal.states import FLOOD_TOLD
from workers.journal.usage import Traffic
from workers.pricing import Pricing

_COVERED = "flood"


class Watch(Protocol):
    """The journal, as far as a number's traffic goes."""

    async def traffic(self, number: str, before: int, since: float, at_most: int) -> Traffic:
        """What it sent since then, before the message of that id; raises `Busy` where that can't be known now."""


class Limited:
    """Stands around the work on messages; holds nothing between them."""

    def __init__(
        self,
        work: Callable[[ClaimedRow], Awaitable[Ending]],
        pricing: Pricing,
        limits: NumberLimits,
        watch: Watch,
        interpreter: Interpreter,
    ) -> None:
        self._work = work
        self._pricing = pricing
        self._limits = limits
        self._watch = watch
        self._interpreter = interpreter

    async def run(self, row: ClaimedRow) -> Ending:
        """Return how the message's stay ends."""
        return await self._flooding(row) or self._pricing.settled(await self._work(row))

    async def _flooding(self, row: ClaimedRow) -> Ending | None:
        at_most = self._limits.messages_per_minute
        if not at_most or row.channel in OUR_OWN:  # nobody has sent that but we
            return None
        if row.doubtful:  # a call may have begun: whatever came of it is told
            return None
        try:
            traffic = await self._watch.traffic(row.number, row.id, row.received_at - MINUTE_S, at_most)
        except Busy:  # a limit that can't be looked at stops nobody
            return None
        if traffic.told_at is None and traffic.messages < at_most:
            return None
        command, voice = self._interpreter.read(row)
        action: Action | None = command.action if isinstance(command, Command) else None
        match self._limits.flood(action, row.received_at, traffic.messages, traffic.told_at):
            case Flood.DONE:
                return None
            case Flood.COVERED if row.channel != DIALS:
                return Ending(row, InboxState.REFUSED, _COVERED)
            case told:  # a screen is told each time: it shows one answer, not all that came before
                text = voice.wording.say("flood", voice.language, count=at_most)
                answer = voice.answer(row.number, text, "flood")
                outcome = FLOOD_TOLD if told is Flood.TOLD else _COVERED
                return Ending(row, InboxState.REFUSED, outcome, answers=(answer,))
