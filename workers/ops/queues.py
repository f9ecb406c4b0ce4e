"""`tonegate queues`: what waits, how long the oldest has, and how fast messages come and are answered."""

from __future__ import annotations

import dataclasses
import sys
import time
from collections.abc import Callable, Sequence

from rich.console import Group, RenderableType
from rich.live import Live
from rich.text import Text

from workers.journal import Database, Depth, Rate, Reader
from workers.ops.look import opened
from workers.ops.shown import age, as_json, moment, on_screen, table
from workers.settings import Settings

_COLUMNS = ("box", "channel", "queue or bind", "state", "count", "oldest")
_RATES = ("channel", "queue", "in per s", "answered per s")


def show(settings: Settings, *, json: bool) -> None:
    """Show it once."""
    with opened(settings) as database:
        depths, rates = _look(database)
    stray = _strays(settings, depths)
    if json:
        as_json([_told(depth, rates) for depth in depths])
        if stray:
            print(stray, file=sys.stderr)
        return None
    return on_screen(_screen(depths, rates, stray))


def show_rates(settings: Settings, *, json: bool) -> None:
    """Show how fast messages come and are answered, also in queues that keep up, in which none waits."""
    with opened(settings) as database:
        rates = Reader(database).rates()
    if json:
        return as_json([dataclasses.asdict(rate) for rate in rates])
    return on_screen(_speeds(rates) if rates else Text("nothing came and nothing was answered over the last minute"))


def watch(settings: Settings, *, every_s: float, sleep: Callable[[float], None] = time.sleep) -> None:
    """Show it again and again in the same place, until Ctrl-C."""
    with opened(settings) as database, Live(auto_refresh=False, screen=False) as live:
        while True:
            title = Text(f"{moment(database.now())}   every {every_s:g} s, until Ctrl-C", "dim")
            depths, rates = _look(database)
            live.update(Group(title, _screen(depths, rates, _strays(settings, depths))), refresh=True)
            sleep(every_s)


def _look(database: Database) -> tuple[list[Depth], list[Rate]]:
    reader = Reader(database)
    return reader.depths(), reader.rates()


def _told(depth: Depth, rates: Sequence[Rate]) -> dict[str, object]:
    theirs = [rate for rate in rates if (rate.channel, rate.queue) == (depth.channel, depth.name)]
    speeds = (
        {"received_per_s": rate.received_per_s, "answered_per_s": rate.answered_per_s}
        for rate in theirs or [Rate("", "", 0.0, 0.0)]
    )
    return dataclasses.asdict(depth) | (next(speeds) if depth.box == "inbox" else {})


def _strays(settings: Settings, depths: Sequence[Depth]) -> str:
    """What waits over binds that nobody seems to have, in words; listeners are asked only where there may be such."""
    wanted = {bind.name for bind in settings.smpp.binds}
    if wanted.issuperset(depth.name for depth in depths if depth.box == "outbox"):
        return ""
    from workers.ops import strays  # noqa: PLC0415 - loads what asks Redis, which nothing else here needs

    return strays.in_words(settings, depths)


def _screen(depths: Sequence[Depth], rates: Sequence[Rate], stray: str) -> RenderableType:
    rows = [(depth.box, depth.channel, depth.name, depth.state, depth.count, age(depth.oldest_s)) for depth in depths]
    waiting = table(_COLUMNS, rows) if rows else Text("nothing waits")
    more = [*([_speeds(rates)] if rates else ()), *([Text(stray)] if stray else ())]
    return Group(waiting, *more) if more else waiting


def _speeds(rates: Sequence[Rate]) -> RenderableType:
    rows = [(rate.channel, rate.queue, rate.received_per_s, rate.answered_per_s) for rate in rates]
    return table(_RATES, rows, title="over the last minute")
