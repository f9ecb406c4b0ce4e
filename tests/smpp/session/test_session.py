"""One connection's life: bind, messages both ways, unbind, and whatever a peer may do in between."""

from __future__ import annotations

import asyncio
import struct

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from smpplib import consts

from channels.smpp.protocol.fields import COMMAND_IDS
from channels.smpp.protocol.pdu import Pdu
from channels.smpp.session.session import Session
from channels.smpp.session.terms import BindFailed, NotBound, State, Terms
from channels.smpp.session.window import NoResponse
from channels.smpp.session.wire import UNREAD_AT_MOST
from tests.smpp.conftest import Bound
from tests.smpp.kit.near_smsc import NearSmsc, deliver_sm, made
from tests.smpp.kit.turned_clock import TurnedClock, settled


def header(command_id: int, body: bytes = b"", sequence: int = 5) -> bytes:
    return struct.pack(">LLLL", 16 + len(body), command_id, 0, sequence) + body


def answers(smsc: NearSmsc) -> list[tuple[str, int, int]]:
    return [(pdu.command, pdu.sequence, pdu.status) for pdu in smsc.heard]


# bind


@pytest.mark.parametrize("mode", ["transceiver", "receiver", "transmitter"])
async def test_it_binds_in_its_mode(clock: TurnedClock, mode: str) -> None:
    smsc = NearSmsc()
    session = Session(Terms("main", mode), clock)  # type: ignore[arg-type]
    await session.open(smsc.connect)
    await session.bind("tonegate", "secret", "VMA", _never)
    bind = smsc.heard[0]
    assert (bind.command, bind.system_id, bind.password, bind.system_type) == (
        f"bind_{mode}",
        b"tonegate",
        b"secret",
        b"VMA",
    )
    assert (bind.interface_version, session.state) == (0x34, State.BOUND)


async def test_a_refused_bind_says_why(clock: TurnedClock) -> None:
    smsc = NearSmsc(bind_status=consts.SMPP_ESME_RINVPASWD)
    session = Session(Terms("main"), clock)
    await session.open(smsc.connect)
    with pytest.raises(BindFailed, match="ESME_RINVPASWD"):
        await session.bind("tonegate", "wrong", "", _never)
    assert smsc.pipe.closed


async def test_a_bind_that_is_not_answered_fails_in_time(clock: TurnedClock) -> None:
    smsc = NearSmsc(bind_status=None)
    session = Session(Terms("main"), clock)
    await session.open(smsc.connect)
    binding = asyncio.create_task(session.bind("tonegate", "secret", "", _never))
    await clock.turn(9.5)
    assert not binding.done()
    await clock.turn(1)
    with pytest.raises(BindFailed):
        await binding


async def test_a_deliver_sm_in_the_segment_of_the_bind_response_is_not_swallowed(clock: TurnedClock) -> None:
    """Guards smpplib: bind_*() takes the next PDU for its answer, and a deliver_sm is swallowed."""
    smsc, taken = NearSmsc(bind_status=None), []

    async def take(pdu: Pdu) -> int:
        taken.append(pdu.fields["short_message"])
        return 0

    session = Session(Terms("main"), clock)
    await session.open(smsc.connect)
    binding = asyncio.create_task(session.bind("tonegate", "secret", "", take))
    await settled()
    sequence = smsc.heard[0].sequence
    smsc.say(deliver_sm(b"before", 8), made("bind_transceiver_resp", sequence), deliver_sm(b"after", 9))
    await binding
    await settled()
    assert (session.state, taken) == (State.BOUND, [b"before", b"after"])
    assert answers(smsc)[1:] == [("deliver_sm_resp", 8, 0), ("deliver_sm_resp", 9, 0)]


async def test_an_answer_of_another_number_does_not_bind(clock: TurnedClock) -> None:
    smsc = NearSmsc(bind_status=None)
    session = Session(Terms("main"), clock)
    await session.open(smsc.connect)
    binding = asyncio.create_task(session.bind("tonegate", "secret", "", _never))
    await settled()
    smsc.say(
        made("bind_transceiver_resp", smsc.heard[0].sequence + 1), made("bind_receiver_resp", smsc.heard[0].sequence)
    )
    await settled()
    assert (session.state, binding.done()) == (State.OPEN, False)
    smsc.hang_up()
    with pytest.raises(BindFailed):
        await binding


# messages in


async def test_each_deliver_sm_is_answered_once_with_the_status_of_its_handler(bound: Bound) -> None:
    async def take(pdu: Pdu) -> int:
        return int(pdu.fields["short_message"])  # type: ignore[arg-type]

    _, smsc = await bound(take)
    smsc.say(deliver_sm(b"0", 1), deliver_sm(b"100", 2), deliver_sm(b"0", 3))
    await settled()
    assert answers(smsc) == [("deliver_sm_resp", 1, 0), ("deliver_sm_resp", 2, 100), ("deliver_sm_resp", 3, 0)]
    assert smsc.pipe.writes == 2, "the bind, and one write for all three"


async def test_a_failing_handler_still_gives_a_response(bound: Bound) -> None:
    """Guards smpplib: a handler's exception means that no deliver_sm_resp goes out."""

    async def take(pdu: Pdu) -> int:
        raise RuntimeError("journal gone")

    session, smsc = await bound(take)
    smsc.say(deliver_sm(b"LIST", 7))
    await settled()
    assert answers(smsc) == [("deliver_sm_resp", 7, consts.SMPP_ESME_RX_T_APPN)]
    assert session.state is State.BOUND


async def test_data_sm_is_taken_like_deliver_sm(bound: Bound) -> None:
    _, smsc = await bound()
    smsc.say(made("data_sm", 4, source_addr="861", destination_addr="8888", message_payload=b"LIST"))
    await settled()
    assert answers(smsc) == [("data_sm_resp", 4, 0)]


async def test_beyond_so_many_in_work_reading_stops_and_goes_on_where_it_was(bound: Bound) -> None:
    gate, taken = asyncio.Event(), []

    async def take(pdu: Pdu) -> int:
        taken.append(pdu.sequence)
        await gate.wait()
        return 0

    _, smsc = await bound(take, in_work=8)
    smsc.say(*(deliver_sm(b"LIST", sequence) for sequence in range(1, 21)))
    await settled()
    assert (len(taken), smsc.pipe.reading) == (8, False)
    gate.set()
    await settled(100)
    assert (taken, smsc.pipe.reading) == (list(range(1, 21)), True)
    assert len(smsc.of("deliver_sm_resp")) == 20


async def test_while_we_do_not_read_silence_is_not_held_against_the_peer(bound: Bound, clock: TurnedClock) -> None:
    gate = asyncio.Event()

    async def take(pdu: Pdu) -> int:
        await gate.wait()
        return 0

    session, smsc = await bound(take, in_work=1)
    sent = session.submit({"source_addr": "8888", "destination_addr": "861"})
    smsc.say(deliver_sm(b"LIST", 1))
    await clock.turn(300)
    assert (session.state, sent.done()) == (State.BOUND, False)
    gate.set()
    smsc.say(made("submit_sm_resp", smsc.of("submit_sm")[0].sequence, message_id="7"))
    await clock.turn(1)
    assert (await sent).text("message_id") == "7"


async def test_a_transmitter_takes_no_messages(bound: Bound) -> None:
    _, smsc = await bound(mode="transmitter")
    smsc.say(deliver_sm(b"LIST", 7))
    await settled()
    assert answers(smsc) == [("deliver_sm_resp", 7, consts.SMPP_ESME_RINVBNDSTS)]


# messages out


async def test_a_submit_gets_the_response_of_its_number(bound: Bound) -> None:
    session, smsc = await bound()
    first, second = (session.submit({"source_addr": "8888", "destination_addr": f"86{n}"}) for n in (1, 2))
    await settled()
    assert (session.window.used, [pdu.destination_addr for pdu in smsc.heard]) == (2, [b"861", b"862"])
    one, two = (pdu.sequence for pdu in smsc.heard)
    smsc.say(made("submit_sm_resp", two, message_id="b"), made("submit_sm_resp", one, 0x58))
    assert ((await first).status, (await second).text("message_id"), session.window.used) == (0x58, "b", 0)


async def test_a_submit_without_response_is_given_up_and_a_late_one_harms_nothing(
    bound: Bound, clock: TurnedClock
) -> None:
    session, smsc = await bound()
    sent = session.submit({"source_addr": "8888", "destination_addr": "861"})
    await clock.turn(9.5)
    assert not sent.done()
    await clock.turn(1)
    with pytest.raises(NoResponse):
        await sent
    smsc.say(made("submit_sm_resp", smsc.of("submit_sm")[0].sequence, message_id="late"))
    await settled()
    assert (session.state, session.window.used) == (State.BOUND, 0)


@pytest.mark.parametrize("status", [consts.SMPP_ESME_RINVCMDLEN, 0])
async def test_a_generic_nack_answers_the_submit_of_its_number_and_is_no_consent(bound: Bound, status: int) -> None:
    session, smsc = await bound()
    sent = session.submit({"source_addr": "8888", "destination_addr": "861"})
    await settled()
    smsc.say(made("generic_nack", smsc.heard[0].sequence, status))
    assert (await sent).status == (status or consts.SMPP_ESME_RUNKNOWNERR)


async def test_a_submit_response_that_cannot_be_read_still_answers(bound: Bound) -> None:
    session, smsc = await bound()
    sent = session.submit({"source_addr": "8888", "destination_addr": "861"})
    await settled()
    smsc.say(header(COMMAND_IDS["submit_sm_resp"], b"no end", smsc.heard[0].sequence))
    assert (await sent) == Pdu("submit_sm_resp", smsc.heard[0].sequence)


async def test_when_the_connection_is_lost_nothing_waits_any_more(bound: Bound) -> None:
    session, smsc = await bound()
    sent = session.submit({"source_addr": "8888", "destination_addr": "861"})
    smsc.hang_up()
    with pytest.raises(NoResponse):
        await sent
    with pytest.raises(NotBound):
        session.submit({"source_addr": "8888", "destination_addr": "861"})
    assert await session.ended == "connection lost"


# the link


async def test_enquire_link_is_answered(bound: Bound) -> None:
    _, smsc = await bound()
    smsc.say(made("enquire_link", 77))
    await settled()
    assert answers(smsc) == [("enquire_link_resp", 77, 0)]


async def test_a_silent_link_is_asked_and_kept_while_it_answers(bound: Bound, clock: TurnedClock) -> None:
    session, smsc = await bound()
    for count in range(1, 4):
        await clock.turn(31)
        assert len(smsc.of("enquire_link")) == count
        smsc.say(made("enquire_link_resp", smsc.of("enquire_link")[-1].sequence))
    await clock.turn(20)
    assert session.state is State.BOUND


async def test_an_enquire_link_that_is_not_answered_ends_the_session(bound: Bound, clock: TurnedClock) -> None:
    """Guards smpplib: unanswered enquire_links are never noticed."""
    session, smsc = await bound()
    await clock.turn(39)
    assert session.state is State.BOUND
    await clock.turn(2)
    assert (await session.ended, smsc.pipe.closed) == ("enquire_link was not answered in time", True)


# goodbye


async def test_an_inbound_unbind_is_answered_after_what_was_taken(bound: Bound, clock: TurnedClock) -> None:
    """Guards smpplib: an inbound unbind is not answered."""
    gate = asyncio.Event()

    async def take(pdu: Pdu) -> int:
        await gate.wait()
        return 0

    session, smsc = await bound(take)
    smsc.say(deliver_sm(b"LIST", 1), made("unbind", 2), deliver_sm(b"LIST", 3))
    await settled()
    assert answers(smsc) == [("deliver_sm_resp", 3, consts.SMPP_ESME_RX_T_APPN)]
    gate.set()
    await clock.turn(1)
    assert answers(smsc)[1:] == [("deliver_sm_resp", 1, 0), ("unbind_resp", 2, 0)]
    assert (await session.ended, smsc.pipe.closed) == ("the SMSC unbound", True)


async def test_an_inbound_unbind_waits_a_little_for_what_we_sent(bound: Bound, clock: TurnedClock) -> None:
    session, smsc = await bound()
    sent = session.submit({"source_addr": "8888", "destination_addr": "861"})
    smsc.say(made("unbind", 2))
    await clock.turn(2)
    smsc.say(made("submit_sm_resp", smsc.heard[0].sequence, message_id="x"))
    await clock.turn(1)
    assert ((await sent).text("message_id"), answers(smsc)[-1]) == ("x", ("unbind_resp", 2, 0))


async def test_our_unbind_takes_only_its_own_response(bound: Bound, clock: TurnedClock) -> None:
    """Guards smpplib: unbind() takes whatever comes next for its answer, and a deliver_sm is swallowed."""
    session, smsc = await bound()
    leaving = asyncio.create_task(session.unbind())
    await settled()
    smsc.say(deliver_sm(b"LIST", 9), made("enquire_link", 10))
    await settled()
    assert (leaving.done(), answers(smsc)[1:]) == (
        False,
        [("deliver_sm_resp", 9, consts.SMPP_ESME_RX_T_APPN), ("enquire_link_resp", 10, 0)],
    )
    smsc.say(made("unbind_resp", smsc.heard[0].sequence))
    await leaving
    assert session.ended.result() == "unbound"


async def test_our_unbind_does_not_wait_for_ever(bound: Bound, clock: TurnedClock) -> None:
    session, _ = await bound()
    leaving = asyncio.create_task(session.unbind())
    await clock.turn(6)
    assert leaving.done()


async def test_both_sides_may_unbind_at_once(bound: Bound, clock: TurnedClock) -> None:
    session, smsc = await bound()
    leaving = asyncio.create_task(session.unbind())
    await settled()
    smsc.say(made("unbind", 2))
    await clock.turn(6)
    assert (leaving.done(), answers(smsc)[-1]) == (True, ("unbind_resp", 2, 0))


# whatever comes


@pytest.mark.parametrize(
    ("frame", "answer"),
    [
        (header(0x00000777), ("generic_nack", 5, consts.SMPP_ESME_RINVCMDID)),
        (header(0x80000777), None),
        (header(5, b"short"), ("deliver_sm_resp", 5, consts.SMPP_ESME_RINVCMDLEN)),
        (header(COMMAND_IDS["submit_sm"], deliver_sm(b"x")[16:]), ("submit_sm_resp", 5, consts.SMPP_ESME_RINVBNDSTS)),
        (header(COMMAND_IDS["bind_transceiver"], b"\0" * 7), ("bind_transceiver_resp", 5, consts.SMPP_ESME_RINVBNDSTS)),
        (made("alert_notification", 5, source_addr="861", esme_addr="8888"), None),
        (header(COMMAND_IDS["alert_notification"], b"short"), None),
        (header(COMMAND_IDS["outbind"], b"smsc\0pw\0"), None),
        (made("generic_nack", 5, 3), None),
        (made("submit_sm_resp", 5, message_id="nobody's"), None),
        (made("bind_transceiver_resp", 5), None),
        (made("unbind_resp", 5), None),
        (made("query_sm_resp", 5), None),
    ],
)
async def test_what_we_do_not_serve_is_answered_by_the_standard_and_survived(
    bound: Bound, frame: bytes, answer: tuple[str, int, int] | None
) -> None:
    """Guards smpplib: an unknown command ends the listening there, and no generic_nack goes out."""
    session, smsc = await bound()
    smsc.say(frame, made("enquire_link", 6))
    await settled()
    assert answers(smsc) == ([answer] if answer else []) + [("enquire_link_resp", 6, 0)]
    assert session.state is State.BOUND


@pytest.mark.parametrize("length", [0, 15, 65537, 0xFFFFFFFF])
async def test_a_length_that_cannot_be_right_is_nacked_and_ends_the_bind(bound: Bound, length: int) -> None:
    session, smsc = await bound()
    smsc.say(struct.pack(">LLLL", length, 5, 0, 9))
    await settled()
    assert answers(smsc) == [("generic_nack", 0, consts.SMPP_ESME_RINVCMDLEN)]
    assert (session.state, smsc.pipe.closed) == (State.CLOSED, True)


async def test_the_longest_pdu_passes(bound: Bound) -> None:
    _, smsc = await bound()
    payload = b"x" * (65536 - len(deliver_sm(b"")) - 4)
    smsc.say(deliver_sm(b"", message_payload=payload))
    await settled()
    assert answers(smsc) == [("deliver_sm_resp", 1, 0)]


_COMMANDS = st.one_of(
    st.sampled_from(sorted(set(COMMAND_IDS.values()) - {COMMAND_IDS["unbind"]})), st.integers(0x200, 0xFFFFFFFF)
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(frames=st.lists(st.tuples(_COMMANDS, st.integers(0, 0xFFFFFFFF), st.binary(max_size=120)), max_size=10))
def test_random_pdus_never_end_a_bind(frames: list[tuple[int, int, bytes]]) -> None:
    """Guards smpplib: random PDUs make its client raise; only an unbind or an unframeable length may end ours."""

    async def run() -> None:
        smsc, clock = NearSmsc(), TurnedClock()
        session = Session(Terms("main"), clock)
        await session.open(smsc.connect)
        await session.bind("tonegate", "secret", "", _take)
        sent = session.submit({"source_addr": "8888", "destination_addr": "861"})
        for command_id, sequence, body in frames:
            smsc.say(struct.pack(">LLLL", 16 + len(body), command_id, 0, sequence) + body)
        smsc.say(made("enquire_link", 4242))
        await settled()
        assert session.state is State.BOUND
        assert ("enquire_link_resp", 4242, 0) in answers(smsc)
        session.close("over")
        await asyncio.wait([sent])
        sent.exception()
        await clock.turn(1)

    asyncio.run(run())


async def test_a_peer_that_talks_and_never_reads_is_hung_up_on_before_it_fills_our_memory(
    bound: Bound, clock: TurnedClock
) -> None:
    session, smsc = await bound()
    protocol = smsc.pipe.protocol
    assert protocol is not None
    protocol.pause_writing()
    smsc.pipe.unread = UNREAD_AT_MOST
    smsc.say(made("enquire_link", 1))
    await clock.turn(1)
    assert (session.state, session.peer_reads) == (State.BOUND, False)
    smsc.pipe.unread += 1
    smsc.say(made("enquire_link", 2))
    await clock.turn(1)
    assert session.state is State.CLOSED
    assert "reads nothing" in session.ended.result()


async def _take(_: Pdu) -> int:
    return 0


async def _never(_: Pdu) -> int:
    raise AssertionError("nothing was delivered")
