"""Delivery receipts: the text form of SMPP 3.4 appendix B, as most SMSCs write it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from smpplib import consts

DELIVERY_RECEIPT = 0x04
"""esm_class of a deliver_sm that carries a receipt (SMPP 3.4 §5.2.12); smpplib has no name for it."""

_STATES = {True: ("DELIVRD", "001", "000"), False: ("UNDELIV", "000", "001")}
_WANTS_SUCCESS = 0x01
_WANTS_FAILURE = 0x02


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a receipt says, and to whom it goes."""

    message_id: str
    system_id: str  # the account that sent the answer
    handset: str
    handset_ton: int
    handset_npi: int
    service: str  # the answer's source address, as it was sent
    service_ton: int
    service_npi: int
    delivered: bool
    submitted_at: float  # Unix time, seconds
    done_at: float
    text: bytes

    @property
    def message_state(self) -> int:
        """The TLV's value (SMPP 3.4 §5.2.28)."""
        state = consts.SMPP_MESSAGE_STATE_DELIVERED if self.delivered else consts.SMPP_MESSAGE_STATE_UNDELIVERABLE
        return int(state)

    @property
    def short_message(self) -> bytes:
        """The text form."""
        stat, count, error = _STATES[self.delivered]
        line = (
            f"id:{self.message_id} sub:001 dlvrd:{count} submit date:{_minute(self.submitted_at)} "
            f"done date:{_minute(self.done_at)} stat:{stat} err:{error} text:"
        )
        return line.encode("ascii") + bytes(octet if 32 <= octet < 127 else 0x2E for octet in self.text[:20])


def wanted(registered_delivery: int, *, delivered: bool) -> bool:
    """Say whether registered_delivery asks for this receipt (SMPP 3.4 §5.2.17: 1 = always, 2 = failures)."""
    asked = registered_delivery & 0x03
    return asked == _WANTS_SUCCESS or (asked == _WANTS_FAILURE and not delivered)


def _minute(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%y%m%d%H%M")
