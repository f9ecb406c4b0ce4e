"""`bury` at a prompt: what it says of each message, and whether a script may take it for done."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.journal.kit.full import full_after
from tests.journal.kit.messages import accept, claim, events, message, rows
from workers.journal import Ending, InboxState, Journal, JournalUnavailable, Queue
from workers.ops import mend
from workers.settings import Settings

WHO = {"author": "asha", "reason": "ticket 7"}


class Bell:
    """Notes whom it is rung for."""

    def __init__(self) -> None:
        self.rung: list[Queue] = []
        self.senders = 0

    @contextmanager
    def of(self, _: Settings) -> Iterator[Any]:
        yield self

    def ring(self, *queues: Queue) -> None:
        self.rung += queues

    def wake_senders(self) -> None:
        self.senders += 1


async def ended(journal: Journal, *ends: tuple[InboxState, str]) -> list[str]:
    """Messages of one number each that ended so; returns their ids."""
    for no, (state, outcome) in enumerate(ends):
        await accept(journal, message(number=f"8613800{no:06d}"))
        (row,) = await claim(journal)
        await journal.finish(Ending(row, state, outcome))
    return [str(row["id"]) for row in rows(journal)]


def told(capsys: pytest.CaptureFixture[str]) -> list[tuple[str, str]]:
    shown: dict[str, Any] = json.loads(capsys.readouterr().out)
    return [(one["deed"], one["why"]) for one in shown["messages"]]


@pytest.mark.parametrize("state", [InboxState.DEAD, InboxState.UNKNOWN])
async def test_what_is_given_up_is_as_asked_and_so_it_is_when_that_is_said_again(
    state: InboxState, settings: Settings, journal: Journal, capsys: pytest.CaptureFixture[str]
) -> None:
    """A script that was cut short says the same again, and must not take what it has done for a failure."""
    which = await ended(journal, (state, "busy"))
    assert mend.bury(settings, which, **WHO, json=True)
    assert [("bury", "given up, and told so")] == told(capsys)
    assert mend.bury(settings, which, **WHO, json=True)
    assert [("nothing", "given up before")] == told(capsys)
    assert ["buried"] == events(journal)


@pytest.mark.parametrize(
    "end", [(InboxState.DONE, "done"), (InboxState.REFUSED, "balance"), (InboxState.REFUSED, "flood")]
)
async def test_what_cannot_be_given_up_is_not_as_asked_though_the_others_are(
    end: tuple[InboxState, str], settings: Settings, journal: Journal, capsys: pytest.CaptureFixture[str]
) -> None:
    which = await ended(journal, (InboxState.DEAD, "busy"), end)
    assert not mend.bury(settings, which, **WHO, json=True)
    assert ["bury", "nothing"] == [deed for deed, _ in told(capsys)]
    assert [("refused", "buried"), end] == [(row["state"], row["outcome"]) for row in rows(journal)]


async def test_what_was_given_up_and_is_done_again_is_given_up_no_more(
    settings: Settings, journal: Journal, capsys: pytest.CaptureFixture[str]
) -> None:
    which = await ended(journal, (InboxState.DEAD, "busy"))
    assert mend.bury(settings, which, **WHO, json=True)
    assert mend.replay(settings, which, None, **WHO, rate_per_s=0, report=None, json=True)
    await claim(journal, Queue.BULK)
    capsys.readouterr()
    assert not mend.bury(settings, which, **WHO, json=True)
    assert [("nothing", "claimed: only what waits for operations can be buried")] == told(capsys)


async def test_a_message_that_is_not_there_is_not_as_asked(
    settings: Settings, journal: Journal, capsys: pytest.CaptureFixture[str]
) -> None:
    which = await ended(journal, (InboxState.DEAD, "busy"))
    assert not mend.bury(settings, ["404", *which], **WHO, json=True)
    assert [("bury", "given up, and told so")] == told(capsys)


async def test_the_workers_of_what_stood_behind_it_hear_of_it_at_once_and_no_others(
    settings: Settings, journal: Journal, capsys: pytest.CaptureFixture[str]
) -> None:
    """The next message of that number may be on any queue; else a sweep would find it."""
    await accept(journal, message(queue=Queue.BULK))
    (row,) = await claim(journal, Queue.BULK)
    await accept(journal, message("LIST", queue=Queue.INTERACTIVE))  # stands behind it
    await journal.finish(Ending(row, InboxState.WAITING, "busy", due_in_s=600.0))
    bell = Bell()
    assert mend.bury(settings, [str(row.id)], **WHO, json=True, bells=bell.of)
    assert ([Queue.INTERACTIVE], 1) == (bell.rung, bell.senders)


async def test_where_nothing_is_given_up_nobody_is_rung_for(
    settings: Settings, journal: Journal, capsys: pytest.CaptureFixture[str]
) -> None:
    which = await ended(journal, (InboxState.DONE, "done"))
    bell = Bell()
    assert not mend.bury(settings, which, **WHO, json=True, bells=bell.of)
    assert ([], 0) == (bell.rung, bell.senders)


async def test_many_are_given_up_in_small_transactions_and_who_is_cut_short_says_the_same_again(
    settings: Settings, journal: Journal, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """In one, all that is live waits for the last of them, and of too many a database takes none."""
    monkeypatch.setattr("workers.journal.replays._BURIED_AT_ONCE", 2)
    which = await ended(journal, *[(InboxState.DEAD, "busy")] * 5)
    with full_after(2), pytest.raises(JournalUnavailable):
        mend.bury(settings, which, **WHO, json=True)
    assert [InboxState.REFUSED] * 4 + [InboxState.DEAD] == [row["state"] for row in rows(journal)]
    assert mend.bury(settings, which, **WHO, json=True)
    assert ["nothing"] * 4 + ["bury"] == [deed for deed, _ in told(capsys)]
    assert ["buried"] * 5 == events(journal)
