"""Gifts and how they stand: page by page, or those that a number gave or was given."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from workers.journal.gift_list import GiftList
from workers.ops.console.asking import Asked, CannotDoError, Page, Shown
from workers.ops.console.numbers import as_kept
from workers.ops.console.pager import links, page
from workers.ops.console.surroundings import Surroundings
from workers.ops.users import Role


async def gifts(around: Surroundings, asked: Asked) -> Shown:
    """A page of those that were asked for, else of all, the newest first."""
    number = as_kept(asked.query.get("number", ""))
    if number and not asked.who.may(Role.OPERATOR):
        raise CannotDoError("Searching by number is for operators: what is found would tell one.", 403)
    gift_list = GiftList(around.database)
    found = await page(gift_list.page, number, asked)
    return Shown(
        "gifts.html",
        {
            "number": number,
            "rows": [asked.seen(row) for row in found.rows],
            "pager": links(asked, "/gifts", found, {"number": number}),
            "open": await asyncio.to_thread(gift_list.open),
            "sees_numbers": asked.who.may(Role.OPERATOR),
        },
    )


PAGES: Sequence[Page] = (Page("/gifts", gifts, name="Gifts"),)
