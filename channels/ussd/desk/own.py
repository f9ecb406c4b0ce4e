"""The dials that this desk has begun, each as it left it: a copy that saves a question to Redis, and is never believed.

What is made of it counts only where Redis finds the dial still as the copy has it (`SessionStore.swap`): another
process may have answered since, the dial may be over, or somebody may be at work on it.  Then the copy goes, and the
dial is asked for from there on: who has two doors answer him in turns pays for that once a dial and not with each key.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from channels.ussd.menu import Session
from channels.ussd.sessions import Kept

_AT_MOST = 2000
"""Some kilobytes each; at a key in five seconds as many are under way at 400 screens a second."""


@dataclass(frozen=True, slots=True)
class Left:
    """A dial as it was left."""

    kept: Kept
    written: str = field(repr=False)
    """As it stands in Redis."""
    session: Session


class OwnDials:
    """One desk's, by number; those that were left longest ago go first."""

    def __init__(self, at_most: int = _AT_MOST) -> None:
        self._at_most = at_most
        self._left: dict[str, Left] = {}

    def of(self, number: str) -> Left | None:
        """The number's dial, if nobody else has answered it as far as this desk knows."""
        return self._left.get(number)

    def leave(self, left: Left) -> None:
        """Remember a dial that begins, and go on remembering it until it ends."""
        number, kept = left.session.number, left.kept
        known = self._left.pop(number, None)
        if kept.ends or (kept.step and known is None):
            return
        self._left[number] = left
        if len(self._left) > self._at_most:
            del self._left[next(iter(self._left))]

    def forget(self, number: str) -> None:
        """It is not as this desk left it any more."""
        self._left.pop(number, None)
