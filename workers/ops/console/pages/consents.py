"""The record of what subscribers agreed to: page by page, those of a number, and whether the chain is whole."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from workers.journal.consents import Record
from workers.ops.consents import prices, told
from workers.ops.console.asking import Asked, CannotDoError, Moved, Page, Shown
from workers.ops.console.numbers import as_kept
from workers.ops.console.pager import links, page
from workers.ops.console.surroundings import Surroundings
from workers.ops.users import Role

_LONGEST_CHAIN = 200_000
"""Rows looked at while a browser waits: some seconds; a longer chain is the command line's."""


async def consents(around: Surroundings, asked: Asked) -> Shown:
    """A page of what was asked for, else of all, the newest first."""
    wished = as_kept(asked.query.get("of", ""))
    if wished and not asked.who.may(Role.OPERATOR):
        raise CannotDoError("Searching by number is for operators: what is found would tell one.", 403)
    record = Record(around.database)
    found = await page(record.page, wished, asked)
    return Shown(
        "consents.html",
        {
            "of": wished,
            "rows": [asked.seen(told(row)) | {"prices": prices(row, around.money)} for row in found.rows],
            "pager": links(asked, "/consents", found, {"of": wished}),
            "head": await asyncio.to_thread(record.head),
            "sees_numbers": asked.who.may(Role.OPERATOR),
        },
    )


async def verify(around: Surroundings, _asked: Asked) -> Moved:
    """Look at every row of the chain."""
    record = Record(around.database)
    if (await asyncio.to_thread(record.head)).seq > _LONGEST_CHAIN:
        raise CannotDoError("The chain is too long to be looked at while you wait: run `tonegate consents verify`.")
    found = await asyncio.to_thread(record.verify)
    if not found.flaws:
        return Moved("/consents", f"The chain is whole: {found.rows:,} rows, each as it was written.")
    first = found.flaws[0]
    raise CannotDoError(
        f"The chain is not whole: {len(found.flaws)} flaws, the first: row {first.seq} {first.what}.", 409
    )


PAGES: Sequence[Page] = (
    Page("/consents", consents, name="Consents"),
    Page("/consents/verify", verify, Role.OPERATOR, changes=True),
)
