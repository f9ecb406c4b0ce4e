"""MORE: the list that was shown last goes on where its answer ended.

What was shown is kept with the results of its message, so nothing else has to be remembered, or forgotten.
"""

from __future__ import annotations

from collections.abc import Sequence

from workers.dialogue import Action, Command, Result
from workers.dialogue.reply_names import PAGED
from workers.steps import read_results

REMEMBERED_S = 3600.0
"""A list that is older is not what MORE means."""
LONGEST = 200
"""Of a list, this far and no further: who has read so many texts looks for something else."""


def goes_on(newest_first: Sequence[str]) -> Command | None:
    """Return what shows the next page, from the results of the number's last messages; None where there is no list."""
    for written in newest_first:
        lists = [result for result in read_results(written).values() if result.action in (*PAGED, Action.MORE)]
        if lists:
            return _next(lists[-1])
    return None


def _next(last: Result) -> Command | None:
    first = last.first + (last.shown or len(last.found))
    return Command(last.action, query=last.query, first=first) if last.found and first < LONGEST else None
