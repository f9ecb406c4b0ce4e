"""pydantic's errors in words an operator can act on: what is wrong, and what would be right."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from workers.settings.lines import Key
from workers.settings.schema import field_at, is_secret, keys, leaves, spelled, table_of

_WORDS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "missing": lambda _: "is missing",
    "string_type": lambda _: "must be text in quotes",
    "int_parsing": lambda _: "must be a whole number",
    "int_type": lambda _: "must be a whole number",
    "int_from_float": lambda _: "must be a whole number",
    "float_parsing": lambda _: "must be a number",
    "float_type": lambda _: "must be a number",
    "bool_parsing": lambda _: "must be true or false",
    "bool_type": lambda _: "must be true or false",
    "list_type": lambda _: "must be a list in brackets",
    "model_type": lambda _: "must be a table",
    "literal_error": lambda context: f"must be one of {context['expected'].replace(' or ', ', ')}",
    "greater_than": lambda context: f"must be more than {context['gt']:g}",
    "greater_than_equal": lambda context: f"must be at least {context['ge']:g}",
    "less_than_equal": lambda context: f"must be at most {context['le']:g}",
    "string_too_long": lambda context: f"must have at most {context['max_length']} characters",
    "string_too_short": lambda _: "must not be empty",
    "too_short": lambda _: "must not be empty",
    "string_pattern_mismatch": lambda _: "has the wrong form",
}


def said(error: ErrorDetails, model: type[BaseModel]) -> str:
    """One error of pydantic's as a sentence; a secret's value isn't shown."""
    path: Key = tuple("copy" if name == "copy_" else name for name in error["loc"])
    if error["type"] == "extra_forbidden":
        return f"{spelled(path)}: no such {'table' if len(path) == 1 else 'setting'}{_meant(path, model)}"
    field = field_at(model, path)
    word = _WORDS.get(error["type"])
    what = word(error.get("ctx", {})) if word else error["msg"]
    unseen = error["type"] == "missing" or field is None or is_secret(field) or table_of(field)
    shown = "" if unseen else f" = {_short(error['input'])}"
    return f"{spelled(path)}{shown} {what}{_right(path, field)}"


def _short(value: object) -> str:
    text = str(value).lower() if isinstance(value, bool) else repr(value).replace("'", '"')
    return text if len(text) <= 40 else f"{text[:37]}…"


def _right(path: Key, field: FieldInfo | None) -> str:
    """What the key is for, and a value that would do."""
    if field is None or table_of(field):
        return ""
    name = next(str(name) for name in reversed(path) if isinstance(name, str))
    examples = field.examples or ([] if field.is_required() or is_secret(field) else [field.default])
    if not examples or examples[0] is None:
        return f"; it is {field.description}"
    return f"; for example {name} = {_short(examples[0])} ({field.description})"


def _meant(path: Key, model: type[BaseModel]) -> str:
    """What an unknown key was meant to be: one spelled nearly so beside it, or the same in another table."""
    name = str(path[-1])
    parent = field_at(model, path[:-1])
    inside = (table_of(parent) if parent else None) if len(path) > 1 else model
    siblings = list(keys(inside)) if inside else []
    if close := difflib.get_close_matches(name, siblings, n=1, cutoff=0.6):
        return f"; did you mean {close[0]}?"
    elsewhere = [spelled(leaf) for leaf, _ in leaves(model) if leaf[-1] == name]
    if elsewhere:
        return f"; did you mean {' or '.join(elsewhere)}?"
    return f"; there are: {', '.join(siblings)}"
