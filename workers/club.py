"""Who is in the music club, and what that makes of prices and tones: the core says, the journal remembers whom to ask.

A membership is a box in the number's library at the core, so the core alone knows who has one.  Whoever is remembered
to is asked about there whenever a price or a tone hangs on it, and nobody else: a member's price is never told or
charged on memory alone (promise 3), and who is no member costs no call.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from core_client import Busy, CoreClient, OurMistake, Refused
from workers.dialogue import Action, LevelFacts
from workers.dialogue.club import Club, Level
from workers.dialogue.offers import Offer, Thing
from workers.journal import Journal, JournalUnavailable
from workers.journal.memberships import Membership
from workers.steps import Step

_CHEAPER = frozenset({Action.ORDER, Action.COPY})
"""What a membership makes cheaper: tones of one's own, no gifts."""


class MembersOnly(Refused):
    """The tone is for members of some levels alone."""

    def __init__(self, levels: tuple[LevelFacts, ...]) -> None:
        super().__init__("members_only")
        self.levels = levels


class Register(Protocol):
    """The journal, as far as memberships go."""

    async def remember(self, membership: Membership) -> None:
        """Keep what the core has said; raises `Busy` where that can't be done now."""


class JournalRegister:
    """The register that is kept in a journal."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    async def remember(self, membership: Membership) -> None:
        """Keep what the core has said."""
        try:
            await self._journal.remember_member(membership)
        except JournalUnavailable as error:
            raise Busy("journal") from error


@dataclass(frozen=True, slots=True)
class Held:
    """A membership as the core has it."""

    level: Level
    valid: bool
    """False: its renewal is not paid, so it brings nothing now."""
    valid_until: float | None = None
    """Seconds since the epoch, where the core says."""


class Members:
    """One worker's view of the club; without a file of one there are no levels, and nothing is asked."""

    def __init__(
        self,
        core: CoreClient,
        club: Callable[[], Club] = Club,
        register: Register | None = None,
        *,
        clock: Callable[[], float],
    ) -> None:
        """`club` gives the file in force; without a `register` nobody is remembered."""
        self._core = core
        self.club = club
        self._register = register
        self.clock = clock

    async def held(self, number: str) -> list[Held]:
        """The memberships that the core has of a number, the lowest level first; raises what its client raises."""
        club, now = self.club(), self.clock()
        found = []
        for box in await self._core.owned_boxes(number) if club.levels else ():
            level = club.of_code(box.code)
            if level:
                valid = box.renewal != "unpaid" and (box.valid_until is None or box.valid_until > now)
                found.append(Held(level, valid, box.valid_until))
        return sorted(found, key=lambda one: club.levels.index(one.level))

    async def level_of(self, step: Step) -> Level | None:
        """The level that the step's number has, the highest of several, by the core; the memory is set right."""
        try:
            held = [one for one in await self.held(step.number) if one.valid]
        except OurMistake:
            raise
        except Refused:  # no service, so no membership either
            held = []
        highest = held[-1] if held else None
        if highest or step.member_of:
            await self.remember(step, highest.level if highest else None, highest.valid_until if highest else None)
        return highest.level if highest else None

    async def remember(self, step: Step, level: Level | None, valid_until: float | None = None) -> None:
        """Keep what the core has said of the step's number."""
        if self._register:
            named = (level.id, level.code) if level else ("", "")
            await self._register.remember(Membership(step.number, *named, valid_until))

    async def benefits(self, step: Step, thing: Thing, at: float) -> tuple[Offer, ...]:
        """What makes the thing cheaper for the step's number now, as offers; `at` picks the month of its free tones."""
        if not step.member_of or thing.bundle or step.action not in _CHEAPER:
            return ()
        try:
            level = await self.level_of(step)
        except OurMistake:  # a core that can't be asked who is a member has no members' prices
            return ()
        return self.club().benefits(level.id, at) if level else ()

    @property
    def makes_prices(self) -> bool:
        """Whether any level makes tones cheaper."""
        return any(level.free or level.then for level in self.club().levels)

    async def allow(self, step: Step, code: str) -> None:
        """Raise `MembersOnly` for a tone that the step's number may not have; the core is asked only for such a one."""
        club = self.club()
        levels = club.may_have(code, self.clock())
        if levels and await self.level_of(step) not in levels:
            raise MembersOnly(tuple(level.facts() for level in levels))

    def shown(self, member_of: str, *places: str) -> tuple[str, ...]:
        """The codes that a member is shown first in these places."""
        return self.club().shown(member_of, self.clock(), *places)

    def hides(self, member_of: str, code: str) -> bool:
        """Whether a tone is left out of what the number is shown: it is for members, and not for this one."""
        levels = self.club().may_have(code, self.clock())
        return bool(levels) and all(level.id != member_of for level in levels)
