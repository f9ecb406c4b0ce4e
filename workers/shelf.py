"""What the core sells, and to whom: the tones of its catalogue, its bundles, and the tone that a friend plays."""

from __future__ import annotations

from core_client import Bundle, CoreClient, CoreError, Refused, Tone
from workers.catalogue import Catalogue
from workers.club import Members
from workers.dialogue import Action
from workers.steps import Step


class Shelf:
    """One worker's view of what is on sale; raises `Refused` for what is not."""

    def __init__(self, core: CoreClient, catalogue: Catalogue, members: Members) -> None:
        """Memberships are boxes as bundles are, but joined, not bought: `members` tell them apart."""
        self._core = core
        self._catalogue = catalogue
        self._members = members

    async def wanted(self, step: Step, *, afresh: bool) -> Tone:
        """The tone that the step would buy, or the bundle; raises `MembersOnly` where it is not for its number."""
        match step.action:
            case Action.PACK:
                return await self._bundle(step.tone_code)
            case Action.COPY:
                tone = await self._copied(step)
            case _:
                tone = await self.sold(step.tone_code, afresh=afresh)
        await self._members.allow(step, tone.code)
        return tone

    async def sold(self, code: str, *, afresh: bool = False) -> Tone:
        """A tone on sale; `afresh`: not from memory, as always where the core takes no price to compare."""
        if afresh or not self._core.expects_price:
            self._catalogue.forget(code)
        tone = await self._catalogue.find(code)
        if tone is None:
            raise Refused("tone_missing")
        if tone.expired:
            raise Refused("tone_expired")
        return tone

    async def tone(self, code: str) -> Tone | None:
        """Return what the catalogue says of a tone, None also where it can't be asked now."""
        try:
            return await self._catalogue.find(code) if code else None
        except CoreError:
            return None  # it would only have named the tone: what is decided stays decided

    def forget(self, code: str) -> None:
        """Ask again next time: what is remembered of a tone is known to be wrong."""
        self._catalogue.forget(code)

    async def bundles(self) -> list[Bundle]:
        """The bundles on sale, without the club's levels."""
        levels = {level.code for level in self._members.club().levels}
        return [one for one in await self._core.bundles() if one.code not in levels]

    async def _copied(self, step: Step) -> Tone:
        """The tone that is agreed to, else the one that its owner plays now."""
        if step.tone_code:
            return await self.sold(step.tone_code, afresh=step.agreed)
        return await self._core.copyable_tone(step.number, step.recipient)

    async def _bundle(self, code: str) -> Tone:
        """The bundle, which is sold as a tone is: by its code, at a price, for a period."""
        bundle = next((one for one in await self._core.bundles() if one.code == code), None)
        if bundle is None or self._members.club().of_code(code):  # a membership is joined, with all that is said
            raise Refused("bundle_missing")
        return Tone(bundle.code, bundle.name, "", bundle.price, bundle.validity_days)
