"""From one page of what was found to the next: a page begins behind the last row of the one before."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from workers.journal import Page
from workers.ops.console.asking import Asked, CannotDoError

ON_A_PAGE = 50
_FROM = "from"


async def page(look: Callable[..., Page], wished: Any, asked: Asked) -> Page:
    """The page that was asked for, looked for in a thread; `look` takes what is wished, `limit` and `cursor`."""
    try:
        return await asyncio.to_thread(look, wished, limit=ON_A_PAGE, cursor=asked.query.get(_FROM, ""))
    except ValueError:
        raise CannotDoError("That page can't be found: search anew.") from None


def links(asked: Asked, path: str, found: Page, given: Mapping[str, str]) -> dict[str, str]:
    """Where the `older` page and the `newest` are, for the same that was asked for; '' for none."""
    same = {name: value for name, value in given.items() if value}

    def at(**more: str) -> str:
        return f"{path}?{query}" if (query := urlencode(same | more)) else path

    return {
        "older": at(**{_FROM: found.cursor}) if found.cursor else "",
        "newest": at() if asked.query.get(_FROM) else "",
    }
