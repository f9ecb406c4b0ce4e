"""MORE goes on where the last list ended, whatever was said since, and is never an error."""

from __future__ import annotations

import pytest

from workers.dialogue import Action, Command, Result, ToneFacts, Verdict
from workers.paging import LONGEST, goes_on
from workers.steps import write_results

TONES = tuple(ToneFacts(f"6009020000{no:02d}", f"Song {no}", "", 200, 30) for no in range(10))


def written(action: Action, *, first: int = 0, shown: int = 0, tones: int = 10, query: str = "") -> str:
    found = TONES[:tones]
    return write_results({1: Result(action, Verdict.DONE, query=query, found=found, first=first, shown=shown)})


FIND = written(Action.FIND, shown=4, query="moon")
ORDERED = written(Action.ORDER, tones=0)


@pytest.mark.parametrize(
    ("goes", "newest_first"),
    [
        (Command(Action.FIND, query="moon", first=4), [FIND]),
        (Command(Action.FIND, query="moon", first=9), [written(Action.FIND, first=4, shown=5, query="moon"), FIND]),
        (Command(Action.TOP, first=3), [written(Action.TOP, shown=3), FIND]),
        (Command(Action.FIND, query="moon", first=4), [ORDERED, ORDERED, FIND]),
        (Command(Action.NEW, first=10), [written(Action.NEW)]),
        (None, []),
        (None, [ORDERED]),
        (None, [written(Action.FIND, tones=0, query="nothing"), FIND]),
        (None, [written(Action.FIND, first=9, tones=0, query="moon"), FIND]),
        (None, [written(Action.NEW, first=LONGEST - 3, shown=3)]),
    ],
    ids=[
        "the second page", "the third", "the newest list", "orders in between", "of before it was counted",
        "nothing was sent", "no list", "nothing was found", "it is at its end", "long enough",
    ],
)  # fmt: skip
def test_more_goes_on_with_the_list_that_was_shown_last(goes: Command | None, newest_first: list[str]) -> None:
    assert goes == goes_on(newest_first)
