"""What each kind of gateway means by an operation, what it knows a session by, and what it wants of our screens."""

from __future__ import annotations

from typing import Any

import pytest

from channels.smpp.protocol.codec import decode, encode
from channels.smpp.protocol.pdu import Pdu
from channels.ussd.over_smpp.hearing import hear
from channels.ussd.over_smpp.speaking import spoken
from channels.ussd.over_smpp.variants import VARIANTS
from channels.ussd.ports import Kind

BEGIN, INPUT, ABORT = Kind.BEGIN, Kind.INPUT, Kind.ABORT
FIELDS = {"source_addr": "8613800000001", "source_addr_ton": 1, "source_addr_npi": 1, "destination_addr": "123"}


def came(text: str = "1", service_type: str = "", **tlvs: Any) -> Pdu:
    """A deliver_sm as it is on the wire."""
    fields = {**FIELDS, "service_type": service_type, "short_message": text.encode()}
    pdu = decode(encode(Pdu("deliver_sm", 1, fields=fields, tlvs=tlvs)))
    assert isinstance(pdu, Pdu)
    return pdu


def info(session: int, message: int = 0, *, last: bool = False) -> bytes:
    return bytes((session, message << 1 | last))


@pytest.mark.parametrize(
    ("kind", "variant", "operation", "session_info"),
    [
        (BEGIN, "generic", 1, None),
        (INPUT, "generic", 2, None),
        (INPUT, "generic", 18, info(7, 1)),
        (ABORT, "generic", 17, None),
        (ABORT, "generic", 19, None),
        (ABORT, "generic", 18, info(7, 1, last=True)),
        (ABORT, "generic", 1, info(7, 0, last=True)),
        (BEGIN, "tata", 1, info(7)),
        (INPUT, "tata", 2, info(7)),
        (INPUT, "tata", 18, info(7)),
        (ABORT, "tata", 17, info(7)),
        (ABORT, "tata", 18, info(7, last=True)),
        (BEGIN, "sixdee", 1, info(7, 3)),
        (INPUT, "sixdee", 18, info(7, 3)),
        (ABORT, "sixdee", 0x81, info(7, 3)),
        (ABORT, "sixdee", 18, info(7, 3, last=True)),
        (BEGIN, "mica", 1, None),
        (INPUT, "mica", 18, None),
        (ABORT, "mica", 0x81, None),
        (INPUT, "mica", 18, info(7, last=True)),
        (BEGIN, "echo", 1, info(7)),
        (INPUT, "echo", 18, info(7)),
        (ABORT, "echo", 17, info(7)),
        (INPUT, "echo", 18, info(7, last=True)),
        (BEGIN, "vendor_tlv", 1, None),
        (INPUT, "vendor_tlv", 18, None),
        (ABORT, "vendor_tlv", 17, None),
    ],
)
def test_an_operation_means_what_the_variant_says(
    kind: Kind, variant: str, operation: int, session_info: bytes | None
) -> None:
    tlvs: dict[str, Any] = {"ussd_service_op": operation}
    if session_info is not None:
        tlvs["its_session_info"] = session_info
    heard = hear(came(**tlvs), VARIANTS[variant], "1")
    assert heard is not None
    assert kind == heard.kind


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize(
    ("kind", "text"), [(BEGIN, "*123#"), (BEGIN, "*123*2*600902000001#"), (INPUT, "1"), (INPUT, "")]
)
def test_an_operation_that_nobody_knows_is_read_by_its_text(variant: str, kind: Kind, text: str) -> None:
    heard = hear(came(text, ussd_service_op=99), VARIANTS[variant], text)
    assert heard is not None
    assert kind == heard.kind


def test_a_gateway_that_sends_no_operation_at_all_is_known_by_its_service_type() -> None:
    heard = hear(came("*123#", service_type="USSD"), VARIANTS["generic"], "*123#")
    assert heard is not None
    assert heard.kind is BEGIN


def test_a_text_is_no_dial() -> None:
    assert hear(came("600902000001", user_message_reference=7), VARIANTS["generic"], "600902000001") is None


@pytest.mark.parametrize(
    ("session", "variant", "tlvs"),
    [
        ("vendor-0000002a", "generic", {"ussd_vendor_session": b"\0\0\0*", "its_session_info": info(7, 1)}),
        ("session-07", "generic", {"its_session_info": info(7, 1), "user_message_reference": 9}),
        ("session-07", "tata", {"its_session_info": info(7, 2)}),
        ("reference-9", "generic", {"user_message_reference": 9}),
        ("", "generic", {}),
        ("session-07", "generic", {"its_session_info": b"\x07"}),
        ("info-0702", "sixdee", {"its_session_info": info(7, 1, last=True)}),
        ("reference-9", "mica", {"user_message_reference": 9, "its_session_info": info(7)}),
        ("info-0702", "echo", {"its_session_info": info(7, 1)}),
        ("vendor-0000002a", "vendor_tlv", {"ussd_vendor_session": b"\0\0\0*"}),
        ("", "vendor_tlv", {"its_session_info": info(7)}),
    ],
)
def test_a_session_is_known_by_the_first_key_of_its_variant(session: str, variant: str, tlvs: dict[str, Any]) -> None:
    heard = hear(came(ussd_service_op=18, **tlvs), VARIANTS[variant], "1")
    assert heard is not None
    assert session == heard.session


@pytest.mark.parametrize(
    ("operation", "session_info", "variant", "ends"),
    [
        (2, info(7, 1), "generic", False),
        (17, info(7, 1, last=True), "generic", True),
        (2, info(7, 1), "tata", False),
        (2, info(7, 1, last=True), "tata", True),
        (2, info(7, 1), "sixdee", False),
        (17, info(7, 1, last=True), "sixdee", True),
        (2, info(7, 1), "mica", False),
        (17, info(7, 1), "mica", True),
        (2, info(7, 1), "echo", False),
        (17, info(7, 1), "echo", True),
        (2, info(7, 1), "vendor_tlv", False),
        (17, info(7, 1), "vendor_tlv", True),
    ],
)
def test_a_screen_says_whether_more_follows_as_its_variant_does(
    operation: int, session_info: bytes, variant: str, ends: bool
) -> None:
    pdu = came(
        ussd_service_op=18, its_session_info=info(7, 1), user_message_reference=9, ussd_vendor_session=b"\0\0\0*"
    )
    heard = hear(pdu, VARIANTS[variant], "1")
    assert heard is not None
    tlvs = spoken("1 Top", heard.thread, VARIANTS[variant], ends=ends).tlvs
    assert (operation, session_info, 9, b"\0\0\0*") == (
        tlvs["ussd_service_op"],
        tlvs["its_session_info"],
        tlvs["user_message_reference"],
        tlvs["ussd_vendor_session"],
    )


@pytest.mark.parametrize(
    ("coding", "octets", "text", "seven_bit"),
    [
        (15, b"1 Top", "1 Top", 15),
        (0, b"1 Top\x1be", "1 Top€", 0),
        (72, "1 热门".encode("utf-16-be"), "1 热门", 15),
        (72, "1 قائمة".encode("utf-16-be"), "1 قائمة", 0),
    ],
)
def test_a_screen_is_seven_bit_where_it_can_be_and_ucs2_else(
    coding: int, octets: bytes, text: str, seven_bit: Any
) -> None:
    heard = hear(came(ussd_service_op=1), VARIANTS["generic"], "*123#")
    assert heard is not None
    fields = spoken(text, heard.thread, VARIANTS["generic"], ends=False, data_coding=seven_bit).fields
    assert (coding, octets) == (fields["data_coding"], fields["short_message"])


def test_a_screen_goes_back_to_the_address_that_dialled_as_it_came() -> None:
    heard = hear(came(ussd_service_op=1), VARIANTS["echo"], "*123#")
    assert heard is not None
    fields = spoken("x", heard.thread, VARIANTS["echo"], ends=False).fields
    assert ("8613800000001", 1, 1, "123", "USSD") == (
        fields["destination_addr"],
        fields["dest_addr_ton"],
        fields["dest_addr_npi"],
        fields["source_addr"],
        fields["service_type"],
    )
