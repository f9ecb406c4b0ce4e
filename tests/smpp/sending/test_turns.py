"""Where the rate is the bottleneck, what is urgent waits for no other's parts.

The bug these guard: ten texts of ten parts, each waiting for the rate, kept all slots of the window, and the answer
to a consent came up to 86 s late at one a second.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from itertools import count

from channels.smpp.sending.pace import Pace
from channels.smpp.sending.turns import Turns
from tests.smpp.conftest import Bound
from tests.smpp.kit.in_and_out import way_out
from tests.smpp.kit.memory import MemoryPostbox, Row
from tests.smpp.kit.near_smsc import made
from tests.smpp.kit.turned_clock import TurnedClock

_TEN_PARTS = "x" * 1500


class UrgentFirst(MemoryPostbox):
    """As the journal gives them."""

    async def claim(self, binds: Sequence[str], limit: int) -> list[Row]:
        self.queue.sort(key=lambda row: (row.priority, row.id))
        return await super().claim(binds, limit)


async def test_an_urgent_text_waits_for_two_long_ones_at_most(bound: Bound, clock: TurnedClock) -> None:
    session, smsc = await bound(window=10)
    ids = count(1)
    smsc.answer_submits = lambda pdu: made("submit_sm_resp", pdu.sequence, message_id=f"m{next(ids)}")
    postbox = UrgentFirst(*(Row(n, _TEN_PARTS, destination=f"86{n}", priority=2) for n in range(1, 100)))
    sending = asyncio.create_task(way_out(postbox, clock, rate_per_s=1.0).run(session))
    await clock.turn(60)
    waits = []
    for id_ in range(1000, 1005):
        postbox.put(Row(id_, "1 = yes", destination="861", priority=0))
        began = clock.monotonic()
        while ("sent", id_) not in [end[:2] for end in postbox.ends]:
            await clock.turn(0.5)
        waits.append(clock.monotonic() - began)
        await clock.turn(7.5)
    assert max(waits) <= 2 * 10 + 2, waits
    before = len(smsc.of("submit_sm"))
    await clock.turn(60)
    assert 58 <= len(smsc.of("submit_sm")) - before <= 63, "and the rate is used up"
    session.close("the test is over")
    await clock.turn(2)
    await sending


async def test_the_most_urgent_goes_first_then_who_has_waited_longest(clock: TurnedClock) -> None:
    pace = Pace(1.0)
    turns, went = Turns(pace, clock), []
    while not pace.take(clock.monotonic()):
        pass

    async def go(name: str, priority: int) -> None:
        await turns.take(priority, lambda: True)
        went.append(name)

    going = [asyncio.create_task(go(name, priority)) for name, priority in (("bulk", 2), ("order", 1), ("later", 1))]
    await clock.turn(0.1)
    going.append(asyncio.create_task(go("urgent", 0)))
    await clock.turn(5)
    assert ["urgent", "order", "later", "bulk"] == went
    assert 0 == turns.waiting


async def test_nobody_is_forgotten_where_it_ends_or_who_is_first_gives_up(clock: TurnedClock) -> None:
    pace, bound = Pace(1.0), True
    turns = Turns(pace, clock)
    while not pace.take(clock.monotonic()):
        pass
    first, *others = (asyncio.create_task(turns.take(1, lambda: bound)) for _ in range(5))
    await clock.turn(0.1)
    first.cancel()
    await clock.turn(1.1)
    assert 1 == sum(task.done() for task in others)
    bound = False
    await clock.turn(1.1)
    assert all(task.done() for task in others)
