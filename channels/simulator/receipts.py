"""Delivery receipts, in the forms that SMSCs give them: SMPP 3.4 appendix B leaves the text to the vendor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from smpplib import consts

from channels.smpp.protocol.pdu import Value

DELIVERY_RECEIPT = 0x04
"""esm_class of a deliver_sm that carries a receipt (SMPP 3.4 §5.2.12); smpplib has no name for it."""

ReceiptForm = Literal["both", "text", "tlvs", "lower", "seconds", "brief"]


@dataclass(frozen=True, slots=True)
class _Form:
    text: str
    """Empty where a receipt of this form has none."""
    has_tlvs: bool = False
    dates: str = "%y%m%d%H%M"
    is_lower: bool = False


_APPENDIX_B = (
    "id:{id} sub:001 dlvrd:{count} submit date:{submitted} done date:{done} stat:{stat} err:{error} text:{text}"
)
_FORMS: Mapping[ReceiptForm, _Form] = {
    "both": _Form(_APPENDIX_B, has_tlvs=True),
    "text": _Form(_APPENDIX_B),
    "tlvs": _Form("", has_tlvs=True),
    "lower": _Form(_APPENDIX_B, is_lower=True),
    "seconds": _Form(_APPENDIX_B, dates="%y%m%d%H%M%S"),
    "brief": _Form("id:{id} stat:{stat}"),
}

_WORDS: Mapping[int, tuple[str, str, str]] = {  # stat, dlvrd, err
    consts.SMPP_MESSAGE_STATE_DELIVERED: ("DELIVRD", "001", "000"),
    consts.SMPP_MESSAGE_STATE_EXPIRED: ("EXPIRED", "000", "027"),
    consts.SMPP_MESSAGE_STATE_DELETED: ("DELETED", "000", "000"),
    consts.SMPP_MESSAGE_STATE_UNDELIVERABLE: ("UNDELIV", "000", "001"),
}

_WANTS_EITHER, _WANTS_FAILURE = 0x01, 0x02


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a receipt says, and to whom it goes."""

    message_id: str  # as it stands in receipts of this SMSC
    system_id: str  # the account that sent the answer
    handset: str
    handset_ton: int
    handset_npi: int
    service: str  # the answer's source address, as it was sent
    service_ton: int
    service_npi: int
    message_state: int  # SMPP 3.4 §5.2.28; a final one
    submitted_at: float  # Unix time, seconds
    done_at: float
    text: bytes

    def short_message(self, form: ReceiptForm) -> bytes:
        """Return the text of a form; none where it is all TLVs."""
        shape = _FORMS[form]
        stat, count, error = _WORDS[self.message_state]
        head, _, tail = shape.text.partition("{text}")
        line = (head + tail).format(
            id=self.message_id,
            count=count,
            submitted=_date(self.submitted_at, shape.dates),
            done=_date(self.done_at, shape.dates),
            stat=stat.lower() if shape.is_lower else stat,
            error=error,
        )
        quoted = bytes(octet if 32 <= octet < 127 else 0x2E for octet in self.text[:20])
        return line.encode("ascii") + (quoted if "{text}" in shape.text else b"")

    def tlvs(self, form: ReceiptForm) -> dict[str, Value]:
        """Return the TLVs of a form; none where it is all text."""
        if not _FORMS[form].has_tlvs:
            return {}
        return {"receipted_message_id": self.message_id, "message_state": self.message_state}


def wanted(registered_delivery: int, message_state: int) -> bool:
    """Say whether registered_delivery asks for this receipt (SMPP 3.4 §5.2.17: 1 = always, 2 = failures)."""
    asked = registered_delivery & 0x03
    is_failure = message_state != consts.SMPP_MESSAGE_STATE_DELIVERED
    return asked == _WANTS_EITHER or (asked == _WANTS_FAILURE and is_failure)


def _date(at: float, form: str) -> str:
    return datetime.fromtimestamp(at, UTC).strftime(form)
