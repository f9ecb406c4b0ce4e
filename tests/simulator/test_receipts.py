"""Receipts as SMSCs differ in them: their form, how they write the id, and when they come."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
import smpp34

from channels.smpp.text import Habits
from tests.simulator import wire
from tests.simulator.conftest import Start
from tests.simulator.wire import connect, until

_DATE = r"\d{10}"
_SECONDS = r"\d{12}"
_HEAD = r"id:(\w+) sub:001 dlvrd:001 submit date:%s done date:%s "


@pytest.mark.parametrize(
    ("text", "has_tlvs", "form"),
    [
        (_HEAD % (_DATE, _DATE) + "stat:DELIVRD err:000 text:your tone", True, "both"),
        (_HEAD % (_DATE, _DATE) + "stat:DELIVRD err:000 text:your tone", False, "text"),
        ("()", True, "tlvs"),
        (_HEAD % (_DATE, _DATE) + "stat:delivrd err:000 text:your tone", False, "lower"),
        (_HEAD % (_SECONDS, _SECONDS) + "stat:DELIVRD err:000 text:your tone", False, "seconds"),
        (r"id:(\w+) stat:DELIVRD", False, "brief"),
    ],
)
async def test_a_receipt_has_the_form_that_was_asked_for(start: Start, text: str, has_tlvs: bool, form: str) -> None:
    sim = await start(receipt_form=form)
    async with connect(sim.address) as esme:
        await esme.bind()
        asked = await esme.submit(b"your tone", registered_delivery=1)
        receipt = (await esme.read_command(wire.DELIVER_SM)).message()
    tlvs = {tlv.tag: tlv.value for tlv in receipt.tlvs}
    found = re.fullmatch(text, receipt.short_message.decode("ascii"))
    message_id = asked.body.rstrip(b"\0")
    assert found is not None
    assert found[1] in (message_id.decode(), "")
    assert receipt.esm_class == 0x04
    assert tlvs.get(smpp34.TLV_RECEIPTED_MESSAGE_ID) == (message_id + b"\0" if has_tlvs else None)


def _upper(message_id: str) -> str:
    return message_id.upper()


@pytest.mark.parametrize(
    ("in_receipt", "response_id", "receipt_id"),
    [
        (str, "hex", None),
        (_upper, "hex", "hex_upper"),
        (lambda message_id: message_id.zfill(20), "hex", "hex_zeros"),
        (lambda message_id: str(int(message_id, 16)), "hex", "decimal"),
        (lambda message_id: f"{int(message_id, 16):020d}", "hex", "decimal_zeros"),
        (lambda message_id: f"{int(message_id):x}", "decimal", "hex"),
        (lambda message_id: f"{int(message_id):X}", "decimal", "hex_upper"),
        (str, "decimal", "decimal"),
    ],
)
async def test_the_id_in_a_receipt_is_the_same_number_in_another_form(
    start: Start, in_receipt: Callable[[str], str], response_id: str, receipt_id: str | None
) -> None:
    sim = await start(response_id=response_id, receipt_id=receipt_id)
    async with connect(sim.address) as esme:
        await esme.bind()
        asked = await esme.submit(registered_delivery=1)
        seen = await esme.read_command(wire.DELIVER_SM)
    assert seen.text.startswith(f"id:{in_receipt(asked.body[:-1].decode())} ".encode())


async def test_a_receipt_follows_the_response_also_when_that_is_late(start: Start) -> None:
    sim = await start("latency=0.05")
    async with connect(sim.address) as esme:
        await esme.bind()
        esme.send(wire.SUBMIT_SM, wire.submit_body(registered_delivery=1))
        assert [(await esme.read()).command for _ in range(2)] == [wire.SUBMIT_SM | wire.RESP, wire.DELIVER_SM]


async def test_a_receipt_can_come_before_the_response_it_is_about(start: Start) -> None:
    sim = await start(receipt_first=True)
    async with connect(sim.address) as esme:
        await esme.bind()
        for _ in range(5):
            esme.send(wire.SUBMIT_SM, wire.submit_body(registered_delivery=1))
            receipt, answer = await esme.read(), await esme.read()
            assert (receipt.command, answer.command) == (wire.DELIVER_SM, wire.SUBMIT_SM | wire.RESP)
            assert receipt.text.startswith(b"id:" + answer.body[:-1])
            esme.acknowledge(receipt)


@pytest.mark.parametrize(("bind", "registered"), [(wire.BIND_TRANSMITTER, 1), (wire.BIND_TRANSCEIVER, 0)])
async def test_a_response_that_no_receipt_can_precede_comes_all_the_same(
    start: Start, bind: int, registered: int
) -> None:
    sim = await start(receipt_first=True, receipt_first_s=0.05)
    async with connect(sim.address) as esme:
        await esme.bind(bind)
        assert (await esme.submit(registered_delivery=registered)).status == wire.ROK


async def test_a_receipt_can_be_for_an_id_that_nobody_was_given(start: Start) -> None:
    sim = await start("unknown_receipts=1")
    async with connect(sim.address) as esme:
        await esme.bind()
        for _ in range(3):
            esme.send(wire.SUBMIT_SM, wire.submit_body(registered_delivery=1))
        given, told = set(), set()
        for _ in range(6):  # responses, and receipts between them
            seen = await esme.read()
            if seen.command == wire.DELIVER_SM:
                esme.acknowledge(seen)
                told.add(seen.text.split()[0])
            else:
                given.add(b"id:" + seen.body[:-1])
    assert (3, 3, set()) == (len(given), len(told), given & told)
    assert sim.counts("receipts")["unknown"] == 3


@pytest.mark.parametrize(("parts", "receipt_part"), [([1, 2, 3], "all"), ([1], "first"), ([3], "last")])
async def test_each_part_of_a_long_text_has_a_receipt_or_one_has(
    start: Start, parts: list[int], receipt_part: str
) -> None:
    sim = await start(receipt_part=receipt_part)
    async with connect(sim.address) as esme:
        await esme.bind()
        for number in (1, 2, 3):
            text = bytes((5, 0, 3, 77, 3, number)) + b"part"
            esme.send(wire.SUBMIT_SM, wire.submit_body(text, esm_class=0x40, registered_delivery=1))
        told = [(await esme.read_command(wire.DELIVER_SM)).text for _ in parts]
        assert [int(one.split()[0][-1:]) for one in told] == parts  # ids count from 1
        await until(lambda: sim.counts("receipts")["attempts"] == len(parts))
    assert sim.counts("receipts")["asked"] == len(parts)


async def test_where_texts_come_by_data_sm_receipts_do_too(start: Start) -> None:
    sim = await start(texts_by="data_sm", habits=Habits())
    async with connect(sim.address) as esme:
        await esme.bind()
        await esme.submit(registered_delivery=1)
        seen = await esme.read_command(wire.DATA_SM)
        assert b"stat:DELIVRD" in seen.body
        esme.send(wire.DATA_SM | wire.RESP, b"\0", sequence=seen.sequence)
        await until(lambda: sim.counts("receipts")["acknowledged"] == 1)
