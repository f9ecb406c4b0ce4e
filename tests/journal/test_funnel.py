"""The funnel: counts add up, whoever counted them."""

from __future__ import annotations

import asyncio

from workers.journal import Journal
from workers.journal.funnel import HOUR_S, Funnel, ScreenCount

NINE, TEN = 500_000 * HOUR_S, 500_001 * HOUR_S


async def test_what_two_doors_count_adds_up(journal: Journal) -> None:
    one = ScreenCount(NINE, "v1", "main", entries=3, exits=2, drops=1, wrong=4, shown_ms=2_500_000_000)
    await asyncio.gather(journal.count_screens([one]), journal.count_screens([one, one]))
    total = ScreenCount(NINE, "v1", "main", 9, 6, 3, 12, 7_500_000_000)
    assert [total] == Funnel(journal.database).screens()


async def test_versions_are_kept_apart_and_the_most_visited_screen_comes_first(journal: Journal) -> None:
    counts = [
        ScreenCount(NINE, "v1", "price", entries=1),
        ScreenCount(NINE, "v1", "main", entries=2),
        ScreenCount(TEN, "v1", "price", entries=5),
        ScreenCount(TEN, "v2", "main", entries=9),
    ]
    await journal.count_screens(counts)
    funnel = Funnel(journal.database)
    assert [("v1", "price", 6), ("v1", "main", 2), ("v2", "main", 9)] == [
        (one.menu, one.screen, one.entries) for one in funnel.screens()
    ]
    assert [("price", 5)] == [(one.screen, one.entries) for one in funnel.screens(since=TEN, menu="v1")]
    assert [("main", 2), ("price", 1)] == [(one.screen, one.entries) for one in funnel.screens(until=TEN)]
    assert [(NINE, 1), (TEN, 5)] == [(one.hour, one.entries) for one in funnel.hours("price")]


async def test_nothing_counted_is_nothing_written(journal: Journal) -> None:
    await journal.count_screens([])
    assert [] == Funnel(journal.database).screens()
