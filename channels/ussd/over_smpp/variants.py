"""What gateways that speak USSD over SMPP differ in, as a table: the operations, and what tells sessions apart.

`ussd_service_op` is SMPP 3.4 §5.3.2.44; §5.3.2.43 says of `its_session_info` that its first octet is the session's
number, and of the second that the upper seven bits count the messages and the lowest says that it is the last.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

PSSR_INDICATION, USSR_REQUEST, USSN_REQUEST = 1, 2, 3
PSSR_RESPONSE, USSR_CONFIRM, USSN_CONFIRM = 17, 18, 19
_VENDOR_ABORT = 0x81

Key = Literal["vendor", "session", "info", "reference"]
"""What tells sessions apart: the vendor's TLV, the first octet of its_session_info, all of it without its end bit,
user_message_reference.  The first octet alone where the rest counts messages, as the standard has it."""
_BY_PRECEDENCE: tuple[Key, ...] = ("vendor", "session", "reference")


@dataclass(frozen=True, slots=True)
class Variant:
    """How one kind of gateway speaks."""

    name: str
    begins: frozenset[int] = frozenset({PSSR_INDICATION})
    goes_on: frozenset[int] = frozenset({USSR_CONFIRM})
    aborts: frozenset[int] = frozenset({PSSR_RESPONSE})
    bit_aborts: bool = False
    """The end bit of what comes in says that the subscriber has gone."""
    prompt: int = USSR_REQUEST
    end: int = PSSR_RESPONSE
    end_bit: bool = False
    """Our last screen sets the end bit."""
    keys: tuple[Key, ...] = _BY_PRECEDENCE
    """What a session is known by, the first that came; the number alone where none did."""
    service_type: str = ""
    """Of our screens; empty: as it came."""


VARIANTS: Mapping[str, Variant] = MappingProxyType(
    {
        one.name: one
        for one in (
            Variant(
                "generic",
                goes_on=frozenset({USSR_REQUEST, USSR_CONFIRM}),
                aborts=frozenset({PSSR_RESPONSE, USSN_CONFIRM}),
                bit_aborts=True,
                end_bit=True,
            ),
            Variant(
                "tata",
                goes_on=frozenset({USSR_REQUEST, USSR_CONFIRM}),
                bit_aborts=True,
                end=USSR_REQUEST,
                end_bit=True,
                keys=("session",),
            ),
            Variant("sixdee", aborts=frozenset({_VENDOR_ABORT}), bit_aborts=True, end_bit=True, keys=("info",)),
            Variant("mica", aborts=frozenset({_VENDOR_ABORT}), keys=("reference",)),
            Variant("echo", keys=("info",), service_type="USSD"),
            Variant("vendor_tlv", keys=("vendor",)),
        )
    }
)
"""By the name of the setting `ussd_dialect`.  `echo`: Cloudhopper, NowSMS, TOPS; `vendor_tlv`: TLV 0x1501."""
