"""What a `replay` would do, and the replays there were: looks, which change nothing and load nothing that changes."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from workers.journal import Filter
from workers.ops.look import opened
from workers.ops.replaying import Replaying, ReplayPlan
from workers.ops.shown import as_json, as_table, moment
from workers.settings import Settings


def plan(settings: Settings, which: Sequence[str], wanted: Filter | None, *, json: bool) -> bool:
    """Show what a replay would do, and why; False where one of `which` doesn't exist."""
    with opened(settings) as database:
        planned = Replaying(database, act_within_s=settings.consent.act_within_s).plan(wanted, which)
    if json:
        groups = [
            {"deed": one.deed, "what": one.what, "why": one.why, "count": one.count, "ids": one.ids}
            for one in planned.groups
        ]
        told = {"dry_run": True, "count": planned.count, "groups": groups, "missing": planned.missing}
        as_json(told | {"more": planned.more})
    else:
        tell_plan(planned)
    return not planned.missing


def runs(settings: Settings, *, json: bool) -> None:
    """Show the last replays, and what is left of them."""
    with opened(settings) as database:
        found = Replaying(database).runs()
    if json:
        return as_json([dataclasses.asdict(run) for run in found])
    rows = [
        (run.id, moment(run.begun_at), run.author, run.total, run.left, moment(run.ended_at), run.reason)
        for run in found
    ]
    return as_table(("replay", "begun", "by", "messages", "left", "ended", "reason"), rows, "no replay yet")


def tell_plan(planned: ReplayPlan) -> None:
    """What would be done, and why, for people."""
    rows = [(one.count, one.what, one.why) for one in planned.groups]
    tell_rows(("messages", "would do", "why"), rows, planned.missing)
    tell_more(planned)
    print(f"nothing is done yet: {planned.count} of them with --yes" if planned.count else "nothing to do")


def tell_more(planned: ReplayPlan) -> None:
    """That older ones fit, too: what is left out silently is taken for done."""
    if planned.more:
        plans = planned.plans
        print(f"more than {len(plans):,} messages fit: these are the newest of them, back to message {plans[0].id}")
        print(f"the rest wants a second run, with --until just after that one came: `tonegate show {plans[0].id}`")


def tell_rows(columns: Sequence[str], rows: Sequence[Sequence[object]], missing: Sequence[str]) -> None:
    """A table of what was found, and which of those named don't exist."""
    if rows or not missing:
        as_table(columns, rows, "no message fits")
    tell_missing(missing)


def tell_missing(missing: Sequence[str]) -> None:
    """Which of those that were named don't exist."""
    if missing:
        print(f"no such message: {', '.join(missing)}")
