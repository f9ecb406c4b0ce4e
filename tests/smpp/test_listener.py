"""Binds of one process are switched, set anew and stood in for, each without a word to the others."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from random import Random
from typing import Any

import pytest
from smpplib import consts

from channels.smpp import BindState
from channels.smpp.listener import run
from channels.smpp.operations import Operations
from channels.smpp.roster import Roster
from channels.smpp.session.terms import Connect
from channels.smpp.switchboard import SETTINGS, Switch
from tests.smpp.kit.memory import MemoryPostbox, MemoryReception, Row
from tests.smpp.kit.near_smsc import NearSmsc, deliver_sm, made
from tests.smpp.kit.turned_clock import TurnedClock, settled
from tests.smpp.peers.smsc import PATIENCE_S
from workers.settings import BindSettings


def setting(name: str, **more: Any) -> BindSettings:
    return BindSettings(name=name, system_id="tonegate", enquire_link_s=600, **more)


class Wishes:
    """Switches and settings in memory; `broken` makes them fail as the journal or the file would."""

    def __init__(self, binds: Sequence[BindSettings]) -> None:
        self.binds = list(binds)
        self.switches: dict[str, Switch] = {}
        self.broken: Exception | None = None
        self.broken_file: Exception | None = None

    def turn(self, *binds: str, on: bool) -> None:
        for bind in binds:
            before = self.switches.get(bind)
            generation = before.generation + 1 if before else 1
            self.switches = {**self.switches, bind: Switch(bind, on, generation, "anna@host", "their maintenance", 1.0)}

    def set_anew(self, *binds: BindSettings) -> None:
        self.binds = list(binds)
        self.turn(SETTINGS, on=True)

    async def read(self) -> dict[str, Switch]:
        if self.broken:
            raise self.broken
        return self.switches

    async def reread(self) -> list[BindSettings]:
        if self.broken_file:
            raise self.broken_file
        return self.binds


class PolledPostbox(MemoryPostbox):
    """Nothing wakes who waits for an answer: it is found by looking once a second."""

    def __init__(self, clock: TurnedClock) -> None:
        super().__init__()
        self._clock = clock

    async def wait(self, timeout_s: float) -> None:
        await self._clock.sleep(timeout_s)


class House:
    """A listener over in-memory SMSCs, one for each bind, and what operations want of it."""

    def __init__(self, *binds: BindSettings, off: Sequence[str] = (), broken: Exception | None = None) -> None:
        self.clock = TurnedClock()
        self.reception = MemoryReception()
        self.postbox = PolledPostbox(self.clock)
        self.operations = Wishes(binds)
        self.operations.turn(*off, on=False)
        self.operations.broken = broken
        self.smscs: dict[str, NearSmsc] = {}
        self.cannot_make: Exception | None = None
        self.states: dict[str, BindState] = {}
        self.stop = asyncio.Event()
        for bind in binds:
            self.smsc(bind.name)
        self.running = asyncio.create_task(
            run(
                binds,
                self.reception,
                self.postbox,
                stop=self.stop,
                on_state=lambda state: self.states.update({state.name: state}),
                clock=self.clock,
                random=Random(1),
                connecting=self._connecting,
                operations=Operations(self.operations, self.operations.reread),
            )
        )

    def smsc(self, name: str) -> NearSmsc:
        """It takes every answer, and every goodbye."""
        if name not in self.smscs:
            self.smscs[name] = smsc = NearSmsc()
            smsc.answer_submits = lambda pdu: made("submit_sm_resp", pdu.sequence, message_id=name)
        return self.smscs[name]

    def statuses(self) -> dict[str, str]:
        return {name: state.status for name, state in self.states.items()}

    def sessions(self) -> dict[str, int]:
        """How many connections each SMSC has had."""
        return {name: len(smsc.pipes) for name, smsc in self.smscs.items()}

    async def answer(self, number: int, bind: str) -> str:
        """An answer to a text that came in on a bind; by which SMSC it leaves within a second, or `nobody`."""
        self.postbox.put(Row(number, bind=bind))
        await self.clock.turn(1.1)
        return self.left_by(number)

    def left_by(self, number: int) -> str:
        return next((str(smsc) for what, id_, smsc in self.postbox.ends if (what, id_) == ("sent", number)), "nobody")

    async def until_bound(self, *names: str) -> None:
        await self._until(lambda: all(self.statuses().get(name) == "bound" for name in names))

    async def until_drained(self, name: str) -> None:
        """Let it say goodbye: the SMSC answers."""
        smsc = self.smsc(name)
        await self._until(lambda: bool(smsc.of("unbind")))
        smsc.say(made("unbind_resp", smsc.of("unbind")[-1].sequence))
        smsc.heard.clear()
        await settled()

    async def _until(self, holds: Callable[[], bool]) -> None:
        for _ in range(700):
            if holds():
                return
            await self.clock.turn(0.1)
        raise AssertionError(f"not within 70 s: {self.statuses()}")

    def _connecting(self, bind: BindSettings) -> Connect:
        if self.cannot_make and bind.name == "b":
            raise self.cannot_make
        return self.smsc(bind.name).connect


@pytest.fixture
async def house() -> AsyncIterator[Any]:
    houses: list[House] = []

    def make(*binds: BindSettings, **more: Any) -> House:
        houses.append(House(*binds, **more))
        return houses[-1]

    yield make
    for one in houses:
        one.stop.set()
        for smsc in one.smscs.values():
            for pipe in smsc.pipes:
                pipe.close()
        await one.clock.turn(30)
        await asyncio.wait_for(one.running, PATIENCE_S)


A, B = setting("a"), setting("b")


# switched


async def test_a_bind_that_is_off_when_the_listener_begins_is_not_bound_and_says_who_and_why(house: Any) -> None:
    one = house(A, B, off=["a"])
    await one.clock.turn(30)
    assert {"a": 0, "b": 1} == one.sessions()
    state = one.states["a"]
    assert ("switched off", "anna@host", "their maintenance") == (
        state.status,
        state.switched_by,
        state.switched_why,
    )
    assert "bound" == one.states["b"].status


async def test_a_bind_is_switched_off_and_on_while_the_other_keeps_its_session(house: Any) -> None:
    one = house(A, B)
    await one.until_bound("a", "b")
    one.operations.turn("a", on=False)
    await one.until_drained("a")
    await one.clock.turn(60)
    assert {"a": "switched off", "b": "bound"} == one.statuses()
    one.operations.turn("a", on=True)
    await one.until_bound("a")
    assert ("", None) == (one.states["a"].switched_by, one.states["a"].switched_at)
    assert {"a": 2, "b": 1} == one.sessions()


async def test_promise_1_a_bind_that_is_switched_off_takes_no_more_and_finishes_what_it_took(house: Any) -> None:
    one = house(A)
    await one.until_bound("a")
    smsc = one.smsc("a")
    smsc.answer_submits = None
    one.reception.hold = asyncio.Event()
    smsc.say(deliver_sm(b"LIST", 3))
    one.postbox.put(Row(1, bind="a"))
    await one.clock.turn(1.1)
    one.operations.turn("a", on=False)
    await one.clock.turn(1.1)
    smsc.say(deliver_sm(b"LIST", 4))
    await one.clock.turn(0.1)
    assert [(4, consts.SMPP_ESME_RX_T_APPN)] == [(pdu.sequence, pdu.status) for pdu in smsc.of("deliver_sm_resp")]
    assert ("unbinding", 0) == (one.states["a"].status, one.states["a"].switch)
    one.reception.hold.set()
    smsc.say(made("submit_sm_resp", smsc.of("submit_sm")[0].sequence, message_id="m1"))
    await settled()
    assert ["deliver_sm_resp", "unbind"] == smsc.commands()[-2:]
    assert [("sent", 1, "m1")] == one.postbox.ends
    await one.until_drained("a")
    assert (["a-1"], ["a-1"]) == (one.reception.sessions, one.reception.closed)
    await one.clock.turn(2)
    assert ("switched off", 1) == (one.states["a"].status, one.states["a"].switch)


async def test_a_bind_that_is_wanted_again_while_it_drains_comes_back(house: Any) -> None:
    one = house(A)
    await one.until_bound("a")
    one.operations.turn("a", on=False)
    await one.clock.turn(1.1)
    one.operations.turn("a", on=True)
    await one.clock.turn(1.1)
    assert ("unbinding", 1) == (one.states["a"].status, one.states["a"].switch)
    await one.until_drained("a")
    await one.until_bound("a")
    assert 2 == one.states["a"].switch


async def test_what_was_counted_before_a_stop_counts_on(house: Any) -> None:
    one = house(A)
    await one.until_bound("a")
    one.smsc("a").say(deliver_sm(b"LIST", 3))
    assert "a" == await one.answer(1, "a")
    one.operations.turn("a", on=False)
    await one.until_drained("a")
    one.operations.turn("a", on=True)
    await one.until_bound("a")
    assert "a" == await one.answer(2, "a")
    await one.clock.turn(2)
    assert (1, 2) == (one.states["a"].received, one.states["a"].sent)


async def test_nothing_is_bound_before_it_is_known_what_operations_want(house: Any) -> None:
    one = house(A, B, off=["a"], broken=RuntimeError("journal gone"))
    await one.clock.turn(60)
    assert {"a": 0, "b": 0} == one.sessions()
    one.operations.broken = None
    await one.clock.turn(1.1)
    assert {"a": "switched off", "b": "bound"} == one.statuses()


async def test_while_the_journal_is_gone_all_stays_as_it_is(house: Any) -> None:
    one = house(A, B, off=["a"])
    await one.until_bound("b")
    one.operations.broken = RuntimeError("journal gone")
    one.operations.turn("a", on=True)
    await one.clock.turn(60)
    assert {"a": "switched off", "b": "bound"} == one.statuses()
    one.operations.broken = None
    await one.until_bound("a")
    assert 1 == one.sessions()["b"]


# set anew


async def test_settings_read_anew_disturb_only_the_binds_that_they_change(house: Any) -> None:
    one = house(A, B, setting("c"))
    await one.until_bound("a", "b", "c")
    one.operations.set_anew(A, setting("b", window=3), setting("d"))
    await one.until_drained("c")
    await one.until_drained("b")
    await one.until_bound("b", "d")
    await one.clock.turn(60)
    assert {"a": 1, "b": 2, "c": 1, "d": 1} == one.sessions()
    assert {"a": 10, "b": 3, "d": 10} == {name: one.states[name].window for name in "abd"}
    assert "stopped" == one.states["c"].status


async def test_settings_read_anew_put_a_changed_file_of_statuses_in_force_without_a_new_session(
    house: Any, tmp_path: Path
) -> None:
    table = tmp_path / "statuses.yaml"
    table.write_text("0x401: {verdict: failed, reason: barred}\n")
    one = house(setting("a", statuses=table))
    await one.until_bound("a")
    one.smsc("a").answer_submits = lambda pdu: made("submit_sm_resp", pdu.sequence, 0x401)
    one.postbox.put(Row(1, bind="a"))
    await one.clock.turn(1.1)
    table.write_text("0x401: {verdict: pause, reason: its own code for too fast}\n")
    one.operations.set_anew(setting("a", statuses=table))
    await one.clock.turn(2)
    one.postbox.put(Row(2, bind="a"))
    await one.clock.turn(1.1)
    assert [("failed", 1), ("postponed", 2)] == [end[:2] for end in one.postbox.ends][:2]
    assert {"a": 1} == one.sessions()
    table.write_text("0x401: {verdict: perhaps, reason: a slip}\n")
    one.operations.set_anew(setting("a", statuses=table))
    await one.clock.turn(2)
    assert "no verdict 'perhaps'" in one.states["a"].settings_error


async def test_a_bind_says_that_it_has_the_new_settings_only_once_it_has_them(house: Any) -> None:
    one = house(A, B)
    await one.until_bound("a", "b")
    one.operations.set_anew(A, setting("b", window=3))
    await one.clock.turn(4)
    assert {"a": 1, "b": 0} == {name: state.settings for name, state in one.states.items()}
    await one.until_drained("b")
    await one.until_bound("b")
    assert {"a": 1, "b": 1} == {name: state.settings for name, state in one.states.items()}


async def test_settings_that_cannot_be_used_change_nothing_and_say_why(house: Any) -> None:
    one = house(A)
    await one.until_bound("a")
    one.operations.broken_file = ValueError("tonegate.toml:7: not valid TOML")
    one.operations.set_anew(setting("a", window=3))
    await one.clock.turn(4)
    state = one.states["a"]
    assert ("bound", 10, 1, "tonegate.toml:7: not valid TOML") == (
        state.status,
        state.window,
        state.settings,
        state.settings_error,
    )
    one.operations.broken_file = None
    one.operations.set_anew(setting("a", mode="receiver", reply_via="x"))
    await one.clock.turn(4)
    assert "bind 'a': reply_via names 'x', which is no bind" == one.states["a"].settings_error
    one.operations.set_anew(A)
    await one.clock.turn(4)
    assert ("", {"a": 1}) == (one.states["a"].settings_error, one.sessions())


async def test_a_bind_that_cannot_be_made_is_tried_again_and_holds_up_no_other(house: Any) -> None:
    one = house(A, B)
    await one.until_bound("a", "b")
    one.cannot_make = ValueError("statuses.yaml:3: no such status")
    one.operations.set_anew(A, setting("b", window=3))
    await one.until_drained("b")
    await one.clock.turn(10)
    assert ("waiting", "statuses.yaml:3: no such status") == (one.states["b"].status, one.states["b"].last_error)
    one.cannot_make = None
    await one.until_bound("b")
    assert {"a": 1, "b": 2} == one.sessions()


class _Falling:
    """A bind with a fault in it."""

    paused_since = None

    def __init__(self, state: BindState) -> None:
        self.state = state

    async def run(self, _: asyncio.Event) -> None:
        raise KeyError("a fault")


async def test_a_bind_that_falls_is_begun_again_once_a_second_and_no_faster() -> None:
    told: list[BindState] = []
    begun: list[str] = []

    def make(one: BindSettings, *_: object) -> Any:
        begun.append(one.name)
        return _Falling(BindState(one.name, one.mode, "stopped", 0.0, 0.0, 0, 10, 0, 0, ""))

    roster = Roster([A], make, told.append, TurnedClock())
    for _ in range(5):
        roster.begin()
        await roster.changed.wait()
        roster.changed.clear()
        for _ in range(10):
            roster.begin()
            await settled()
        roster.forgive()
    roster.tell()
    assert 5 == len(begun)
    assert ("waiting", "a fault of ours: KeyError") == (told[-1].status, told[-1].last_error)
    await roster.drain()


# stood in for


async def test_promise_4_answers_leave_by_the_stand_in_while_their_bind_is_down_and_by_their_own_after(
    house: Any,
) -> None:
    one = house(setting("a", failover=["b"]), B)
    await one.until_bound("a", "b")
    assert "a" == await one.answer(1, "a")
    one.smsc("a").refuse = ConnectionRefusedError("refused")
    one.smsc("a").hang_up()
    assert "nobody" == await one.answer(2, "a")
    await one.clock.turn(5)
    assert "b" == one.left_by(2)
    assert "b" == await one.answer(3, "a")
    assert ((), ("b", "a")) == (one.states["a"].claims, one.states["b"].claims)
    one.smsc("a").refuse = None
    await one.until_bound("a")
    assert "a" == await one.answer(4, "a")
    assert "b" == await one.answer(5, "b")


async def test_promise_4_answers_leave_by_the_stand_in_while_their_bind_is_switched_off(house: Any) -> None:
    one = house(setting("a", failover=["b"]), B)
    await one.until_bound("a", "b")
    one.operations.turn("a", on=False)
    await one.until_drained("a")
    one.postbox.put(Row(1, bind="a"))
    await one.clock.turn(8)
    assert "b" == one.left_by(1)
    one.operations.turn("a", on=True)
    await one.until_bound("a")
    assert "a" == await one.answer(2, "a")


async def test_promise_4_answers_leave_by_the_stand_in_while_their_bind_is_throttled(house: Any) -> None:
    one = house(setting("a", failover=["b"], failover_after_s=5), B)
    await one.until_bound("a", "b")
    one.smsc("a").answer_submits = lambda pdu: made("submit_sm_resp", pdu.sequence, consts.SMPP_ESME_RTHROTTLED)
    one.postbox.put(Row(1, bind="a"))
    await one.clock.turn(4)
    assert "nobody" == one.left_by(1)
    assert 0 < one.states["a"].paused_s <= 4
    await one.clock.turn(8)
    assert "b" == one.left_by(1)
    await one.clock.turn(60)
    assert (0, ("b",)) == (one.states["a"].paused_s, one.states["b"].claims)
    one.smsc("a").answer_submits = lambda pdu: made("submit_sm_resp", pdu.sequence, message_id="a")
    assert "a" == await one.answer(2, "a")


async def test_binds_that_share_send_one_queue_and_each_answer_once(house: Any) -> None:
    one = house(setting("a", share=["b"], window=1), setting("b", window=1))
    await one.until_bound("a", "b")
    one.postbox.put(*(Row(number, bind="a") for number in range(1, 41)))
    await one.clock.turn(3)
    assert list(range(1, 41)) == sorted(id_ for what, id_, _ in one.postbox.ends if what == "sent")
    assert {"a", "b"} == {smsc for _, _, smsc in one.postbox.ends}


async def test_a_receivers_answers_leave_by_the_stand_in_of_the_bind_that_it_names(house: Any) -> None:
    one = house(
        setting("in", mode="receiver", reply_via="out"),
        setting("out", mode="transmitter", failover=["spare"]),
        setting("spare"),
    )
    await one.until_bound("in", "out", "spare")
    assert "out" == await one.answer(1, "in")
    one.smsc("out").refuse = ConnectionRefusedError("refused")
    one.smsc("out").hang_up()
    await one.clock.turn(6)
    assert "spare" == await one.answer(2, "in")


async def test_a_stop_of_the_process_drains_all_and_obeys_no_switch_any_more(house: Any) -> None:
    one = house(A, B)
    await one.until_bound("a", "b")
    one.stop.set()
    await settled()
    one.operations.turn("a", on=True)
    await one.until_drained("a")
    await one.until_drained("b")
    await one.clock.turn(1)
    assert one.running.done()
    assert ({"a": "stopped", "b": "stopped"}, {"a": 1, "b": 1}) == (one.statuses(), one.sessions())
