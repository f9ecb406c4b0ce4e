"""Texts of several parts: kept part by part, handed on whole, or as they are when their time is over."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from itertools import permutations
from typing import Any

import pytest
from smpplib import consts

from channels.smpp import Pdu, decode
from channels.smpp.receiving.long_texts import LOOK_EVERY_S, Overdue
from channels.smpp.text import Habits, split
from tests.smpp.kit.in_and_out import way_in
from tests.smpp.kit.memory import MemoryPostbox, MemoryReception
from tests.smpp.kit.near_smsc import deliver_sm
from tests.smpp.kit.turned_clock import TurnedClock
from workers.journal import LongText, StoredPart
from workers.reception import InboundText, NotSafe

TEXT = ("GET 60090", "2000001 60", "0902000002")


def read(frame: bytes) -> Pdu:
    pdu = decode(frame)
    assert isinstance(pdu, Pdu)
    return pdu


def udh8(number: int, body: bytes, reference: int = 7, before: bytes = b"", **fields: Any) -> Pdu:
    """A part with an 8-bit reference, behind other elements where a test wants them."""
    elements = before + bytes((0, 3, reference, len(TEXT), number))
    return read(deliver_sm(bytes([len(elements)]) + elements + body, esm_class=0x40, **fields))


def udh16(number: int, body: bytes) -> Pdu:
    elements = bytes((8, 4, 1, 7, len(TEXT), number))
    return read(deliver_sm(bytes([len(elements)]) + elements + body, esm_class=0x40))


def sar(number: int, body: bytes) -> Pdu:
    return read(deliver_sm(body, sar_msg_ref_num=263, sar_total_segments=len(TEXT), sar_segment_seqnum=number))


def sar_payload(number: int, body: bytes) -> Pdu:
    tlvs = {"sar_msg_ref_num": 263, "sar_total_segments": len(TEXT), "sar_segment_seqnum": number}
    return read(deliver_sm(b"", message_payload=body, **tlvs))


def behind_others(number: int, body: bytes) -> Pdu:
    """The concatenation behind a port and an element nobody knows."""
    return udh8(number, body, before=bytes((5, 4, 0, 1, 0, 2, 0x70, 2, 1, 1)))


@pytest.mark.parametrize("part", [udh8, udh16, sar, sar_payload, behind_others])
@pytest.mark.parametrize("order", list(permutations((1, 2, 3))))
async def test_parts_in_any_order_become_one_text(part: Any, order: tuple[int, ...]) -> None:
    reception = MemoryReception()
    entrance = way_in(reception, MemoryPostbox(), TurnedClock(1000.0))
    statuses = [await entrance.take(part(number, TEXT[number - 1].encode())) for number in order]
    assert ([0, 0, 0], ["".join(TEXT)]) == (statuses, [text.text for text in reception.texts])
    assert ("", 1) == (reception.texts[0].incomplete, reception.texts[0].long_text)


async def test_two_senders_with_one_reference_do_not_collide() -> None:
    reception = MemoryReception()
    entrance = way_in(reception, MemoryPostbox(), TurnedClock())
    for number in (1, 2, 3):
        for sender in ("8613800000001", "8613800000002"):
            await entrance.take(udh8(number, f"{sender[-1]}{number} ".encode(), source=sender))
    assert ["11 12 13 ", "21 22 23 "] == [text.text for text in reception.texts]


async def test_parts_that_come_over_two_binds_of_one_smsc_are_joined_and_answered_by_the_last() -> None:
    """An SMSC shares out what it delivers over the binds of an account, the parts of one text too."""
    reception = MemoryReception()
    first = way_in(reception, MemoryPostbox(), TurnedClock())
    second = way_in(reception, MemoryPostbox(), TurnedClock(), name="backup")
    for number, entrance in enumerate((first, second, first), start=1):
        await entrance.take(udh8(number, b"x"))
    assert [("main", "xxx")] == [(text.bind, text.text) for text in reception.texts]


async def test_a_part_is_kept_under_the_bind_that_it_came_by() -> None:
    """Its partner may be switched off, and then what becomes of half a text would be answered by nobody."""
    reception = MemoryReception()
    await way_in(reception, MemoryPostbox(), TurnedClock()).take(udh8(1, b"x"))
    assert [("main", ("main", "backup"))] == [(kept.bind, kept.binds) for kept in reception.parts]


async def test_a_header_that_says_one_of_one_is_a_text_of_its_own() -> None:
    reception = MemoryReception()
    status = await way_in(reception, MemoryPostbox(), TurnedClock()).take(
        read(deliver_sm(b"\5\0\3\7\1\1LIST", esm_class=0x40))
    )
    assert (0, ["LIST"], []) == (status, [text.text for text in reception.texts], reception.parts)


@pytest.mark.parametrize("tlvs", [{"sar_msg_ref_num": 1}, {"sar_total_segments": 2, "sar_segment_seqnum": 3}])
async def test_sar_tlvs_that_do_not_add_up_make_no_part(tlvs: dict[str, int]) -> None:
    reception = MemoryReception()
    await way_in(reception, MemoryPostbox(), TurnedClock()).take(read(deliver_sm(b"LIST", **tlvs)))
    assert ["LIST"] == [text.text for text in reception.texts]


async def test_a_part_that_is_not_safe_is_not_acknowledged() -> None:
    """Promise 1: no accepted message is lost, nor a part of one."""
    reception = MemoryReception(broken=NotSafe("journal gone"))
    with pytest.raises(NotSafe):
        await way_in(reception, MemoryPostbox(), TurnedClock()).take(udh8(1, b"GET"))


async def test_the_last_part_is_acknowledged_only_when_the_whole_text_is_safe() -> None:
    """Promise 1, between the commit of the last part and that of the text."""

    class Half(MemoryReception):
        async def accept(self, *_: Any, **__: Any) -> None:
            raise NotSafe("journal gone")

    entrance = way_in(Half(), MemoryPostbox(), TurnedClock())
    assert [0, 0] == [await entrance.take(udh8(number, b"GET")) for number in (1, 2)]
    with pytest.raises(NotSafe):
        await entrance.take(udh8(3, b"GET"))


async def test_how_long_missing_parts_are_waited_for_is_the_binds_setting() -> None:
    reception = MemoryReception()
    await way_in(reception, MemoryPostbox(), TurnedClock(), parts_within_s=90.0).take(udh8(1, b"GET"))
    assert [(1, 3, 90.0, "udh8")] == [(p.part_no, p.total, p.within_s, p.kind) for p in reception.parts]


async def test_a_part_of_a_code_that_is_not_served_is_refused() -> None:
    reception = MemoryReception()
    status = await way_in(reception, MemoryPostbox(), TurnedClock(), short_codes=["9999"]).take(udh8(1, b"GET"))
    assert (consts.SMPP_ESME_RINVDSTADR, []) == (status, reception.parts)


@pytest.mark.parametrize(
    "pdu",
    [
        read(deliver_sm(b"LIST", source_port=16000, destination_port=7275)),
        read(deliver_sm(b"\6\5\4\x1c\x6b\x3e\x80LIST", esm_class=0x40)),
    ],
    ids=["TLVs", "header"],
)
async def test_ports_of_applications_are_kept(pdu: Pdu) -> None:
    reception = MemoryReception()
    await way_in(reception, MemoryPostbox(), TurnedClock()).take(pdu)
    assert [("LIST", 16000, 7275)] == [(text.text, text.source_port, text.destination_port) for text in reception.texts]


async def test_ports_that_came_as_tlvs_of_parts_are_kept_with_the_whole() -> None:
    reception = MemoryReception()
    entrance = way_in(reception, MemoryPostbox(), TurnedClock())
    for number in (1, 2, 3):
        await entrance.take(udh8(number, b"x", source_port=16000, destination_port=7275))
    assert [("xxx", 16000, 7275)] == [(text.text, text.source_port, text.destination_port) for text in reception.texts]


async def test_ports_as_tlvs_leave_packed_parts_readable() -> None:
    """They are kept as an element of the header, behind which packed septets begin."""
    reception = MemoryReception()
    entrance = way_in(reception, MemoryPostbox(), TurnedClock(), gsm_packed=True)
    text = "Sing me the song of the day and then another. " * 5
    for part in split(text, Habits(gsm_packed=True), lambda: 7).parts:
        await entrance.take(read(deliver_sm(part.octets, esm_class=part.esm_class, source_port=1, destination_port=2)))
    assert [(text, 1, 2)] == [(one.text, one.source_port, one.destination_port) for one in reception.texts]


# what is overdue

LATE = LongText(
    9, "main", "main-1", "8613800000001", "8888", 3, (StoredPart(1, b"GET", b"", 0), StoredPart(3, b"1", b"", 0))
)


async def test_what_has_come_is_handed_on_marked_when_its_time_is_over() -> None:
    """Promise 4: every accepted message gets an answer, also half of one."""
    clock, reception = TurnedClock(1000.0), MemoryReception(due=[LATE])
    looking = asyncio.create_task(Overdue(lambda: {"main": Habits()}, reception, clock).run())
    await clock.turn(0.1)
    assert [("GET[…]1", "2 of 3", 9)] == [(text.text, text.incomplete, text.long_text) for text in reception.texts]
    await clock.turn(LOOK_EVERY_S * 3)
    assert len(reception.texts) == 1
    looking.cancel()


async def test_a_journal_that_is_gone_delays_it_and_loses_nothing() -> None:
    clock, reception = TurnedClock(), MemoryReception(due=[LATE], broken=NotSafe("journal gone"))
    looking = asyncio.create_task(Overdue(lambda: {"main": Habits()}, reception, clock).run())
    await clock.turn(LOOK_EVERY_S * 2)
    reception.broken = None
    await clock.turn(LOOK_EVERY_S)
    assert ["2 of 3"] == [text.incomplete for text in reception.texts]
    looking.cancel()


async def test_one_that_cannot_be_handed_on_holds_up_no_other() -> None:
    class Picky(MemoryReception):
        async def accept(self, text: InboundText, *, within_s: float) -> None:
            if text.long_text == 9:
                raise NotSafe("this one never")
            await super().accept(text, within_s=within_s)

    clock, reception = TurnedClock(), Picky(due=[LATE, replace(LATE, id=10)])
    looking = asyncio.create_task(Overdue(lambda: {"main": Habits()}, reception, clock).run())
    await clock.turn(0.1)
    assert [10] == [text.long_text for text in reception.texts]
    looking.cancel()
