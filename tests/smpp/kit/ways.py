"""The ways in which a bind may send an answer, as a table: its settings, the text, and what tshark must find in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_LONG = "Тоно " * 30
_LONG_GSM = "{Tone} 600902000001 is yours for [30 days]. You paid 2.00 €. To remove it, send DEL. " * 3
_TURKISH = "Şarkı artık sizin, güle güle kullanın. Çıkmak için DEL yazın: " * 2


@dataclass(frozen=True)
class Way:
    """A bind with these settings sends this text; so tshark must read it."""

    text: str
    data_coding: int
    settings: Mapping[str, Any] = field(default_factory=dict)
    row: Mapping[str, Any] = field(default_factory=dict)
    """What its row in the outbox says besides."""
    parts: int = 1
    fields: Mapping[str, list[str]] = field(default_factory=dict)
    """Further fields, with their values in all parts, one after another."""
    default_alphabet: str = "GSM 7-bit"
    """What the SMSC means by data_coding 0, in tshark's words."""
    reads_text: bool = True
    """False where tshark doesn't: it has no national tables."""
    filling: str = ""
    """What it takes for a part's last character: the CR that fills seven bits left over (3GPP 23.038 §6.1.2.3.1)."""
    labels: tuple[str, ...] = ()
    """What it says in words."""
    strange: tuple[str, ...] = ()
    """What it finds strange, rightly or not."""


def concatenated(numbers: str) -> dict[str, list[str]]:
    return {
        "gsm_sms.udh.mm.msg_parts": [str(len(numbers))] * len(numbers),
        "gsm_sms.udh.mm.msg_part": list(numbers),
    }


WAYS: dict[str, Way] = {
    "gsm": Way("It costs 2 €, £ or $ at home: [yes]?", 0),
    "gsm labelled 1": Way("hello", 1, {"gsm_data_coding": 1}),
    "gsm packed": Way("hello world, how are you", 0, {"gsm_packed": True}, default_alphabet="GSM 7-bit (packed)"),
    "ascii": Way("hello `you`", 1, {"alphabets": ["ascii"]}),
    "latin-1": Way("naïve façade", 3, {"alphabets": ["latin-1", "ucs2"]}),
    "latin-1 by default": Way(
        "naïve façade",
        0,
        {"alphabets": ["latin-1"], "default_alphabet": "latin-1"},
        default_alphabet="ISO-8859-1",
    ),
    "ucs2": Way("Тоно 😀", 8),
    "turkish": Way(
        _TURKISH,
        0,
        {"national_tables": ["tr"]},
        reads_text=False,
        labels=("Turkish (1)",),
    ),
    "hindi": Way(
        "यह गीत अब आपका है। हटाने के लिए DEL भेजें। " * 3,
        0,
        {"national_tables": ["hi"]},
        reads_text=False,
        labels=("Language (Locking Shift): Hindi (6)",),
    ),
    "class 0": Way("hello", 0xF0, {"message_class": 0}, labels=("DCS Message class: Class 0",)),
    "class 0 ucs2": Way(
        "Тоно",
        0x18,  # of 3GPP 23.038: SMPP 3.4 §5.2.19 has no UCS2 with a message class, SMSCs take this
        {"message_class": 0},
        reads_text=False,
        strange=("Data coding: Reserved (0x18)",),
    ),
    "udh": Way(
        _LONG_GSM, 0, {"long_texts": "udh"}, {}, 2, concatenated("12") | {"gsm_sms.ie_identifier": ["0x00"] * 2}
    ),
    "udh16": Way(
        _LONG_GSM, 0, {"long_texts": "udh16"}, {}, 2, concatenated("12") | {"gsm_sms.ie_identifier": ["0x08"] * 2}
    ),
    "udh ucs2": Way(_LONG, 8, {"long_texts": "udh"}, {}, 3, concatenated("123")),
    "packed udh": Way(
        _LONG_GSM,
        0,
        {"gsm_packed": True},
        {},
        2,
        concatenated("12"),
        default_alphabet="GSM 7-bit (packed)",
        filling="?",
    ),
    "sar": Way(
        _LONG_GSM,
        0,
        {"long_texts": "sar"},
        {},
        2,
        {"smpp.sar_total_segments": ["2", "2"], "smpp.sar_segment_seqnum": ["1", "2"]},
    ),
    "payload": Way(_LONG_GSM, 0, {"long_texts": "payload"}, fields={"smpp.sm_length": ["0"]}),
    "data_sm": Way("hello", 0, {"submit_with": "data_sm"}),
    "data_sm in parts": Way(
        _LONG_GSM,
        0,
        {"submit_with": "data_sm"},
        {},
        2,
        {"smpp.esm.submit.features": ["0x01"] * 2},
        reads_text=False,  # nor does it look for a header in message_payload
    ),
    "data_sm sar": Way(
        _LONG, 8, {"submit_with": "data_sm", "long_texts": "sar"}, {}, 3, {"smpp.sar_segment_seqnum": ["1", "2", "3"]}
    ),
    "urgent": Way(
        "hello",
        0,
        {"validity_s": 3600, "urgent_priority": 2, "registered_delivery": "failure"},
        {"priority": 0},
        fields={
            "smpp.validity_period_r": ["3600.000000000"],
            "smpp.priority_flag": ["0x02"],
            "smpp.regdel.receipt": ["0x02"],
        },
    ),
    "ports": Way(
        "hello",
        0,
        {"submit_with": "data_sm", "validity_s": 3600},
        {"source_port": 16000, "destination_port": 16001},
        fields={
            "smpp.source_port": ["0x3e80"],
            "smpp.destination_port": ["0x3e81"],
            "smpp.qos_time_to_live": ["3600"],
        },
    ),
    "addresses": Way(
        "hello",
        0,
        {"source_ton": 3, "source_npi": 1, "number_format": "national", "country": "CN", "service_type": "CRBT"},
        fields={
            "smpp.source_addr_ton": ["0x03"],
            "smpp.dest_addr_ton": ["0x02"],
            "smpp.destination_addr": ["13800000001"],
            "smpp.service_type": ["CRBT"],
        },
    ),
}
