"""Our tables of commands and TLVs beside Wireshark's: every parameter we know has the same tag, name and size there.

Octets put into a capture file; nothing is sent, so that no permission to capture is needed.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from channels.smpp import Pdu, encode
from channels.smpp.protocol.fields import LAYOUTS, TLVS, Kind
from channels.smpp.protocol.pdu import Value
from tests.smpp.kit.tshark import dissect, written

pytestmark = pytest.mark.tshark

PORT = 2775
_OF_KIND: Mapping[Kind, Value] = {Kind.INTEGER: 1, Kind.C_STRING: "12", Kind.OCTETS: b"\x01\x02\x03", Kind.FLAG: 1}
_OF_TLV: Mapping[str, Value] = {
    "its_session_info": b"\x01\x02",  # 2 octets by SMPP 3.4 §5.3.2.43
    "broadcast_content_type": b"\0\0\x01",
    "broadcast_frequency_interval": b"\x08\0\x01",
}
"""Where the standard knows certain values only."""
_VENDORS = 0x1400
"""From there on the tags are vendors' (SMPP 3.4 §5.3.2): nobody else has a name for them."""
_OTHER_NAMES = {"destination_port": "dest_port"}
_MISREAD = frozenset({"broadcast_rep_num"})
"""Two octets by SMPP 5.0 §4.8.4; Wireshark 4.0 takes one and stumbles over the other."""


def test_every_tlv_has_wiresharks_tag_name_and_size(tmp_path: Path) -> None:
    names = sorted(name for name in TLVS.keys() - _MISREAD if TLVS[name].tag < _VENDORS)
    values = {name: _OF_TLV.get(name, _OF_KIND[TLVS[name].kind]) for name in names}
    frames = [encode(Pdu("data_sm", no, tlvs={name: values[name]})) for no, name in enumerate(names, start=1)]
    pdus = dissect(written(tmp_path / "tlvs.pcap", frames, PORT), PORT)
    assert [(f"Optional parameter: {_OTHER_NAMES.get(name, name)} (0x{TLVS[name].tag:04x})", ()) for name in names] == [
        (next(label for label in pdu.labels if label.startswith("Optional parameter:")), pdu.strange) for pdu in pdus
    ]


@pytest.mark.parametrize("status", [0, 4])
def test_every_command_with_its_fields_filled_is_as_long_as_wireshark_expects(tmp_path: Path, status: int) -> None:
    """A field too many or too few would be read as a TLV, or as malformed."""
    known = {"message_state": 2, "schedule_delivery_time": "250101120000000R", "validity_period": "000001000000000R"}
    names = sorted(LAYOUTS)
    frames = [
        encode(
            Pdu(
                name,
                no,
                status if name.endswith("_resp") or name == "generic_nack" else 0,
                {one.name: known.get(one.name, _OF_KIND[one.kind]) for one in LAYOUTS[name] if one.name != "sm_length"},
            )
        )
        for no, name in enumerate(names, start=1)
    ]
    pdus = dissect(written(tmp_path / "commands.pcap", frames, PORT), PORT)
    assert [(name, len(frame), ()) for name, frame in zip(names, frames, strict=True)] == [
        (names[pdu.head[3] - 1], pdu.head[0], pdu.strange) for pdu in pdus
    ]
    assert [] == [pdu.head for pdu in pdus if pdu.all("smpp.opt_param")]


@pytest.mark.parametrize(
    ("strange", "frame"),
    [
        ("malformed", encode(Pdu("submit_sm", 1, fields={"short_message": b"hello"}))[:-6] + b"\x09hello"),
        ("a TLV in the vendors' range", encode(Pdu("data_sm", 1, unknown_tlvs=((0x1402, b"a"),)))),
        ("a TLV that no standard names", encode(Pdu("data_sm", 1, unknown_tlvs=((0x0999, b"a"),)))),
        ("Data coding: Reserved", encode(Pdu("submit_sm", 1, fields={"data_coding": 0x20}))),
    ],
)
def test_what_is_wrong_is_found(tmp_path: Path, strange: str, frame: bytes) -> None:
    """Else no test with tshark could fail."""
    (pdu,) = dissect(written(tmp_path / "wrong.pcap", [frame], PORT), PORT)
    assert any(strange in found for found in pdu.strange), pdu.labels
