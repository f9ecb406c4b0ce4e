"""Each look that operations' bench measures can be had: one that has changed would be found when figures are wanted."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from tests.journals import sqlite_url  # noqa: F401 - a fixture
from workers.journal import Database

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
_ROWS = 2_000


def test_each_look_is_had_and_told_with_its_plans(
    sqlite_url: str,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    import operations  # noqa: PLC0415 - a script, found only with its folder on the path
    import operations_fill  # noqa: PLC0415

    monkeypatch.setattr(operations, "_LOOKS", 2)
    with closing(Database(sqlite_url)) as database:
        operations_fill.fill(database, _ROWS)
        operations.looked(database, _ROWS)
    told = capsys.readouterr().out
    for look in ("queues: depths", "messages --number", "show", "front page: causes", "replay --state dead"):
        assert f"\n{look}" in told
    assert "SEARCH inbox USING INDEX inbox_number (number=?)" in told
