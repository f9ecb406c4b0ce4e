"""Replays: first what would happen and why, in groups with their counts, then a run that is rate limited and goes on.

    replaying = Replaying(database, act_within_s=…, ring=…)
    plan = replaying.plan(Filter(state="dead"))             the dry run: nothing is changed
    run_id = replaying.begin(plan, author=…, reason=…)       kept in the journal, nothing is done yet
    report = replaying.go_on(run_id, progress=…)             does what is left, in small transactions

Every call blocks: from an event loop, `asyncio.to_thread`.  `go_on` may end at any line and be called again, by
anybody: no message is done twice in one run.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from workers.journal import Database, Desk, Filter, Plan, Search
from workers.journal.replay_rules import Deed
from workers.journal.replay_runs import Run, Runs
from workers.journal.replays import ACT_WITHIN_S

MOST = 1_000_000
"""Messages in one plan."""
_RATE_PER_S = 100.0
"""By default: far below what the live traffic of a worker leaves room for."""
_RATE_PER_S_BESIDE_ONE_WRITER = 50.0
"""The same on SQLite, where all that is live waits whenever the workers write what became of these messages."""
_STEP_S = 0.5
"""What a transaction does of the rate.  Few large ones keep fewer live messages waiting than many small ones: most of
what a transaction takes is the same for one message and for fifty (`make bench-operations` has the figures)."""
_STEP_AT_MOST = 50
"""Messages in one transaction, whatever the rate."""
_PLANNED_AT_ONCE = 1000
"""Messages that are looked at before it is asked again whether to stop."""
_KEPT_AT_ONCE = 1000
"""Rows of a plan that are kept in one transaction."""
_CUT_AFTER_S = 60.0
"""A run of which nothing more is kept for so long never will be whole: what is kept at once takes far less."""
_TOLD_FOR_S = 86_400.0
"""How long it is told that a run was cut short before it was kept."""
_SILENT_S = 10.0
"""Nobody is at a run of which nothing is done for so long, or for as long as three messages take at its rate."""
_RESTS = 4
"""A transaction is followed by a rest of so many times its length, waiting included: where live messages keep it
waiting it becomes slower by itself, and so do the workers that do what it makes due."""

IN_WORDS = {
    Deed.ANSWER: "send its answer again",
    Deed.AGAIN: "do it again under the same transaction id",
    Deed.CONSENT: "ask for the yes again",
    Deed.ASK: "ask the core, then go on from what it says",
    Deed.NOW: "try it now",
    Deed.BURY: "give it up",
    Deed.NOTHING: "nothing",
}
"""What each deed is, for people."""


@dataclass(frozen=True, slots=True)
class Group:
    """Messages with which the same is done, for the same reason."""

    deed: Deed
    why: str
    plans: tuple[Plan, ...] = field(repr=False)

    @property
    def what(self) -> str:
        """The deed, in words."""
        return IN_WORDS[self.deed]

    @property
    def count(self) -> int:
        """How many messages."""
        return len(self.plans)

    @property
    def ids(self) -> tuple[int, ...]:
        """Their ids, the oldest first."""
        return tuple(plan.id for plan in self.plans)


@dataclass(frozen=True, slots=True)
class ReplayPlan:
    """What a replay would do: the largest group first, those with which nothing is done last."""

    groups: tuple[Group, ...]
    missing: tuple[str, ...] = ()
    """Of the messages that were named: those that don't exist."""
    more: bool = False
    """Whether older ones fit the filter than a plan takes."""

    @property
    def count(self) -> int:
        """How many messages something would be done with."""
        return sum(group.count for group in self.groups if group.deed is not Deed.NOTHING)

    @property
    def plans(self) -> list[Plan]:
        """One for each message, the oldest first."""
        return sorted((plan for group in self.groups for plan in group.plans), key=lambda plan: plan.id)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is: told after each transaction."""

    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Unkept:
    """A run that is not kept wholly: so far it has as many messages as are left."""

    run: Run
    cut_short: bool
    """Whether it never will be: whoever kept it has ended."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a run has done so far."""

    run: Run
    groups: tuple[tuple[str, str, int], ...]
    """(deed in words, why, how many), the most first; what is still to do is not in it."""


class NoSuchRunError(ValueError):
    """The journal has no run of that number."""


class CutShortError(RuntimeError):
    """Whoever plans or keeps a replay is to stop: nothing of it is done, and no run of it can be gone on with."""


class Replaying:
    """Replays in one journal; `ring` wakes the workers, and may be lost: that costs a sweep.

    `counted` is told how many messages each step has done, for metrics.
    """

    def __init__(
        self,
        database: Database,
        *,
        act_within_s: float = ACT_WITHIN_S,
        ring: Callable[[], None] = lambda: None,
        counted: Callable[[int], None] = lambda _: None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """`act_within_s` is how long a yes is acted upon: the setting `consent.act_within_s`."""
        self.usual_rate_per_s = _RATE_PER_S_BESIDE_ONE_WRITER if database.is_sqlite else _RATE_PER_S
        """Where nobody says otherwise."""
        self._search = Search(database)
        self._desk = Desk(database, act_within_s=act_within_s)
        self._runs = Runs(database, self._desk)
        self._now = database.now
        self._ring = ring
        self._counted = counted
        self._clock = clock
        self._sleep = sleep

    def plan(
        self,
        wanted: Filter | None = None,
        which: Sequence[str] = (),
        *,
        limit: int | None = None,
        stopping: Callable[[], bool] = lambda: False,
    ) -> ReplayPlan:
        """Return what would be done with all that fit `wanted`, and with the messages named by `which`.

        Of more than `limit`, by default `MOST`, with the newest, and then there are `more`.  Nothing is changed.
        Raises `CutShortError` once `stopping` says so.
        """
        named = self._search.named(which)
        most = MOST if limit is None else limit
        found = self._search.ids(wanted, limit=most + 1) if wanted else []
        more = len(found) > most
        ids = sorted({*named.values(), *found[more:]})
        groups: dict[tuple[Deed, str], list[Plan]] = {}
        for begin in range(0, len(ids), _PLANNED_AT_ONCE):
            _go_on_unless(stopping)
            for plan in self._desk.plan(ids[begin : begin + _PLANNED_AT_ONCE]):
                groups.setdefault((Deed(plan.deed), plan.why), []).append(plan)
        grouped = [Group(deed, why, tuple(theirs)) for (deed, why), theirs in groups.items()]
        grouped.sort(key=lambda group: (group.deed is Deed.NOTHING, -group.count, group.why))
        return ReplayPlan(tuple(grouped), tuple(one for one in which if one not in named), more)

    def begin(
        self,
        plan: ReplayPlan,
        *,
        author: str,
        reason: str,
        rate_per_s: float | None = None,
        stopping: Callable[[], bool] = lambda: False,
    ) -> int:
        """Keep what is to be done as a run and return its id.

        `rate_per_s` 0 is as fast as it goes, None the usual.  Cut short, it leaves no run behind that could be gone on
        with, and nothing is done.  Raises `CutShortError` once `stopping` says so.
        """
        _go_on_unless(stopping)
        wanted = [one for one in plan.plans if one.deed != Deed.NOTHING]
        rate_per_s = self.usual_rate_per_s if rate_per_s is None else rate_per_s
        first, rest = wanted[:_KEPT_AT_ONCE], range(_KEPT_AT_ONCE, len(wanted), _KEPT_AT_ONCE)
        keeping = self._clock()
        run_id = self._runs.begin(first, author=author, reason=reason, rate_per_s=rate_per_s, whole=not rest)
        for begin in rest:
            self._sleep(_RESTS * (self._clock() - keeping))
            _go_on_unless(stopping)
            keeping = self._clock()
            self._runs.add(run_id, wanted[begin : begin + _KEPT_AT_ONCE], last=begin == rest[-1])
        return run_id

    def go_on(
        self,
        run_id: int,
        *,
        progress: Callable[[Progress], None] = lambda _: None,
        stopping: Callable[[], bool] = lambda: False,
    ) -> Report:
        """Do what is left of a run, until it is done or `stopping` says so.  Raises `NoSuchRunError`."""
        run = self.state(run_id)
        at_once = min(max(1, round(run.rate_per_s * _STEP_S)), _STEP_AT_MOST) if run.rate_per_s else _STEP_AT_MOST
        done = run.total - run.left
        began, before = self._clock(), done
        while not stopping():
            progress(Progress(done, run.total))
            stepping = self._clock()
            stepped = self._runs.step(run_id, at_once)
            if not stepped:
                break
            done += stepped
            self._counted(stepped)
            self._ring()
            if done < run.total:
                now = self._clock()
                due = began + (done - before) / run.rate_per_s if run.rate_per_s else now
                self._sleep(max(due - now, _RESTS * (now - stepping)))  # what is live goes between
        return self.report(run_id)

    def state(self, run_id: int) -> Run:
        """How far a run is.  Raises `NoSuchRunError`."""
        run = self._runs.state(run_id)
        if run is None:
            raise NoSuchRunError(f"there is no replay {run_id}; `tonegate replay --runs` lists them")
        return run

    def runs(self) -> list[Run]:
        """The last runs, the newest first."""
        return self._runs.newest()

    def unkept(self) -> list[Unkept]:
        """Those of the last day that are not kept wholly, the newest first: nothing of them is done.

        One that its author has begun anew since, with the same reason, is not told of any more.
        """
        now = self._now()
        found = self._runs.unkept(since=now - _TOLD_FOR_S)
        anew = {(run.author, run.reason): run.id for run in reversed(self.runs())} if found else {}
        return [
            Unkept(run, cut_short=now - kept_at >= _CUT_AFTER_S)
            for run, kept_at in found
            if run.id > anew.get((run.author, run.reason), 0)
        ]

    def rows(self, run_id: int, limit: int | None = None) -> list[dict[str, object]]:
        """What became of each message of a run, or of the first `limit`, the oldest first: for a report to be saved."""
        return self._runs.rows(run_id, limit)

    def is_silent(self, run: Run, now: float) -> bool:
        """Whether nobody seems to be at it: no console and no command."""
        latest = self._runs.latest(run.id) or run.begun_at
        return now - latest >= max(_SILENT_S, 3 / run.rate_per_s if run.rate_per_s else 0.0)

    def report(self, run_id: int) -> Report:
        """What a run has done so far.  Raises `NoSuchRunError`."""
        groups = tuple((IN_WORDS[Deed(deed)], why, count) for deed, why, count in self._runs.counts(run_id))
        return Report(self.state(run_id), groups)


def _go_on_unless(stopping: Callable[[], bool]) -> None:
    if stopping():
        raise CutShortError("what plans or keeps this replay is to stop; nothing of it is done")
