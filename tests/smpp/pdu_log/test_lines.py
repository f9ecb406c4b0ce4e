"""What a line of the PDU log says, and what it never says."""

from __future__ import annotations

import re
import struct
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from channels.smpp.pdu_log.lines import line
from channels.smpp.pdu_log.words import data_coding, esm_class, registered_delivery
from channels.smpp.protocol.codec import encode
from channels.smpp.protocol.fields import COMMAND_IDS, LAYOUTS, TLVS, Kind
from channels.smpp.protocol.pdu import Pdu
from tests.smpp.kit.near_smsc import deliver_sm, made

_NUMBER = "8613800000001"
_TEXT = b"Bitte nicht weitersagen"
_PASSWORD = "Geheimes"
_AT = 1772366400.25


def shown(frame: bytes, *, said: bool = False) -> str:
    """The line without its time, bind and direction."""
    return line(_AT, "main", frame, said=said).split(" ", 3)[3]


def test_a_line_begins_with_the_time_the_bind_and_the_direction() -> None:
    frame = made("enquire_link", 5)
    assert "2026-03-01T12:00:00.250Z main ← enquire_link sequence=5 ESME_ROK" == line(_AT, "main", frame, said=False)
    assert "2026-03-01T12:00:00.250Z main → enquire_link sequence=5 ESME_ROK" == line(_AT, "main", frame, said=True)


def test_a_text_is_shown_by_its_fields_and_its_message_by_its_kind() -> None:
    frame = deliver_sm(_TEXT, 5, service_type="CMT", source_addr_npi=1, esm_class=0, data_coding=8)
    assert (
        "deliver_sm sequence=5 ESME_ROK service_type=CMT source_addr_ton=0x01(international)"
        " source_addr_npi=0x01(ISDN) source_addr=86138*****001 dest_addr_ton=0x00(unknown)"
        " dest_addr_npi=0x00(unknown) destination_addr=8888 esm_class=0x00 protocol_id=0x00 priority_flag=0"
        " schedule_delivery_time= validity_period= registered_delivery=0x00(none) replace_if_present_flag=0"
        " data_coding=0x08(UCS2) sm_default_msg_id=0 sm_length=23 short_message=<UCS2, 23 octets>"
    ) == shown(frame)


def test_a_password_is_never_shown() -> None:
    bind = made("bind_transceiver", 1, system_id="tonegate", password=_PASSWORD, system_type="VMA", address_range="^88")
    assert (
        'bind_transceiver sequence=1 ESME_ROK system_id="tonegate" password=*** system_type="VMA"'
        ' interface_version=0x34(3.4) addr_ton=0x00(unknown) addr_npi=0x00(unknown) address_range="^88"'
    ) == shown(bind, said=True)
    outbind = encode(Pdu("outbind", 1, fields={"system_id": "smsc", "password": _PASSWORD}))
    assert 'outbind sequence=1 ESME_ROK system_id="smsc" password=***' == shown(outbind)


@pytest.mark.parametrize(
    ("expected", "command", "status", "fields"),
    [
        ("submit_sm_resp sequence=7 ESME_ROK message_id=0F3A-77", "submit_sm_resp", 0, {"message_id": "0F3A-77"}),
        (
            "submit_sm_resp sequence=7 ESME_RTHROTTLED message_id= congestion_state=90",
            "submit_sm_resp",
            0x58,
            {"congestion_state": 90},
        ),
        ("submit_sm_resp sequence=7 0x00000432 message_id=", "submit_sm_resp", 0x432, {}),
        (
            'bind_transceiver_resp sequence=7 ESME_ROK system_id="smsc" sc_interface_version=0x50(5.0)',
            "bind_transceiver_resp",
            0,
            {"system_id": "smsc", "sc_interface_version": 0x50},
        ),
        (
            (
                "data_sm_resp sequence=7 ESME_RDELIVERYFAILURE message_id=7f"
                " delivery_failure_reason=2(permanent network error) network_error_code=GSM:8"
                ' additional_status_info_text="no route to 86138*****001"'
            ),
            "data_sm_resp",
            0xFE,
            {
                "message_id": "7f",
                "delivery_failure_reason": 2,
                "network_error_code": b"\x03\0\x08",
                "additional_status_info_text": f"no route to {_NUMBER}",
            },
        ),
        (
            (
                "query_sm_resp sequence=7 ESME_ROK message_id=7f final_date=260301120000000+"
                " message_state=2(delivered) error_code=0"
            ),
            "query_sm_resp",
            0,
            {"message_id": "7f", "final_date": "260301120000000+", "message_state": 2},
        ),
    ],
)
def test_a_response_says_what_support_asks_for(
    expected: str, command: str, status: int, fields: dict[str, Any]
) -> None:
    frame = encode(
        Pdu(
            command,
            7,
            status,
            {name: value for name, value in fields.items() if name not in TLVS or command == "query_sm_resp"},
            {name: value for name, value in fields.items() if name in TLVS and command != "query_sm_resp"},
        )
    )
    assert expected == shown(frame)


@pytest.mark.parametrize(
    ("expected", "message", "esm"),
    [
        ("<default alphabet, 12 octets, UDH: part 2 of 3, reference 17>", b"\x05\0\x03\x11\x03\x02secret", 0x40),
        ("<default alphabet, 13 octets, UDH: part 1 of 2, reference 300>", b"\x06\x08\x04\x01\x2c\x02\x01secret", 0x40),
        ("<default alphabet, 13 octets, UDH: port 5000 to 2948>", b"\x06\x05\x04\x0b\x84\x13\x88secret", 0x40),
        ("<default alphabet, 11 octets, UDH: port 9 to 80>", b"\x04\x04\x02\x50\x09secret", 0x40),
        (
            "<default alphabet, 13 octets, UDH: single shift Turkish, locking shift Urdu>",
            b"\x06\x24\x01\x01\x25\x01\x0dsecret",
            0x40,
        ),
        ("<default alphabet, 11 octets, UDH: element 0x70 of 2 octets>", b"\x04\x70\x02xxsecret", 0x40),
        ("<default alphabet, 10 octets, UDH: the rest can't be read>", b"\x03\0\x09xsecret", 0x40),
        ("<default alphabet, 7 octets, UDH: empty>", b"\0secret", 0x40),
        ("<default alphabet, 6 octets, UDH can't be read: it is longer than the message>", b"secret", 0x40),
        ("<default alphabet, 12 octets>", b"\x05\0\x03\x11\x03\x02secret", 0),
        ("", b"", 0),
    ],
)
def test_the_header_of_a_message_is_shown_decoded(expected: str, message: bytes, esm: int) -> None:
    frame = encode(Pdu("submit_sm", 7, fields={"esm_class": esm, "short_message": message}))
    assert f"sm_length={len(message)} short_message={expected}" == shown(frame, said=True).split("msg_id=0 ")[1]


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        (
            "id:0f3a sub:001 dlvrd:001 submit date:2603011200 done date:2603011201 stat:DELIVRD err:000 text:***",
            b"id:0f3a sub:001 dlvrd:001 submit date:2603011200 done date:2603011201 stat:DELIVRD err:000 text:Bitte",
        ),
        ("id:9 stat:UNDELIV text:***", b"ID:9 STAT:UNDELIV TEXT:id:Bitte stat:nicht"),
        ("id:9 done date:260301120105 text:***", b"id: 9 done date: 260301120105 Text: Bitte"),
        ("id:9 text:***", b"id=9 stat=8613800000001 txt=Bitte"),
        ("of no form we know", b"Bitte nicht weitersagen"),
        ("id:86138*****001x", b"id:8613800000001x"),
    ],
)
def test_a_receipt_shows_its_id_and_not_its_text(expected: str, text: bytes) -> None:
    found = shown(deliver_sm(text, esm_class=4))
    assert f"receipt: {expected}>" in found
    assert f"short_message=<default alphabet, {len(text)} octets, receipt" in found


def test_a_receipt_in_ucs2_is_read() -> None:
    text = "id:77 stat:DELIVRD text:Bitte".encode("utf-16-be")
    assert "receipt: id:77 stat:DELIVRD text:***>" in shown(deliver_sm(text, esm_class=4, data_coding=8))


def test_tlvs_are_shown_by_name_and_those_we_do_not_know_by_tag_and_length() -> None:
    frame = encode(
        Pdu(
            "deliver_sm",
            7,
            fields={"source_addr": _NUMBER, "data_coding": 8},
            tlvs={
                "message_payload": _TEXT,
                "receipted_message_id": "7f",
                "ussd_service_op": 0x12,
                "its_session_info": b"\x01\x02",
                "source_port": 5000,
                "callback_num": b"\x01\x01\x018613800000001",
            },
            unknown_tlvs=((0x1400, b"8613800000001"),),
        )
    )
    assert shown(frame).endswith(
        " message_payload=<UCS2, 23 octets, receipt: of no form we know> receipted_message_id=7f"
        " ussd_service_op=0x12(USSR confirm) its_session_info=0102 source_port=5000 callback_num=<16 octets>"
        " 0x1400=<13 octets>"
    )


@pytest.mark.parametrize(
    ("expected", "frame"),
    [
        ("can't be read: 0 octets are no header", b""),
        ("can't be read: 15 octets are no header", b"8613800000001!!"),
        (
            "0x00000777 sequence=5 ESME_ROK can't be read: unknown command id 0x00000777 (29 octets)",
            struct.pack(">LLLL", 29, 0x777, 0, 5) + _NUMBER.encode(),
        ),
        (
            "deliver_sm sequence=5 ESME_ROK can't be read: source_addr has no end (32 octets)",
            struct.pack(">LLLL", 32, 5, 0, 5) + b"\0\x01\x01" + _NUMBER.encode(),
        ),
    ],
)
def test_of_what_cannot_be_read_the_header_and_the_reason_are_shown(expected: str, frame: bytes) -> None:
    assert expected == shown(frame)


@pytest.mark.parametrize(
    ("expected", "address", "said"),
    [
        ("8888", "8888", False),
        ("123456", "123456", False),
        ("****567", "1234567", False),
        ("+8613******001", "+8613800000001", False),
        ("<4 characters>", "BANK", False),
        ("BANK", "BANK", True),
        ("Tone Shop", "Tone Shop", True),
        ("<16 characters>", "86 138 0000 0001", True),
        ("<13 characters>", "861380000000x", False),
    ],
)
def test_numbers_are_masked_as_elsewhere_and_only_our_own_names_are_shown(
    expected: str, address: str, said: bool
) -> None:
    frame = encode(Pdu("alert_notification", 1, fields={"source_addr": address}))
    assert f" source_addr={expected} esme_addr_ton" in shown(frame, said=said)


@pytest.mark.parametrize(
    ("expected", "message_id"),
    [
        ("4612345678901234567", "4612345678901234567"),
        ("86138*****001-17", "8613800000001-17"),
        ("<11 characters>", "Bitte nicht"),
    ],
)
def test_an_id_is_whole_unless_it_holds_the_number(expected: str, message_id: str) -> None:
    frame = encode(Pdu("deliver_sm", 1, fields={"source_addr": _NUMBER}, tlvs={"receipted_message_id": message_id}))
    assert shown(frame).endswith(f" receipted_message_id={expected}")


@pytest.mark.parametrize(
    ("expected", "value"),
    [
        ("default alphabet", 0x00),
        ("Latin-1", 0x03),
        ("UCS2", 0x08),
        ("reserved", 0x0B),
        ("GSM, class 0", 0x10),
        ("UCS2, class 1", 0x19),
        ("8-bit, compressed", 0x24),
        ("GSM, message waiting", 0xC8),
        ("UCS2, message waiting", 0xE0),
        ("GSM, class 0", 0xF0),
        ("8-bit, class 1", 0xF5),
    ],
)
def test_data_coding_in_words(expected: str, value: int) -> None:
    assert expected == data_coding(value)


@pytest.mark.parametrize(
    ("expected", "value"),
    [
        ("", 0),
        ("UDH", 0x40),
        ("receipt", 4),
        ("intermediate notification", 0x20),
        ("store and forward, UDH, reply path", 0xC3),
    ],
)
def test_esm_class_in_words(expected: str, value: int) -> None:
    assert expected == esm_class(value)


@pytest.mark.parametrize(
    ("expected", "value"),
    [
        ("none", 0),
        ("receipt", 1),
        ("receipt on failure, intermediate notification", 0x12),
        ("receipt, both acknowledgements", 0x0D),
    ],
)
def test_registered_delivery_in_words(expected: str, value: int) -> None:
    assert expected == registered_delivery(value)


# whatever comes

_SECRET_NUMBER = "8613912345678"
_SECRET_RUNS = [_SECRET_NUMBER[at : at + 7] for at in range(len(_SECRET_NUMBER) - 6)]
_SECRET_WORDS = ["Bitte", "nicht", "weitersagen", _PASSWORD]


def leaks(said: str) -> list[str]:
    """Seven digits in a row of the number, and any word of the text or the password."""
    return [secret for secret in (*_SECRET_RUNS, *_SECRET_WORDS) if secret in said]


_GENUINE = [
    deliver_sm(_TEXT, source=_SECRET_NUMBER),
    deliver_sm(b"id:77 stat:DELIVRD text:" + _TEXT, source=_SECRET_NUMBER, esm_class=4),
    deliver_sm(b"", source=_SECRET_NUMBER, message_payload=_TEXT, receipted_message_id="7f"),
    deliver_sm(b"\x05\0\x03\x11\x03\x02" + _TEXT, source=_SECRET_NUMBER, esm_class=0x40),
    made("data_sm", 4, source_addr=_SECRET_NUMBER, destination_addr="8888", message_payload=_TEXT),
    made("submit_sm", 4, source_addr="8888", destination_addr=_SECRET_NUMBER, short_message=_TEXT),
    made("alert_notification", 4, source_addr=_SECRET_NUMBER, esme_addr="8888"),
    made("bind_transceiver", 4, system_id="tonegate", password=_PASSWORD),
    encode(Pdu("outbind", 1, fields={"system_id": "smsc", "password": _PASSWORD})),
    encode(Pdu("replace_sm", 1, fields={"source_addr": _SECRET_NUMBER, "short_message": _TEXT})),
    encode(Pdu("cancel_sm", 1, fields={"message_id": "7f", "destination_addr": _SECRET_NUMBER})),
]


@pytest.mark.parametrize("frame", _GENUINE)
@pytest.mark.parametrize("said", [True, False])
def test_nothing_of_a_genuine_pdu_leaks_either_way(frame: bytes, said: bool) -> None:
    """Keeps promise 6: no full number, password or text in any log."""
    assert [] == leaks(shown(frame, said=said))


@given(st.sampled_from(_GENUINE), st.data())
def test_a_mutated_pdu_raises_nothing_and_leaks_nothing(genuine: bytes, data: st.DataObject) -> None:
    """Keeps promise 6: octets lost, added or changed on the way put a text where a name should be."""
    at = data.draw(st.integers(0, len(genuine)))
    until = data.draw(st.integers(at, min(len(genuine), at + 12)))
    mutated = genuine[:at] + data.draw(st.binary(max_size=12)) + genuine[until:]
    assert [] == leaks(shown(mutated))


@given(st.sampled_from(_GENUINE), st.sampled_from(sorted(COMMAND_IDS.values())))
def test_a_pdu_under_another_command_leaks_nothing(genuine: bytes, command_id: int) -> None:
    """Keeps promise 6: a bind's password stands where cancel_sm has its message_id."""
    assert [] == leaks(shown(genuine[:4] + command_id.to_bytes(4, "big") + genuine[8:]))


@given(st.binary(max_size=300))
@example(b"")
def test_any_octets_give_one_line(octets: bytes) -> None:
    assert "\n" not in line(_AT, "main", octets, said=False)
    assert "\n" not in line(_AT, "main", octets, said=True)


_PLACES = [(command, parameter) for command in sorted(LAYOUTS) for parameter in LAYOUTS[command]]


@given(st.sampled_from(_PLACES), st.text(st.characters(max_codepoint=255, exclude_characters="\0"), max_size=60))
def test_whatever_stands_in_a_string_field_is_one_line_without_a_number(place: tuple[str, Any], value: str) -> None:
    """Keeps promise 6, also against an SMSC that writes line ends and numbers into its names."""
    command, parameter = place
    if parameter.kind is not Kind.C_STRING or parameter.name in ("message_id", "final_date"):
        return
    cut = (value + _SECRET_NUMBER)[-(parameter.size - 1) :]
    frame = encode(Pdu(command, 1, fields={parameter.name: cut}))
    for said in (True, False):
        found = shown(frame, said=said)
        assert [] == leaks(found)
        assert found.isprintable()
        assert not re.search(r"\d{7}", found)
