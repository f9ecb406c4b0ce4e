"""Binds of one process: they come back for ever, fail apart, and stop without leaving anything in hand."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from random import Random
from typing import Any

import pytest
from smpplib import consts

from channels.smpp import BindState
from channels.smpp.listener import BindsDontFit, check, run
from tests.smpp.kit.memory import MemoryPostbox, MemoryReception, Row
from tests.smpp.kit.near_smsc import NearSmsc, deliver_sm, made
from tests.smpp.kit.turned_clock import TurnedClock, settled
from tests.smpp.peers.smsc import PATIENCE_S
from workers.settings import BindSettings


def setting(name: str = "main", **more: Any) -> BindSettings:
    return BindSettings(name=name, system_id="tonegate", **more)


class House:
    """Binds at work over in-memory SMSCs, one for each bind."""

    def __init__(self, *binds: BindSettings) -> None:
        self.clock = TurnedClock()
        self.reception = MemoryReception()
        self.postbox = MemoryPostbox()
        self.smscs = {bind.name: NearSmsc() for bind in binds}
        self.states: list[BindState] = []
        self.stop = asyncio.Event()
        self.running = asyncio.create_task(
            run(
                binds,
                self.reception,
                self.postbox,
                stop=self.stop,
                on_state=self.states.append,
                clock=self.clock,
                random=Random(1),
                connecting=lambda bind: self.smscs[bind.name].connect,
            )
        )

    @property
    def smsc(self) -> NearSmsc:
        return next(iter(self.smscs.values()))

    def statuses(self, name: str = "main") -> list[str]:
        seen = [state.status for state in self.states if state.name == name]
        return [status for index, status in enumerate(seen) if not index or seen[index - 1] != status]


@pytest.fixture
async def house() -> AsyncIterator[Any]:
    made_houses: list[House] = []

    def make(*binds: BindSettings) -> House:
        made_houses.append(House(*(binds or (setting(),))))
        return made_houses[-1]

    yield make
    for one in made_houses:
        one.stop.set()
        for smsc in one.smscs.values():
            for pipe in smsc.pipes:
                pipe.close()
        await one.clock.turn(30)
        await asyncio.wait_for(one.running, PATIENCE_S)


async def test_a_text_goes_in_and_its_answer_out(house: Any) -> None:
    one = house()
    one.smsc.answer_submits = lambda pdu: made("submit_sm_resp", pdu.sequence, message_id="m1")
    await one.clock.turn(0.1)
    one.smsc.say(deliver_sm(b"LIST", 3))
    one.postbox.put(Row(1))
    await one.clock.turn(0.1)
    assert [(text.session, text.text) for text in one.reception.texts] == [("main-1", "LIST")]
    assert one.postbox.ends == [("sent", 1, "m1")]
    assert (one.states[-1].status, one.statuses()) == ("bound", ["connecting", "bound"])
    await one.clock.turn(2)
    assert (one.states[-1].received, one.states[-1].sent, one.states[-1].window_used) == (1, 1, 0)


async def test_it_comes_back_for_ever_and_never_spins(house: Any) -> None:
    one = house()
    one.smsc.refuse = ConnectionRefusedError("refused")
    await one.clock.turn(3600)
    tries = one.statuses().count("connecting")
    assert 120 <= tries <= 260
    assert one.states[-1].last_error == "refused"
    one.smsc.refuse = None
    await one.clock.turn(31)
    assert one.states[-1].status == "bound"


async def test_a_lost_connection_is_told_to_the_reception_before_the_next_session(house: Any) -> None:
    one = house()
    await one.clock.turn(10)
    one.smsc.hang_up()
    await one.clock.turn(1)
    assert (one.reception.sessions, one.reception.closed) == (["main-1", "main-2"], ["main-1"])
    assert one.statuses() == ["connecting", "bound", "waiting", "connecting", "bound"]


async def test_a_bind_that_is_dropped_at_once_backs_off_and_one_that_worked_does_not(house: Any) -> None:
    one = house()
    for _ in range(8):
        while not one.smsc.pipes or one.smsc.pipe.closed or one.states[-1].status != "bound":
            await one.clock.turn(1)
        one.smsc.hang_up()
        await settled()
    before = one.clock.monotonic()
    while one.states[-1].status != "bound":
        await one.clock.turn(1)
    assert one.clock.monotonic() - before > 10
    await one.clock.turn(6)
    one.smsc.hang_up()
    await one.clock.turn(0.6)
    assert one.states[-1].status == "bound"


async def test_a_refused_bind_is_tried_again_and_its_reason_shown(house: Any) -> None:
    one = house()
    one.smsc.bind_status = consts.SMPP_ESME_RINVPASWD
    await one.clock.turn(5)
    assert "ESME_RINVPASWD" in one.states[-1].last_error
    assert one.reception.sessions == one.reception.closed
    one.smsc.bind_status = 0
    await one.clock.turn(30)
    assert one.states[-1].status == "bound"


async def test_without_the_journal_it_does_not_bind_and_with_it_it_does(house: Any) -> None:
    one = house()
    one.reception.broken = RuntimeError("journal gone")
    await one.clock.turn(10)
    assert "bind_transceiver" not in one.smsc.commands()
    one.reception.broken = None
    await one.clock.turn(31)
    assert one.states[-1].status == "bound"


async def test_while_the_journal_is_gone_nothing_is_acknowledged_and_the_bind_stays(house: Any) -> None:
    one = house()
    await one.clock.turn(1)
    one.reception.broken = one.postbox.broken = RuntimeError("journal gone")
    one.smsc.say(deliver_sm(b"LIST", 3))
    await one.clock.turn(20)
    one.smsc.say(made("enquire_link", 4))
    await one.clock.turn(20)
    assert [pdu.status for pdu in one.smsc.of("deliver_sm_resp")] == [consts.SMPP_ESME_RX_T_APPN]
    one.reception.broken = one.postbox.broken = None
    one.smsc.answer_submits = lambda pdu: made("submit_sm_resp", pdu.sequence, message_id="m1")
    one.smsc.say(deliver_sm(b"LIST", 5))
    one.postbox.put(Row(1))
    await one.clock.turn(2)
    assert (one.smsc.of("deliver_sm_resp")[-1].status, one.postbox.ends) == (0, [("sent", 1, "m1")])
    assert len(one.smsc.pipes) == 1


async def test_one_bind_in_trouble_does_not_hold_up_another(house: Any) -> None:
    one = house(setting("a"), setting("b"))
    one.smscs["a"].refuse = ConnectionRefusedError("refused")
    await one.clock.turn(5)
    one.smscs["b"].say(deliver_sm(b"LIST", 3))
    await one.clock.turn(0.1)
    assert [text.bind for text in one.reception.texts] == ["b"]
    assert (one.statuses("a")[-1], one.statuses("b")[-1]) == ("waiting", "bound")


async def test_a_stop_finishes_what_was_accepted_drains_the_window_and_unbinds(house: Any) -> None:
    one = house(setting(window=1))
    await one.clock.turn(0.1)
    one.reception.hold = asyncio.Event()
    one.postbox.put(Row(1), Row(2))
    one.smsc.say(deliver_sm(b"LIST", 3))
    await one.clock.turn(0.1)
    one.stop.set()
    await one.clock.turn(0.1)
    one.smsc.say(deliver_sm(b"LIST", 4))
    await one.clock.turn(0.1)
    assert [(pdu.sequence, pdu.status) for pdu in one.smsc.of("deliver_sm_resp")] == [(4, consts.SMPP_ESME_RX_T_APPN)]
    one.reception.hold.set()
    one.smsc.say(made("submit_sm_resp", one.smsc.of("submit_sm")[0].sequence, message_id="m1"))
    await one.clock.turn(0.1)
    assert one.smsc.commands()[-2:] == ["deliver_sm_resp", "unbind"]
    assert not one.running.done()
    one.smsc.say(made("unbind_resp", one.smsc.of("unbind")[0].sequence))
    await one.clock.turn(0.1)
    assert one.running.done()
    assert (one.postbox.ends, [row.id for row in one.postbox.queue]) == ([("sent", 1, "m1")], [2])
    assert (one.reception.closed, one.states[-1].status) == (["main-1"], "stopped")


@pytest.mark.parametrize("during", ["waiting", "connecting", "binding"])
async def test_a_stop_is_obeyed_at_once_while_not_bound(house: Any, during: str) -> None:
    one = house()
    if during == "waiting":
        one.smsc.refuse = ConnectionRefusedError("refused")
        await one.clock.turn(60)
    elif during == "binding":
        one.smsc.bind_status = None
        await one.clock.turn(1)
    one.stop.set()
    await one.clock.turn(0.1)
    assert one.running.done()


async def test_a_receivers_answers_leave_by_the_bind_it_names(house: Any) -> None:
    one = house(setting("in", mode="receiver", reply_via="out"), setting("out", mode="transmitter"))
    one.smscs["out"].answer_submits = lambda pdu: made("submit_sm_resp", pdu.sequence, message_id="m1")
    await one.clock.turn(0.1)
    one.postbox.put(Row(1, bind="in"))
    await one.clock.turn(0.1)
    assert (one.postbox.ends, one.smscs["in"].of("submit_sm")) == ([("sent", 1, "m1")], [])


@pytest.mark.parametrize(
    ("binds", "words"),
    [
        ([setting("a"), setting("a")], "same name"),
        ([setting("a", reply_via="b")], "which is no bind"),
        ([setting("a", reply_via="b"), setting("b", mode="receiver")], "sends nothing"),
        ([setting("a", reply_via="b"), setting("b", reply_via="c"), setting("c")], "has a reply_via itself"),
    ],
)
def test_binds_that_cannot_run_are_refused_with_what_would_mend_them(binds: list[BindSettings], words: str) -> None:
    with pytest.raises(BindsDontFit, match=words):
        check(binds)
