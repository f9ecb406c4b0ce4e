"""Gifts and how they stand: the newest, or those that a number gave or was given."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from workers.journal.gift_list import GiftList
from workers.ops.console.asking import Asked, CannotDoError, Page, Shown
from workers.ops.console.surroundings import Surroundings
from workers.ops.users import Role

_NEWEST = 50


async def gifts(around: Surroundings, asked: Asked) -> Shown:
    """The gifts that were asked for, else the newest."""
    number = asked.query.get("number", "").strip().lstrip("+")
    if number and not asked.who.may(Role.OPERATOR):
        raise CannotDoError("Searching by number is for operators: what is found would tell one.", 403)
    found = GiftList(around.database)
    rows = (
        await asyncio.to_thread(found.of, number, _NEWEST) if number else await asyncio.to_thread(found.newest, _NEWEST)
    )
    return Shown(
        "gifts.html",
        {
            "number": number,
            "rows": [asked.seen(row) for row in rows],
            "open": await asyncio.to_thread(found.open),
            "sees_numbers": asked.who.may(Role.OPERATOR),
        },
    )


PAGES: Sequence[Page] = (Page("/gifts", gifts, name="Gifts"),)
