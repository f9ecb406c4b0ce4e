"""deliver_sm and data_sm to the journal, and the command_status that tells the SMSC whether it is safe there.

ESME_ROK is returned only after the commit.  Whatever is temporary is ESME_RX_T_APPN, and the SMSC keeps the
message.  Nothing is answered ESME_ROK and dropped: what we can't use is refused for good.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import structlog

from channels.smpp.clock import Clock
from channels.smpp.ports import InboundText, NewPart, Postbox, Receipt, Reception
from channels.smpp.protocol import statuses
from channels.smpp.protocol.pdu import Pdu
from channels.smpp.receiving.long_texts import handed_on
from channels.smpp.receiving.messages import Message, PartOf, read_message
from channels.smpp.receiving.receipts import is_receipt, read_receipt
from channels.smpp.receiving.terms import InboundTerms
from channels.smpp.text import decode_text

_GRACE_S = 2.0
"""Beyond `ack_within_s`, in case the journal doesn't keep its own time limit."""


@dataclass(frozen=True, slots=True)
class _Between:
    """Who texted whom."""

    number: str
    short_code: str


class Inbound:
    """One session's way in; each call is one message, many at once."""

    def __init__(self, terms: InboundTerms, session: str, reception: Reception, postbox: Postbox, clock: Clock) -> None:
        """`session` is the id that `session_opened` gave."""
        self._terms = terms
        self._session = session
        self._reception = reception
        self._postbox = postbox
        self._clock = clock
        self._log = structlog.get_logger(__name__).bind(bind=terms.bind)

    async def take(self, pdu: Pdu) -> int:
        """Keep one message; the command_status of its response.  What it raises counts as 'not safe'."""
        message = read_message(pdu)
        async with asyncio.timeout(self._terms.ack_within_s + _GRACE_S):
            if is_receipt(pdu):
                await self._postbox.receipt(self._receipt(pdu, message))
                return statuses.ROK
            between = self._between(pdu)
            if isinstance(between, int):
                return between
            if message.part_of is None:
                await self._accept(self._text(message, between))
            else:
                await self._keep_part(message, message.part_of, between)
            return statuses.ROK

    def _between(self, pdu: Pdu) -> _Between | int:
        """Who texted whom; a command_status where such a text could never be answered."""
        addresses = self._terms.addresses
        number = addresses.international(
            pdu.text("source_addr"), pdu.number("source_addr_ton"), pdu.number("source_addr_npi")
        )
        short_code = addresses.short_code(pdu.text("destination_addr"))
        if not number:
            self._log.warning("refused a text whose sender can't be answered")
            return statuses.RX_P_APPN
        if not short_code or (self._terms.short_codes and short_code not in self._terms.short_codes):
            self._log.warning("refused a text to a short code that this bind does not serve", to=short_code)
            return statuses.RINVDSTADR
        return _Between(number, short_code)

    def _text(self, message: Message, between: _Between) -> InboundText:
        return InboundText(
            channel="sms",
            bind=self._terms.bind,
            session=self._session,
            number=between.number,
            short_code=between.short_code,
            text=decode_text(message.octets, message.data_coding, message.header, self._terms.habits),
            received_at=self._clock.time(),
            network_reference=message.network_reference,
            source_port=message.source_port,
            destination_port=message.destination_port,
        )

    async def _keep_part(self, message: Message, part_of: PartOf, between: _Between) -> None:
        """Acknowledged once it is safe; the last one only once the whole text is (promise 1)."""
        whole = await self._reception.keep_part(
            NewPart(
                bind=self._terms.bind,
                session=self._session,
                number=between.number,
                short_code=between.short_code,
                kind=part_of.kind,
                reference=part_of.reference,
                total=part_of.total,
                part_no=part_of.number,
                octets=message.octets,
                header=message.header,
                data_coding=message.data_coding,
                within_s=self._terms.parts_within_s,
                binds=self._terms.smsc_binds(),  # an SMSC may send the parts of one text over several of them
            ),
            within_s=self._terms.ack_within_s,
        )
        if whole is not None:
            await self._accept(handed_on(whole, self._terms.habits, self._clock.time()))

    async def _accept(self, text: InboundText) -> None:
        await self._reception.accept(text, within_s=self._terms.ack_within_s)

    def _receipt(self, pdu: Pdu, message: Message) -> Receipt:
        terms = self._terms
        said = read_receipt(pdu, decode_text(message.octets, message.data_coding, message.header, terms.habits))
        return Receipt(
            bind=terms.bind,
            message_id=said.message_id,
            state=said.state,
            error=said.error,
            number=terms.addresses.international(
                pdu.text("source_addr"), pdu.number("source_addr_ton"), pdu.number("source_addr_npi")
            ),
            binds=terms.smsc_binds(),
            ids=terms.receipt_ids,
            part=terms.receipt_part,
        )
