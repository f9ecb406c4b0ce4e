"""What becomes of a text whose submit_sm got a command_status: a table in a file, with an operator's file over it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Self

from channels.smpp.sending.rules import Rule, Statuses, Verdict
from channels.smpp.sending.rules_file import rules_in

__all__ = ["Rule", "Verdict", "Verdicts"]

SHIPPED_FILE = Path(__file__).with_name("statuses.yaml")


class Verdicts:
    """The table: `of(status)`."""

    def __init__(self, rules: Mapping[Statuses, Rule]) -> None:
        self._single = {at.first: rule for at, rule in rules.items() if not at.width}
        self._ranges = sorted((row for row in rules.items() if row[0].width), key=lambda row: row[0].width)

    @classmethod
    def load(cls, override: Path | None = None) -> Self:
        """The shipped table, or that with an operator's rows over it.  Raises RulesError."""
        rules = {} if override is None else rules_in(override)
        return cls(rules | {at: rule for at, rule in _shipped().items() if at not in rules})

    def of(self, status: int) -> Rule:
        """What becomes of the text: the status's own row counts, else that of the narrowest range it lies in."""
        return self._single.get(status) or next(rule for at, rule in self._ranges if status in at)

    def __iter__(self) -> Iterator[tuple[Statuses, Rule]]:
        """Every row, the single statuses first, then the ranges from the narrowest on."""
        yield from ((Statuses(status, status), rule) for status, rule in sorted(self._single.items()))
        yield from self._ranges


@cache
def _shipped() -> Mapping[Statuses, Rule]:
    return rules_in(SHIPPED_FILE)
