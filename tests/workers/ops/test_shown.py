"""Tables at a prompt: read on a narrow terminal at night, copied from, and read by scripts through a pipe."""

from __future__ import annotations

import re

import pytest
from rich.cells import cell_len

from workers.ops.shown import as_table

COLUMNS = ("id", "received", "state", "why", "transaction")
WHY = "its question was answered, or another took its place"
ID = "01a228941c9ee996c8d44dcb"
ROWS = [(5, "2026-11-29 18:32:05", "refused", WHY, ID)]


def widest(said: str) -> int:
    """Columns of a terminal that it takes."""
    return max(map(cell_len, re.sub(r"\x1b\[[0-9;]*m", "", said).splitlines()))


@pytest.fixture(params=[40, 60, 80, 100, 200])
def narrow(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """A terminal of so many columns."""
    for name, value in {"COLUMNS": str(request.param), "TTY_COMPATIBLE": "1", "NO_COLOR": "1", "TERM": "xterm"}.items():
        monkeypatch.setenv(name, value)
    return int(request.param)


def test_a_narrow_terminal_folds_sentences_and_keeps_ids_in_one_piece(
    narrow: int, capsys: pytest.CaptureFixture[str]
) -> None:
    as_table(COLUMNS, ROWS, "")
    said = capsys.readouterr().out
    assert "…" not in said
    assert (True, True) == (ID in said, "refused" in said)
    assert {*WHY.split()} <= {*said.split()}
    assert (narrow >= 80) is (widest(said) <= narrow)


def test_it_goes_no_further_beyond_the_edge_than_it_must(capsys: pytest.CaptureFixture[str], narrow: int) -> None:
    """A word that is longer than any id is folded: a text may be Chinese, and have no spaces."""
    as_table(("text",), [("彩铃" * 200,)], "")
    assert widest(capsys.readouterr().out) <= narrow


def test_a_pipe_has_every_row_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    as_table(COLUMNS, ROWS, "")
    (line,) = [line for line in capsys.readouterr().out.splitlines() if ID in line]
    assert ["5", "2026-11-29", "18:32:05", "refused", *WHY.split(), ID] == line.split()
    assert line == line.rstrip()


def test_figures_below_each_other_take_no_more_room_than_each(capsys: pytest.CaptureFixture[str]) -> None:
    as_table(("figure", "value"), [("users", "12345\n12345\n12345")], "")
    assert widest(capsys.readouterr().out) < 20
