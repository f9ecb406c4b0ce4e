"""`replay` and `bury`: operations' changes of state, each with its author in the history."""

from __future__ import annotations

import csv
import dataclasses
import json as json_of
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TypeAlias

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from workers import moments
from workers.app import make_app, make_bell
from workers.bell import Bell
from workers.journal import Database, Desk, Filter, JournalUnavailable, Queue, Search
from workers.journal.replay_rules import Deed
from workers.ops.farewell import farewell_of
from workers.ops.look import opened
from workers.ops.planned import tell_missing, tell_more, tell_plan, tell_rows
from workers.ops.replaying import IN_WORDS, Replaying, ReplayPlan, Report
from workers.ops.shown import as_json, as_table
from workers.settings import Settings

_REPORT = ("id", "transaction_id", "planned", "deed", "why", "at", "state", "outcome")


@contextmanager
def bell_of(settings: Settings) -> Iterator[Bell]:
    """One that isn't heard costs a sweep."""
    bell = make_bell(settings, make_app(settings))
    try:
        yield bell
    finally:
        bell.close()


Bells: TypeAlias = Callable[[Settings], AbstractContextManager[Bell]]


class CannotSaveError(ValueError):
    """The report can't be written as that; the text says what could be.  Nothing is done yet."""


class NotSavedError(RuntimeError):
    """What was asked is done, and the report could not be written; the text says how to come by it."""


def replay(
    settings: Settings,
    which: Sequence[str],
    wanted: Filter | None,
    *,
    author: str,
    reason: str,
    rate_per_s: float | None,
    report: Path | None,
    json: bool,
) -> bool:
    """Do messages again without ever ordering twice; False where one of `which` doesn't exist."""
    _require_writable(report)
    with opened(settings) as database, bell_of(settings) as bell:
        replaying = _replaying(settings, database, bell)
        planned = replaying.plan(wanted, which)
        if not planned.count:  # a script that asks every few minutes would fill the list of replays
            if report:
                _save(report, [])
            _tell_nothing(planned, json=json)
            return not planned.missing
        try:
            run_id = replaying.begin(planned, author=author, reason=reason, rate_per_s=rate_per_s)
        except (KeyboardInterrupt, JournalUnavailable):  # a hundred thousand are kept little by little
            Console(stderr=True).print("interrupted before anything was done: the same command begins it anew")
            raise
        done = _go_on(replaying, run_id, report)
    _tell(done, planned, json=json)
    return not planned.missing


def resume(settings: Settings, run_id: int, *, report: Path | None, json: bool) -> None:
    """Go on with a replay that was interrupted; raises `NoSuchRunError`."""
    _require_writable(report)
    with opened(settings) as database, bell_of(settings) as bell:
        done = _go_on(_replaying(settings, database, bell), run_id, report)
    _tell(done, None, json=json)


def bury(
    settings: Settings, which: Sequence[str], *, author: str, reason: str, json: bool, bells: Bells = bell_of
) -> bool:
    """Give up messages that wait for operations; False where one of them doesn't exist, or is not given up.

    One that was given up before is: who is cut short may say the same again.
    """
    with opened(settings) as database:
        desk, named = Desk(database), Search(database).named(which)
        plans = desk.bury([*named.values()], author=author, reason=reason, farewell=farewell_of(settings))
        if any(one.deed == Deed.BURY for one in plans):
            with bells(settings) as bell:
                bell.ring(*desk.due())
                bell.wake_senders()
    missing = [one for one in which if one not in named]
    if json:
        as_json({"messages": [dataclasses.asdict(one) for one in plans], "missing": missing})
    else:
        rows = [(one.id, one.transaction_id, one.state, IN_WORDS[Deed(one.deed)], one.why) for one in plans]
        tell_rows(("id", "transaction", "was", "does", "why"), rows, missing)
    return not missing and all(one.is_given_up for one in plans)


def _replaying(settings: Settings, database: Database, bell: Bell) -> Replaying:
    def ring() -> None:
        bell.ring(Queue.BULK)
        bell.wake_senders()

    return Replaying(database, act_within_s=settings.consent.act_within_s, ring=ring, counted=moments.replayed)


def _go_on(replaying: Replaying, run_id: int, report: Path | None) -> Report:
    run = replaying.state(run_id)
    columns = (TextColumn("replay {task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(str(run_id), total=run.total)
        try:
            done = replaying.go_on(run_id, progress=lambda so_far: bar.update(task, completed=so_far.done))
        except (KeyboardInterrupt, JournalUnavailable):
            bar.console.print(f"interrupted: `tonegate replay --resume {run_id}` does the rest")
            raise
    if report:
        try:
            _save(report, replaying.rows(run_id))
        except OSError as error:
            mend = f"`tonegate replay --resume {run_id} --report FILE` saves it elsewhere"
            raise NotSavedError(f"the replay is done, its report not saved: {error.strerror}; {mend}") from error
    return done


def _require_writable(report: Path | None) -> None:
    """Before anything is done: a report that can't be saved must not be found out after ten thousand messages."""
    if report is None:
        return
    if report.suffix not in (".json", ".csv"):
        raise CannotSaveError(f"{report} must end in .json or .csv")
    try:
        report.open("a").close()
    except OSError as error:
        raise CannotSaveError(f"{report} can't be written: {error.strerror}") from error


def _save(report: Path, rows: Sequence[dict[str, object]]) -> None:
    if report.suffix == ".json":
        report.write_text(json_of.dumps(rows, indent=2) + "\n")
        return
    with report.open("w", newline="") as file:
        writer = csv.DictWriter(file, _REPORT)
        writer.writeheader()
        writer.writerows(rows)


def _tell_nothing(planned: ReplayPlan, *, json: bool) -> None:
    if json:
        groups = [{"what": one.what, "why": one.why, "count": one.count} for one in planned.groups]
        told = {"dry_run": False, "run": None, "groups": groups, "missing": planned.missing}
        as_json(told | {"more": planned.more})
    else:
        tell_plan(planned)


def _tell(done: Report, planned: ReplayPlan | None, *, json: bool) -> None:
    """Without a plan, as who goes on with a run has none, what the plan left out isn't known."""
    missing = planned.missing if planned else ()
    if json:
        groups = [{"what": what, "why": why, "count": count} for what, why, count in done.groups]
        told = {"dry_run": False, "run": dataclasses.asdict(done.run), "groups": groups, "missing": missing}
        return as_json(told | ({"more": planned.more} if planned else {}))
    as_table(("messages", "did", "why"), [(count, what, why) for what, why, count in done.groups], "nothing to do")
    tell_missing(missing)
    print(f"replay {done.run.id}: {done.run.total - done.run.left} of {done.run.total} done")
    if planned:
        tell_more(planned)
    return None
