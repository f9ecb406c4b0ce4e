"""What smpplib has no layout for, octet by octet as the standard's tables have it, and as npm's smpp reads it."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from channels.smpp import Pdu, decode, encode
from channels.smpp.protocol.fields import TLVS
from channels.smpp.protocol.pdu import Value
from channels.smpp.protocol.statuses import status_name
from tests.parts import lacking

_PEERS = Path(__file__).parents[1] / "peers"
_ADDRESSES = {"source_addr_ton": 0, "source_addr_npi": 1, "source_addr": "8888"}
_TO = {"dest_addr_ton": 1, "dest_addr_npi": 1, "destination_addr": "8613800000001"}
_LONG = "urn:8613800000001@gateway.operator.example"

_CASES: list[tuple[str, str, dict[str, Value], bytes]] = [
    ("SMPP 3.4 §4.1.7.1", "outbind", {"system_id": "smsc", "password": "secret"}, b"smsc\0secret\0"),
    ("§4.8.1", "query_sm", {"message_id": "7F", **_ADDRESSES}, b"7F\0\0\x018888\0"),
    (
        "§4.8.2",
        "query_sm_resp",
        {"message_id": "7F", "final_date": "260301120000000+", "message_state": 2, "error_code": 7},
        b"7F\x00260301120000000+\0\x02\x07",
    ),
    (
        "§4.9.1",
        "cancel_sm",
        {"service_type": "CMT", "message_id": "7F", **_ADDRESSES, **_TO},
        b"CMT\x007F\0\0\x018888\0\x01\x018613800000001\0",
    ),
    ("§4.9.2", "cancel_sm_resp", {}, b""),
    (
        "§4.10.1",
        "replace_sm",
        {
            "message_id": "7F",
            **_ADDRESSES,
            "schedule_delivery_time": "",
            "validity_period": "000001000000000R",
            "registered_delivery": 1,
            "sm_default_msg_id": 0,
            "sm_length": 4,
            "short_message": b"done",
        },
        b"7F\0\0\x018888\0\x00000001000000000R\0\x01\0\x04done",
    ),
    ("§4.10.2", "replace_sm_resp", {}, b""),
    (
        "§4.12.1",
        "alert_notification",
        {
            "source_addr_ton": 1,
            "source_addr_npi": 1,
            "source_addr": _LONG,
            "esme_addr_ton": 0,
            "esme_addr_npi": 9,
            "esme_addr": "8888",
        },
        b"\x01\x01" + _LONG.encode() + b"\0\0\x098888\0",
    ),
    (
        "§4.7.1",
        "data_sm",
        {
            "service_type": "",
            **_ADDRESSES,
            **_TO,
            "destination_addr": _LONG,
            "esm_class": 3,
            "registered_delivery": 1,
            "data_coding": 8,
        },
        b"\0\0\x018888\0\x01\x01" + _LONG.encode() + b"\0\x03\x01\x08",
    ),
]


@pytest.mark.parametrize(("command", "fields", "body"), [case[1:] for case in _CASES], ids=[case[0] for case in _CASES])
def test_mandatory_fields_stand_in_the_standards_order(command: str, fields: dict[str, Value], body: bytes) -> None:
    frame = encode(Pdu(command, 9, fields=fields))
    assert body == frame[16:]
    assert Pdu(command, 9, fields=fields) == decode(frame)


@pytest.mark.parametrize(
    ("tag", "name"),
    [
        (0x0428, "congestion_state"),
        (0x060B, "billing_identification"),
        (0x0611, "dest_addr_np_resolution"),
        (0x0613, "dest_addr_np_country"),
        (0x0210, "sc_interface_version"),
        (0x0425, "delivery_failure_reason"),
    ],
)
def test_each_tlv_has_the_standards_tag(tag: int, name: str) -> None:
    assert tag == TLVS[name].tag


def test_no_tag_stands_for_two_tlvs() -> None:
    tags = [tlv.tag for tlv in TLVS.values()]
    assert len(tags) == len(set(tags))


@pytest.mark.parametrize(("status", "name"), [(0x104, "ESME_RINVDCS"), (0x112, "ESME_RINVBCASTCHANIND")])
def test_the_statuses_of_smpp_5_have_names(status: int, name: str) -> None:
    assert name == status_name(status)


# beside npm's smpp

_VENDORS = 0x1400
"""From there on the tags are vendors' (SMPP 3.4 §5.3.2)."""
_NPM_NAMES = {"destination_port": "dest_port"}
_SKIPPED = ("sm_length", "short_message", "final_date", "schedule_delivery_time", "validity_period")
"""npm's smpp makes dates and objects of them."""
_SCRIPT = """
const smpp = require('smpp');
const asked = JSON.parse(require('fs').readFileSync(0));
process.stdout.write(JSON.stringify({
  read: asked.frames.map((hex) => new smpp.PDU(Buffer.from(hex, 'hex'))),
  tags: Object.fromEntries(Object.entries(smpp.tlvs).map(([name, tlv]) => [name, tlv.id])),
}));
"""


@pytest.fixture(scope="module")
def npm() -> dict[str, Any]:
    """What npm's smpp reads in our frames, and the tags of its TLVs."""
    node = shutil.which("node")
    if node is None or not (_PEERS / "node_modules" / "smpp").is_dir():
        lacking("npm's smpp is not installed")
    frames = [encode(Pdu(command, 9, fields=fields)).hex() for _, command, fields, _ in _CASES]
    frames.append(encode(Pdu("submit_sm_resp", 9, 0x58, tlvs={"congestion_state": 90})).hex())
    asked = json.dumps({"frames": frames})
    program = [str(node), "-e", _SCRIPT]
    told = subprocess.run(program, input=asked, capture_output=True, text=True, cwd=_PEERS, timeout=240, check=True)
    answer: dict[str, Any] = json.loads(told.stdout)
    return answer


@pytest.mark.node
def test_npms_smpp_reads_the_same_fields(npm: dict[str, Any]) -> None:
    for (_, command, fields, _), theirs in zip(_CASES, npm["read"], strict=False):
        expected = {name: value for name, value in fields.items() if name not in _SKIPPED}
        assert {"command": command, **expected} == {name: theirs[name] for name in ("command", *expected)}
    assert npm["read"][-1]["congestion_state"] == 90


@pytest.mark.node
def test_npms_smpp_has_the_same_tag_for_each_tlv(npm: dict[str, Any]) -> None:
    standard = {tlv.name: tlv.tag for tlv in TLVS.values() if tlv.tag < _VENDORS}
    assert {name: npm["tags"][_NPM_NAMES.get(name, name)] for name in standard} == standard
