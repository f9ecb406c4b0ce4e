"""Settings from the environment, laid over those of the file: `TONEGATE_CORE__PASSWORD` is `[core] password`.

A list of tables takes an element's number or name (`TONEGATE_SMPP__BINDS__0__PORT`, counted from 0, or
`TONEGATE_SMPP__BINDS__MAIN__PORT`); a list of values takes JSON or words with commas between.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator, Mapping
from typing import Any, get_origin

from pydantic import BaseModel

from workers.settings.lines import Key
from workers.settings.schema import field_at, is_list, keys, leaves, table_of

PREFIX = "TONEGATE_"


class UnfitError(Exception):
    """A variable that can't be a setting; the text says what would be right."""


def variables(environ: Mapping[str, str], model: type[BaseModel]) -> Iterator[str]:
    """The variables that are meant as settings.

    Others may begin with `TONEGATE_` too (`TONEGATE_LOG`): one is meant as a setting if it has a `__`, or
    would name one had it been written right, so that a slip of the pen isn't passed over.
    """
    meant = {_squeezed(spelling(path)) for path, _ in leaves(model)}
    for name in sorted(environ):
        if name.startswith(PREFIX) and ("__" in name or _squeezed(name) in meant):
            yield name


def lay_over(data: dict[str, Any], name: str, value: str, model: type[BaseModel]) -> Key:
    """Write one variable into the file's tables and say where; `UnfitError` if there is no such setting."""
    parts = name.removeprefix(PREFIX).lower().split("__")
    inside: Any = data
    path: Key = ()
    here: type[BaseModel] | None = model
    for position, part in enumerate(parts):
        if isinstance(inside, list):
            index = _element(inside, part, name)
            path, inside = (*path, index), inside[index]
            if position == len(parts) - 1:
                raise UnfitError(f"{name}: no such setting: it names a whole table, not one of its keys")
            continue
        if here is None or part not in keys(here):
            raise UnfitError(f"{name}: no such setting{nearest(name, model)}")
        field = keys(here)[part]
        path, here = (*path, part), table_of(field)
        if position == len(parts) - 1:
            if here and not is_list(field):
                raise UnfitError(f"{name}: no such setting: it names a whole table, not one of its keys")
            inside[part] = _value(name, value, path, model)
            return path
        if not isinstance(inside.setdefault(part, [] if is_list(field) else {}), dict | list):
            raise UnfitError(f"{name}: the file has something else than a table there")
        inside = inside[part]
    raise UnfitError(f"{name}: no such setting{nearest(name, model)}")


def spelling(path: Key) -> str:
    """The variable for a setting; an element of a list stands as 0."""
    return PREFIX + "__".join("0" if isinstance(name, int) else name.upper() for name in path)


def nearest(name: str, model: type[BaseModel]) -> str:
    """'; did you mean …?' for a variable that is nearly one, else nothing."""
    known = {_squeezed(spelling(path)): spelling(path) for path, _ in leaves(model)}
    close = difflib.get_close_matches(_squeezed(name), known, n=1, cutoff=0.8)
    return f"; did you mean {known[close[0]]}?" if close else ""


def _squeezed(name: str) -> str:
    return name.upper().replace("_", "")


def _element(elements: list[Any], part: str, name: str) -> int:
    for index, element in enumerate(elements):
        if part == str(index) or (isinstance(element, dict) and str(element.get("name", "")).lower() == part):
            return index
    if part == str(len(elements)):
        elements.append({})
        return len(elements) - 1
    raise UnfitError(f"{name}: the file has no element {part!r} there; say its number, counted from 0, or its name")


def _value(name: str, value: str, path: Key, model: type[BaseModel]) -> object:
    field = field_at(model, path)
    if field is not None and get_origin(field.annotation) is dict:
        pairs = [pair.partition("=") for pair in value.split(",") if pair.strip()]
        if not all(equals for _, equals, _ in pairs):
            raise UnfitError(f"{name}: write pairs, such as 86=zh,255=sw")
        return {key.strip(): said.strip() for key, _, said in pairs}
    if field is None or not is_list(field):
        return value
    if table_of(field) or value.lstrip().startswith("["):
        try:
            return json.loads(value)
        except ValueError:
            raise UnfitError(f'{name}: not a list in JSON, such as ["a", "b"]') from None
    return [word.strip() for word in value.split(",") if word.strip()]
