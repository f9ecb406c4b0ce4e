"""Receipts as SMSCs really write them, each with its peculiarity."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from channels.smpp import Pdu
from channels.smpp.protocol.pdu import Value
from channels.smpp.receiving.receipt_text import date_in
from channels.smpp.receiving.receipts import is_receipt, read_receipt
from channels.smpp.text.alphabets import decode_text

LOADED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""A loaded machine is no failure."""


def deliver(esm_class: int = 0x04, *, command: str = "deliver_sm", **tlvs: Value) -> Pdu:
    return Pdu(command, 1, 0, {"esm_class": esm_class}, tlvs)


UUID = "6ba7b810-9dad-11d1-80b4-00c04fd430c8"

VENDORS = [
    ("the standard's own line", ("0123456789", "delivered", "000"),
     "id:0123456789 sub:001 dlvrd:001 submit date:0706041230 done date:0706041231 stat:DELIVRD err:000 Text:Hello"),
    ("jsmpp#62: neither sub nor dlvrd", ("1526758174", "delivered", "000"),
     "id:1526758174 submit date:1701240904 done date:1701240904 stat:DELIVRD err:000 text:hellow"),
    ("cloudhopper#105: no sub", ("77A1", "undelivered", "045"),
     "id:77A1 dlvrd:000 submit date:1506101830 done date:1506101835 stat:UNDELIV err:045 text:"),
    ("smppex#46: dates in SMPP's own time format, no text", ("rdwjwxns18krxr9936ey96ymcw", "undelivered", "000"),
     "id:rdwjwxns18krxr9936ey96ymcw submit date:180711070003912+ done date:180711070000012+ stat:UNDELIV err:000"),
    ("jasmin#753: dates with the whole year, id a UUID", (UUID, "undelivered", "030"),
     f"id:{UUID} submit date:201906190720 done date:201906190720 stat:EXPIRED err:030"),
    ("jasmin#1239: err of two digits", (UUID, "delivered", "00"),
     f"id:{UUID} submit date:2411051159 done date:2411051159 stat:DELIVRD err:00"),
    ("ksmppd#108: the status has lost its key", ("ce5bc5a9-4f7d", "delivered", "000"),
     "id:ce5bc5a9-4f7d sub:000 dlvrd:000 submit date:180903120815 done date:180903120816 DELIVRD err:000 Text:"),
    ("php-smpp#29: spaces after the colons", ("0654354026", "delivered", "0"),
     "id: 0654354026 sub: 001 dlvrd: 001 submit date: 1404171200 done date: 1404171201 stat: DELIVRD err: 0 text: hi"),
    ("php-smpp#70: an id of 18 digits, a text with an escape", ("117062714244798261", "delivered", "0000"),
     "id:117062714244798261 sub:001 dlvrd:001 done date:1706271624 stat:DELIVRD err:0000 text:H\x1bllo world"),
    ("Clickatell: an id of 32 hex digits, dates with seconds", ("a29f6845555647139e5c8f3b817f2c9a", "delivered", "000"),
     "id:a29f6845555647139e5c8f3b817f2c9a sub:001 dlvrd:001 done date:141023215259 stat:DELIVRD err:000 text:"),
    ("Nexmo: leading zeros", ("0000000012345678", "delivered", "000"),
     "id:0000000012345678 sub:001 dlvrd:001 submit date:1601010100 done date:1601010101 stat:DELIVRD err:000 text:-"),
    ("rejected, with an err of hex digits", ("4F3A2C", "undelivered", "00B"),
     "id:4F3A2C sub:001 dlvrd:000 submit date:110217110801 done date:110217110810 stat:REJECTD err:00B text:"),
    ("all lower case", ("0a1b2c", "delivered", "000"),
     "id:0a1b2c sub:001 dlvrd:001 submit date:2611230930 done date:2611230931 stat:delivrd err:000 text:get"),
    ("all upper case", ("0A1B2C", "delivered", "000"),
     "ID:0A1B2C SUB:001 DLVRD:001 SUBMIT DATE:2611230930 DONE DATE:2611230931 STAT:DELIVRD ERR:000 TEXT:GET"),
    ("another order", ("55", "undelivered", "001"),
     "stat:UNDELIV err:001 done date:2611230931 submit date:2611230930 dlvrd:000 sub:001 id:55"),
    ("the text first", ("55", "delivered", "000"), "text:GET id:9 id:55 sub:001 stat:DELIVRD err:000"),
    ("no space between the fields", ("1526758174", "delivered", "000"),
     "id:1526758174sub:001dlvrd:001submit date:1701240904done date:1701240904stat:DELIVRDerr:000text:hello"),
    ("many spaces", ("12", "delivered", "000"), "  id:12   sub:001  stat:DELIVRD    err:000   Text:  x"),
    ("commas", ("12", "undelivered", "27"), "id:12,sub:001,dlvrd:000,stat:UNDELIV,err:27,text:x"),
    ("lines", ("12", "delivered", "000"), "id:12\r\nsub:001\r\nstat:DELIVRD\r\nerr:000\r\n"),
    ("quotes", ("12-AB", "delivered", "000"), 'id:"12-AB" sub:"001" stat:"DELIVRD" err:"000" text:"id:3"'),
    ("quoted keys", ("12", "delivered", "0"), '{"id":"12","stat":"DELIVRD","err":"0"}'),
    ("equal signs and longer keys", ("12", "delivered", "0"), "message_id=12 status=DELIVERED error_code=0"),
    ("underscores in the dates' keys", ("12", "delivered", "0"),
     "id:12 submit_date:20240115103000 done_date:20240115103005 stat:DELIVRD err:0"),
    ("dates with spaces and a zone", ("12", "delivered", "0"),
     "id:12 submit date:2024-01-15 10:30:00 +0300 done date:2024-01-15 10:30:05 +0300 stat:DELIVRD err:0"),
    ("err in hex", ("12", "undelivered", "0x1B"), "id:12 stat:UNDELIV err:0x1B text:"),
    ("err in words", ("12", "undelivered", "Absent subscriber"), "id:12 stat:UNDELIV err:Absent subscriber text:hi"),
    ("err by name", ("12", "undelivered", "EC_ABSENT_SUBSCRIBER"), "id:12 stat:UNDELIV err:EC_ABSENT_SUBSCRIBER"),
    ("fields of the vendor's own", ("12", "delivered", "000"),
     "id:12 sub:001 mccmnc:25001 stat:DELIVRD err:000 imsi:250011234567890 text:x"),
    ("a text that looks like a receipt", ("12", "delivered", "000"),
     "id:12 sub:001 dlvrd:001 stat:DELIVRD err:000 text:id:99 stat:UNDELIV err:5"),
    ("a text in Russian", ("12", "delivered", "000"), "id:12 stat:DELIVRD err:000 Text:Привет, id:7"),
    ("a text in Chinese", ("12", "delivered", "000"), "id:12 stat:DELIVRD err:000 Text:您的彩铃 stat:EXPIRED"),
    ("text: in Russian too", ("12", "delivered", "000"), "id:12 stat:DELIVRD err:000 текст:Привет stat:UNDELIV"),
    ("CMPP's error in the place of the status", ("12", "undelivered", "MK:0001"), "id:12 stat:MK:0001"),
    ("and the err field beside it", ("12", "undelivered", "7"), "id:12 sub:001 stat: MI:0024 err:7 text:"),
    ("the state as its number", ("12", "undelivered", ""), "id:12 stat:5"),
    ("the status only", ("", "delivered", ""), "DELIVRD"),
    ("the id only", ("12", "unknown", ""), "id:12"),
    ("an id with § that is a _ read in the GSM alphabet", ("a_1@smsc", "delivered", ""), "id:a§1¡smsc stat:DELIVRD"),
    ("empty fields", ("", "unknown", ""), "id: sub: dlvrd: submit date: done date: stat: err: text:"),
    ("nothing", ("", "unknown", ""), ""),
    ("words of no receipt", ("", "unknown", ""), "Your message was handed to the subscriber, thank you"),
    ("a control character for a status", ("12", "unknown", ""), "id:12 stat:\x1f text:x"),
    ("garbage", ("", "unknown", ""), "\ufffd\x00\x01:::=id stat err\ufffd"),
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "receipt", "text"), VENDORS, ids=[row[0] for row in VENDORS])
def test_a_receipt_is_read_by_its_text(sentence: str, receipt: tuple[str, str, str], text: str) -> None:
    read = read_receipt(deliver(), text)
    assert receipt == (read.message_id, read.state, read.error), sentence


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("delivered", "DELIVRD delivrd Delivered DELIVERED DELIVERD"),
        ("undelivered", "UNDELIV UNDELIVERABLE UNDELIVERED EXPIRED DELETED REJECTD REJECTED FAILED SKIPPED CANCELLED"),
        ("undelivered", "NOT_DELIVERED NO_ROUTE Delivery-Failed 3 4 5 8 9"),
        ("accepted", "ACCEPTD ACCEPTED 6"),
        ("enroute", "ENROUTE EN_ROUTE BUFFERED SCHEDULED SUBMITTED 0 1"),
        ("unknown", "UNKNOWN 7 42 WHATEVER DELIV NOTDELIVRDYET"),
    ],
)
@pytest.mark.parametrize("form", ["id:1 stat:{} err:000", "id:1 stat:{}", "id:1 stat: {}  err:000 text:DELIVRD"])
def test_a_word_for_a_state_is_understood_short_or_in_full(state: str, words: str, form: str) -> None:
    assert [state] * len(words.split()) == [read_receipt(deliver(), form.format(word)).state for word in words.split()]


@pytest.mark.parametrize(
    ("state", "value"),
    [
        ("enroute", 0), ("enroute", 1), ("delivered", 2), ("undelivered", 3), ("undelivered", 4),
        ("undelivered", 5), ("accepted", 6), ("unknown", 7), ("undelivered", 8), ("undelivered", 9),
    ],
)  # fmt: skip
def test_message_state_counts_before_the_text(state: str, value: int) -> None:
    """SMPP 3.4 §5.2.28, and 5.0 §4.7.15 for SCHEDULED and SKIPPED."""
    text = "id:1 stat:UNDELIV" if state == "delivered" else "id:1 stat:DELIVRD"
    assert state == read_receipt(deliver(message_state=value), text).state
    assert state == read_receipt(deliver(message_state=value), "").state


def test_a_message_state_of_no_standard_leaves_it_to_the_text() -> None:
    assert "delivered" == read_receipt(deliver(message_state=77), "id:1 stat:DELIVRD").state


@pytest.mark.parametrize(
    ("sentence", "message_id", "tlv", "text"),
    [
        ("by TLV alone", "1d305b4c", "1d305b4c", ""),
        ("the TLV in hex, the text in decimal", "1d305b4c", "1d305b4c", "id:0489708364 stat:DELIVRD"),
        ("padded", "77", " 77 ", "id:9"),
        ("an empty TLV", "9", "", "id:9 stat:DELIVRD"),
        ("no receipt in the text, but our own answer", "77", "77", "You have it. id:9"),
    ],
)
def test_receipted_message_id_counts_before_the_text(sentence: str, message_id: str, tlv: str, text: str) -> None:
    assert message_id == read_receipt(deliver(receipted_message_id=tlv, message_state=2), text).message_id, sentence


@pytest.mark.parametrize(
    ("sentence", "error", "tlv", "text"),
    [
        ("the network's type and its code", "3:33", b"\x03\x00\x21", "err:001"),
        ("two octets of code", "3:4660", b"\x03\x12\x34", ""),
        ("no error", "3:0", b"\x03\x00\x00", ""),
        ("no error, but the text has one", "0x1B", b"\x03\x00\x00", "err:0x1B"),
        ("an empty TLV", "001", b"", "err:001"),
        ("one octet", "8:0", b"\x08", ""),
        ("text without end", "x" * 64, b"", "err:" + "x" * 500),
    ],
)
def test_network_error_code_counts_before_the_text(sentence: str, error: str, tlv: bytes, text: str) -> None:
    assert error == read_receipt(deliver(network_error_code=tlv), f"id:1 stat:UNDELIV {text}").error, sentence


@pytest.mark.parametrize(
    ("date", "written"),
    [
        ("2026-11-23T09:31:00", "2611230931"),
        ("2026-11-23T09:31:59", "261123093159"),
        ("2019-06-19T07:20:00", "201906190720"),
        ("2024-01-15T10:30:05", "20240115103005"),
        ("2018-07-11T07:00:00+03:00", "180711070000012+"),
        ("2018-07-11T07:00:00-05:30", "180711070000022-"),
        ("2024-01-15T10:30:05+03:00", "20240115103005+0300"),
        ("2024-01-15T10:30:05-03:00", "2024-01-15 10:30:05 -03:00"),
        ("2024-01-15T10:30:05+00:00", "2024-01-15T10:30:05Z"),
        ("2024-01-15T10:30:05+00:00", "2024/01/15 10:30:05.123 UTC"),
        ("2018-09-03T12:08:16", "180903120816 DELIVRD"),
        ("", "2613230931"),
        ("", "261123"),
        ("", "261123093"),
        ("", "15 Jan 2024"),
        ("", "2024-01-15 77:30:05"),
        ("", "20240115103005+9900"),
        ("", ""),
    ],
)
def test_a_date_is_read_with_its_zone_where_it_has_one(date: str, written: str) -> None:
    assert date == date_in(written)
    assert date == read_receipt(deliver(), f"id:1 done date:{written} stat:DELIVRD").done_at


def test_the_words_of_a_receipt_are_kept_as_they_came_but_never_its_text() -> None:
    text = "id:12 sub:001 dlvrd:000 submit date:1701240904 done date:1701240905 stat:Undeliverable err:5 text:secret"
    assert {
        "id": "12",
        "sub": "001",
        "dlvrd": "000",
        "submit_date": "1701240904",
        "done_date": "1701240905",
        "stat": "Undeliverable",
        "err": "5",
    } == read_receipt(deliver(), text).words


@pytest.mark.parametrize(
    ("receipt", "state", "esm_class"),
    [
        (True, "delivered", 0x04),
        (True, "delivered", 0x05),
        (True, "delivered", 0x44),
        (True, "delivered", 0x84),
        (True, "delivered", 0xC7),
        (True, "delivered", 0x08),
        (True, "delivered", 0x10),
        (True, "enroute", 0x20),
        (True, "enroute", 0x24),
        (True, "enroute", 0xE0),
        (False, "delivered", 0x00),
        (False, "delivered", 0x03),
        (False, "delivered", 0x40),
        (False, "delivered", 0x80),
        (False, "delivered", 0x18),
    ],
)
def test_esm_class_tells_a_receipt_and_an_intermediate_notification_is_not_the_end(
    receipt: bool, state: str, esm_class: int
) -> None:
    for command in ("deliver_sm", "data_sm"):
        pdu = deliver(esm_class, command=command)
        assert (receipt, state) == (is_receipt(pdu), read_receipt(pdu, "id:1 stat:DELIVRD").state)


def test_an_intermediate_notification_of_a_failure_is_not_the_end_either() -> None:
    assert "enroute" == read_receipt(deliver(0x20), "id:1 stat:UNDELIV").state
    assert "enroute" == read_receipt(deliver(0x20, message_state=5), "").state


@pytest.mark.parametrize(
    ("receipt", "tlvs"),
    [
        (True, {"receipted_message_id": "77"}),
        (False, {"receipted_message_id": ""}),
        (False, {"message_state": 2}),
        (False, {"user_message_reference": 7}),
        (False, {}),
    ],
)
def test_without_esm_class_only_a_receipted_message_id_makes_a_receipt(receipt: bool, tlvs: dict[str, Value]) -> None:
    """Promise 1: a subscriber's "id:1 stat:DELIVRD" is a text, and none is lost for its looks."""
    assert receipt == is_receipt(deliver(0x00, **tlvs))


def test_a_receipt_in_ucs2_reads_as_any() -> None:
    text = decode_text("id:12 stat:DELIVRD err:000 Text:您好".encode("utf-16-be"), 8)
    assert ("12", "delivered") == (read_receipt(deliver(), text).message_id, read_receipt(deliver(), text).state)


@pytest.mark.parametrize("filler", ["id", "id: ", "stat ", "a ", "message ", "err:9-", "\t", "text:"])
def test_a_huge_receipt_is_read_by_its_beginning_alone(filler: str) -> None:
    """A regular expression over 64 KiB of this would hold up the bind."""
    head = "id:12 stat:DELIVRD err:000 "
    assert read_receipt(deliver(), head + (filler * 1_000)[:973]) == read_receipt(deliver(), head + filler * 10_000)


@LOADED
@given(st.text(), st.integers(0, 255), st.binary(max_size=5), st.integers(0, 255))
def test_reading_never_fails(text: str, esm_class: int, code: bytes, state: int) -> None:
    pdu = deliver(esm_class, network_error_code=code, message_state=state)
    for words in (text, f"id:{text} stat:{text} done date:{text} err:{text}"):
        read = read_receipt(pdu, words)
        assert read.state in ("delivered", "undelivered", "accepted", "enroute", "unknown")
        assert len(read.error) <= 64
