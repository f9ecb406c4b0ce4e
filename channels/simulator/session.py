"""One ESME's session: bind, submit, deliver, enquire, unbind (SMPP 3.4 §2.2, §4).

Whatever arrives is answered or counted; only a length field that can't be right ends a link, since after it
nobody knows where the next PDU begins.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Protocol

from smpplib import consts

from channels.simulator import operations
from channels.simulator.answers import Respond
from channels.simulator.binding import (
    MODES,
    AddressRange,
    Mode,
    is_told_congestion,
    serves,
    status_of_bind,
    tlvs_of_bind,
)
from channels.simulator.conduct import Conduct
from channels.simulator.faults import Dice
from channels.simulator.ledger import Count, Ledger
from channels.simulator.link import Link
from channels.simulator.routes import Wish
from channels.simulator.silence import Silence
from channels.simulator.speech import Speech
from channels.simulator.wrapping import Parcel
from channels.smpp.protocol.codec import decode, response
from channels.smpp.protocol.frames import FrameReader, Unframeable
from channels.smpp.protocol.pdu import Malformed, Pdu, Value


class Exchange(Protocol):
    """What a session asks of the SMSC it belongs to."""

    def came(self, session: Session) -> None:
        """A bind was made."""

    def went(self, session: Session) -> None:
        """The link ended, bound or not."""

    def submit(self, session: Session, pdu: Pdu, respond: Respond) -> None:
        """Take a submit_sm or data_sm; respond now, later or never."""

    def operate(self, session: Session, pdu: Pdu) -> tuple[int, Mapping[str, Value]]:
        """Do what a query_sm, cancel_sm or replace_sm asks for; return the response's status and fields."""


class Session:
    """One link and what it is bound as."""

    def __init__(self, link: Link, exchange: Exchange, conduct: Conduct, dice: Dice, ledger: Ledger) -> None:
        self.mode = Mode.OPEN
        self.system_id = ""
        self.ended = asyncio.Event()
        self._address_range = AddressRange()
        self._link = link
        self._exchange = exchange
        self._conduct = conduct
        self._dice = dice
        self._ledger = ledger
        self._frames = FrameReader()
        self._speech = Speech(link, dice, ledger)
        self._silence = Silence(conduct, ask=lambda: self._speech.say("enquire_link"), cut=link.cut)
        self._occupied = 0
        self._pdus_in = 0
        self._unbinding = False
        self._tells_congestion = False
        link.received = self._read
        link.ended = self._end

    def serves(self, wish: Wish) -> bool:
        """Say whether this bind takes texts for the short code, or receipts of the account."""
        return serves(wish, system_id=self.system_id, address_range=self._address_range)

    def has_room(self) -> bool:
        """Say whether a deliver_sm may be sent now."""
        return self._occupied < self._conduct.window

    def occupy(self) -> None:
        """Take a slot of the window."""
        self._occupied += 1

    def vacate(self) -> None:
        """Give it back."""
        self._occupied -= 1

    async def deliver(self, parcel: Parcel) -> int:
        """Send a deliver_sm or data_sm, return its response's status.  Raises UnansweredError, CutError."""
        return await self._speech.ask(parcel.command, parcel.fields, parcel.tlvs, self._conduct.response_s)

    def say(self, command: str, fields: Mapping[str, Value]) -> None:
        """Send an outbind or alert_notification, which have no response."""
        self._speech.say(command, fields)

    async def unbind(self) -> None:
        """Ask the ESME to part, and end the link when it has answered or had its time."""
        if self.mode is not Mode.OPEN and not self.ended.is_set():
            self._unbinding = True
            self._speech.say("unbind")
            try:
                async with asyncio.timeout(self._conduct.unbind_s):
                    await self.ended.wait()
            except TimeoutError:
                pass
        self._link.cut()

    def abandon(self) -> None:
        """Forget a link that could not be opened."""
        self._end()

    def cut(self) -> None:
        """End the link without a word, on purpose."""
        self._ledger.add(Count.FAULTS_DISCONNECT)
        self._link.cut()

    def inject(self, kind: str) -> None:
        """Send a malformed PDU of a kind."""
        self._speech.inject(kind)

    def _read(self, data: bytes) -> None:
        self._silence.heard()
        self._frames.feed(data)
        try:
            while not self.ended.is_set() and (frame := self._frames.next_frame()) is not None:
                self._handle(decode(frame))
        except Unframeable:
            self._ledger.add(Count.PDUS_BROKEN)
            self._speech.respond(Pdu("generic_nack", 0, consts.SMPP_ESME_RINVCMDLEN))
            self._link.received = lambda _data: None
            self._link.close()

    def _handle(self, pdu: Pdu | Malformed) -> None:
        self._ledger.add(Count.PDUS_IN)
        self._pdus_in += 1
        if isinstance(pdu, Malformed):
            self._on_malformed(pdu)
        else:
            _HANDLERS.get(pdu.command, Session._on_unknown)(self, pdu)
        every = self._dice.faults.disconnect_every
        if every and self._pdus_in >= every:
            self.cut()

    def _on_malformed(self, pdu: Malformed) -> None:
        self._ledger.add(Count.PDUS_BROKEN if pdu.command else Count.PDUS_UNKNOWN)
        if pdu.is_response:
            self._speech.answered(pdu.sequence, pdu.status)
        else:
            self._speech.respond(response(pdu, pdu.answer_status))

    def _on_bind(self, pdu: Pdu) -> None:
        status = status_of_bind(pdu, self.mode, self._conduct)
        fields = {"system_id": self._conduct.name}
        if status == consts.SMPP_ESME_ROK:
            answer = Pdu(f"{pdu.command}_resp", pdu.sequence, status, fields, tlvs_of_bind(pdu, self._conduct))
            self._speech.respond(answer, then=lambda: self._bound(pdu))
            return
        self._ledger.add(Count.BINDS_REFUSED)
        self._speech.respond(response(pdu, status, fields))
        if self.mode is Mode.OPEN:
            self._link.close()

    def _bound(self, pdu: Pdu) -> None:
        """The bind response has left: only now may texts follow it."""
        if self.ended.is_set() or self.mode is not Mode.OPEN:
            return
        self.mode = MODES[pdu.command]
        self.system_id = pdu.text("system_id")
        self._address_range = AddressRange(pdu.text("address_range"))
        self._tells_congestion = is_told_congestion(pdu, self._conduct)
        self._ledger.add(Count.BINDS_ACCEPTED)
        self._silence.bound()
        self._exchange.came(self)

    def _on_submit(self, pdu: Pdu) -> None:
        if self._may_send(pdu):
            self._exchange.submit(self, pdu, partial(self._respond_to_submit, pdu))

    def _respond_to_submit(
        self, pdu: Pdu, status: int, message_id: str = "", then: Callable[[], None] | None = None
    ) -> None:
        answer = response(pdu, status, {"message_id": message_id})
        if self._tells_congestion:
            answer = replace(answer, tlvs={"congestion_state": self._dice.faults.congestion})
        self._speech.respond(answer, then)

    def _on_operation(self, pdu: Pdu) -> None:
        if self._may_send(pdu):
            self._speech.respond(response(pdu, *self._exchange.operate(self, pdu)))

    def _may_send(self, pdu: Pdu) -> bool:
        """Whether it is bound as one that sends; if not, it is told so."""
        if not self.mode.sends:
            self._ledger.add(Count.PDUS_OUT_OF_STATE)
            self._speech.respond(response(pdu, consts.SMPP_ESME_RINVBNDSTS))
        return self.mode.sends

    def _on_delivered(self, pdu: Pdu) -> None:
        self._speech.answered(pdu.sequence, pdu.status)

    def _on_nack(self, pdu: Pdu) -> None:
        self._ledger.add(Count.PDUS_NACKED)
        self._speech.answered(pdu.sequence, pdu.status or consts.SMPP_ESME_RUNKNOWNERR)

    def _on_enquire_link(self, pdu: Pdu) -> None:
        self._speech.respond(response(pdu, consts.SMPP_ESME_ROK))

    def _on_heard(self, _pdu: Pdu) -> None:
        """An enquire_link_resp: that it came is all it says."""

    def _on_unbind(self, pdu: Pdu) -> None:
        self._unbinding = True
        self._speech.respond(response(pdu, consts.SMPP_ESME_ROK))
        self._link.close()

    def _on_unbound(self, _pdu: Pdu) -> None:
        if self._unbinding:
            self._link.close()

    def _on_unknown(self, pdu: Pdu) -> None:
        self._ledger.add(Count.PDUS_UNKNOWN)
        if not pdu.is_response:
            self._speech.respond(Pdu("generic_nack", pdu.sequence, consts.SMPP_ESME_RINVCMDID))

    def _end(self) -> None:
        self._silence.end()
        self.ended.set()
        if self.mode is not Mode.OPEN:
            self._ledger.add(Count.BINDS_UNBOUND if self._unbinding else Count.BINDS_LOST)
        self._speech.end()
        self._exchange.went(self)


_HANDLERS: Mapping[str, Callable[[Session, Pdu], None]] = {
    "bind_transmitter": Session._on_bind,
    "bind_receiver": Session._on_bind,
    "bind_transceiver": Session._on_bind,
    "submit_sm": Session._on_submit,
    "data_sm": Session._on_submit,
    **dict.fromkeys(operations.COMMANDS, Session._on_operation),
    "deliver_sm_resp": Session._on_delivered,
    "data_sm_resp": Session._on_delivered,
    "enquire_link": Session._on_enquire_link,
    "enquire_link_resp": Session._on_heard,
    "unbind": Session._on_unbind,
    "unbind_resp": Session._on_unbound,
    "generic_nack": Session._on_nack,
}
