"""A handset in the terminal: dials a menu, and tells what would be placed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from rich.console import Console
from rich.panel import Panel
from rich.text import Text

from channels.ussd.menu.driving import Driver, TooLate
from channels.ussd.menu.layout import units_at_most
from channels.ussd.menu.scripts import said
from channels.ussd.ports import Caller, Show
from workers.dialogue.text_size import septets
from workers.dials import DialOrder, Placed

_WIDTH = 34


class Looks(Protocol):
    """Who answers what screens ask."""

    async def look(self, function: str, caller: Caller, arguments: Mapping[str, str]) -> Any:
        """Return the answer."""
        ...


class Watching:
    """A peer that looks things up and places nothing: who plays with a menu orders nothing by it."""

    def __init__(self, looks: Looks) -> None:
        self._looks = looks

    async def look(self, function: str, caller: Caller, arguments: Mapping[str, str]) -> Any:
        """Return the answer; one that nobody has is as one that doesn't come."""
        try:
            return await self._looks.look(function, caller, arguments)
        except KeyError as error:
            raise TooLate(str(error)) from error

    async def place(self, order: DialOrder, caller: Caller) -> Placed:  # noqa: ARG002
        """Tell nothing of it: the screen is the one that a text message follows."""
        return Placed("play")


async def play(driver: Driver, typed: str, ask: Callable[[], str | None], console: Console) -> None:
    """Dial, and press what `ask` gives until it gives None or the dial ends."""
    shown = await driver.dial(typed)
    while True:
        _draw(driver, shown, console)
        if shown.ends:
            return
        keys = ask()
        if keys is None:
            console.print("hung up", style="dim")
            return
        shown = await driver.reply(keys)


def _draw(driver: Driver, shown: Show, console: Console) -> None:
    size = septets(shown.text)
    units = len(shown.text.encode("utf-16-be")) // 2
    most = driver.screen_chars if size is not None else units_at_most(driver.screen_chars)
    where = driver.session.screen if driver.session else "the end"
    title, below = Text(where), Text(f"{units if size is None else size} of {most}")
    console.print(Panel(Text(shown.text), width=_WIDTH, title=title, subtitle=below, title_align="left"))
    for order in driver.placed:
        told = ", ".join(f"{name} {value}" for name, value in said(order).items())
        console.print(Text(f"would be placed: {told}", style="green"))
