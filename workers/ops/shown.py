"""What a command shows: a table for people, or the same values as JSON for a script.

Numbers are masked and texts left out in both unless the operator asks to see them: a terminal is a log, too.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich import box
from rich.cells import cell_len
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from workers.privacy import mask, mask_text

_NUMBERS = frozenset({"number", "source", "destination", "recipient", "giver", "other_number"})
_WORDS = frozenset({"text"})
_NO_NUMBERS = frozenset(
    {
        *("transaction_id", "network_reference", "message_id", "tone_code", "code", "tone", "tones", "thing"),
        *("hash", "previous"),
    }
)
"""Columns of many digits that are no subscriber's."""
_UNSAID = frozenset(
    {
        *("digest", "head", "claim_token", "owner", "lease_until", "answers", "noticed", "session", "message_key"),
        "core_calls",  # the time line tells them
        *("counted", "counted_as"),  # by statistics
    }
)
"""Columns that serve the workers and tell an operator nothing."""

_LONGEST_WORD = 32
"""Characters of what is kept in one piece in a table: a transaction id has 24."""
_EDGE = 1
"""Column on the right of a table, in which nothing stands."""
_OF_A_PIPE = 400
"""It has no width: a script that reads a table must not find its cells cut to 80 columns."""


def veiled(values: Mapping[str, Any], *, reveal: bool) -> dict[str, Any]:
    """A row of the journal, or part of one, fit to be shown."""
    return {key: _veiled(key, value, reveal) for key, value in values.items() if key not in _UNSAID}


def _veiled(key: str, value: Any, reveal: bool) -> Any:
    if reveal or value is None:
        return value
    if key in _WORDS:
        return f"… ({len(str(value))} characters)"
    if key in _NUMBERS:
        return mask(str(value))
    if isinstance(value, Mapping):
        return {inner: _veiled(inner, one, reveal) for inner, one in value.items()}
    if isinstance(value, list | tuple):
        return [_veiled(key, one, reveal) for one in value]
    return mask_text(value) if isinstance(value, str) and key not in _NO_NUMBERS else value


def as_json(value: object) -> None:
    """To standard output, for a script."""
    print(json.dumps(value, ensure_ascii=False, indent=2))


def as_table(columns: Sequence[str], rows: Iterable[Sequence[object]], empty: str) -> None:
    """To standard output, for people; `empty` is said where there is no row."""
    made = table(columns, rows)
    if made.row_count:
        on_screen(made)
    else:
        print(empty)


def table(columns: Sequence[str], rows: Iterable[Sequence[object]], *, title: str = "") -> Table:
    """A table for people, to be shown by `on_screen`, alone or among others."""
    made = Table(
        box=box.SIMPLE_HEAD,
        pad_edge=False,
        collapse_padding=True,
        show_header=any(columns),
        title=title or None,
        title_justify="left",
    )
    cells = [["" if cell is None else str(cell) for cell in row] for row in rows]
    for no, column in enumerate(columns):
        lines = [line for row in cells for line in row[no].splitlines()]
        # Nothing is cut: sentences go on below, and an id stays in one piece, to be copied.
        is_whole = all(" " not in line and cell_len(line) <= _LONGEST_WORD for line in lines)
        pieces = [column, *lines] if is_whole else [word for line in [column, *lines] for word in line.split()]
        narrowest = max((min(cell_len(piece), _LONGEST_WORD) for piece in pieces), default=0)
        made.add_column(column, min_width=narrowest, no_wrap=is_whole, overflow="fold")
    for row in cells:
        made.add_row(*row)
    return made


def on_screen(what: RenderableType) -> None:
    """To standard output; a table that a terminal is too narrow for, whatever is folded, goes beyond its edge."""
    console = Console(markup=False, highlight=False)
    if console.is_terminal:
        console.width = max(console.width + _EDGE, _needed_by(what))
    else:
        console.width = _OF_A_PIPE
    with console.capture() as drawn:
        console.print(what)
    print("\n".join(line.rstrip() for line in drawn.get().splitlines()))  # what is blank would wrap, too


def _needed_by(what: RenderableType) -> int:
    """Columns that its tables take at least, with one beside each of theirs on either side."""
    among = [what] if isinstance(what, Table) else getattr(what, "renderables", ())
    tables = [one for one in among if isinstance(one, Table)]
    return max((sum((column.min_width or 0) + 2 for column in one.columns) for one in tables), default=0)


def verdict(well: bool, what: str, found: str, mend: str) -> None:
    """One line of `check`; what is well and can be mended all the same is a caution."""
    sign = ("WRONG", "bold red") if not well else ("warn ", "yellow") if mend else ("ok   ", "green")
    line = Text.assemble(sign, f" {what}: {found}")
    Console(soft_wrap=True, highlight=False).print(line.append(f"\n      mend: {mend}") if mend else line)


def moment(at: object) -> str:
    """Seconds since the epoch as local time; '' for None."""
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(at)) if isinstance(at, int | float) else ""


def in_words(value: Any) -> str:
    """Any value of the journal as words; of a mapping each key with its value, without what is empty."""
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {in_words(one)}" for key, one in value.items() if one not in ("", None, {}, []))
    if isinstance(value, list | tuple):
        return "; ".join(in_words(one) for one in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def age(seconds: float) -> str:
    """90 → `1m30s`."""
    whole = int(seconds)
    for unit, length, smaller, part in (("d", 86400, "h", 3600), ("h", 3600, "m", 60), ("m", 60, "s", 1)):
        if whole >= length:
            return f"{whole // length}{unit}{whole % length // part}{smaller}"
    return f"{whole}s"
