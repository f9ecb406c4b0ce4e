"""What waits over binds that nobody seems to have, for who looks at a prompt: the listeners are asked for it."""

from __future__ import annotations

from collections.abc import Sequence

from workers.journal import Depth
from workers.ops.apart import run
from workers.ops.binds import states_told
from workers.ops.verdict import strays
from workers.settings import Settings


def in_words(settings: Settings, depths: Sequence[Depth]) -> str:
    """A line for each bind, with what is to be done; empty where there is none, or where that can't be seen."""
    found = strays(depths, [bind.name for bind in settings.smpp.binds], run(states_told(settings)))
    return "\n".join(f"{one.what} {one.mend}" for one in found)
