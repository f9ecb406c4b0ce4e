"""What waits for operations: unknown and dead messages by their cause, selected, planned and done again or given up."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from workers.journal import Desk, Filter, InboxState, Plan, Search
from workers.journal.replay_rules import Deed
from workers.ops.console.asking import Asked, CannotDoError, Moved, Page, Shown
from workers.ops.console.surroundings import Surroundings
from workers.ops.farewell import farewell_of
from workers.ops.replaying import CutShortError, ReplayPlan
from workers.ops.users import Role

_STATES = (InboxState.UNKNOWN, InboxState.DEAD, InboxState.WAITING)
_ON_A_PAGE = 200
_SHOWN_OF_A_GROUP = 20
_FASTEST_PER_S = 1000.0


async def causes(around: Surroundings, _asked: Asked) -> Shown:
    """How many are unknown, dead or waiting, and why."""
    found = await asyncio.to_thread(Search(around.database).causes, *_STATES)
    runs = await asyncio.to_thread(around.replays.replaying.runs)
    unkept = await asyncio.to_thread(around.replays.replaying.unkept)
    return Shown("parked.html", {"causes": found, "runs": runs, "unkept": unkept})


async def of_one_cause(around: Surroundings, asked: Asked) -> Shown:
    """The messages of one cause, to be selected from."""
    state, outcome = _state(asked.query.get("state", "")), asked.query.get("outcome", "")
    wished = Filter(state=state, outcome=outcome, uncaused=not outcome)
    page = await asyncio.to_thread(Search(around.database).page, wished, limit=_ON_A_PAGE)
    all_of_it = await asyncio.to_thread(Search(around.database).causes, state)
    count = next((one.count for one in all_of_it if one.outcome == outcome), 0)
    return Shown(
        "cause.html",
        {
            "state": state,
            "outcome": outcome,
            "count": count,
            "rows": [asked.seen(row) for row in page.rows],
            "until": time.time(),
        },
    )


async def plan(around: Surroundings, asked: Asked) -> Shown:
    """The dry run: what would be done with what is selected, and why.

    Asked for by its address, which has all that is selected: who comes back from a replay finds it again, as it is now.
    """
    with _unless_it_stops():
        made = await asyncio.to_thread(_plan, around, asked)
    return Shown(
        "plan.html",
        {
            "groups": [_group(group) for group in made.groups],
            "count": made.count,
            "total": len(made.plans),
            "more": made.more,
            "selection": _selection(asked),
            "rate_per_s": around.replays.replaying.usual_rate_per_s,
            "fastest": _FASTEST_PER_S,
        },
    )


async def replay(around: Surroundings, asked: Asked) -> Moved:
    """Do it, as a run that goes on in the background; what is done is decided anew for each message at its turn."""
    reason = asked.reason()
    try:
        rate_per_s = float(asked.one("rate_per_s") or around.replays.replaying.usual_rate_per_s)
    except ValueError:
        raise CannotDoError("Write the rate as a number of messages a second.") from None
    if not 0 < rate_per_s <= _FASTEST_PER_S:
        raise CannotDoError(f"The rate is more than 0 and at most {_FASTEST_PER_S:g} messages a second.")
    with _unless_it_stops():
        made = await asyncio.to_thread(_plan, around, asked)
        if not made.count:
            raise CannotDoError("There is nothing to do with these messages any more.")
        run_id = await around.replays.begin(made, author=asked.who.author, reason=reason, rate_per_s=rate_per_s)
    if run_id is None:
        return Moved(
            "/parked", f"{made.count} messages are being written down; their replay stands below once it begins."
        )
    return Moved(f"/replays/{run_id}")


async def bury(around: Surroundings, asked: Asked) -> Moved:
    """Give up what is selected."""
    reason = asked.reason()
    ids = [int(one) for one in _ids(asked)]
    if not ids:
        raise CannotDoError("Nothing is selected.")
    done = await asyncio.to_thread(_bury, around, ids, asked.who.author, reason)
    buried = sum(one.deed == Deed.BURY for one in done)
    rest = f" {len(ids) - buried} did not wait for operations and are as they were." if buried < len(ids) else ""
    return Moved(
        asked.one("back") if asked.one("back").startswith("/messages/") else "/parked", f"{buried} given up.{rest}"
    )


def _bury(around: Surroundings, ids: Sequence[int], author: str, reason: str) -> list[Plan]:
    """Promise 4: their subscribers are told."""
    desk = Desk(around.database)
    done = desk.bury(ids, author=author, reason=reason, farewell=farewell_of(around.settings))
    if any(one.deed == Deed.BURY for one in done):
        around.replays.ring(*desk.due())  # what stood behind them goes on, on whichever queue
    return done


def _plan(around: Surroundings, asked: Asked) -> ReplayPlan:
    replaying, stopping = around.replays.replaying, around.background.is_stopping
    if asked.one("all") == "yes":
        state, outcome = _state(asked.one("state")), asked.one("outcome")
        wished = Filter(state=state, outcome=outcome, uncaused=not outcome, until=_until(asked))
        return replaying.plan(wished, stopping=stopping)
    which = _ids(asked)
    if not which:
        raise CannotDoError("Nothing is selected: tick the messages, or take all of this cause.")
    return replaying.plan(None, which, stopping=stopping)


@contextmanager
def _unless_it_stops() -> Iterator[None]:
    try:
        yield
    except CutShortError:
        raise CannotDoError("The console is stopping, and nothing is done: do it once it is back.", 503) from None


def _ids(asked: Asked) -> list[str]:
    ids = asked.form.get("id", [])
    if not all(one.isascii() and one.isdecimal() and len(one) < 19 for one in ids):
        raise CannotDoError("That is no message.")
    return ids


def _state(word: str) -> InboxState:
    if word not in _STATES:
        raise CannotDoError(f"This page knows {', '.join(_STATES)}.", 404)
    return InboxState(word)


def _until(asked: Asked) -> float:
    """What has come since the page was shown was not meant."""
    try:
        return float(asked.one("until"))
    except ValueError:
        raise CannotDoError("This form is incomplete: open the page anew.") from None


def _selection(asked: Asked) -> list[tuple[str, str]]:
    """The same fields once more, for the form that does it."""
    names = ("all", "state", "outcome", "until") if asked.one("all") == "yes" else ("id",)
    return [(name, value) for name in names for value in asked.form.get(name, [])]


def _group(group: Any) -> dict[str, Any]:
    return {
        "what": group.what,
        "why": group.why,
        "count": group.count,
        "some": group.ids[:_SHOWN_OF_A_GROUP],
        "more": group.count - len(group.ids[:_SHOWN_OF_A_GROUP]),
        "nothing": group.deed == "nothing",
    }


PAGES: Sequence[Page] = (
    Page("/parked", causes, name="Dead and unknown"),
    Page("/parked/messages", of_one_cause),
    Page("/parked/plan", plan, Role.OPERATOR),
    Page("/parked/replay", replay, Role.OPERATOR, changes=True),
    Page("/parked/bury", bury, Role.OPERATOR, changes=True),
)
