"""How often each answer was refused for the moment, so that it isn't tried for ever.

It is in memory: a process that dies begins to count anew, and a text is tried a few times more.
"""

from __future__ import annotations

from collections import OrderedDict

from channels.smpp.sending.rules import Rule

_REMEMBERED_ROWS = 10_000


class Refusals:
    """By the row's id; the oldest are forgotten beyond 10,000."""

    def __init__(self) -> None:
        self._counts: OrderedDict[int, int] = OrderedDict()

    def refused(self, id: int, rule: Rule) -> float | None:  # noqa: A002 - the row's own word
        """Seconds to wait, by the status's rule, after one more temporary refusal; None where that was the last.

        Refusals count for the text, whichever status each bore.
        """
        count = self._counts.pop(id, 0) + 1
        self._counts[id] = count
        if len(self._counts) > _REMEMBERED_ROWS:
            self._counts.popitem(last=False)
        return rule.delay_s(count)

    def forget(self, id: int) -> None:  # noqa: A002
        """Its end has come."""
        self._counts.pop(id, None)
