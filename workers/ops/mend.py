"""`replay` and `bury`: operations' changes of state, each with its author in the history."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from workers.app import make_app, make_bell
from workers.journal import Database, Desk, Filter, Plan, Queue, Reader
from workers.ops.look import opened
from workers.ops.prompt import author
from workers.ops.shown import as_json, as_table
from workers.settings import Settings

_DEEDS = {
    "answer": "send its answer again",
    "ask": "ask the core, then go on from what it says",
    "now": "try it now",
    "bury": "give it up",
    "nothing": "nothing",
}


def replay(
    settings: Settings, which: Sequence[str], wanted: Filter | None, *, reason: str, dry_run: bool, json: bool
) -> bool:
    """Do messages again without ever ordering twice; `dry_run` only says what would be done.

    `which` are ids or transaction ids, `wanted` adds all that fit.  False where one of `which` doesn't exist.
    """
    with opened(settings) as database:
        ids, missing = _ids(database, which, wanted)
        desk = Desk(database)
        plans = desk.plan(ids) if dry_run else desk.replay(ids, author=author(), reason=reason)
    if not dry_run and any(plan.deed != "nothing" for plan in plans):
        _ring(settings)
    return _tell(plans, missing, json=json, dry_run=dry_run)


def bury(settings: Settings, which: Sequence[str], *, reason: str, json: bool) -> bool:
    """Give up messages that wait for operations; False where one of them doesn't exist."""
    with opened(settings) as database:
        ids, missing = _ids(database, which, None)
        plans = Desk(database).bury(ids, author=author(), reason=reason)
    return _tell(plans, missing, json=json, dry_run=False)


def _ids(database: Database, which: Sequence[str], wanted: Filter | None) -> tuple[list[int], list[str]]:
    reader = Reader(database)
    found = {identity: reader.life(identity) for identity in which}
    ids = [int(life.message["id"]) for life in found.values() if life]
    if wanted:
        ids += [int(row["id"]) for row in reader.messages(wanted)]
    return ids, [identity for identity, life in found.items() if not life]


def _ring(settings: Settings) -> None:
    """A bell that isn't heard costs one sweep."""
    bell = make_bell(settings, make_app(settings))
    bell.ring(Queue.BULK)
    bell.wake_senders()
    bell.close()


def _tell(plans: Sequence[Plan], missing: Sequence[str], *, json: bool, dry_run: bool) -> bool:
    if json:
        as_json(
            {
                "dry_run": dry_run,
                "messages": [dataclasses.asdict(plan) for plan in plans],
                "missing": list(missing),
            }
        )
    else:
        rows = [(plan.id, plan.transaction_id, plan.state, _DEEDS[plan.deed], plan.why) for plan in plans]
        columns = ("id", "transaction", "state", "would do" if dry_run else "does", "why")
        as_table(columns, rows, "no such message")
        if plans and missing:
            print(f"no such message: {', '.join(missing)}")
    return not missing
