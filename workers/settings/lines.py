"""Where in a TOML file each key stands: `tomllib` doesn't tell, and an error needs its line."""

from __future__ import annotations

import re
import tomllib
from typing import TypeAlias

Key: TypeAlias = tuple[str | int, ...]

_HEADER = re.compile(r"^\s*(\[\[?)\s*(.+?)\s*\]\]?\s*(?:#.*)?$")


def lines_of(text: str) -> dict[Key, int]:
    """Each key's path in a valid TOML text to its line, counted from 1; an inline table's keys have its line.

    A statement may run over several lines (strings, arrays): it ends where `tomllib` finds it whole.
    """
    found: dict[Key, int] = {}
    table: Key = ()
    counts: dict[Key, int] = {}
    statement, starts_at = "", 0
    for number, line in enumerate(text.splitlines(), start=1):
        if not statement:
            if not line.strip() or line.lstrip().startswith("#"):
                continue
            if header := _HEADER.match(line):
                names = _names(f"{header[2]} = 0")
                table = _resolved(names, counts, opens_element=header[1] == "[[")
                found.setdefault(table, number)
                continue
            starts_at = number
        statement += line + "\n"
        try:
            parsed = tomllib.loads(statement)
        except tomllib.TOMLDecodeError:
            continue
        _note(parsed, table, starts_at, found)
        statement = ""
    return found


def _names(statement: str) -> list[str]:
    """The parts of a dotted, perhaps quoted key, read by the TOML parser itself."""
    names: list[str] = []
    value: object = tomllib.loads(statement)
    while isinstance(value, dict):
        ((name, value),) = value.items()
        names.append(name)
    return names


def _resolved(names: list[str], counts: dict[Key, int], *, opens_element: bool) -> Key:
    """A header's names as a path, with the number of the element wherever a name is an array of tables."""
    path: Key = ()
    for position, name in enumerate(names, start=1):
        path = (*path, name)
        if position == len(names) and opens_element:
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path = (*path, counts[path])
    return path


def _note(value: object, path: Key, line: int, found: dict[Key, int]) -> None:
    found.setdefault(path, line)
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, inner in parts:
        _note(inner, (*path, name), line, found)
