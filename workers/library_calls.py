"""What changes a number's library or service at the core and asks for no price: nothing here needs a yes first."""

from __future__ import annotations

from dataclasses import replace

from core_client import Answer, CoreClient
from workers.club_calls import ClubCalls
from workers.core_results import result_from
from workers.dialogue import Action, Result
from workers.shelf import Shelf
from workers.steps import Step


class LibraryCalls:
    """One worker's calls for what a number has already."""

    def __init__(self, core: CoreClient, shelf: Shelf, club: ClubCalls) -> None:
        self._core = core
        self._shelf = shelf
        self._club = club

    async def delete(self, step: Step) -> Result:
        """Take a tone out of the library."""
        tone = await self._shelf.tone(step.tone_code)
        answer = await self._core.delete_tone(step.number, step.tone_code, transaction_id=step.transaction_id)
        return result_from(step, answer, tone)

    async def set(self, step: Step) -> Result:
        """Play a tone of the library, to one caller or all, between two hours or always."""
        answer = await self._core.set_tone(
            step.number,
            step.tone_code,
            caller=step.recipient,
            hours=step.hours,
            transaction_id=step.transaction_id,
        )
        return result_from(step, answer, await self._shelf.tone(step.tone_code))

    async def clear(self, step: Step) -> Result:
        """Take back whatever has the tone, the caller and the hours that are named."""
        answer = await self._core.clear_settings(
            step.number,
            tone_code=step.tone_code,
            caller=step.recipient,
            hours=step.hours,
            transaction_id=step.transaction_id,
        )
        return result_from(step, answer, await self._shelf.tone(step.tone_code))

    async def play(self, step: Step) -> Result:
        """PAUSE or RESUME: whether anything plays at all."""
        plays = step.action is Action.RESUME
        answer = await self._core.play(step.number, plays=plays, transaction_id=step.transaction_id)
        return result_from(step, answer, None)

    async def affirm(self, step: Step) -> Result:
        """Take or decline a gift, which its giver pays."""
        accept = step.action is Action.ACCEPT
        answer = await self._core.affirm_present(
            step.number, step.gift_key, accept=accept, transaction_id=step.transaction_id
        )
        return result_from(step, answer, await self._shelf.tone(answer.tone_code))

    async def close(self, step: Step) -> Result:
        """Close the service."""
        return await self.closed(step, await self._core.unsubscribe(step.number, transaction_id=step.transaction_id))

    async def closed(self, step: Step, answer: Answer) -> Result:
        """The service is closed: a membership ends with it, whatever the core makes of boxes."""
        return replace(result_from(step, answer, None), levels=await self._club.closed(step))
