"""Menus as the operations console shows them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

from channels.ussd.menu.checking import loaded
from channels.ussd.menu.flow import exits
from channels.ussd.menu.graph import NoDrawing, drawn, mermaid
from channels.ussd.menu.model import Menu
from workers.ops.console.drawings import Drawing, DrawnScreen
from workers.settings import Settings


def drawings(settings: Settings) -> Callable[[], Sequence[Drawing]]:
    """Return what draws the menus as their files are whenever it is called; that raises TemplatesError."""
    picture = lru_cache(maxsize=16)(_picture)  # a menu is drawn in some tenths of a second, and seldom changes
    return lambda: [_drawing(menu, *picture(mermaid(menu))) for menu in loaded(settings).by_name.values()]


def _picture(chart: str) -> tuple[bytes | None, str]:
    try:
        return drawn(chart), ""
    except NoDrawing as error:
        return None, str(error)


def _drawing(menu: Menu, svg: bytes | None, why_not: str) -> Drawing:
    screens = tuple(
        DrawnScreen(
            screen.name,
            type(screen).__name__.removesuffix("Screen").lower(),
            tuple((one.why, one.to) for one in exits(screen)),
        )
        for screen in menu.screens.values()
    )
    return Drawing(menu.name, menu.version, screens, svg, why_not)
