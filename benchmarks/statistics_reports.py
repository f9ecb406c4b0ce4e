"""What reports cost over two years of ten million messages a month, by which plan, and what counting costs live ones.

    python benchmarks/statistics_reports.py [--url postgresql+psycopg://…] [--messages 10000000] [--persons 2000000]

The tables are filled by the database itself, in an empty one made by migrations: a file in a new folder, unless --url
names another.  --filled takes one as an earlier run has left it.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from looks import Look, measure
from report import filesystem
from statistics_assumed import Assumed
from statistics_counting import counting
from statistics_fill import fill, rows

from workers.journal import Database, migrate
from workers.journal.funnel import Funnel
from workers.journal.statistics.reading import Statistics
from workers.journal.statistics.spans import Span
from workers.ops.statistics import (
    Dimension,
    as_of,
    by,
    commands_funnel,
    offers,
    overview,
    screens_funnel,
    tones,
    words,
)

_LOOKS = 20


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--messages", type=int, default=10_000_000, help="a month")
    parser.add_argument("--persons", type=int, default=2_000_000, help="seen in a year")
    parser.add_argument("--tones", type=int, default=20_000)
    parser.add_argument("--words", type=int, default=20_000, help="that nobody understands")
    parser.add_argument("--url", default="", help="an empty database; a SQLite file of its own by default")
    parser.add_argument("--folder", type=Path, default=None, help="where that file is made")
    parser.add_argument("--filled", action="store_true", help="that database was filled by an earlier run")
    parser.add_argument("--count", type=int, default=10_000, help="messages counted in one go; 0 measures no counting")
    given = parser.parse_args()
    assumed = Assumed(given.messages, given.persons, given.tones, given.words)
    with tempfile.TemporaryDirectory(prefix="tonegate-", dir=given.folder) as folder:
        url = given.url or f"sqlite:///{folder}/journal.db"
        migrate(url)
        database = Database(url)
        began, today = time.monotonic(), datetime.now(UTC).date()
        print(assumed.said())
        if not given.filled:
            fill(database, assumed, today)
            print(f"made in {time.monotonic() - began:.0f} s, in {database.engine.dialect.name}:")
        for table, count in rows(database).items():
            print(f"  {table:<20}{count:>12,} rows")
        on = filesystem(database.path.parent) if database.path else "a server's disk"
        print(f"machine: {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; journal on {on}")
        slow = measure(database, looks(database, today), _LOOKS)
        database.close()
        held = counting(url, given.count) if given.count else True
    return 0 if held and not slow else 1


def looks(database: Database, today: date) -> dict[str, Look]:
    """Each report of each span that people ask for."""
    statistics, funnel = Statistics(database), Funnel(database)
    month = Span.month(today.year, today.month)
    before = month.first - timedelta(days=1)
    spans = {
        "30 days": Span(today - timedelta(days=29), today),
        "this month": Span(month.first, today),
        "last month": Span.month(before.year, before.month),
        "last year": Span.year(today.year - 1),
        "400 days": Span(today - timedelta(days=399), today),
        # Half a month at either edge, which costs most.
        "ragged days": Span((month.first - timedelta(days=300)).replace(day=17), before.replace(day=15)),
    }
    reports: dict[str, Callable[[Span], object]] = {
        "overview": partial(overview, statistics),
        **{f"by {one}": partial(by, statistics, dimension=one) for one in Dimension},
        "offers": partial(offers, statistics),
        "tones": partial(tones, statistics),
        "words": partial(words, statistics),
        "funnel of commands": partial(commands_funnel, statistics),
        "funnel of screens": partial(screens_funnel, funnel, zone=ZoneInfo("UTC")),
    }
    found: dict[str, Look] = {"what is counted": partial(as_of, statistics)}
    for name, span in spans.items():
        found |= {f"{report}, {name}": partial(make, span) for report, make in reports.items()}
    return found


if __name__ == "__main__":
    sys.exit(main())
