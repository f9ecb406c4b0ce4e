"""What operators' SMSCs do beyond a plain text in and out, against SMSCs that nobody here wrote."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any, get_args

import pytest

from tests.ports import free_port
from tests.smpp.kit.listener import Listener
from tests.smpp.kit.memory import Row
from tests.smpp.kit.until import until
from tests.smpp.peers.npm_smpp import NpmSmsc
from tests.smpp.peers.smpp34_server import Smpp34Smsc
from tests.smpp.peers.smsc import PATIENCE_S, PartsBy, Smsc, Submitted

Listen = Callable[..., Listener]
NUMBER, CODE = "8613800000001", "8888"
LONG = "Bir tonun fiyatı 2.00 yuan, otuz gün geçerli: şimdi sipariş için GET yazın. " * 4


# texts in

ALPHABETS: list[tuple[dict[str, Any], bytes, int, str]] = [
    ({}, b"caf\x05 \x1b\x65", 0, "café €"),
    ({}, "订购 🎵".encode("utf-16-be"), 8, "订购 🎵"),
    ({}, "façade ÿ".encode("latin-1"), 3, "façade ÿ"),
    ({}, b"caf\x05", 0xF1, "café"),
    ({}, b"\x00\x61", 0x18, "a"),
    ({"gsm_data_coding": 1}, b"caf\x05", 1, "café"),
    ({"default_alphabet": "latin-1", "alphabets": ["latin-1", "ucs2"]}, b"caf\xe9 @", 0, "café @"),
    ({"gsm_packed": True}, bytes.fromhex("e8329bfd06"), 0, "hello"),
]


@pytest.mark.parametrize(("bind", "octets", "data_coding", "text"), ALPHABETS)
async def test_a_text_is_read_as_the_smsc_means_it(
    smsc: Smsc, listen: Listen, bind: dict[str, Any], octets: bytes, data_coding: int, text: str
) -> None:
    one = listen(port=smsc.port, **bind)
    await smsc.bound()
    assert 0 == await smsc.deliver_raw(NUMBER, CODE, octets, data_coding=data_coding)
    assert [text] == [kept.text for kept in one.reception.texts]


async def test_a_text_in_turkish_tables_is_read_by_its_header(smsc: Smsc, listen: Listen) -> None:
    """3GPP 23.038 §6.2.1.2.2: single shift 0x24, Turkish 1; 0x1B 0x73 is ş there."""
    one = listen(port=smsc.port)
    await smsc.bound()
    assert 0 == await smsc.deliver_raw(NUMBER, CODE, b"\3\x24\1\1be\x1b\x73", esm_class=0x40)
    assert ["beş"] == [kept.text for kept in one.reception.texts]


@pytest.mark.parametrize("by", get_args(PartsBy))
async def test_parts_in_any_order_repeated_and_between_two_senders_are_joined(
    smsc: Smsc, listen: Listen, by: PartsBy
) -> None:
    one = listen(port=smsc.port)
    await smsc.bound()
    for number in (2, 1, 2, 3):
        for sender in (NUMBER, "8613800000002"):
            words = f"{sender[-1]}-{number} ".encode()
            assert 0 == await smsc.deliver_part(sender, CODE, words, (300 if by != "udh" else 30, 3, number), by=by)
    assert ["1-1 1-2 1-3 ", "2-1 2-2 2-3 "] == [text.text for text in one.reception.texts]


async def test_a_whole_long_text_in_message_payload_is_one_text(smsc: Smsc, listen: Listen) -> None:
    one = listen(port=smsc.port)
    await smsc.bound()
    assert 0 == await smsc.deliver_payload(NUMBER, CODE, LONG.encode("utf-16-be"), data_coding=8)
    assert [LONG] == [text.text for text in one.reception.texts]


@pytest.mark.node
async def test_a_data_sm_is_a_text_with_its_ports(npm: NpmSmsc, listen: Listen) -> None:
    one = listen(port=npm.port)
    await npm.bound()
    assert 0 == await npm.data_sm(NUMBER, CODE, b"LIST", source_port=16000, dest_port=7275)
    assert [("LIST", 16000, 7275)] == [(t.text, t.source_port, t.destination_port) for t in one.reception.texts]


@pytest.mark.node
async def test_national_numbers_are_kept_as_international_ones(npm: NpmSmsc, listen: Listen) -> None:
    one = listen(port=npm.port, country="CN", number_format="national")
    await npm.bound()
    assert 0 == await npm.deliver_pdu("013800000001", CODE, short_message="LIST", source_addr_ton=2)
    one.postbox.put(Row(1))
    answer = await npm.next_submit()
    assert ([NUMBER], "13800000001", 2) == (
        [text.number for text in one.reception.texts],
        answer.destination,
        answer.destination_ton,
    )


# answers out


async def all_parts(smsc: Smsc, count: int) -> list[Submitted]:
    return [await smsc.next_submit() for _ in range(count)]


@pytest.mark.parametrize(("method", "count"), [("udh", 5), ("udh16", 5), ("sar", 5), ("payload", 1)])
async def test_a_long_answer_goes_by_the_method_that_the_bind_is_set_to(
    smsc: Smsc, listen: Listen, method: str, count: int
) -> None:
    one = listen(port=smsc.port, long_texts=method)
    await smsc.bound()
    one.postbox.put(Row(1, LONG))
    parts = await all_parts(smsc, count)
    assert LONG == "".join(part.text for part in parts)
    said = {(bool(part.udh), part.sar is not None, part.is_payload) for part in parts}
    assert {(method.startswith("udh"), method == "sar", method == "payload")} == said
    await until(lambda: ["sent"] == [what for what, _, _ in one.postbox.ends])


async def test_turkish_tables_save_parts_where_turkish_is_spoken(smsc: Smsc, listen: Listen) -> None:
    """In UCS2 the same text takes five."""
    one = listen(port=smsc.port, national_tables=["tr"])
    await smsc.bound()
    one.postbox.put(Row(1, LONG))
    parts = await all_parts(smsc, 3)
    assert {0} == {part.data_coding for part in parts}
    assert all(any(element.startswith(("24", "25")) for element in part.udh) for part in parts)
    await until(lambda: ["sent"] == [what for what, _, _ in one.postbox.ends])


SETTINGS: list[tuple[dict[str, Any], dict[str, Any], Callable[[Submitted], object], object]] = [
    ({"gsm_data_coding": 1}, {}, lambda got: got.data_coding, 1),
    ({"message_class": 0}, {}, lambda got: got.data_coding, 0xF0),
    ({"message_class": 1}, {"text": "订购"}, lambda got: got.data_coding, 0x19),
    (
        {"alphabets": ["latin-1", "ucs2"]},
        {"text": "façade ÿ"},
        lambda got: (got.data_coding, got.text),
        (3, "façade ÿ"),
    ),
    ({"alphabets": ["gsm", "latin-1", "ucs2"]}, {"text": "ÿ"}, lambda got: (got.data_coding, got.text), (3, "ÿ")),
    ({"service_type": "CMT"}, {}, lambda got: got.service_type, "CMT"),
    ({"source_ton": 3, "source_npi": 9}, {}, lambda got: (got.source_ton, got.source_npi), (3, 9)),
    ({"dest_ton": 0, "dest_npi": 0}, {}, lambda got: (got.destination_ton, got.destination_npi), (0, 0)),
    ({"number_format": "plus"}, {}, lambda got: got.destination, f"+{NUMBER}"),
    ({"registered_delivery": "never"}, {}, lambda got: got.registered_delivery, 0),
    ({"registered_delivery": "never"}, {"registered_delivery": "failure"}, lambda got: got.registered_delivery, 2),
]


@pytest.mark.parametrize(("bind", "row", "seen", "expected"), SETTINGS)
async def test_an_answer_goes_as_the_bind_and_its_text_are_set(
    smsc: Smsc,
    listen: Listen,
    bind: dict[str, Any],
    row: dict[str, Any],
    seen: Callable[[Submitted], object],
    expected: object,
) -> None:
    one = listen(port=smsc.port, **bind)
    await smsc.bound()
    one.postbox.put(Row(1, **row))
    assert expected == seen(await smsc.next_submit())


@pytest.mark.node
async def test_a_validity_is_the_moment_that_was_meant(npm: NpmSmsc, listen: Listen) -> None:
    one = listen(port=npm.port, validity_s=3600)
    await npm.bound()
    began = time.monotonic()
    one.postbox.put(Row(1))
    validity_s = (await npm.next_submit()).validity_s
    under_way_s = time.monotonic() - began
    assert validity_s is not None
    assert 3590 - under_way_s <= validity_s <= 3610


@pytest.mark.node
@pytest.mark.parametrize(("urgency", "flag"), [(0, 3), (1, 0)])
async def test_what_somebody_waits_for_bears_the_binds_priority(
    npm: NpmSmsc, listen: Listen, urgency: int, flag: int
) -> None:
    one = listen(port=npm.port, urgent_priority=3)
    await npm.bound()
    one.postbox.put(Row(1, priority=urgency))
    assert flag == (await npm.next_submit()).priority


@pytest.mark.node
async def test_answers_go_by_data_sm_where_the_bind_says_so(npm: NpmSmsc, listen: Listen) -> None:
    one = listen(port=npm.port, submit_with="data_sm")
    await npm.bound()
    one.postbox.put(Row(1, "You have it: €5"))
    answer = await npm.next_submit()
    assert ("data_sm", "You have it: €5") == (answer.command, answer.text)
    await until(lambda: [("sent", 1, answer.message_id)] == one.postbox.ends)


# what an SMSC says besides


async def test_a_receipt_names_its_number_and_the_binds_it_may_belong_to(smsc: Smsc, listen: Listen) -> None:
    one = listen(port=smsc.port, receipt_ids="hex_to_decimal", receipt_part="last")
    await smsc.bound()
    receipt = b"id:0000012345 sub:001 dlvrd:001 submit date:2611230930 done date:2611230931 stat:DELIVRD err:000"
    assert 0 == await smsc.deliver_raw(NUMBER, CODE, receipt, esm_class=4)
    (heard,) = one.postbox.given
    assert ("0000012345", "delivered", NUMBER, ("main",), "hex_to_decimal", "last") == (
        heard.message_id,
        heard.state,
        heard.number,
        heard.binds,
        heard.ids,
        heard.part,
    )


@pytest.mark.node
async def test_an_alert_makes_what_waits_for_that_handset_due(npm: NpmSmsc, listen: Listen) -> None:
    one = listen(port=npm.port)
    await npm.bound()
    await npm.alert(NUMBER)
    await until(lambda: [NUMBER] == one.postbox.reached)


@pytest.mark.node
async def test_an_smsc_of_5_that_is_congested_is_sent_less(npm: NpmSmsc, listen: Listen) -> None:
    one = listen(port=npm.port, interface_version="5.0", window=100, rate_per_s=50.0)
    await npm.bound()
    await npm.tell_congestion(100)
    one.postbox.put(Row(1))
    await until(lambda: len(one.postbox.ends) == 1)  # so that it knows before there is more to send
    one.postbox.put(*(Row(n, destination=f"86138000{n:05}") for n in range(2, 100)))
    await until(lambda: len(one.postbox.ends) >= 2)
    sent = len(one.postbox.ends)
    await npm.tell_congestion(10)
    await until(lambda: len(one.postbox.ends) == 99)
    assert (sent < 99, 0x50) == (True, npm.interface_version)


@pytest.mark.node
async def test_an_smsc_that_calls_us_is_bound_on_its_own_connection(npm: NpmSmsc, listen: Listen) -> None:
    port = free_port()
    one = listen(
        outbind_listen=f"127.0.0.1:{port}",
        outbind_system_id="npm-smpp",
        outbind_password="knock",
        port=1,
        mode="receiver",
    )
    async with asyncio.timeout(PATIENCE_S):
        while await npm.outbind(port, password="knock"):  # noqa: ASYNC110 - until our door is open
            await asyncio.sleep(0.05)
    await npm.bound()
    assert 0 == await npm.deliver(NUMBER, CODE, "LIST")
    assert ["LIST"] == [text.text for text in one.reception.texts]


async def test_two_binds_with_two_smscs_go_their_own_ways(listen: Listen) -> None:
    async with Smpp34Smsc() as first, Smpp34Smsc() as second:
        a, b = listen(port=first.port, long_texts="sar"), listen(port=second.port, long_texts="payload")
        await first.bound()
        await second.bound()
        for one in (a, b):
            one.postbox.put(Row(1, "a" * 200))
        by_sar, by_payload = await all_parts(first, 2), await all_parts(second, 1)
        assert ([True, True], [True]) == ([p.sar is not None for p in by_sar], [p.is_payload for p in by_payload])
