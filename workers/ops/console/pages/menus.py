"""USSD menus drawn, and what becomes of those who see each screen."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from workers.dialogue import TemplatesError
from workers.journal.funnel import Funnel, ScreenCount
from workers.ops.console.asking import Asked, CannotDoError, File, Page, Shown
from workers.ops.console.drawings import Drawing, DrawnScreen
from workers.ops.console.pulse import DAY_S
from workers.ops.console.surroundings import Surroundings

_DAYS = 7
# A picture brings its own style, which no page of ours may; it is only ever shown as an image.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"


async def menus(around: Surroundings, _asked: Asked) -> Shown:
    """Each menu: its picture, and its screens with where they lead and who left there."""
    drawings = await _drawings(around)
    counts = await asyncio.to_thread(Funnel(around.database).screens, around.database.now() - _DAYS * DAY_S)
    return Shown(
        "menus.html",
        {
            "menus": [_menu(drawing, counts) for drawing in drawings],
            "days": _DAYS,
            "older": sorted({one.menu for one in counts} - {drawing.version for drawing in drawings}),
        },
    )


async def picture(around: Surroundings, asked: Asked) -> File:
    """One menu's picture."""
    for drawing in await _drawings(around):
        if drawing.name == asked.path["name"] and drawing.svg is not None:
            return File(drawing.svg, "image/svg+xml", policy=_POLICY)
    raise CannotDoError("There is no such picture.", 404)


async def _drawings(around: Surroundings) -> Sequence[Drawing]:
    try:
        return await asyncio.to_thread(around.drawings)
    except TemplatesError as error:
        raise CannotDoError(f"The menus' files can't be used: {error}") from None


def _menu(drawing: Drawing, counts: Sequence[ScreenCount]) -> dict[str, Any]:
    by_screen = {one.screen: one for one in counts if one.menu == drawing.version}
    rows = [_screen(screen, by_screen.get(screen.name)) for screen in drawing.screens]
    rows.sort(key=lambda row: -row["entries"])
    return {
        "name": drawing.name,
        "version": drawing.version,
        "drawn": drawing.svg is not None,
        "why_not": drawing.why_not,
        "screens": rows,
    }


def _screen(screen: DrawnScreen, count: ScreenCount | None) -> dict[str, Any]:
    one = count or ScreenCount(0, "", screen.name)
    left = one.exits + one.drops
    return {
        "name": screen.name,
        "kind": screen.kind,
        "exits": screen.exits,
        "entries": one.entries,
        "drops": one.drops,
        "dropped": f"{100 * one.drops / left:.0f} %" if left else "–",
        "wrong": one.wrong,
        "shown_s": one.shown_ms / left / 1000 if left else None,
    }


PAGES: Sequence[Page] = (
    Page("/menus", menus, name="Menus"),
    Page("/menus/{name}.svg", picture),
)
