"""What operations did that is about no single message: switches, pauses, purges, users."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from workers.journal.deeds import Deeds
from workers.ops.console.asking import Asked, Page, Shown
from workers.ops.console.surroundings import Surroundings
from workers.ops.users import Role

_NEWEST = 200


async def deeds(around: Surroundings, asked: Asked) -> Shown:
    """The newest; what was done to a message stands on its time line."""
    rows = await asyncio.to_thread(Deeds(around.database).newest, _NEWEST)
    return Shown("deeds.html", {"rows": [asked.seen(row) for row in rows]})


PAGES: Sequence[Page] = (Page("/deeds", deeds, Role.OPERATOR, name="Who did what"),)
