"""How a text's variables are filled in: Jinja2 in a sandbox, each value cleared of control characters first."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from jinja2 import StrictUndefined, Template
from jinja2.sandbox import ImmutableSandboxedEnvironment

ENVIRONMENT = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False)
# Nothing that counts, loops over or builds anything by itself: texts fill in variables.
ENVIRONMENT.globals.clear()
_LONGEST_CHARS = 600
"""Of one value that is filled in; a list of tones is the longest."""
_SPACES = re.compile(" {2,}")


def filled_in(template: Template, variables: Mapping[str, object]) -> str:
    """The text with its variables; raises Jinja2's `TemplateError` for one that is not there."""
    text = template.render({name: _cleared(value) for name, value in variables.items()})
    # An empty variable leaves its neighbours' spaces behind.
    return _SPACES.sub(" ", text).strip()


def _cleared(value: object) -> object:
    """A value as it may stand in a text: no control, zero-width or bidirectional characters, no unlimited length."""
    if not isinstance(value, str) or (value.isascii() and value.isprintable() and len(value) <= _LONGEST_CHARS):
        return value
    spaced = (" " if char.isspace() else char for char in value[:_LONGEST_CHARS])
    return "".join(char for char in spaced if unicodedata.category(char)[0] != "C")
