"""The settings in force, each with its origin; secrets are not shown to anybody."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import BaseModel, SecretStr

from workers.ops.console.asking import Asked, Page, Shown
from workers.ops.console.surroundings import Surroundings
from workers.ops.users import Role
from workers.settings import Settings
from workers.settings.lines import Key
from workers.settings.schema import is_list, keys, table_of
from workers.settings.table import without_password

_HIDDEN = "hidden"


async def settings(around: Surroundings, _asked: Asked) -> Shown:
    """Every value by its table, with where it comes from; before them what `tonegate check` says against them."""
    found = around.settings
    tables = [{"name": name, "about": about, "rows": rows} for name, about, rows in _tables(found, found, ())]
    remarks = await asyncio.to_thread(around.remarks)
    return Shown(
        "settings.html",
        {
            "tables": tables,
            "file": found.file,
            "cautions": [*found.warnings, *(line.found for line in remarks if line.well)],
            "wrong": [line for line in remarks if not line.well],
        },
    )


def _tables(whole: Settings, table: BaseModel, path: Key) -> Iterator[tuple[str, str, list[dict[str, Any]]]]:
    rows, inner = [], []
    for key, field in keys(type(table)).items():
        value = getattr(table, next(name for name, one in type(table).model_fields.items() if one is field))
        at = (*path, key)
        if table_of(field) is None:
            shown = _HIDDEN if isinstance(value, SecretStr) else _said(value)
            rows.append({"key": key, "value": shown, "origin": whole.origin(at), "about": field.description or ""})
        elif is_list(field):
            inner += [((*at, number), one) for number, one in enumerate(value)]
        else:
            inner.append((at, value))
    if rows:
        yield _named(path, table), (type(table).__doc__ or "").partition("\n")[0], rows
    for at, one in inner:
        yield from _tables(whole, one, at)


def _named(path: Key, table: BaseModel) -> str:
    name = getattr(table, "name", "") if isinstance(path[-1], int) else ""
    heading = f"[{'.'.join(str(part) for part in path if not isinstance(part, int))}]"
    return f"[{heading}] {name}" if isinstance(path[-1], int) else heading


def _said(value: object) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "–"
    if isinstance(value, dict):
        return ", ".join(f"{key} = {one}" for key, one in value.items()) or "–"
    return without_password(str(value)) if value != "" else "–"


PAGES: Sequence[Page] = (Page("/settings", settings, Role.OPERATOR, name="Settings"),)
