"""What a command shows: a table for people, or the same values as JSON for a script.

Numbers are masked and texts left out in both unless the operator asks to see them: a terminal is a log, too.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich import box
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
        *columns,
        box=box.SIMPLE_HEAD,
        pad_edge=False,
        show_header=any(columns),
        title=title or None,
        title_justify="left",
    )
    for row in rows:
        made.add_row(*("" if cell is None else str(cell) for cell in row))
    return made


def on_screen(what: RenderableType) -> None:
    """To standard output."""
    # A pipe has no width: a script that reads a table must not find its cells cut to 80 columns.
    console = Console(markup=False, highlight=False)
    (console if console.is_terminal else Console(markup=False, highlight=False, width=400)).print(what)


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
