"""How an amount is written: one rule, for what subscribers read and for what operations do.

It stands beside `dialogue`, and can be read without the other texts of its file: a command that shows one amount would
else wait for all of that room, and for each text of a language to be compiled, three times as long as it takes itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import yaml
from jinja2 import Template, TemplateError

from workers.filling import ENVIRONMENT, filled_in

MOST_DECIMALS = 4
_SECTION = "formats"
_UNUSABLE = (
    *(OSError, UnicodeDecodeError, yaml.YAMLError),
    # What can go wrong when a text is filled in, as `dialogue.wording_files` finds it.
    *(TemplateError, ArithmeticError, TypeError, ValueError, LookupError, AttributeError),
)


@dataclass(frozen=True, slots=True)
class MoneyFormat:
    """A language's way, which its `answers.yaml` has among the `formats`."""

    form: Template
    """Takes `amount`."""
    decimals: int
    """How many digits of minor units stand behind the mark; 0 where these are the currency's own."""
    decimal_mark: str

    def written(self, minor_units: int) -> str:
        """An amount with its currency: 200 → '2.00 yuan'."""
        whole, part = divmod(abs(minor_units), 10**self.decimals)
        amount = f"{'-' if minor_units < 0 else ''}{whole}"
        if self.decimals:
            amount += f"{self.decimal_mark}{part:0{self.decimals}}"
        return filled_in(self.form, {"amount": amount})


def decimals_of(text: str) -> int | None:
    """How many decimals a file means; None for what can't be."""
    return int(text) if text.isdecimal() and int(text) <= MOST_DECIMALS else None


def money_format(file: Path) -> MoneyFormat | None:
    """A language's way out of its `answers.yaml`, read no further than that; None where it isn't there, or can't be."""
    try:
        plain = _formats(file)
        decimals = decimals_of(plain["decimals"])
        if decimals is None:
            return None
        found = MoneyFormat(ENVIRONMENT.from_string(plain["money"]), decimals, plain["decimal_mark"])
        return found if found.written(0) else None
    except _UNUSABLE:
        return None


def _formats(file: Path) -> dict[str, str]:
    """The section's single values, as they are written; empty where there is none."""
    loader = yaml.SafeLoader(file.read_text(encoding="utf-8"))
    try:
        for begins in (yaml.StreamStartEvent, yaml.DocumentStartEvent, yaml.MappingStartEvent):
            if not loader.check_event(begins):
                return {}
            loader.get_event()  # type: ignore[no-untyped-call]
        while not loader.check_event(yaml.MappingEndEvent):
            name, section = loader.compose_node(None, 0), loader.compose_node(None, 0)
            if getattr(name, "value", "") == _SECTION and isinstance(section, yaml.MappingNode):
                return {key.value: value.value for key, value in section.value if isinstance(value, yaml.ScalarNode)}
        return {}
    finally:
        loader.dispose()
