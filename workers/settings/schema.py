"""The tables of settings as data: what keys there are, and which model or list a path leads to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args, get_origin

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from workers.settings.lines import Key


def keys(model: type[BaseModel]) -> dict[str, FieldInfo]:
    """A table's keys as the file writes them."""
    return {field.alias or name: field for name, field in model.model_fields.items()}


def table_of(field: FieldInfo) -> type[BaseModel] | None:
    """The model of a key that is itself a table or a list of tables, else None."""
    annotation = get_args(field.annotation)[0] if is_list(field) else field.annotation
    return annotation if isinstance(annotation, type) and issubclass(annotation, BaseModel) else None


def is_list(field: FieldInfo) -> bool:
    """Whether the key takes a list."""
    return get_origin(field.annotation) is list


def is_secret(field: FieldInfo) -> bool:
    """Whether the value is to be kept out of sight: a password, or a URL that may hold one."""
    extra = field.json_schema_extra
    return field.annotation in (SecretStr, SecretStr | None) or (isinstance(extra, dict) and "secret" in extra)


def leaves(model: type[BaseModel], path: Key = ()) -> Iterator[tuple[Key, FieldInfo]]:
    """Every key that holds a value, by its path; a list of tables stands as its name alone."""
    for name, field in keys(model).items():
        if inner := table_of(field):
            yield from leaves(inner, (*path, name))
        else:
            yield (*path, name), field


def field_at(model: type[BaseModel], path: Key) -> FieldInfo | None:
    """The field a path leads to, numbers of list elements left out of account; None where there is none."""
    field: FieldInfo | None = None
    inside: type[BaseModel] | None = model
    for name in path:
        if isinstance(name, int):
            continue
        field = keys(inside).get(name) if inside else None
        if field is None:
            return None
        inside = table_of(field)
    return field


def spelled(path: Key) -> str:
    """A path as the file writes it: `[core] timeout_s`, `[[smpp.binds]] (number 2) port`."""
    names = path[:-1] if path and isinstance(path[-1], int) else path
    if len(names) < 2:
        return f"[{names[0]}]" if names else "the file"
    for at, name in enumerate(names):
        if isinstance(name, int):
            table, rest = ".".join(map(str, names[:at])), ".".join(map(str, names[at + 1 :]))
            return f"[[{table}]] (number {name + 1}) {rest}"
    return f"[{names[0]}] {'.'.join(map(str, names[1:]))}"
