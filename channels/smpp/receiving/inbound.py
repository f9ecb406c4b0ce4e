"""deliver_sm and data_sm to the journal, and the command_status that tells the SMSC whether it is safe there.

ESME_ROK is returned only after the commit.  Whatever is temporary is ESME_RX_T_APPN, and the SMSC keeps the
message.  Nothing is answered ESME_ROK and dropped: what we can't use is refused for good.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Collection

import structlog
from smpplib import consts

from channels.smpp.clock import Clock
from channels.smpp.ports import Postbox, Reception
from channels.smpp.protocol import statuses
from channels.smpp.protocol.pdu import Pdu
from channels.smpp.receiving.receipts import is_receipt, read_receipt
from channels.smpp.text.alphabets import decode_text
from channels.smpp.text.udh import split_header
from workers.reception import InboundText

_NO_DIGIT = re.compile(r"[^0-9]+")
_LETTER = re.compile(r"[A-Za-z]")
_DIGITS_AT_MOST = 20
_GRACE_S = 2.0
"""Beyond `ack_within_s`, in case the journal doesn't keep its own time limit."""


def digits(address: str) -> str:
    """An address as its digits: E.164 without '+'; empty where it is none ('' or a name)."""
    if _LETTER.search(address):
        return ""
    found = _NO_DIGIT.sub("", address)
    return found if len(found) <= _DIGITS_AT_MOST else ""


class Inbound:
    """One session's way in; each call is one message, many at once."""

    def __init__(
        self,
        bind: str,
        session: str,
        short_codes: Collection[str],
        ack_within_s: float,
        reception: Reception,
        postbox: Postbox,
        clock: Clock,
    ) -> None:
        self._bind = bind
        self._session = session
        self._short_codes = frozenset(digits(code) for code in short_codes)
        self._ack_within_s = ack_within_s
        self._reception = reception
        self._postbox = postbox
        self._clock = clock
        self._log = structlog.get_logger(__name__).bind(bind=bind)

    async def take(self, pdu: Pdu) -> int:
        """Keep one message; the command_status of its response.  What it raises counts as 'not safe'."""
        _, body = split_header(_message(pdu), pdu.number("esm_class"))
        async with asyncio.timeout(self._ack_within_s + _GRACE_S):
            if is_receipt(pdu):
                receipt = read_receipt(pdu, decode_text(body, pdu.number("data_coding")))
                await self._postbox.receipt(self._bind, receipt.message_id, receipt.state, receipt.error)
                return statuses.ROK
            return await self._take_text(pdu, body)

    async def _take_text(self, pdu: Pdu, body: bytes) -> int:
        number = digits(pdu.text("source_addr"))
        short_code = digits(pdu.text("destination_addr"))
        if not number or pdu.number("source_addr_ton") == consts.SMPP_TON_ALNUM:
            self._log.warning("refused a text whose sender can't be answered")
            return statuses.RX_P_APPN
        if not short_code or (self._short_codes and short_code not in self._short_codes):
            self._log.warning("refused a text to a short code that this bind does not serve", to=short_code)
            return statuses.RINVDSTADR
        reference = pdu.tlvs.get("user_message_reference")
        text = InboundText(
            channel="sms",
            bind=self._bind,
            session=self._session,
            number=number,
            short_code=short_code,
            text=decode_text(body, pdu.number("data_coding")),
            received_at=self._clock.time(),
            network_reference="" if reference is None else str(reference),
        )
        await self._reception.accept(text, within_s=self._ack_within_s)
        return statuses.ROK


def _message(pdu: Pdu) -> bytes:
    """short_message, or message_payload where that is empty (SMPP 3.4 §5.3.2.32)."""
    message = pdu.fields.get("short_message") or pdu.tlvs.get("message_payload", b"")
    return message if isinstance(message, bytes) else b""
