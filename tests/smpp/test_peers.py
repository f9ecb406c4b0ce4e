"""The binds against SMSCs that nobody here wrote: npm's smpp and PyPI's smpp34."""

from __future__ import annotations

import struct
from collections.abc import Callable

import pytest
import smpp34
from smpplib import consts

from tests.smpp.kit.listener import Listener
from tests.smpp.kit.memory import Row
from tests.smpp.kit.until import until
from tests.smpp.peers.npm_smpp import NpmSmsc
from tests.smpp.peers.smpp34_server import Smpp34Smsc
from tests.smpp.peers.smsc import Smsc
from workers.reception import NotSafe


async def test_a_text_is_acknowledged_once_it_is_safe_and_its_answer_arrives(
    smsc: Smsc, listen: Callable[..., Listener]
) -> None:
    one = listen(port=smsc.port)
    await smsc.bound()
    status = await smsc.deliver("8613800000001", "8888", "GET 600902000001")
    assert (status, [text.text for text in one.reception.texts]) == (0, ["GET 600902000001"])
    one.postbox.put(Row(1, "You have Moonlight for €5 [30 days]. STOP to undo."))
    answer = await smsc.next_submit()
    assert (answer.source, answer.destination, answer.text) == (
        "8888",
        "8613800000001",
        "You have Moonlight for €5 [30 days]. STOP to undo.",
    )
    await until(lambda: one.postbox.ends == [("sent", 1, answer.message_id)])


@pytest.mark.parametrize("text", ["订购 600902000001 🎵", "LIST", "été à gogo"])
async def test_texts_of_any_alphabet_arrive_as_they_were_written(
    smsc: Smsc, listen: Callable[..., Listener], text: str
) -> None:
    one = listen(port=smsc.port)
    await smsc.bound()
    coding = None if text.isascii() else 8
    assert await smsc.deliver("8613800000001", "8888", text, data_coding=coding) == 0
    one.postbox.put(Row(1, text))
    assert ([kept.text for kept in one.reception.texts], (await smsc.next_submit()).text) == ([text], text)


async def test_a_long_answer_arrives_in_parts_that_join(smsc: Smsc, listen: Callable[..., Listener]) -> None:
    one = listen(port=smsc.port)
    await smsc.bound()
    text = "[1] 600902000001 Moonlight {€5}, " * 12
    one.postbox.put(Row(1, text))
    parts = [await smsc.next_submit() for _ in range(3)]
    assert "".join(part.text for part in parts) == text
    assert {part.esm_class for part in parts} == {0x40}


async def test_what_is_not_safe_is_left_with_the_smsc(smsc: Smsc, listen: Callable[..., Listener]) -> None:
    one = listen(port=smsc.port)
    await smsc.bound()
    one.reception.broken = NotSafe("journal gone")
    assert await smsc.deliver("8613800000001", "8888", "LIST") == consts.SMPP_ESME_RX_T_APPN
    one.reception.broken = None
    assert await smsc.deliver("8613800000001", "8888", "LIST") == consts.SMPP_ESME_ROK


async def test_a_receipt_finds_its_way(smsc: Smsc, listen: Callable[..., Listener]) -> None:
    one = listen(port=smsc.port)
    await smsc.bound()
    one.postbox.put(Row(1))
    answer = await smsc.next_submit()
    assert answer.registered_delivery == 1
    receipt = (
        f"id:{answer.message_id} sub:001 dlvrd:001 submit date:2611230930 done date:2611230931 stat:DELIVRD err:000"
    )
    assert await smsc.deliver_raw("8613800000001", "8888", receipt.encode(), esm_class=4) == 0
    assert (one.postbox.receipts, one.reception.texts) == ([("main", answer.message_id, "delivered", "000")], [])


async def test_a_throttled_answer_goes_a_second_later(smsc: Smsc, listen: Callable[..., Listener]) -> None:
    one = listen(port=smsc.port)
    await smsc.bound()
    await smsc.answer_next(smpp34.ESME_RTHROTTLED)
    one.postbox.put(Row(1))
    assert (await smsc.next_submit()).message_id == ""
    assert (await smsc.next_submit()).message_id != ""
    await until(lambda: [what for what, _, _ in one.postbox.ends] == ["postponed", "sent"])


async def test_an_smsc_that_unbinds_is_answered_and_bound_again(smsc: Smsc, listen: Callable[..., Listener]) -> None:
    one = listen(port=smsc.port)
    await smsc.bound()
    await smsc.unbind()
    await until(lambda: len(one.reception.sessions) == 2)
    await smsc.bound()
    assert await smsc.deliver("8613800000001", "8888", "LIST") == 0


async def test_a_stop_says_goodbye(smsc: Smsc, listen: Callable[..., Listener]) -> None:
    one = listen(port=smsc.port)
    await smsc.bound()
    await one.end()
    await smsc.gone()
    assert (one.states[-1].status, len(one.reception.closed)) == ("stopped", 1)


@pytest.mark.node
async def test_a_wrong_password_is_shown_as_the_reason(npm: NpmSmsc, listen: Callable[..., Listener]) -> None:
    one = listen(port=npm.port, system_type="x")
    await npm.bound()
    other = NpmSmsc("tonegate", "another")
    async with other:
        refused = listen(port=other.port)
        await until(lambda: any("ESME_RINVPASWD" in state.last_error for state in refused.states))
    assert one.states[-1].status == "bound"


@pytest.mark.node
async def test_a_cut_connection_comes_back(npm: NpmSmsc, listen: Callable[..., Listener]) -> None:
    one = listen(port=npm.port)
    for sessions in (2, 3):
        await npm.bound()
        await npm.cut()
        await until(lambda sessions=sessions: len(one.reception.sessions) >= sessions)
    await npm.bound()
    assert one.reception.closed == one.reception.sessions[:-1]


@pytest.mark.node
async def test_a_message_payload_and_a_vendors_tlv_are_read(npm: NpmSmsc, listen: Callable[..., Listener]) -> None:
    one = listen(port=npm.port)
    await npm.bound()
    text = "GET 600902000001 " * 30
    status = await npm.deliver_pdu(
        "8613800000001",
        "8888",
        message_payload_hex=text.encode().hex(),
        data_coding=0,
        user_message_reference=7,
        ussd_service_op=1,
    )
    assert (status, [(kept.text, kept.network_reference) for kept in one.reception.texts]) == (0, [(text, "7")])


@pytest.mark.node
async def test_rubbish_between_messages_is_survived(npm: NpmSmsc, listen: Callable[..., Listener]) -> None:
    one = listen(port=npm.port)
    await npm.bound()
    for frame in (
        struct.pack(">LLLL", 20, 0x777, 0, 1001) + b"rubb",
        struct.pack(">LLLL", 18, 5, 0, 1002) + b"\xff\xff",
    ):
        await npm.say(frame)
    assert await npm.deliver("8613800000001", "8888", "LIST") == 0
    assert [heard for heard in npm.heard if heard[1]] == [
        ("generic_nack", consts.SMPP_ESME_RINVCMDID),
        ("deliver_sm_resp", consts.SMPP_ESME_RINVCMDLEN),
    ]
    assert len(one.reception.sessions) == 1


async def test_a_receipt_all_in_tlvs_is_read(listen: Callable[..., Listener]) -> None:
    async with Smpp34Smsc() as smsc:
        one = listen(port=smsc.port)
        await smsc.bound()
        tlvs = [
            smpp34.Tlv(smpp34.TLV_RECEIPTED_MESSAGE_ID, b"0a1b\0"),
            smpp34.Tlv(smpp34.TLV_MESSAGE_STATE, b"\x05"),
            smpp34.Tlv(smpp34.TLV_NETWORK_ERROR_CODE, b"\x03\x00\x1b"),
            smpp34.Tlv(0x1403, b"vendor"),
        ]
        assert await smsc.deliver_tlvs("8613800000001", "8888", tlvs, esm_class=4) == 0
        assert one.postbox.receipts == [("main", "0a1b", "undelivered", "3:27")]
