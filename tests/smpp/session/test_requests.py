"""What we ask of the SMSC besides submit_sm: data_sm in the window, questions about a message beside it."""

from __future__ import annotations

import pytest

from channels.smpp.protocol.codec import CannotEncode, decode, encode
from channels.smpp.protocol.pdu import Pdu
from channels.smpp.session.session import Session
from channels.smpp.session.terms import NotBound, State, Terms
from channels.smpp.session.window import NoResponse
from tests.smpp.conftest import Bound
from tests.smpp.kit.near_smsc import NearSmsc, made
from tests.smpp.kit.turned_clock import TurnedClock, settled

_TO = {"source_addr": "8888", "destination_addr": "8613800000001"}
_QUESTIONS = [
    ("query_sm", {"message_id": "7f", "source_addr": "8888"}),
    ("cancel_sm", {"message_id": "7f", **_TO}),
    ("replace_sm", {"message_id": "7f", "source_addr": "8888", "short_message": b"new"}),
]


def overheard(smsc: NearSmsc) -> list[Pdu]:
    """All that the session writes from now on, read by our codec: smpplib has no cancel_sm and replace_sm."""
    said: list[Pdu] = []
    write = smsc.pipe.write

    def listen(data: bytes | bytearray | memoryview) -> None:
        octets = bytes(data)
        while octets:
            length = int.from_bytes(octets[:4], "big")
            pdu = decode(octets[:length])
            assert isinstance(pdu, Pdu)
            said.append(pdu)
            octets = octets[length:]
        write(data)

    smsc.pipe.write = listen  # type: ignore[method-assign]
    return said


async def test_data_sm_goes_out_in_a_slot_of_the_window_with_its_tlvs(bound: Bound) -> None:
    session, smsc = await bound()
    sent = session.submit(
        _TO | {"data_coding": 8}, {"message_payload": b"\x4f\x60", "user_message_reference": 7}, command="data_sm"
    )
    await settled()
    data_sm = smsc.heard[0]
    assert ("data_sm", b"8613800000001", b"\x4f\x60", 7) == (
        data_sm.command,
        data_sm.destination_addr,
        data_sm.message_payload,
        data_sm.user_message_reference,
    )
    assert 1 == session.window.used
    smsc.say(made("data_sm_resp", data_sm.sequence, message_id="7f"))
    assert ("7f", 0) == ((await sent).text("message_id"), session.window.used)


async def test_a_submit_sm_may_have_tlvs(bound: Bound) -> None:
    session, smsc = await bound()
    session.submit(_TO, {"sar_msg_ref_num": 300, "sar_total_segments": 2, "sar_segment_seqnum": 1})
    await settled()
    sar = smsc.heard[0]
    assert (300, 2, 1) == (sar.sar_msg_ref_num, sar.sar_total_segments, sar.sar_segment_seqnum)


async def test_a_tlv_that_does_not_fit_takes_no_slot(bound: Bound) -> None:
    session, smsc = await bound()
    with pytest.raises(CannotEncode):
        session.submit(_TO, {"sar_total_segments": 256})
    await settled()
    assert (0, []) == (session.window.used, smsc.heard)


async def test_a_data_sm_is_not_answered_by_a_submit_sm_resp(bound: Bound) -> None:
    session, smsc = await bound()
    sent = session.submit(_TO, {"message_payload": b"x"}, command="data_sm")
    await settled()
    smsc.say(made("submit_sm_resp", smsc.heard[0].sequence, message_id="wrong"))
    assert not sent.done()
    smsc.say(made("data_sm_resp", smsc.heard[0].sequence, message_id="right"))
    assert "right" == (await sent).text("message_id")


@pytest.mark.parametrize(("command", "fields"), _QUESTIONS, ids=[command for command, _ in _QUESTIONS])
async def test_a_question_about_a_message_is_sent_though_the_window_is_full(
    bound: Bound, command: str, fields: dict[str, str | bytes]
) -> None:
    session, smsc = await bound(window=1)
    session.submit(_TO)
    await settled()
    said = overheard(smsc)
    asked = session.ask(command, fields)
    await settled()
    question = said[0]
    assert (command, fields) == (question.command, {name: question.fields[name] for name in fields})
    assert (0, 1) == (session.window.free, session.window.used)
    smsc.say(encode(Pdu(f"{command}_resp", question.sequence)))
    assert (f"{command}_resp", 1) == ((await asked).command, session.window.used)


async def test_query_sm_tells_the_state_of_the_message(bound: Bound) -> None:
    session, smsc = await bound()
    asked = session.ask("query_sm", {"message_id": "7f", "source_addr": "8888"})
    await settled()
    smsc.say(made("query_sm_resp", smsc.heard[0].sequence, message_id="7f", message_state=2, error_code=0))
    assert ("7f", 2) == ((await asked).text("message_id"), (await asked).number("message_state"))


async def test_a_refused_question_has_its_status(bound: Bound) -> None:
    session, smsc = await bound()
    asked = session.ask("query_sm", {"message_id": "7f"})
    await settled()
    smsc.say(made("generic_nack", smsc.heard[0].sequence, 3))
    assert ("generic_nack", 3) == ((await asked).command, (await asked).status)


async def test_a_question_without_an_answer_ends_in_time(bound: Bound, clock: TurnedClock) -> None:
    session, _ = await bound()
    asked = session.ask("query_sm", {"message_id": "7f"})
    await clock.turn(9.5)
    assert not asked.done()
    await clock.turn(1)
    with pytest.raises(NoResponse):
        await asked


async def test_nothing_is_asked_where_we_are_not_bound(clock: TurnedClock) -> None:
    smsc = NearSmsc()
    session = Session(Terms("main"), clock)
    await session.open(smsc.connect)
    with pytest.raises(NotBound):
        session.ask("query_sm", {"message_id": "7f"})
    assert (State.OPEN, []) == (session.state, smsc.heard)
    session.close("over")
