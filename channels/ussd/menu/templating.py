"""Templates of menus: Jinja2 in a sandbox, compiled once, with money and the like written as a language writes them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from jinja2 import ChainableUndefined, StrictUndefined, TemplateError, meta, pass_context
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from channels.ussd.menu.model import Condition, Value, Variables
from workers.dialogue.wording import Wording

_SPACES = re.compile(" {2,}")
BESIDES = frozenset({"language", "languages", "service_code", "name_chars", "reason"})
"""What every template may use beside what its menu keeps."""
WRONG = (TemplateError, ArithmeticError, TypeError, ValueError, LookupError, AttributeError)
"""What a template and the values that it is given can raise."""
_SHORTEST = 3
"""Letters of a name that still tell it from another."""
FILTERS = ("money", "days", "number", "short")


class Templates:
    """Compiles what the files of a menu have between quotes."""

    def __init__(self, wording: Wording, languages: Sequence[str]) -> None:
        self._by_language = {language: _environment(wording, language) for language in languages}
        self._plain = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False)
        # A condition asks about what may not be there; a text never does.
        self._asking = ImmutableSandboxedEnvironment(undefined=ChainableUndefined, autoescape=False)
        for environment in (self._plain, self._asking):
            environment.globals.clear()

    def text(self, source: str, language: str) -> Value:
        """A text of a language; raises TemplateSyntaxError."""
        template = self._by_language[language].from_string(source)
        if "{" not in source:
            said = source.strip()
            return lambda _: said

        def say(variables: Variables) -> str:
            return _SPACES.sub(" ", template.render(variables)).strip()

        return say

    def value(self, source: str) -> Value:
        """A value of no language; raises TemplateSyntaxError."""
        template = self._plain.from_string(source)
        return lambda variables: template.render(variables).strip()

    def condition(self, source: str) -> Condition:
        """An expression; raises TemplateSyntaxError."""
        compiled = self._asking.compile_expression(source)
        return lambda variables: compiled(**variables)

    def uses(self, source: str, *, expression: bool = False) -> frozenset[str]:
        """The variables that a template, or an expression, needs."""
        environment = next(iter(self._by_language.values()))
        tree = environment.parse(f"{{{{ {source} }}}}" if expression else source)
        return frozenset(meta.find_undeclared_variables(tree))


def _environment(wording: Wording, language: str) -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False)
    # Nothing that counts or builds anything by itself: texts fill in variables.
    environment.globals.clear()
    filters: Mapping[str, Callable[..., Any]] = {
        "money": lambda minor_units: wording.money(_whole(minor_units), language),
        "days": lambda days: wording.put("validity", language, days=_whole(days)),
        "number": lambda digits: wording.put("number", language, digits=digits),
        "short": _short,
    }
    environment.filters.update(filters)
    return environment


def _whole(value: object) -> int:
    if type(value) is not int:
        raise TypeError(f"no whole number but {type(value).__name__}")
    return value


@pass_context
def _short(context: Context, text: object) -> str:
    """A name, as long as its screen has room for."""
    name, most = str(text), max(int(context["name_chars"]), _SHORTEST)
    return name if len(name) <= most else name[:most].rstrip() + "."
