"""What is found done after its answer was lost: its price counts where it came by that very order, and else not.

An order that a tone's owner sends once more, and whose worker dies, finds the tone there, too: nobody was charged.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.workers.kit.office import NUMBER, TRANSACTION, Office, crashed, next_stay, row_of
from tests.workers.kit.small_core import PRICE, Lost, SmallCore
from workers.counting import count
from workers.dialogue import Action, Way
from workers.journal import Ending, InboxState
from workers.journal.statistics.values import Charged, EndedMessage
from workers.reconcile import brought_it
from workers.steps import Step, read_results

TONE = "600902000001"
ORDER = f"GET {TONE}"
NOW = 1_801_828_807.0
"""2027-02-05 12:00:07 UTC."""
HOUR, DAY = 3600.0, 86_400.0


def _moment(at: float, zone_s: float = 0.0, *, whole_days: bool = False) -> str:
    at = (at + zone_s) // DAY * DAY - zone_s if whole_days else at
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass
class DatedCore(SmallCore):
    """A library with dates, written as `date` writes the moment that a tone's period ends."""

    now_s: float = NOW
    date: Callable[[float], str] = _moment
    since: dict[str, float] = field(default_factory=dict)
    """When each tone of the one number was bought, by its code."""

    def _do(self, name: str, fields: dict[str, str]) -> Any:
        before = len(self.ledger)
        code, given, rows = super()._do(name, fields)
        if name == "orderTone" and len(self.ledger) > before:
            self.since[fields["resourceCode"]] = self.now_s
        if name == "queryInboxTone":
            rows = {"toneInfos": [row | self._until(row["resourceCode"]) for row in rows["toneInfos"]]}
        return code, given, rows

    def owns(self, code: str, since: float) -> None:
        """The tone was bought then."""
        self.owned[NUMBER].append(code)
        self.since[code] = since

    def _until(self, code: str) -> dict[str, str]:
        written = self.date(self.since[code] + 30 * DAY)
        return {"validUntil": written} if written else {}


def counted(ending: Ending) -> int:
    """What statistics make of it, with its price reserved as where offers are sold."""
    return count(
        EndedMessage(
            1, "sms", NUMBER, ORDER, "en", "", ending.state, ending.outcome, ending.results, NOW, NOW,
            charges={"01": Charged("", PRICE)},
        )
    ).cells[0].amount  # fmt: skip


def office_of(core: SmallCore, way: Way = Way.NONE, *, asks: bool = False) -> Office:
    core.forgets = True
    return Office(core=core, way=way, query_transaction=asks, now_s=NOW)


WRITTEN = {
    "to the millisecond": _moment,
    "as days in Nepal": lambda at: _moment(at, 20_700.0, whole_days=True),
    "as days in UTC": lambda at: _moment(at, whole_days=True),
}


@pytest.mark.parametrize("written", WRITTEN)
@pytest.mark.parametrize(("since", "amount"), [(None, PRICE), (NOW - 2 * DAY, 0)], ids=["ours", "owned before"])
async def test_the_date_in_the_library_tells_an_order_of_ours_from_what_was_there(
    since: float | None, amount: int, written: str
) -> None:
    core = DatedCore(date=WRITTEN[written], now_s=NOW + 5)
    office, row = office_of(core), row_of(ORDER, received_at=NOW)
    if since is None:
        core.faults["orderTone"] = [Lost()]
        ending = await office.finish(await office.run(row))
    else:
        core.owns(TONE, since)
        ending = await office.finish(await office.run(crashed(row)))
    assert (InboxState.DONE, amount, amount) == (
        ending.state, counted(ending), sum(amount for *_, amount in core.ledger)
    )  # fmt: skip


@pytest.mark.parametrize(("since", "amount"), [(NOW - HOUR, 0), (NOW, PRICE)])
async def test_a_date_to_the_second_tells_what_was_bought_an_hour_before(since: float, amount: int) -> None:
    """Who sends the same code again is the usual owner."""
    core = DatedCore()
    core.owns(TONE, since)
    office = office_of(core)
    assert amount == counted(await office.run(crashed(row_of(ORDER, received_at=NOW))))


@pytest.mark.parametrize("date", [_moment, lambda _: ""], ids=["dates", "no dates"])
async def test_a_worker_that_died_while_the_price_was_looked_up_has_charged_nobody(
    date: Callable[[float], str],
) -> None:
    """Promise 3: no call that costs goes out before a yes, so what is there then is no order's."""
    core = DatedCore(date=date)
    core.owns(TONE, NOW)
    office = office_of(core, Way.REPLY)
    ending = await office.run(crashed(row_of(ORDER, received_at=NOW + 1)))
    assert (InboxState.DONE, 0, []) == (ending.state, counted(ending), core.ledger)


async def test_without_dates_an_order_that_nobody_looked_before_counts_as_nothing() -> None:
    office = office_of(SmallCore())
    office.core.faults["orderTone"] = [Lost()]
    ending = await office.finish(await office.run(row_of(ORDER, received_at=NOW)))
    assert (InboxState.DONE, 0) == (ending.state, counted(ending))
    assert read_results(ending.results)[1].charge_unknown


@pytest.mark.parametrize("owned_before", [True, False])
async def test_what_the_core_says_it_never_saw_counts_as_nothing_whatever_is_there(owned_before: bool) -> None:
    """It may have come by another order of the number that was asked about at the same time."""
    core = DatedCore()
    office = office_of(core, Way.NONE, asks=True)
    if owned_before:
        core.owns(TONE, NOW)
        ending = await office.run(crashed(row_of(ORDER, received_at=NOW)))
    else:
        core.faults["orderTone"] = [Lost()]
        ending = await office.finish(await office.run(row_of(ORDER, received_at=NOW)))
    assert (InboxState.DONE, 0) == (ending.state, counted(ending))


async def test_what_the_core_itself_remembers_counts_as_it_says() -> None:
    office = Office(query_transaction=True)
    office.core.faults["orderTone"] = [Lost()]
    ending = await office.finish(await office.run(row_of(ORDER, received_at=NOW)))
    assert (InboxState.DONE, PRICE) == (ending.state, counted(ending))


async def test_opening_that_is_found_so_without_a_yes_counts_as_nothing() -> None:
    office = office_of(SmallCore())
    office.core.open.add(NUMBER)
    ending = await office.run(crashed(row_of("ON", received_at=NOW)))
    assert (InboxState.DONE, 0) == (ending.state, counted(ending))


@pytest.mark.parametrize(
    ("action", "agreed", "known"),
    [
        (Action.ORDER, True, True),
        (Action.COPY, True, True),
        (Action.OPEN, True, True),
        (Action.JOIN, True, True),
        (Action.PACK, True, False),
        (Action.ORDER, False, False),
        (Action.OPEN, False, False),
        (Action.RENEW, False, True),
    ],
)
def test_without_a_date_it_is_the_look_before_the_yes_that_tells(action: Action, agreed: bool, known: bool) -> None:
    assert known == brought_it(Step(1, action, NUMBER, f"{TRANSACTION}01", TONE, agreed=agreed))


async def test_an_answer_that_comes_in_time_is_charged_for_as_ever() -> None:
    office = office_of(SmallCore())
    ending = await office.run(row_of(ORDER, received_at=NOW))
    assert (PRICE, False) == (counted(ending), read_results(ending.results)[1].charge_unknown)
    assert read_results(next_stay(ending).results) == read_results(ending.results)
