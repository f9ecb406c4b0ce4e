"""Answers leave within the window and the rate, and what became of them is told."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from smpplib import consts

from channels.smpp.session.session import Session
from channels.smpp.session.terms import State
from channels.smpp.text import Habits, split
from tests.smpp.conftest import Bound
from tests.smpp.kit.in_and_out import way_out
from tests.smpp.kit.memory import MemoryPostbox, Row
from tests.smpp.kit.near_smsc import made
from tests.smpp.kit.turned_clock import TurnedClock
from workers.journal import OutboxState, OutgoingPart


def accepting() -> Callable[[Any], bytes]:
    numbers = count(1)
    return lambda pdu: made("submit_sm_resp", pdu.sequence, message_id=f"m{next(numbers)}")


def refusing(*statuses: int) -> Callable[[Any], bytes]:
    """Refuses with each status once, then accepts."""
    left, accept = list(statuses), accepting()
    return lambda pdu: made("submit_sm_resp", pdu.sequence, left.pop(0)) if left else accept(pdu)


class PunctualPostbox(MemoryPostbox):
    """Gives what was postponed when its time has come, before all that came later."""

    def __init__(self, clock: TurnedClock, *rows: Row) -> None:
        super().__init__(*rows)
        self._clock = clock
        self._later: list[tuple[float, Row]] = []

    async def postponed(self, id: int, *, delay_s: float, why: str) -> None:  # noqa: A002
        self._later.append((self._clock.monotonic() + delay_s, self.out[id]))
        await self._end("postponed", id, (delay_s, why))

    async def claim(self, binds: Sequence[str], limit: int) -> list[Row]:
        now = self._clock.monotonic()
        self.queue[:0] = [row for at, row in self._later if at <= now]
        self._later = [(at, row) for at, row in self._later if at > now]
        return await super().claim(binds, limit)


class Sender:
    """An outbound at work on a session."""

    def __init__(self, session: Session, postbox: MemoryPostbox, clock: TurnedClock, **bind: Any) -> None:
        """`bind` is its settings, and `claims`, where it sends others' answers too."""
        self.outbound = way_out(postbox, clock, **bind)
        self.task = asyncio.create_task(self.outbound.run(session))


@pytest.fixture
def sender(clock: TurnedClock) -> Callable[..., Sender]:
    return lambda session, postbox, **bind: Sender(session, postbox, clock, **bind)


async def test_a_text_is_sent_and_the_smscs_id_recorded(
    bound: Bound, clock: TurnedClock, sender: Callable[..., Sender]
) -> None:
    session, smsc = await bound()
    smsc.answer_submits = accepting()
    postbox = MemoryPostbox(Row(1, "Done: €5"))
    sender(session, postbox)
    await clock.turn(0.1)
    pdu = smsc.of("submit_sm")[0]
    assert (pdu.source_addr, pdu.destination_addr, pdu.short_message) == (b"8888", b"8613800000001", b"Done: \x1b\x655")
    assert (pdu.source_addr_ton, pdu.dest_addr_ton, pdu.dest_addr_npi, pdu.data_coding) == (0, 1, 1, 0)
    assert pdu.registered_delivery == 1
    assert postbox.ends == [("sent", 1, "m1")]


async def test_a_text_that_arrives_later_is_sent_when_it_arrives(
    bound: Bound, clock: TurnedClock, sender: Callable[..., Sender]
) -> None:
    session, smsc = await bound()
    smsc.answer_submits, postbox = accepting(), MemoryPostbox()
    sender(session, postbox)
    await clock.turn(0.5)
    claims = len(postbox.claims)
    postbox.put(Row(1))
    await clock.turn(0.02)
    assert (postbox.ends, claims) == ([("sent", 1, "m1")], 1)


async def test_a_text_that_arrives_while_its_bind_looks_is_sent_though_another_bind_hears_the_bell(
    bound: Bound, clock: TurnedClock, sender: Callable[..., Sender]
) -> None:
    """The bind that waited took the ring for itself, and the other one's text lay for a second."""

    class Postbox(MemoryPostbox):
        async def claim(self, binds: Sequence[str], limit: int) -> list[Row]:
            found = await super().claim(binds, limit)
            if len(self.claims) == 2:
                self.put(Row(1, bind="busy"))
                await clock.sleep(0.01)
            return found

    (idle, _), (busy, smsc) = await bound(), await bound()
    smsc.answer_submits, postbox = accepting(), Postbox()
    sender(idle, postbox, name="idle", claims=lambda: ("idle",))
    await clock.turn(0.1)
    sender(busy, postbox, name="busy", claims=lambda: ("busy",))
    await clock.turn(0.1)
    assert postbox.ends == [("sent", 1, "m1")]


async def test_never_more_wait_for_their_response_than_the_window_holds(
    bound: Bound, clock: TurnedClock, sender: Callable[..., Sender]
) -> None:
    session, smsc = await bound(window=3)
    postbox = MemoryPostbox(*(Row(n) for n in range(1, 11)))
    sender(session, postbox)
    await clock.turn(0.5)
    assert (len(smsc.of("submit_sm")), session.window.used, postbox.claims) == (3, 3, [(("main",), 3)])
    smsc.say(made("submit_sm_resp", smsc.of("submit_sm")[1].sequence, message_id="x"))
    await clock.turn(0.5)
    assert (len(smsc.of("submit_sm")), session.window.used) == (4, 3)


async def test_the_rate_holds(bound: Bound, clock: TurnedClock, sender: Callable[..., Sender]) -> None:
    session, smsc = await bound(window=100)
    smsc.answer_submits = accepting()
    sender(session, MemoryPostbox(*(Row(n) for n in range(1, 200))), rate_per_s=20.0)
    await clock.turn(5)
    assert 99 <= len(smsc.of("submit_sm")) <= 102


@pytest.mark.parametrize("status", [consts.SMPP_ESME_RTHROTTLED, consts.SMPP_ESME_RMSGQFUL])
async def test_throttling_rests_the_whole_bind_and_uses_up_no_try(
    bound: Bound, clock: TurnedClock, sender: Callable[..., Sender], status: int
) -> None:
    session, smsc = await bound(window=1)
    smsc.answer_submits = refusing(*[status] * 3)
    postbox = MemoryPostbox(Row(1))
    working = sender(session, postbox)
    await clock.turn(0.5)
    postbox.put(Row(2))
    await clock.turn(0.45)
    assert len(smsc.of("submit_sm")) == 1, "nothing at all goes while the bind rests"
    await clock.turn(10)
    assert [(what, detail[0]) for what, _, detail in postbox.ends if what == "postponed"] == [  # type: ignore[index]
        ("postponed", 1.0),
        ("postponed", 2.0),
        ("postponed", 4.0),
    ]
    assert sorted(row for what, row, _ in postbox.ends if what == "sent") == [1, 2]
    assert working.outbound.tries.last_error.startswith("submit_sm: ESME_R")


@pytest.mark.parametrize("status", [consts.SMPP_ESME_RINVDSTADR, consts.SMPP_ESME_RX_P_APPN, 0xFE])
async def test_a_permanent_refusal_is_the_end(
    bound: Bound, clock: TurnedClock, sender: Callable[..., Sender], status: int
) -> None:
    session, smsc = await bound()
    smsc.answer_submits, postbox = refusing(status), MemoryPostbox(Row(1))
    sender(session, postbox)
    await clock.turn(5)
    assert [(what, row) for what, row, _ in postbox.ends] == [("failed", 1)]


async def test_one_handset_whose_queue_is_full_does_not_keep_the_others_waiting(
    bound: Bound, clock: TurnedClock, sender: Callable[..., Sender]
) -> None:
    """Promise 5: it was tried again as soon as the bind went on, which then rested for it again, for ever."""
    session, smsc = await bound()
    accept = accepting()
    tries: list[float] = []

    def answer(pdu: Any) -> bytes:
        if pdu.destination_addr != b"861":
            return accept(pdu)
        tries.append(clock.monotonic())
        return made("submit_sm_resp", pdu.sequence, consts.SMPP_ESME_RMSGQFUL)

    smsc.answer_submits = answer
    postbox = PunctualPostbox(clock, Row(0, destination="861"))
    postbox.put(*(Row(n, destination=f"8620{n}") for n in range(1, 10_000)))
    sender(session, postbox, rate_per_s=100.0)
    await clock.turn(60)
    before = len(postbox.ends)
    await clock.turn(60)
    assert len(postbox.ends) - before >= 0.7 * 100 * 60
    assert tries[-1] - tries[-2] <= 75.0, "and it is tried again all the same"


async def test_a_status_that_the_file_says_means_sent_is_no_refusal(
    bound: Bound, clock: TurnedClock, sender: Callable[..., Sender], tmp_path: Path
) -> None:
    table = tmp_path / "statuses.yaml"
    table.write_text("0x401: {verdict: sent, reason: taken for later}\n")
    session, smsc = await bound()
    smsc.answer_submits, postbox = refusing(0x401), MemoryPostbox(Row(1))
    sender(session, postbox, statuses=table)
    await clock.turn(1)
    assert postbox.ends == [("sent", 1, "")]


@pytest.mark.parametrize("status", [consts.SMPP_ESME_RSYSERR, 0x400, 0x12345678])
async def test_a_temporary_or_unknown_refusal_is_tried_again_a_bounded_number_of_times(
    bound: Bound, clock: TurnedClock, sender: Callable[..., Sender], status: int
) -> None:
    session, smsc = await bound()
    smsc.answer_submits, postbox = refusing(*[status] * 100), MemoryPostbox(Row(1))
    sender(session, postbox)
    await clock.turn(5)
    assert [what for what, _, _ in postbox.ends] == ["postponed"] * 7 + ["failed"]
    delays = [detail[0] for what, _, detail in postbox.ends if what == "postponed"]  # type: ignore[index]
    assert delays == [2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0]


async def test_a_missing_response_is_told_as_such(
    bound: Bound, clock: TurnedClock, sender: Callable[..., Sender]
) -> None:
    session, smsc = await bound()
    postbox = MemoryPostbox(Row(1))
    sender(session, postbox)
    await clock.turn(9)
    smsc.say(made("enquire_link", 1))
    await clock.turn(30)
    assert ([what for what, _, _ in postbox.ends], len(smsc.of("submit_sm"))) == (["unanswered"] * 2, 2)


async def test_what_was_written_before_the_connection_was_lost_may_have_gone_out(
    bound: Bound, clock: TurnedClock, sender: Callable[..., Sender]
) -> None:
    session, smsc = await bound()
    postbox = MemoryPostbox(Row(1))
    working = sender(session, postbox)
    await clock.turn(0.1)
    smsc.hang_up()
    await clock.turn(0.1)
    assert (postbox.ends, working.task.done()) == ([("unanswered", 1, None)], True)


async def test_what_was_claimed_and_not_written_goes_back_unharmed(
    bound: Bound, clock: TurnedClock, sender: Callable[..., Sender]
) -> None:
    session, smsc = await bound(window=5)
    postbox = MemoryPostbox(*(Row(n) for n in range(1, 6)))
    working = sender(session, postbox, rate_per_s=2.0)
    await clock.turn(0.1)
    smsc.hang_up()
    await clock.turn(1)
    assert [(what, row) for what, row, _ in postbox.ends] == [("unanswered", 1), ("postponed", 2)]
    assert (working.task.done(), postbox.out) == (True, {})


async def test_the_smsc_saying_we_are_not_bound_ends_the_session(
    bound: Bound, clock: TurnedClock, sender: Callable[..., Sender]
) -> None:
    session, smsc = await bound()
    smsc.answer_submits, postbox = refusing(consts.SMPP_ESME_RINVBNDSTS), MemoryPostbox(Row(1))
    sender(session, postbox)
    await clock.turn(0.1)
    assert (session.state, [what for what, _, _ in postbox.ends]) == (State.CLOSED, ["postponed"])


@pytest.mark.parametrize("row", [Row(1, destination="8" * 21), Row(1, source="号"), Row(1, text="a" * 153 * 256)])
async def test_what_cannot_be_written_fails_and_holds_up_nothing(
    bound: Bound, clock: TurnedClock, sender: Callable[..., Sender], row: Row
) -> None:
    session, smsc = await bound(window=1)
    smsc.answer_submits, postbox = accepting(), MemoryPostbox(row, Row(2))
    sender(session, postbox)
    await clock.turn(1)
    assert [(what, row) for what, row, _ in postbox.ends] == [("failed", 1), ("sent", 2)]


async def test_a_long_text_goes_part_by_part_and_goes_on_where_it_was_refused(
    bound: Bound, clock: TurnedClock, sender: Callable[..., Sender]
) -> None:
    session, smsc = await bound(window=2)
    ok, throttled = consts.SMPP_ESME_ROK, consts.SMPP_ESME_RTHROTTLED
    smsc.answer_submits, postbox = refusing(ok, throttled), MemoryPostbox(Row(1, "a" * 400))
    sender(session, postbox)
    await clock.turn(5)
    headers = [pdu.short_message[:6] for pdu in smsc.of("submit_sm")]
    assert headers == [b"\5\0\3\7\3" + bytes([number]) for number in (1, 2, 2, 3)]
    assert all(pdu.esm_class == 0x40 for pdu in smsc.of("submit_sm"))
    assert [what for what, _, _ in postbox.ends] == ["postponed", "sent"]


async def test_a_journal_that_is_gone_for_seconds_makes_nothing_go_twice(
    bound: Bound, clock: TurnedClock, sender: Callable[..., Sender]
) -> None:
    session, smsc = await bound()
    postbox = MemoryPostbox(Row(1))
    sender(session, postbox)
    await clock.turn(0.1)
    postbox.broken = RuntimeError("journal gone")
    smsc.say(made("submit_sm_resp", smsc.of("submit_sm")[0].sequence, message_id="x"))
    await clock.turn(5)
    postbox.broken = None
    await clock.turn(5)
    assert (postbox.ends, len(smsc.of("submit_sm")), session.state) == ([("sent", 1, "x")], 1, State.BOUND)


async def test_a_slow_journal_bounds_what_is_in_hand(
    bound: Bound, clock: TurnedClock, sender: Callable[..., Sender]
) -> None:
    session, smsc = await bound(window=2)
    smsc.answer_submits, postbox = accepting(), MemoryPostbox(*(Row(n) for n in range(1, 50)))
    postbox.hold = asyncio.Event()
    sender(session, postbox)
    await clock.turn(5)
    assert len(smsc.of("submit_sm")) == 8
    postbox.hold.set()
    await clock.turn(5)
    assert len(postbox.ends) == 49


async def test_an_idle_sender_claims_no_more_than_once_a_second(
    bound: Bound, clock: TurnedClock, sender: Callable[..., Sender]
) -> None:
    session, _ = await bound()

    class Waiting(MemoryPostbox):
        async def wait(self, timeout_s: float) -> None:
            await clock.sleep(timeout_s)

    postbox = Waiting()
    sender(session, postbox)
    await clock.turn(10)
    assert 9 <= len(postbox.claims) <= 11


async def test_a_postbox_that_wakes_for_nothing_does_not_make_it_spin(
    bound: Bound, clock: TurnedClock, sender: Callable[..., Sender]
) -> None:
    session, _ = await bound()

    class Restless(MemoryPostbox):
        async def wait(self, timeout_s: float) -> None:
            return

    postbox = Restless()
    sender(session, postbox)
    await clock.turn(1)
    assert len(postbox.claims) <= 105


async def test_stopped_it_claims_no_more_and_waits_for_what_it_sent(
    bound: Bound, clock: TurnedClock, sender: Callable[..., Sender]
) -> None:
    session, smsc = await bound(window=1)
    postbox = MemoryPostbox(Row(1), Row(2))
    working = sender(session, postbox)
    await clock.turn(0.1)
    working.outbound.stop()
    await clock.turn(1)
    assert not working.task.done()
    smsc.say(made("submit_sm_resp", smsc.of("submit_sm")[0].sequence, message_id="x"))
    await clock.turn(0.1)
    assert (working.task.done(), postbox.ends, len(postbox.queue)) == (True, [("sent", 1, "x")], 1)


async def test_each_part_is_recorded_as_it_is_taken_and_the_split_before_the_first(
    bound: Bound, clock: TurnedClock, sender: Callable[..., Sender]
) -> None:
    session, smsc = await bound()
    smsc.answer_submits, postbox = accepting(), MemoryPostbox(Row(1, "a" * 400))
    sender(session, postbox)
    await clock.turn(1)
    assert [(1, 1, "m1", "main"), (1, 2, "m2", "main"), (1, 3, "m3", "main")] == postbox.parts_sent
    assert ([("sent", 1, "")], {1: "main"}) == (postbox.ends, postbox.vias)


async def test_another_process_goes_on_with_the_same_split_where_the_last_one_died(
    bound: Bound, clock: TurnedClock, sender: Callable[..., Sender]
) -> None:
    """Promise 4, and no part twice without need: reference and parts are the journal's, not the process's."""
    session, smsc = await bound()
    smsc.answer_submits = accepting()
    parts = (
        OutgoingPart(1, OutboxState.SENT, 0),
        OutgoingPart(2, OutboxState.QUEUED, 0),
        OutgoingPart(3, OutboxState.QUEUED, 0),
    )
    plan = split("a" * 400, Habits(), lambda: 99).plan
    postbox = MemoryPostbox(Row(1, "a" * 400, plan=plan, parts=parts))
    sender(session, postbox, long_texts="payload")
    await clock.turn(1)
    headers = [pdu.short_message[:6] for pdu in smsc.of("submit_sm")]
    assert [b"\5\0\3\x63\3\2", b"\5\0\3\x63\3\3"] == headers
    assert [("sent", 1, "")] == postbox.ends


async def test_a_part_without_response_is_told_by_its_number_and_goes_once_more(
    bound: Bound, clock: TurnedClock, sender: Callable[..., Sender]
) -> None:
    session, smsc = await bound()
    accept, postbox = accepting(), MemoryPostbox(Row(1, "a" * 400))
    smsc.answer_submits = lambda pdu: None if pdu.short_message[5] == 2 else accept(pdu)
    sender(session, postbox)
    for _ in range(4):
        await clock.turn(9)
        smsc.say(made("enquire_link", 1))
    sent = [pdu.short_message[5] for pdu in smsc.of("submit_sm")]
    assert ([1, 2, 2], [("unanswered", 1, 2)] * 2) == (sent, postbox.ends)


async def test_a_split_that_is_not_recorded_sends_nothing(
    bound: Bound, clock: TurnedClock, sender: Callable[..., Sender]
) -> None:
    session, smsc = await bound()

    class Forgetful(MemoryPostbox):
        async def begin(self, id: int, plan: str, parts: int) -> None:  # noqa: A002
            if not self.ends:
                raise RuntimeError("journal gone")
            await super().begin(id, plan, parts)

    smsc.answer_submits, postbox = accepting(), Forgetful(Row(1, "a" * 400))
    sender(session, postbox)
    await clock.turn(5)
    assert (["postponed", "sent"], 3) == ([what for what, _, _ in postbox.ends], len(smsc.of("submit_sm")))


@pytest.mark.parametrize(
    ("bind", "sizes"),
    [
        ({"long_texts": "udh"}, [159, 159, 100]),
        ({"long_texts": "udh16"}, [159, 159, 103]),
        ({"long_texts": "sar"}, [152, 152, 96]),
        ({"long_texts": "payload"}, [400]),
    ],
)
async def test_a_long_text_goes_as_the_bind_is_set(
    bound: Bound, clock: TurnedClock, sender: Callable[..., Sender], bind: dict[str, Any], sizes: list[int]
) -> None:
    session, smsc = await bound()
    smsc.answer_submits, postbox = accepting(), MemoryPostbox(Row(1, "a" * 400))
    sender(session, postbox, **bind)
    await clock.turn(1)
    sent = smsc.of("submit_sm")
    assert sizes == [len(pdu.short_message or pdu.message_payload) for pdu in sent]
    assert "sent" == postbox.ends[0][0]


async def test_congestion_slows_the_bind_down_before_it_is_refused(
    bound: Bound, clock: TurnedClock, sender: Callable[..., Sender]
) -> None:
    """SMPP 5.0 §4.8.4.7: 90 and above is near congestion."""
    session, smsc = await bound(window=100)
    smsc.answer_submits, postbox = accepting(), MemoryPostbox(*(Row(n) for n in range(1, 400)))
    working = sender(session, postbox, rate_per_s=20.0)
    await clock.turn(4)
    free = len(smsc.of("submit_sm"))
    for _ in range(40):
        working.outbound.congested(95)
        await clock.turn(0.1)
    assert len(smsc.of("submit_sm")) - free < free * 2 / 3


async def test_who_stands_in_for_another_bind_sends_that_ones_answers(
    bound: Bound, clock: TurnedClock, sender: Callable[..., Sender]
) -> None:
    session, smsc = await bound()
    smsc.answer_submits, postbox = accepting(), MemoryPostbox(Row(1, bind="other"))
    claims = ["main"]
    sender(session, postbox, claims=lambda: tuple(claims))
    await clock.turn(2)
    before = list(postbox.ends)
    claims.append("other")
    postbox.put(Row(2))
    await clock.turn(2)
    assert ([], ["sent", "sent"], {1: "main", 2: "main"}) == (
        before,
        [what for what, _, _ in postbox.ends],
        postbox.vias,
    )


async def test_what_was_claimed_but_waits_for_its_turn_goes_back_at_a_stop(
    bound: Bound, clock: TurnedClock, sender: Callable[..., Sender]
) -> None:
    """It lay in hand until its lease ran out, a minute in which no stand-in could send it."""
    session, smsc = await bound()
    smsc.answer_submits = refusing(*[consts.SMPP_ESME_RTHROTTLED] * 100)
    postbox = MemoryPostbox(*(Row(n, destination=f"86{n}") for n in range(1, 30)))
    working = sender(session, postbox, rate_per_s=8.0)
    for _ in range(600):
        await clock.turn(0.05)
        if len(postbox.out) and working.outbound.resting_s > 5:
            break
    assert postbox.out
    working.outbound.stop()
    await clock.turn(1.5)
    assert (True, {}) == (working.task.done(), postbox.out)
