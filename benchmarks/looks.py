"""Looks at a journal measured: what each takes, by which plan, and which are over the limit.

Beside how long each took stands this process's own processor time, half of the looks took more: on a machine that does
much else it tells what a quiet one would need, at least on SQLite, whose work is done in the process.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from workers.journal import Database

LIMIT_MS = 300.0
Look = Callable[[], Any]


def measure(database: Database, looks: Mapping[str, Look], times: int) -> list[str]:
    """Measure each look and show its plans; returns those whose p95 is over the limit."""
    over = []
    print(f"\n{'look':<42}{'p50 ms':>9}{'p95 ms':>9}{'max ms':>9}{'processor ms':>14}")
    for name, look in looks.items():
        both = [_took_ms(look) for _ in range(times)]
        took, busy = (sorted(one) for one in zip(*both, strict=True))
        p95 = took[int(len(took) * 0.95)]
        print(f"{name:<42}{took[len(took) // 2]:>9.1f}{p95:>9.1f}{took[-1]:>9.1f}{busy[len(busy) // 2]:>14.1f}")
        if p95 > LIMIT_MS:
            over.append(name)
    for name, look in looks.items():
        print(f"\n{name}")
        for line in _plans(database, look):
            print(f"    {line}")
    print(f"\nover {LIMIT_MS:.0f} ms: {', '.join(over) or 'none'}")
    return over


def _took_ms(look: Look) -> tuple[float, float]:
    """How long it took, and how long the processor worked for it here."""
    began, busy = time.perf_counter(), time.process_time()
    look()
    return (time.perf_counter() - began) * 1000, (time.process_time() - busy) * 1000


@contextmanager
def _statements(database: Database) -> Iterator[dict[str, Any]]:
    seen: dict[str, Any] = {}

    def before(_c: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool) -> None:
        seen.setdefault(statement, parameters)

    event.listen(database.engine, "before_cursor_execute", before)
    try:
        yield seen
    finally:
        event.remove(database.engine, "before_cursor_execute", before)


def _plans(database: Database, look: Look) -> list[str]:
    explain = "EXPLAIN QUERY PLAN " if database.is_sqlite else "EXPLAIN "
    with _statements(database) as seen:
        look()
    found: list[str] = []
    with database.read() as connection:
        for statement, parameters in seen.items():
            if statement.startswith(("SELECT", "WITH")):
                rows = connection.exec_driver_sql(explain + statement, parameters).all()
                found += [
                    str(row[-1]) for row in rows if any(word in str(row[-1]) for word in ("SCAN", "SEARCH", "Scan"))
                ]
    return list(dict.fromkeys(found))
