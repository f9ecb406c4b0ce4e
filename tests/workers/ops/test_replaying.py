"""A replay of many: shown in groups first, done in small transactions, gone on with after an interruption."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.journal.kit.full import full_after
from tests.journal.kit.messages import NUMBER, OTHER, accept, answers, claim, events, message, rows, stop
from tests.journals import journal_url, postgresql_url, sqlite_url  # noqa: F401 - fixtures
from workers.journal import (
    Answer,
    Desk,
    Ending,
    Filter,
    InboxState,
    Journal,
    JournalUnavailable,
    OutboxState,
    Queue,
)
from workers.journal.outbox import Sent
from workers.ops.replaying import CutShortError, NoSuchRunError, Progress, Replaying

POOR = json.dumps({"1": {"action": "order", "verdict": "refused", "reason": "balance"}})
WHO = {"author": "asha", "reason": "ticket 7"}


@pytest.fixture
def journal(journal_url: str) -> Iterator[Journal]:  # noqa: F811
    with Journal(journal_url) as journal:
        yield journal


async def ended(journal: Journal, *ends: tuple[InboxState, str]) -> list[int]:
    """Messages of one number each that ended so, their answers sent; returns their ids."""
    for no, (state, outcome) in enumerate(ends):
        number = f"8613800{no:06d}"
        await accept(journal, message(number=number))
        (row,) = await claim(journal)
        results = POOR if outcome == "balance" else ""
        await journal.finish(Ending(row, state, outcome, results=results, answers=(Answer(number, "first"),)))
    for text in await journal.claim_answers(["smsc"], 100, 60.0):
        await journal.tried(Sent(text.id, journal.owner, OutboxState.SENT, message_id=str(text.id)))
    return [row["id"] for row in rows(journal)]


MIXED = [
    *[(InboxState.DEAD, "busy")] * 3,
    *[(InboxState.REFUSED, "balance")] * 2,
    (InboxState.DONE, "done"),
    (InboxState.REFUSED, "gift_self"),
]


async def test_a_plan_has_a_group_for_each_deed_and_reason_and_changes_nothing(journal: Journal) -> None:
    ids = await ended(journal, *MIXED)
    await accept(journal, message(number=OTHER))
    before = rows(journal), answers(journal), events(journal)
    plan = Replaying(journal.database).plan(Filter(), ["404", str(ids[0])])
    assert [("ask", 3), ("again", 2), ("answer", 1), ("answer", 1), ("nothing", 1)] == [
        (group.deed, group.count) for group in plan.groups
    ]
    assert (7, ("404",)) == (plan.count, plan.missing)
    assert tuple(ids[:3]) == plan.groups[0].ids
    assert before == (rows(journal), answers(journal), events(journal))


async def test_a_run_does_what_was_planned_and_says_so(journal: Journal) -> None:
    await ended(journal, *MIXED)
    rung: list[str] = []
    replaying = Replaying(journal.database, ring=lambda: rung.append("ring"))
    run_id = replaying.begin(replaying.plan(Filter()), **WHO, rate_per_s=0)
    assert ([], []) == (rung, events(journal))
    told: list[Progress] = []
    report = replaying.go_on(run_id, progress=told.append)
    assert {("ask the core, then go on from what it says", 3), ("do it again under the same transaction id", 2)} < {
        (what, count) for what, _, count in report.groups
    }
    assert (7, 0, "asha", True) == (
        report.run.total, report.run.left, report.run.author, report.run.ended_at is not None
    )  # fmt: skip
    assert [Progress(0, 7), Progress(7, 7)] == told
    assert ["ring"] == rung
    assert ["replayed"] * 7 == events(journal)
    states = ["unknown"] * 3 + ["waiting"] * 2 + ["done", "refused"]
    assert states == [row["state"] for row in rows(journal)]


async def test_a_refusal_done_again_keeps_its_transaction_and_is_called_as_if_for_the_first_time(
    journal: Journal,
) -> None:
    """Promise 2: the core refused it under this id, so under this id nothing was done."""
    await ended(journal, (InboxState.REFUSED, "balance"))
    (before,) = rows(journal)
    replaying = Replaying(journal.database)
    replaying.go_on(replaying.begin(replaying.plan(Filter()), **WHO))
    (row,) = await claim(journal, Queue.BULK)
    assert (before["transaction_id"], False, "", 0) == (row.transaction_id, row.doubtful, row.results, row.attempts)


@pytest.mark.parametrize("carried_out", [True, False], ids=["done", "waiting for its turn"])
async def test_what_was_refused_before_a_stop_is_not_done_after_it(journal: Journal, carried_out: bool) -> None:
    """Promise 3: stopping never needs a yes, and nobody starts again on its own.

    While the core is down its STOP waits, and what is replayed then is older: it would go first.
    """
    await accept(journal, message())
    (row,) = await claim(journal)
    await journal.finish(Ending(row, InboxState.REFUSED, "balance", results=POOR, answers=(Answer(NUMBER, "no"),)))
    await accept(journal, stop())
    if carried_out:
        (row,) = await claim(journal, Queue.INTERACTIVE)
        closed = json.dumps({"1": {"action": "close", "verdict": "done", "reason": ""}}, separators=(",", ":"))
        await journal.finish(Ending(row, InboxState.DONE, "done", results=closed))
    (group,) = Replaying(journal.database).plan(Filter(state="refused")).groups
    assert ("answer", "refused, and its number sent STOP since: only its answer is sent again") == (
        group.deed, group.why
    )  # fmt: skip


@pytest.mark.parametrize("how", ["dead", "buried"])
async def test_what_was_given_up_before_a_stop_is_asked_about_and_not_called_for_after_it(
    journal: Journal, how: str
) -> None:
    """Promise 3: an ON that was dead opened the service again, days after the STOP."""
    (id_,) = await ended(journal, (InboxState.DEAD, "busy"))
    number = rows(journal)[0]["number"]
    if how == "buried":
        Desk(journal.database).bury([id_], **WHO)
    await accept(journal, stop(number))
    (row,) = await claim(journal, Queue.INTERACTIVE)
    closed = json.dumps({"1": {"action": "close", "verdict": "done", "reason": ""}}, separators=(",", ":"))
    await journal.finish(Ending(row, InboxState.DONE, "done", results=closed))
    replaying = Replaying(journal.database)
    plan = replaying.plan(None, [str(id_)])
    assert [("ask", "its number sent STOP since: the core is asked, and nothing that costs is called for")] == [
        (group.deed, group.why) for group in plan.groups
    ]
    replaying.go_on(replaying.begin(plan, **WHO))
    (row,) = await claim(journal, Queue.BULK)
    assert (id_, True, True) == (row.id, row.doubtful, row.stop_requested)


async def test_a_run_that_was_interrupted_goes_on_where_it_was_and_does_no_row_twice(journal: Journal) -> None:
    ids = await ended(journal, *[(InboxState.DONE, "done")] * 7)
    first = Replaying(journal.database, sleep=lambda _: None)
    looks: list[Progress] = []
    run_id = first.begin(first.plan(Filter()), **WHO, rate_per_s=4)  # two in each transaction
    first.go_on(run_id, progress=looks.append, stopping=lambda: len(looks) == 2)
    assert (4, 3) == (len(answers(journal)) - 7, first.state(run_id).left)
    second = Replaying(journal.database, sleep=lambda _: None)
    for _ in range(2):
        report = second.go_on(run_id)
    assert (0, [("send its answer again", 7)]) == (report.run.left, [(what, n) for what, _, n in report.groups])
    assert sorted(ids * 2) == sorted(answer["inbox_id"] for answer in answers(journal))


async def test_what_has_moved_on_since_the_plan_is_decided_anew(journal: Journal) -> None:
    """Between the dry run and the deed a worker may have had it: what is done is what fits it then."""
    await ended(journal, (InboxState.DEAD, "busy"))
    replaying = Replaying(journal.database)
    run_id = replaying.begin(replaying.plan(Filter()), **WHO)
    another = Replaying(journal.database)
    another.go_on(another.begin(another.plan(Filter()), **WHO))
    await claim(journal, Queue.BULK)
    report = replaying.go_on(run_id)
    assert [("nothing", "a worker has it", 1)] == list(report.groups)


async def test_what_was_given_up_since_the_plan_stays_given_up(journal: Journal) -> None:
    """Promise 3: its subscriber has been told that nothing was charged."""
    (id_,) = await ended(journal, (InboxState.DEAD, "busy"))
    replaying = Replaying(journal.database)
    run_id = replaying.begin(replaying.plan(Filter()), **WHO)
    Desk(journal.database).bury([id_], author="boris", reason="told by phone")
    report = replaying.go_on(run_id)
    assert [("nothing", "it has come to an end since this replay was begun", 1)] == list(report.groups)
    assert [(InboxState.REFUSED, "buried")] == [(row["state"], row["outcome"]) for row in rows(journal)]
    replaying.go_on(replaying.begin(replaying.plan(None, [str(id_)]), **WHO))
    assert InboxState.UNKNOWN == rows(journal)[0]["state"], "who names what is given up means it"


@pytest.mark.parametrize("end", [(InboxState.DONE, "done"), (InboxState.REFUSED, "balance")])
async def test_what_two_replay_at_once_is_answered_once(journal: Journal, end: tuple[InboxState, str]) -> None:
    """The second finds it done by the first: its answer has just been sent."""
    await ended(journal, (InboxState.DEAD, "busy"))
    first, second = Replaying(journal.database), Replaying(journal.database)
    runs = [(one, one.begin(one.plan(Filter()), **WHO)) for one in (first, second)]
    first.go_on(runs[0][1])
    (row,) = await claim(journal, Queue.BULK)
    results = POOR if end[1] == "balance" else ""
    await journal.finish(Ending(row, *end, results=results, answers=(Answer(row.number, "second"),)))
    for text in await journal.claim_answers(["smsc"], 100, 60.0):
        await journal.tried(Sent(text.id, journal.owner, OutboxState.SENT, message_id="again"))
    report = second.go_on(runs[1][1])
    assert [("nothing", "it has come to an end since this replay was begun", 1)] == list(report.groups)
    assert ["first", "second"] == [answer["text"] for answer in answers(journal)]
    assert [] == await claim(journal, Queue.BULK)


@pytest.mark.parametrize(
    ("every_s", "rate_per_s", "took_s"),
    [(0.5, 2, 0.0), (0.5, 2, 0.1), (1.5, 2, 0.3)],
    ids=["at once", "in time", "a slow journal"],
)
async def test_the_rate_is_kept_and_each_step_rests_four_times_as_long_as_it_took(
    journal: Journal, every_s: float, rate_per_s: float, took_s: float
) -> None:
    """On SQLite a step holds up all that is live: most of the time is theirs, whatever the rate."""
    await ended(journal, *[(InboxState.DONE, "done")] * 4)
    now = [0.0]

    def sleep(seconds: float) -> None:
        now[0] += seconds

    def ring() -> None:
        now[0] += took_s

    replaying = Replaying(journal.database, clock=lambda: now[0], sleep=sleep, ring=ring)
    told: list[float] = []
    run_id = replaying.begin(replaying.plan(Filter()), **WHO, rate_per_s=rate_per_s)
    replaying.go_on(run_id, progress=lambda _: told.append(round(now[0], 3)))
    assert [round(n * every_s, 3) for n in range(4)] == told[:4]


async def test_what_is_to_be_done_is_kept_little_by_little_and_one_that_is_cut_short_never_was(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hundred thousand rows in one transaction would keep all that is live waiting on SQLite."""
    monkeypatch.setattr("workers.ops.replaying._KEPT_AT_ONCE", 2)
    await ended(journal, *[(InboxState.DONE, "done")] * 5)
    now, rests = [0.0], list[float]()

    def clock() -> float:
        now[0] += 0.25
        return now[0]

    def sleep(seconds: float) -> None:
        rests.append(seconds)
        if len(rests) == 2:
            raise KeyboardInterrupt

    replaying = Replaying(journal.database, clock=clock, sleep=sleep)
    with pytest.raises(KeyboardInterrupt):
        replaying.begin(replaying.plan(Filter()), **WHO)
    assert ([1.0, 1.0], []) == (rests, replaying.runs())
    with pytest.raises(NoSuchRunError):
        replaying.go_on(1)
    run_id = replaying.begin(replaying.plan(Filter()), **WHO)
    assert [(run_id, 5, 5, None)] == [(run.id, run.total, run.left, run.ended_at) for run in replaying.runs()]


@pytest.mark.parametrize("parts", [0, 1, 2])
async def test_one_that_is_told_to_stop_while_it_is_kept_does_nothing_and_begun_anew_does_each_once(
    journal: Journal, monkeypatch: pytest.MonkeyPatch, parts: int
) -> None:
    """Promises 1 and 2: what was kept of it is seen as cut short, goes on with nobody, and is in no other's way."""
    monkeypatch.setattr("workers.ops.replaying._KEPT_AT_ONCE", 2)
    monkeypatch.setattr("workers.ops.replaying._CUT_AFTER_S", 0.0)
    await ended(journal, *[(InboxState.DEAD, "busy")] * 5)
    replaying = Replaying(journal.database, sleep=lambda _: None)
    plan, before = replaying.plan(Filter()), (rows(journal), events(journal))
    asked = iter([False] * parts)
    with pytest.raises(CutShortError):
        replaying.begin(plan, **WHO, stopping=lambda: next(asked, True))
    unkept = [(one.run.total, one.run.left, one.run.reason, one.cut_short) for one in replaying.unkept()]
    assert [(2 * parts, 2 * parts, "ticket 7", True)] * (parts > 0) == unkept
    assert ([], before) == (replaying.runs(), (rows(journal), events(journal)))
    with pytest.raises(NoSuchRunError):
        replaying.go_on(1)
    run_id = replaying.begin(plan, **WHO)
    replaying.go_on(run_id)
    assert 5 == events(journal).count("replayed")
    assert [(run_id, 5, 0)] == [(run.id, run.total, run.left) for run in replaying.runs()]
    assert [] == replaying.unkept()


async def test_one_that_is_still_being_kept_is_not_called_cut_short(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workers.ops.replaying._KEPT_AT_ONCE", 2)
    await ended(journal, *[(InboxState.DEAD, "busy")] * 5)
    seen = []

    def sleep(_: float) -> None:
        seen.extend((one.run.total, one.cut_short) for one in replaying.unkept())

    replaying = Replaying(journal.database, sleep=sleep)
    replaying.begin(replaying.plan(Filter()), **WHO)
    assert ([(2, False), (4, False)], []) == (seen, replaying.unkept())


async def test_a_plan_that_is_told_to_stop_looks_no_further(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workers.ops.replaying._PLANNED_AT_ONCE", 2)
    await ended(journal, *[(InboxState.DONE, "done")] * 3)
    asked = iter([False])
    with pytest.raises(CutShortError):
        Replaying(journal.database).plan(Filter(), stopping=lambda: next(asked, True))


@pytest.mark.parametrize("commits", [0, 1, 2])
async def test_a_journal_that_fails_while_a_run_is_kept_has_no_run(
    journal: Journal, monkeypatch: pytest.MonkeyPatch, commits: int
) -> None:
    """However far it came: half a run that is listed, or an empty one, looks like one that was done."""
    monkeypatch.setattr("workers.ops.replaying._KEPT_AT_ONCE", 2)
    await ended(journal, *[(InboxState.DONE, "done")] * 5)
    replaying = Replaying(journal.database, sleep=lambda _: None)
    plan = replaying.plan(Filter())
    with full_after(commits) as left, pytest.raises(JournalUnavailable):
        replaying.begin(plan, **WHO)
    assert ([], []) == (left, replaying.runs())


async def test_a_plan_with_nothing_to_do_is_a_run_that_is_over(journal: Journal) -> None:
    await accept(journal, message())
    replaying = Replaying(journal.database)
    run_id = replaying.begin(replaying.plan(Filter()), **WHO)
    report = replaying.go_on(run_id)
    assert (run_id, 0, 0, ()) == (report.run.id, report.run.total, report.run.left, report.groups)
    assert [run_id] == [run.id for run in replaying.runs() if run.ended_at is not None]


async def test_it_is_slower_by_itself_where_all_writers_share_one(journal: Journal) -> None:
    await ended(journal, (InboxState.DONE, "done"))
    replaying = Replaying(journal.database)
    run_id = replaying.begin(replaying.plan(Filter()), **WHO)
    assert (50 if journal.database.is_sqlite else 100) == replaying.state(run_id).rate_per_s


def test_a_run_that_never_was_is_said(journal: Journal) -> None:
    with pytest.raises(NoSuchRunError, match="no replay 9"):
        Replaying(journal.database).go_on(9)
