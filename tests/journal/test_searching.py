"""Finding messages: each filter, page after page, by name, and what waits for operations by its cause."""

from __future__ import annotations

import pytest

from tests.journal.kit.messages import NUMBER, OTHER, accept, claim, message, rows
from tests.journal.kit.turned_clock import TurnedClock
from workers.journal import Ending, Filter, InboxState, Journal, Reader, Search


async def two(journal: Journal, clock: TurnedClock) -> float:
    """An order in work and, 200 s later, a refused one of another number; returns when the first came."""
    start = clock()
    await accept(journal, message("GET 600902000001"))
    clock.turn(200)
    await accept(journal, message("GET 600902000002", OTHER, bind="other", channel="ussd"))
    (row,) = [row for row in await claim(journal) if row.number == OTHER]
    await journal.finish(Ending(row, InboxState.REFUSED, "balance"))
    return start


FIRST = [{"number": NUMBER}, {"state": "claimed"}, {"code": "000001"}, {"bind": "smsc"}, {"channel": "sms"}]
SECOND = [{"number": OTHER}, {"state": "refused"}, {"outcome": "balance"}, {"bind": "other"}, {"channel": "ussd"}]
BOTH = [{}, {"state": "claimed,refused"}, {"code": "GET"}, {"code": "get 6"}]
NONE = [{"number": "861"}, {"code": "%"}, {"state": "dead"}, {"number": NUMBER, "bind": "other"}]


async def test_each_filter_finds_what_it_says(journal: Journal, clock: TurnedClock) -> None:
    start = await two(journal, clock)
    first, second = (row["id"] for row in rows(journal))
    search = Search(journal.database)
    table = [
        *((wanted, [first]) for wanted in (*FIRST, {"until": start + 100}, {"number": NUMBER, "until": start + 1})),
        *((wanted, [second]) for wanted in (*SECOND, {"since": start + 100}, {"number": OTHER, "since": start + 1})),
        *((wanted, [second, first]) for wanted in (*BOTH, {"since": start}, {"until": start + 201})),
        *((wanted, []) for wanted in (*NONE, {"since": start + 201}, {"until": start})),
    ]
    for wanted, expected in table:
        given = Filter(**wanted)  # type: ignore[arg-type]
        assert expected == [row["id"] for row in search.page(given).rows], wanted
        assert sorted(expected) == search.ids(given, limit=10), wanted
    assert [second] == search.ids(Filter(), limit=1)


@pytest.mark.parametrize("wanted", [Filter(), Filter(number=NUMBER), Filter(state="received")], ids=str)
async def test_pages_follow_each_other_without_a_gap_and_without_a_double(
    journal: Journal, clock: TurnedClock, wanted: Filter
) -> None:
    """New messages come in between, some of them at the same moment: what was there is shown once, in order."""
    for _ in range(3):
        await accept(journal, *(message() for _ in range(3)))
        clock.turn(1.0)
    there = [row["id"] for row in rows(journal)]
    seen: list[int] = []
    cursor = ""
    for _ in range(10):
        page = Search(journal.database).page(wanted, limit=2, cursor=cursor)
        seen += [row["id"] for row in page.rows]
        await accept(journal, message())
        cursor = page.cursor
        if not cursor:
            break
    assert [*reversed(there)] == seen


async def test_the_last_page_has_no_next_one(journal: Journal) -> None:
    await accept(journal, message(), message())
    assert "" == Search(journal.database).page(Filter(), limit=2).cursor


async def test_messages_are_named_by_id_by_transaction_and_by_a_steps_transaction(journal: Journal) -> None:
    await accept(journal, message(), message(number=OTHER))
    first, second = rows(journal)
    names = [str(first["id"]), second["transaction_id"], f"{second['transaction_id']}01", "999", "nonsense", "9" * 30]
    expected = dict(zip(names, [first["id"], second["id"], second["id"]], strict=False))
    assert expected == Search(journal.database).named(names)


async def test_what_a_file_may_hold_that_is_no_name_is_left_out_on_either_database(journal: Journal) -> None:
    await accept(journal, message(), message(number=OTHER))
    first, second = rows(journal)
    names = [f"0{first['id']}", str(first["id"]), "a\0b", "\udcff", "\ufeff1", "１", f"{second['transaction_id']}01,x"]
    assert dict.fromkeys(names[:2], first["id"]) == Search(journal.database).named(names)
    for name in names[2:-1]:
        assert Reader(journal.database).life(name) is None


async def test_causes_count_what_waits_for_operations(journal: Journal, clock: TurnedClock) -> None:
    begin = clock()
    ends = [("unknown", "timeout"), ("unknown", "timeout"), ("dead", "busy"), ("done", "done"), ("refused", "balance")]
    for no, (state, outcome) in enumerate(ends):
        await accept(journal, message(number=f"86{no}"))
        (row,) = await claim(journal)
        await journal.finish(Ending(row, InboxState(state), outcome))
        clock.turn(10.0)
    search = Search(journal.database)
    assert [("unknown", "timeout", 2, begin, begin + 10), ("dead", "busy", 1, begin + 20, begin + 20)] == [
        (one.state, one.outcome, one.count, one.oldest_at, one.newest_at) for one in search.causes()
    ]
    assert [("refused", "balance", 1)] == [(one.state, one.outcome, one.count) for one in search.causes("refused")]
    assert ["dead"] == [one.state for one in search.causes(since=begin + 15)]


async def test_what_is_no_state_is_said(journal: Journal) -> None:
    with pytest.raises(ValueError, match="'asleep' is not a valid InboxState"):
        Search(journal.database).page(Filter(state="done,asleep"))
