"""The reference page of all settings, made from the models so that it can't say anything else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from types import NoneType
from typing import Literal, get_args, get_origin

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from workers.settings.environment import spelling
from workers.settings.lines import Key
from workers.settings.models import Settings
from workers.settings.schema import is_list, is_secret, keys, table_of

_UNITS = {"_per_s": "a second", "_s": "seconds", "_chars": "characters"}
_HEAD = """\
# Settings

Made from `workers/settings/` by `make docs`; don't edit.

Tonegate reads one TOML file: `tonegate --config FILE`, or `tonegate.toml` in the working folder. Environment variables
lie over it: `TONEGATE_`, the table, `__`, the key, as the last column has it; an element of a list goes by its number,
counted from 0, or by its name. Any other key, or a bad value, stops the start and is told with its line. Relative paths
count from the settings file. A value marked *secret* is best written as `"file:PATH"` or set by its variable; standing
in the file it is a warning.
"""


def page() -> str:
    """The whole page as Markdown."""
    return "\n".join([_HEAD, *_tables(Settings, ())])


def _tables(model: type[BaseModel], path: Key) -> Iterator[str]:
    for name, field in keys(model).items():
        inner = table_of(field)
        if inner is None:
            continue
        at: Key = (*path, name, 0) if is_list(field) else (*path, name)
        spelled = ".".join(str(part) for part in at if not isinstance(part, int))
        rows = [row for key, one in keys(inner).items() if (row := _row((*at, key), one))]
        if rows:
            yield f"## `{f'[[{spelled}]]' if is_list(field) else f'[{spelled}]'}`\n\n{inner.__doc__}\n"
            yield "| key | what it is | values | default | variable |\n|---|---|---|---|---|"
            yield from rows
            yield ""
        yield from _tables(inner, at)


def _row(path: Key, field: FieldInfo) -> str:
    if table_of(field):
        return ""
    secret = " *Secret.*" if is_secret(field) else ""
    what = f"{field.description}.{secret}".replace("|", r"\|")
    return f"| `{path[-1]}` | {what} | {_values(str(path[-1]), field)} | {_default(field)} | `{spelling(path)}` |"


def _values(name: str, field: FieldInfo) -> str:
    kind = field.annotation
    if get_origin(kind) is dict:
        return "table of texts"
    if is_list(field) and get_origin(of := get_args(kind)[0]) is Literal:
        return f"list of {_words(get_args(of))}"
    if options := [one for one in get_args(kind) if one is not NoneType]:
        if get_origin(kind) is Literal:
            return _words(options)
        kind = options[0]
        if get_origin(kind) is Literal:
            return _words(get_args(kind))
    unit = next((word for ending, word in _UNITS.items() if name.endswith(ending)), "")
    words = {bool: "`true` `false`", int: "whole number", float: "number"}
    word = "list of texts" if is_list(field) else words.get(kind, "text") if isinstance(kind, type) else "text"
    limits = [
        f"{sign} {getattr(rule, attribute)}"
        for rule in field.metadata
        for attribute, sign in (("gt", ">"), ("ge", "≥"), ("le", "≤"), ("max_length", "at most"))
        if getattr(rule, attribute, None) is not None
    ]
    return ", ".join([unit or word, *limits])


def _words(options: Iterable[object]) -> str:
    """Each as code; an empty one is to leave the key out, which the default says."""
    return " ".join(f"`{option}`" for option in options if option != "")


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "*to be set*"
    value = field.default
    if isinstance(value, SecretStr) or value is None or value == "":
        return "none"
    if value == {}:
        return "none"
    if isinstance(value, list):
        return f"`{value}`".replace("'", '"') if value else "none"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"
