"""How often each answer was refused for the moment, so that it isn't tried for ever.

It is in memory: a process that dies begins to count anew, and a text is tried a few times more.
"""

from __future__ import annotations

from collections import OrderedDict

from channels.smpp.sending.rules import Rule

_REMEMBERED_ROWS = 10_000
_FIRST_REST_S, _LONGEST_REST_S = 1.0, 60.0
"""As a bind's own rest begins, and longer than that ever gets with the slow start behind it."""
_DOUBLED_AT_MOST = 6
"""Beyond that it is the longest anyway; a text that waits for days must not count itself out of a float."""


class Refusals:
    """By the row's id; the oldest are forgotten beyond 10,000."""

    def __init__(self) -> None:
        self._counts: OrderedDict[int, int] = OrderedDict()
        self._rests: OrderedDict[int, int] = OrderedDict()

    def refused(self, id: int, rule: Rule) -> float | None:  # noqa: A002 - the row's own word
        """Seconds to wait, by the status's rule, after one more temporary refusal; None where that was the last.

        Refusals count for the text, whichever status each bore.
        """
        return rule.delay_s(_count(self._counts, id))

    def rested(self, id: int) -> float:  # noqa: A002
        """Seconds to wait after one more refusal that the whole bind rests for, doubled each time.

        Some SMSCs say so of one handset whose queue is full: were it tried as soon as the bind goes on, the bind
        would rest for ever for it alone.
        """
        doubled = min(_count(self._rests, id) - 1, _DOUBLED_AT_MOST)
        return min(_LONGEST_REST_S, _FIRST_REST_S * 2.0**doubled)

    def forget(self, id: int) -> None:  # noqa: A002
        """Its end has come."""
        self._counts.pop(id, None)
        self._rests.pop(id, None)


def _count(counts: OrderedDict[int, int], row: int) -> int:
    count = counts.pop(row, 0) + 1
    counts[row] = count
    if len(counts) > _REMEMBERED_ROWS:
        counts.popitem(last=False)
    return count
