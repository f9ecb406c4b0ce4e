"""A sender keeps what it has in hand for as long as it takes, and sends nothing that is no longer its own.

The bug these guard: a text whose ten parts took 8 s each outlived its lease, and went out again from its beginning.
"""

from __future__ import annotations

import asyncio

from smpplib import consts

from channels.smpp.ports import LEASE_S
from tests.journal.kit.answers import answered, states
from tests.journals import sqlite_url  # noqa: F401 - a fixture
from tests.smpp.conftest import Bound
from tests.smpp.kit.in_and_out import way_out
from tests.smpp.kit.memory import MemoryPostbox, Row
from tests.smpp.kit.near_smsc import NearSmsc, made
from tests.smpp.kit.turned_clock import TurnedClock, settled
from workers.journal import Journal
from workers.postbox import Postbox

_TEN_PARTS = "x" * 1500
_ANSWER_S = 8.0


async def _answer_slowly(smsc: NearSmsc, clock: TurnedClock) -> None:
    for answered_before in range(100):
        while len(smsc.of("submit_sm")) <= answered_before:
            await clock.sleep(0.5)
        await clock.sleep(_ANSWER_S)
        sequence = smsc.of("submit_sm")[answered_before].sequence
        smsc.say(made("submit_sm_resp", sequence, message_id=f"m{answered_before}"))


async def _turn(clock: TurnedClock, seconds: int, journal: Journal) -> set[int]:
    """Let time pass in steps, with sweeps; how many answers each of these took back.

    A step begins once the journal has done what the one before had brought, and what came of that: it does one thing
    after another, so that a sweep is done when all that stood before it is.
    """
    taken_back: set[int] = set()
    for _ in range(seconds):
        await clock.turn(1.0)
        for _ in range(4):
            taken_back.add(await journal.expire_answers())
            await settled()
    return taken_back


async def test_a_text_whose_parts_outlast_its_lease_goes_out_once(
    bound: Bound,
    clock: TurnedClock,
    sqlite_url: str,  # noqa: F811
) -> None:
    session, smsc = await bound()
    with Journal(sqlite_url, clock=clock.time) as journal:
        await answered(journal, _TEN_PARTS, bind="main")
        answering = asyncio.create_task(_answer_slowly(smsc, clock))
        sending = asyncio.create_task(way_out(Postbox(journal), clock).run(session))
        assert ({0}, ["sent"]) == (await _turn(clock, 100, journal), states(journal))
        bodies = [pdu.short_message for pdu in smsc.of("submit_sm")]
        assert (10, 10) == (len(bodies), len(set(bodies)))
        session.close("the test is over")
        await clock.turn(1)
        await sending
        answering.cancel()


async def test_what_is_in_other_hands_meanwhile_is_not_sent_on(bound: Bound, clock: TurnedClock) -> None:
    session, smsc = await bound()
    postbox = MemoryPostbox(Row(1, _TEN_PARTS))
    answering = asyncio.create_task(_answer_slowly(smsc, clock))
    sending = asyncio.create_task(way_out(postbox, clock).run(session))
    await clock.turn(12)
    postbox.out[2] = postbox.out.pop(1)  # so `renew` tells of 1 that somebody else has it
    await clock.turn(60)
    assert 2 == len(smsc.of("submit_sm"))
    assert [] == postbox.ends
    session.close("the test is over")
    await clock.turn(1)
    await sending
    answering.cancel()


async def test_what_can_not_be_renewed_is_sent_no_longer_than_the_lease_holds(bound: Bound, clock: TurnedClock) -> None:
    session, smsc = await bound()
    postbox = MemoryPostbox(Row(1, _TEN_PARTS))
    answering = asyncio.create_task(_answer_slowly(smsc, clock))
    sending = asyncio.create_task(way_out(postbox, clock).run(session))
    await clock.turn(1)
    postbox.broken = ConnectionError("the journal is gone")
    await clock.turn(2 * LEASE_S)
    assert len(smsc.of("submit_sm")) <= LEASE_S / _ANSWER_S + 1
    session.close("the test is over")
    await clock.turn(60)
    await sending
    answering.cancel()


async def test_a_row_with_many_rests_before_it_stays_in_hand(bound: Bound, clock: TurnedClock) -> None:
    session, smsc = await bound(window=1)
    refused = [consts.SMPP_ESME_RTHROTTLED] * 8
    smsc.answer_submits = lambda pdu: made("submit_sm_resp", pdu.sequence, refused.pop() if refused else 0)
    postbox = MemoryPostbox(*(Row(n, destination=f"86{n}") for n in range(1, 4)))
    sending = asyncio.create_task(way_out(postbox, clock, rate_per_s=1.0).run(session))
    await clock.turn(400)
    assert {1, 2, 3} == {row for what, row, _ in postbox.ends if what == "sent"}
    session.close("the test is over")
    await clock.turn(1)
    await sending
