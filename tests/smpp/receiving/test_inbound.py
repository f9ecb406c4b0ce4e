"""What becomes of a deliver_sm, and what the SMSC is told."""

from __future__ import annotations

import struct
from typing import Any

import pytest
from smpplib import consts

from channels.smpp import Pdu, decode
from channels.smpp.receiving.inbound import Inbound
from tests.smpp.kit.in_and_out import way_in
from tests.smpp.kit.memory import MemoryPostbox, MemoryReception
from tests.smpp.kit.near_smsc import deliver_sm, made
from tests.smpp.kit.turned_clock import TurnedClock
from workers.reception import InboundText, NotSafe


def read(frame: bytes) -> Pdu:
    pdu = decode(frame)
    assert isinstance(pdu, Pdu)
    return pdu


def entrance(reception: MemoryReception, postbox: MemoryPostbox, **bind: Any) -> Inbound:
    return way_in(reception, postbox, TurnedClock(1000.0), **bind)


async def taken(frame: bytes, **bind: Any) -> tuple[int, list[InboundText]]:
    reception = MemoryReception()
    status = await entrance(reception, MemoryPostbox(), **bind).take(read(frame))
    return status, reception.texts


async def test_a_text_reaches_the_reception_whole() -> None:
    status, texts = await taken(deliver_sm(b"GET 600902000001", source="+8613800000001", user_message_reference=77))
    assert (status, texts) == (
        consts.SMPP_ESME_ROK,
        [InboundText("sms", "main", "main-1", "8613800000001", "8888", "GET 600902000001", 1000.0, "77")],
    )


@pytest.mark.parametrize(
    ("frame", "text"),
    [
        (deliver_sm(b"\x1b\x65 \x00"), "€ @"),
        (deliver_sm("订购".encode("utf-16-be"), data_coding=8), "订购"),
        (deliver_sm(b"\xe9", data_coding=3), "é"),
        (deliver_sm(b"", message_payload=b"LIST " * 60), "LIST " * 60),
        (deliver_sm(b"\x05\x00\x03\x01\x01\x01GET 1", esm_class=0x40), "GET 1"),
        (deliver_sm(b"\x06\x08\x04\x00\x01\x01\x01" + "订".encode("utf-16-be"), esm_class=0x40, data_coding=8), "订"),
        (made("data_sm", 4, source_addr="861", destination_addr="8888", message_payload=b"LIST"), "LIST"),
        (deliver_sm(b""), ""),
    ],
)
async def test_the_text_is_read_whatever_carries_it(frame: bytes, text: str) -> None:
    status, texts = await taken(frame)
    assert (status, [one.text for one in texts]) == (consts.SMPP_ESME_ROK, [text])


@pytest.mark.parametrize(
    ("frame", "short_codes", "status"),
    [
        (deliver_sm(b"hi", source="BANK", source_addr_ton=5), (), consts.SMPP_ESME_RX_P_APPN),
        (deliver_sm(b"hi", source="INFO4U"), (), consts.SMPP_ESME_RX_P_APPN),
        (deliver_sm(b"hi", source=""), (), consts.SMPP_ESME_RX_P_APPN),
        (deliver_sm(b"hi"), ("9999",), consts.SMPP_ESME_RINVDSTADR),
        (deliver_sm(b"hi", destination_addr=""), (), consts.SMPP_ESME_RINVDSTADR),
        (deliver_sm(b"hi"), ("9999", "8888"), consts.SMPP_ESME_ROK),
        (deliver_sm(b"hi", destination_addr="+8888"), ("8888",), consts.SMPP_ESME_ROK),
    ],
)
async def test_what_could_never_be_answered_is_refused_and_never_acknowledged(
    frame: bytes, short_codes: tuple[str, ...], status: int
) -> None:
    got, texts = await taken(frame, short_codes=list(short_codes))
    assert (got, len(texts)) == (status, int(status == consts.SMPP_ESME_ROK))


async def test_what_is_not_committed_is_not_acknowledged() -> None:
    reception = MemoryReception(broken=NotSafe("too late"))
    with pytest.raises(NotSafe):
        await entrance(reception, MemoryPostbox()).take(read(deliver_sm(b"LIST")))


_RECEIPT = b"id:0A1B2c sub:001 dlvrd:001 submit date:2611230930 done date:2611230931 stat:DELIVRD err:000 text:GET 6009"


def tlv(frame: bytes, tag: int, octets: bytes) -> bytes:
    body = frame[16:] + struct.pack(">HH", tag, len(octets)) + octets
    return struct.pack(">L", 16 + len(body)) + frame[4:16] + body


@pytest.mark.parametrize(
    ("frame", "receipt"),
    [
        (deliver_sm(_RECEIPT, esm_class=4), ("main", "0A1B2c", "delivered", "000")),
        (deliver_sm(_RECEIPT.replace(b"DELIVRD", b"UNDELIV"), esm_class=4), ("main", "0A1B2c", "undelivered", "000")),
        (deliver_sm(_RECEIPT.replace(b"DELIVRD", b"EXPIRED"), esm_class=4), ("main", "0A1B2c", "undelivered", "000")),
        (deliver_sm(_RECEIPT.replace(b"DELIVRD", b"REJECTD"), esm_class=4), ("main", "0A1B2c", "undelivered", "000")),
        (deliver_sm(_RECEIPT.replace(b"DELIVRD", b"ENROUTE"), esm_class=0x20), ("main", "0A1B2c", "enroute", "000")),
        (deliver_sm(_RECEIPT.lower(), esm_class=4), ("main", "0a1b2c", "delivered", "000")),
        (deliver_sm(b"ID: 77 STAT: DELIVRD", esm_class=4), ("main", "77", "delivered", "")),
        (
            tlv(tlv(tlv(deliver_sm(b"", esm_class=4), 0x001E, b"99\0"), 0x0427, b"\x05"), 0x0423, b"\x03\x00\x21"),
            ("main", "99", "undelivered", "3:33"),
        ),
        (tlv(deliver_sm(_RECEIPT, esm_class=4), 0x001E, b"from-tlv"), ("main", "from-tlv", "delivered", "000")),
        (tlv(tlv(deliver_sm(b""), 0x001E, b"99"), 0x0427, b"\x02"), ("main", "99", "delivered", "")),
        (deliver_sm(b"no receipt we know", esm_class=4), ("main", "", "unknown", "")),
        (deliver_sm(b"", esm_class=0x08), ("main", "", "unknown", "")),
    ],
)
async def test_a_receipt_goes_to_the_postbox(frame: bytes, receipt: tuple[str, str, str, str]) -> None:
    reception, postbox = MemoryReception(), MemoryPostbox()
    assert await entrance(reception, postbox).take(read(frame)) == consts.SMPP_ESME_ROK
    assert (postbox.receipts, reception.texts) == ([receipt], [])


async def test_a_subscriber_cannot_write_a_receipt() -> None:
    _, texts = await taken(deliver_sm(_RECEIPT))
    assert len(texts) == 1


async def test_a_receipt_that_is_not_kept_is_not_acknowledged() -> None:
    postbox = MemoryPostbox()
    postbox.broken = RuntimeError("journal gone")
    with pytest.raises(RuntimeError):
        await entrance(MemoryReception(), postbox).take(read(deliver_sm(_RECEIPT, esm_class=4)))
