"""PDUs are read and written as the standard says, whatever comes."""

from __future__ import annotations

import struct
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from smpplib import consts, exceptions, smpp

from channels.smpp import CannotEncode, Malformed, Pdu, decode, encode
from channels.smpp.protocol.codec import response
from channels.smpp.protocol.fields import COMMAND_IDS, LAYOUTS, TLVS, Kind, Parameter
from tests.smpp.kit.near_smsc import deliver_sm, made, parsed


def read(frame: bytes) -> Pdu:
    pdu = decode(frame)
    assert isinstance(pdu, Pdu), pdu
    return pdu


def header(command_id: int, body: bytes = b"", status: int = 0, sequence: int = 5) -> bytes:
    return struct.pack(">LLLL", 16 + len(body), command_id, status, sequence) + body


def with_tlv(frame: bytes, tag: int, octets: bytes, claimed: int | None = None) -> bytes:
    body = frame[16:] + struct.pack(">HH", tag, len(octets) if claimed is None else claimed) + octets
    return header(int.from_bytes(frame[4:8], "big"), body)


# writing


_ASCII = st.characters(min_codepoint=33, max_codepoint=126)


def values(parameter: Parameter) -> st.SearchStrategy[Any]:
    if parameter.kind is Kind.INTEGER:
        return st.integers(min_value=0, max_value=256**parameter.size - 1)
    if parameter.kind is Kind.C_STRING:
        return st.text(_ASCII, max_size=parameter.size - 1)
    return st.binary(max_size=min(parameter.size or 254, 254))


_SMPPLIB_LACKS = frozenset({"cancel_sm", "replace_sm", "outbind"})


@st.composite
def pdus(draw: st.DrawFn) -> Pdu:
    command = draw(st.sampled_from(sorted(LAYOUTS)))
    fields = {p.name: draw(values(p)) for p in LAYOUTS[command] if p.name != "sm_length"}
    return Pdu(command, draw(st.integers(1, 0x7FFFFFFF)), draw(st.integers(0, 255)), fields)


@given(pdus())
def test_mandatory_fields_are_written_octet_for_octet_as_smpplib_writes_them(pdu: Pdu) -> None:
    if pdu.command in _SMPPLIB_LACKS or (pdu.command == "query_sm" and not pdu.fields["message_id"]):
        return  # smpplib refuses them
    fields = {
        name: value[:20] if name.endswith("_addr") and isinstance(value, str) else value  # smpplib cuts them there
        for name, value in pdu.fields.items()
    }
    if "interface_version" in fields:
        fields["interface_version"] = 0x34  # smpplib writes no other
    ours = encode(Pdu(pdu.command, pdu.sequence, pdu.status, fields))
    theirs = smpp.make_pdu(pdu.command, sequence=1, **fields)
    theirs.sequence, theirs.status = pdu.sequence, pdu.status
    assert ours == theirs.generate()


_SAME_TLVS = sorted(
    name
    for name, tlv in TLVS.items()
    if name in smpp.make_pdu("deliver_sm", sequence=1).params
    and name not in ("message_payload", "its_session_info", "source_subaddress", "dest_subaddress")
)


@given(name=st.sampled_from(_SAME_TLVS), data=st.data())
def test_tlvs_are_written_octet_for_octet_as_smpplib_writes_them(name: str, data: st.DataObject) -> None:
    tlv = TLVS[name]
    value = data.draw(values(Parameter(name, tlv.kind, tlv.size or 19)))
    if not value:
        return  # smpplib leaves empty ones out
    if tlv.kind is Kind.OCTETS:
        value = value[: tlv.size]
    ours = encode(Pdu("deliver_sm", 1, tlvs={name: value}))
    assert ours == made("deliver_sm", 1, **{name: value})


@given(pdus())
def test_what_is_written_is_read_again(pdu: Pdu) -> None:
    again = read(encode(pdu))
    expected = dict(pdu.fields)
    if "short_message" in expected:
        expected["sm_length"] = len(expected["short_message"])  # type: ignore[arg-type]
    assert (again.command, again.sequence, again.status) == (pdu.command, pdu.sequence, pdu.status)
    assert dict(again.fields) == expected


@given(st.sampled_from(sorted(TLVS)), st.data())
def test_every_tlv_is_read_again(name: str, data: st.DataObject) -> None:
    tlv = TLVS[name]
    value = 1 if tlv.kind is Kind.FLAG else data.draw(values(Parameter(name, tlv.kind, tlv.size)))
    if tlv.kind is Kind.OCTETS and tlv.size:
        value = value[: tlv.size]
    assert read(encode(Pdu("data_sm", 1, tlvs={name: value}))).tlvs == {name: value}


@pytest.mark.parametrize(
    "fields",
    [
        {"destination_addr": "8" * 21},
        {"destination_addr": "8613\08000"},
        {"destination_addr": "号码"},
        {"destination_addr": 8613800000001},
        {"data_coding": 256},
        {"data_coding": -1},
        {"short_message": b"x" * 255},
        {"short_message": "text"},
    ],
)
def test_what_does_not_fit_is_refused(fields: dict[str, Any]) -> None:
    """Guards smpplib: it cuts an address that is too long, and so sends to somebody else's number."""
    with pytest.raises(CannotEncode):
        encode(Pdu("submit_sm", 1, fields=fields))


def test_smpplib_cuts_an_address_that_is_too_long() -> None:
    assert read(made("submit_sm", destination_addr="8" * 25)).text("destination_addr") == "8" * 20


# reading


def test_addresses_are_strings_both_ways() -> None:
    """Guards smpplib: received addresses are bytes there, sent ones str."""
    frame = deliver_sm(b"LIST", source="+8613800000001")
    assert isinstance(parsed(frame).source_addr, bytes)
    pdu = read(frame)
    assert pdu.text("source_addr") == "+8613800000001"
    assert encode(pdu) == frame


def test_ussd_service_op_is_read() -> None:
    """Guards smpplib: an inbound ussd_service_op is a KeyError there, even with allow_unknown_opt_params."""
    frame = with_tlv(deliver_sm(b"1"), 0x0501, b"\x12")
    with pytest.raises(KeyError):
        parsed(frame)
    assert read(frame).tlvs == {"ussd_service_op": 0x12}


@pytest.mark.parametrize("octets", [b"\x01\x02", b"\x00\x01\x02\x03"])
def test_its_session_info_may_have_two_octets_or_four(octets: bytes) -> None:
    """Guards smpplib: of 4 octets it reads 2 and takes the rest for the next TLV."""
    pdu = read(with_tlv(with_tlv(deliver_sm(b"1"), 0x1383, octets), 0x0427, b"\x02"))
    assert pdu.tlvs == {"its_session_info": octets, "message_state": 2}


def test_smpplib_fails_on_its_session_info_of_four_octets() -> None:
    with pytest.raises(Exception, match=r"unpack|Unknown"):
        parsed(with_tlv(deliver_sm(b"1"), 0x1383, b"\x00\x01\x02\x03"))


def test_unknown_tlvs_are_kept() -> None:
    """Guards smpplib: an unknown TLV raises unless allow_unknown_opt_params, and then it is lost."""
    frame = with_tlv(with_tlv(deliver_sm(b"1"), 0x1400, b"vendor"), 0x0204, b"\x00\x09")
    with pytest.raises(exceptions.UnknownCommandError):
        parsed(frame, allow_unknown_opt_params=False)
    pdu = read(frame)
    assert (pdu.tlvs, pdu.unknown_tlvs) == ({"user_message_reference": 9}, ((0x1400, b"vendor"),))
    assert read(encode(pdu)) == pdu


def test_an_integer_tlv_of_another_length_is_kept_raw_and_those_behind_it_are_read() -> None:
    """Guards smpplib: it reads as many octets as its table says, not as the TLV says."""
    pdu = read(with_tlv(with_tlv(deliver_sm(b"1"), 0x0204, b"\x09"), 0x0427, b"\x02"))
    assert (pdu.tlvs, pdu.unknown_tlvs) == ({"message_state": 2}, ((0x0204, b"\x09"),))


@pytest.mark.parametrize("octets", [b"abc123", b"abc123\0"])
def test_a_string_tlv_may_lack_its_nul(octets: bytes) -> None:
    """Guards smpplib: it cuts off the last octet, NUL or not, which loses a digit of the message id."""
    assert read(with_tlv(deliver_sm(b"1"), 0x001E, octets)).tlvs == {"receipted_message_id": "abc123"}


def test_of_a_repeated_tlv_the_first_counts_and_the_rest_is_kept() -> None:
    pdu = read(with_tlv(with_tlv(deliver_sm(b"1"), 0x0427, b"\x02"), 0x0427, b"\x05"))
    assert (pdu.tlvs, pdu.unknown_tlvs) == ({"message_state": 2}, ((0x0427, b"\x05"),))


def test_an_unknown_command_deserves_a_generic_nack() -> None:
    """Guards smpplib: an unknown command raises, and its client sends no generic_nack."""
    frame = header(0x00000777)
    with pytest.raises(exceptions.UnknownCommandError):
        parsed(frame)
    malformed = decode(frame)
    assert isinstance(malformed, Malformed)
    assert response(malformed, malformed.answer_status) == Pdu("generic_nack", 5, consts.SMPP_ESME_RINVCMDID)


_GOOD = deliver_sm(b"GET 1")


@pytest.mark.parametrize(
    ("frame", "status"),
    [
        (header(5), consts.SMPP_ESME_RINVCMDLEN),
        (header(5, _GOOD[16:25]), consts.SMPP_ESME_RINVCMDLEN),
        (header(5, _GOOD[16:-7]), consts.SMPP_ESME_RINVCMDLEN),
        (header(5, _GOOD[16:-2]), consts.SMPP_ESME_RINVMSGLEN),
        (header(5, b"X" * 7 + b"\0" + _GOOD[17:]), consts.SMPP_ESME_RINVPARLEN),
        (header(5, _GOOD[16:] + b"\x02"), consts.SMPP_ESME_RINVOPTPARSTREAM),
        (with_tlv(_GOOD, 0x0424, b"ab", claimed=3), consts.SMPP_ESME_RINVOPTPARSTREAM),
        (with_tlv(_GOOD, 0x0424, b"ab", claimed=1), consts.SMPP_ESME_RINVOPTPARSTREAM),
    ],
)
def test_a_broken_request_says_what_its_sender_deserves(frame: bytes, status: int) -> None:
    malformed = decode(frame)
    assert isinstance(malformed, Malformed)
    assert (malformed.command, malformed.sequence, malformed.answer_status) == ("deliver_sm", 5, status)


_RESPONSES = sorted(name for name in COMMAND_IDS if name.endswith("_resp"))
_CONGESTED = bytes.fromhex("0428 0001 5a")
_INFO = bytes.fromhex("001d 0005") + b"busy\0"
_NETWORK = bytes.fromhex("0423 0003 030008")


@pytest.mark.parametrize("command", _RESPONSES)
def test_a_response_may_lack_its_body(command: str) -> None:
    """SMPP 3.4 §4.4.2: the body is not returned where the status is not zero."""
    assert read(header(COMMAND_IDS[command], status=0x58)) == Pdu(command, 5, 0x58)


@pytest.mark.parametrize("command", [*_RESPONSES, "generic_nack"])
def test_a_response_that_lacks_its_body_may_still_have_tlvs(command: str) -> None:
    """SMPP 5.0 §4.8.4.7: congestion_state comes in any response."""
    pdu = read(header(COMMAND_IDS[command], _CONGESTED + _INFO + _NETWORK, status=0x58))
    assert {
        "congestion_state": 90,
        "additional_status_info_text": "busy",
        "network_error_code": b"\x03\0\x08",
    } == pdu.tlvs
    assert (0x58, {}) == (pdu.status, dict(pdu.fields))


@pytest.mark.parametrize(
    ("command", "body", "fields", "tlvs"),
    [
        ("bind_transceiver_resp", b"smsc\0\x02\x10\0\x01\x50", {"system_id": "smsc"}, {"sc_interface_version": 0x50}),
        ("submit_sm_resp", b"7f\0" + _CONGESTED, {"message_id": "7f"}, {"congestion_state": 90}),
        ("data_sm_resp", b"7f\0\x04\x25\0\x01\x03", {"message_id": "7f"}, {"delivery_failure_reason": 3}),
        ("submit_sm_resp", b"\0" + _INFO, {"message_id": ""}, {"additional_status_info_text": "busy"}),
        ("submit_sm_resp", b"7f", None, None),
        ("submit_sm_resp", b"7f\0\x04\x28", None, None),
    ],
)
def test_a_response_is_read_with_its_tlvs(
    command: str, body: bytes, fields: dict[str, Any] | None, tlvs: dict[str, Any] | None
) -> None:
    pdu = decode(header(COMMAND_IDS[command], body))
    if fields is None:
        assert isinstance(pdu, Malformed)
    else:
        assert isinstance(pdu, Pdu)
        assert (fields, tlvs) == (dict(pdu.fields), dict(pdu.tlvs))


@pytest.mark.parametrize(("octets", "value"), [(b"", 1), (b"\0", 0), (b"\x03", 3)])
def test_alert_on_message_delivery_is_empty_in_smpp_3_4_and_an_octet_in_5_0(octets: bytes, value: int) -> None:
    frame = with_tlv(deliver_sm(b"1"), 0x130C, octets)
    assert {"alert_on_message_delivery": value} == read(frame).tlvs
    assert encode(read(frame))[16:] == frame[16:]


@pytest.mark.parametrize("command", ["enquire_link", "unbind", "unbind_resp", "generic_nack"])
def test_what_has_no_body_may_come_with_rubbish(command: str) -> None:
    assert read(header(COMMAND_IDS[command], b"\xff\xff\xff")) == Pdu(command, 5)


@given(
    st.one_of(st.sampled_from(sorted(COMMAND_IDS.values())), st.integers(0, 0xFFFFFFFF)),
    st.integers(0, 0xFFFFFFFF),
    st.binary(max_size=300),
)
@example(5, 1, b"\0" * 30)
def test_any_octets_are_a_pdu_or_say_what_their_sender_deserves(command_id: int, sequence: int, body: bytes) -> None:
    """Guards smpplib: random PDUs raise struct.error, UnknownCommandError or KeyError there."""
    pdu = decode(header(command_id, body, sequence=sequence))
    assert pdu.sequence == sequence
    if isinstance(pdu, Malformed):
        assert pdu.answer_status in consts.DESCRIPTIONS
        answer = encode(response(pdu, pdu.answer_status))
        assert answer[12:16] == sequence.to_bytes(4, "big")


def test_what_a_log_may_see_of_a_pdu_holds_no_number_text_or_password() -> None:
    """Guards smpplib: its DEBUG log holds whole PDUs, passwords included."""
    bind = Pdu("bind_transceiver", 1, fields={"system_id": "us", "password": "secret"})
    text = read(deliver_sm(b"GET 600902000001"))
    assert repr(bind) == "<bind_transceiver sequence=1 status=0x00000000>"
    assert repr(text) == f"{text}" == "<deliver_sm sequence=1 status=0x00000000>"
