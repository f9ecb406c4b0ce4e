"""Whether all is well, in words: what is wrong, what to do, and what subscribers feel first."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from workers.journal import Depth
from workers.journal.holds import Hold
from workers.journal.progress import Progress
from workers.ops.bind_states import State
from workers.ops.health import judge
from workers.ops.line import Line
from workers.ops.room import Room
from workers.ops.shown import moment
from workers.ops.verdict import Look, concerns

NOW = 1_000_000.0
BOUND: State = {"name": "main", "host": "a", "status": "bound", "last_error": ""}
DOWN: State = {"name": "main", "host": "b", "status": "waiting", "last_error": "refused: ESME_RBINDFAIL"}
OFF: State = {"name": "main", "host": "a", "status": "switched off", "switched_by": "anna", "switched_why": "work"}
STRAY = Depth("outbox", "gone", "queued", 12, 5400.0)
NOBODYS = "no settings here name it, and no listener tells of it"
HELD = Hold("core", "otto@console", "maintenance", NOW)
WELL = Line("core", True, "answers")
FILE, MB, GB = Path("/a/journal.db"), 10**6, 10**9


def look(*, at: float = NOW, lines: tuple[Line, ...] = (WELL,), binds: tuple[State, ...] | None = (BOUND,),
         depths: tuple[Depth, ...] = (), holds: tuple[Hold, ...] = (),
         progress: tuple[Progress, ...] = (), room: Room | None = None) -> Look:  # fmt: skip
    return Look(at, lines, ("main",), binds, depths, holds, progress, room)


@pytest.mark.parametrize(
    ("told", "urgent", "seen"),
    [
        ("", None, look()),
        ("", None, look(binds=(DOWN, BOUND))),
        ("", None, look(binds=(OFF,))),
        ("", None, look(progress=(Progress("inbox", "orders", None, overdue_s=59.0),))),
        ("", None, look(depths=(Depth("inbox", "orders", "received", 9_000, 900.0),))),  # put off, or behind such a one
        ("The console has just begun to look.", False, look(at=0.0)),
        ("What is shown here is 5m0s old: the console can't look any more.", True, look(at=NOW - 300)),
        ("", None, look(room=Room(FILE, 2 * GB, 100 * GB))),
        (
            "300.0 MB of 100.0 GB are left on the disk of the journal, /a/journal.db.",
            False,
            look(room=Room(FILE, 300 * MB, 100 * GB)),
        ),
        (
            "2.0 MB of 100.0 GB are left on the disk of the journal, /a/journal.db: it may be unable to keep anything.",
            True,
            look(room=Room(FILE, 2 * MB, 100 * GB)),
        ),
        ("Core: can't be reached.", True, look(lines=(Line("core", False, "can't be reached", "start it"),))),
        ("No listener tells of the bind main: no text arrives over it, no answer leaves.", True, look(binds=())),
        ("Redis can't be asked how the binds are: they go on without it.", False, look(binds=None)),
        ("The bind main is waiting: refused: ESME_RBINDFAIL.", True, look(binds=(DOWN,))),
        (
            "A message of the queue orders has waited for 2m0s.",
            True,
            look(progress=(Progress("inbox", "orders", None, overdue_s=120.0),)),
        ),
        (
            "A message of the queue orders has waited for 2m0s.",
            False,
            look(progress=(Progress("inbox", "orders", 3.0, overdue_s=120.0), Progress("inbox", "bulk", 900.0))),
        ),
        (
            "A message of the queue orders has waited for 2m0s.",
            True,
            look(progress=(Progress("inbox", "orders", 61.0, overdue_s=120.0), Progress("outbox", "orders", 1.0))),
        ),
        (
            "Messages of the queue orders have waited for the core for 5m0s, and none is done.",
            True,
            look(progress=(Progress("inbox", "orders", None, 300.0),)),
        ),
        ("", None, look(progress=(Progress("inbox", "orders", 30.0, 300.0),))),
        (
            "An answer of the bind main has waited for 1h30m.",
            True,
            look(progress=(Progress("outbox", "main", None, overdue_s=5400.0),)),
        ),
        (
            "An answer of the bind main has waited for 1h30m.",
            False,
            look(binds=(OFF,), progress=(Progress("outbox", "main", None, overdue_s=5400.0),)),
        ),
        (
            f"All calls to the core are paused by otto@console since {moment(NOW)}: maintenance.",
            True,
            look(holds=(HELD,)),
        ),
        (
            f"12 answers wait over the bind gone, the oldest for 1h30m: {NOBODYS}.",
            True,
            look(depths=(STRAY,), progress=(Progress("outbox", "gone", None, overdue_s=5400.0),)),
        ),
        (  # none is due yet, or its host is just starting again
            f"1 answer waits over the bind gone, for 1h30m: {NOBODYS}.",
            False,
            look(depths=(replace(STRAY, count=1),), progress=(Progress("outbox", "gone", None, overdue_s=59.0),)),
        ),
        ("", None, look(depths=(replace(STRAY, oldest_s=59.0),))),
        ("", None, look(depths=(replace(STRAY, state="sending"),))),
        ("", None, look(depths=(STRAY,), binds=(BOUND, BOUND | {"name": "gone", "host": "b"}))),  # another host's
        ("", None, look(depths=(STRAY,), binds=(BOUND, OFF | {"name": "gone", "host": "b"}))),
        ("", None, look(depths=(replace(STRAY, name="main"),))),
        ("1 message is unknown or dead.", False, look(depths=(Depth("inbox", "bulk", "dead", 1, 9.0),))),
        (
            "1,001 messages are unknown or dead.",
            False,
            look(depths=(Depth("inbox", "bulk", "dead", 1, 9.0), Depth("inbox", "orders", "unknown", 1000, 9.0))),
        ),
    ],
)
def test_what_is_wrong_is_told_with_what_to_do(told: str, urgent: bool | None, seen: Look) -> None:
    found = concerns(seen, NOW)
    assert [(told, urgent)] * bool(told) == [(one.what, one.urgent) for one in found]
    assert all(one.mend.endswith(".") for one in found)


def test_where_redis_cannot_be_asked_no_bind_is_called_gone() -> None:
    """It may be another host's; that an answer is late is seen all the same."""
    late = Progress("outbox", "gone", None, overdue_s=5400.0)
    assert [
        "An answer of the bind gone has waited for 1h30m.",
        "Redis can't be asked how the binds are: they go on without it.",
    ] == [one.what for one in concerns(look(binds=None, depths=(STRAY,), progress=(late,)), NOW)]


def test_a_bind_that_is_gone_is_told_with_the_command_that_mends_it() -> None:
    (one,) = concerns(look(depths=(STRAY,)), NOW)
    assert "`tonegate binds move gone NEW`" in one.mend


def test_what_subscribers_feel_stands_before_what_waits_for_somebody() -> None:
    found = concerns(look(binds=(), depths=(Depth("inbox", "bulk", "dead", 1, 9.0),)), NOW)
    assert [True, False] == [one.urgent for one in found]


def test_a_core_that_is_paused_is_waited_for_as_operations_want_it() -> None:
    found = concerns(look(holds=(HELD,), progress=(Progress("inbox", "orders", None, 300.0),)), NOW)
    assert ["All calls to the core are paused by otto@console"] == [one.what.partition(" since ")[0] for one in found]


@pytest.mark.parametrize(
    ("well", "seen"),
    [
        (True, look()),
        (True, look(holds=(HELD, replace(HELD, name="sms")))),
        (True, look(holds=(HELD,), progress=(Progress("inbox", "orders", None, 300.0),))),
        (True, look(binds=(OFF,), progress=(Progress("outbox", "main", None, overdue_s=5400.0),))),
        (False, look(holds=(HELD,), progress=(Progress("inbox", "orders", None, overdue_s=61.0),))),
        (False, look(progress=(Progress("inbox", "orders", None, 300.0),))),
        (False, look(binds=())),
    ],
)
def test_what_operations_have_paused_is_no_sickness(well: bool, seen: Look) -> None:
    """For load balancers and systemd: a host is not taken out of service for a decision."""
    assert well is judge(seen, NOW).well
