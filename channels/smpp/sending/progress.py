"""How far a row has come that goes back to the queue: parts already taken, and how often it was refused.

It is in memory: a process that dies sends such a text from its first part, as it would without this.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from channels.smpp.sending.rules import Rule, Verdict
from channels.smpp.text.parts import Part

TRIES = 8
_TEMPORARY = Rule(Verdict.LATER, "temporary", 2.0, 60.0, TRIES)
_REMEMBERED_ROWS = 10_000


@dataclass(slots=True)
class _Row:
    parts: tuple[Part, ...] = ()
    sent: int = 0
    refusals: int = 0


class Progress:
    """By the row's id; the oldest are forgotten beyond 10,000."""

    def __init__(self) -> None:
        self._rows: OrderedDict[int, _Row] = OrderedDict()

    def parts_of(self, id: int) -> tuple[Part, ...]:  # noqa: A002 - the row's own word
        """The parts as first split, so that a part sent again bears the reference of those before it."""
        row = self._rows.get(id)
        return row.parts if row else ()

    def sent_of(self, id: int) -> int:  # noqa: A002
        row = self._rows.get(id)
        return row.sent if row else 0

    def begin(self, id: int, parts: tuple[Part, ...]) -> None:  # noqa: A002
        self._row(id).parts = parts

    def part_sent(self, id: int) -> None:  # noqa: A002
        row = self._rows.get(id)
        if row:
            row.sent += 1

    def refused(self, id: int, rule: Rule = _TEMPORARY) -> float | None:  # noqa: A002
        """Seconds to wait, by the status's rule, after one more temporary refusal; None where that was the last.

        Refusals count for the text, whichever status each bore.
        """
        row = self._row(id)
        row.refusals += 1
        return rule.delay_s(row.refusals)

    def forget(self, id: int) -> None:  # noqa: A002
        self._rows.pop(id, None)

    def _row(self, id: int) -> _Row:  # noqa: A002
        if id not in self._rows:
            self._rows[id] = _Row()
            if len(self._rows) > _REMEMBERED_ROWS:
                self._rows.popitem(last=False)
        return self._rows[id]
