"""What operations did that is about no single message: switches, pauses, purges, log-ins, users."""

from __future__ import annotations

from collections.abc import Sequence

from workers.journal.deeds import Deeds
from workers.ops.console.asking import Asked, Page, Shown
from workers.ops.console.pager import links, page
from workers.ops.console.surroundings import Surroundings
from workers.ops.users import Role


async def deeds(around: Surroundings, asked: Asked) -> Shown:
    """A page of them, the newest first; what was done to a message stands on its time line."""
    found = await page(lambda _, **which: Deeds(around.database).page(**which), None, asked)
    rows = [asked.seen(row) for row in found.rows]
    return Shown("deeds.html", {"rows": rows, "pager": links(asked, "/deeds", found, {})})


PAGES: Sequence[Page] = (Page("/deeds", deeds, Role.OPERATOR, name="Who did what"),)
