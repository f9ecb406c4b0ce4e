"""The SMSC's requests: each that has a response gets one, whatever becomes of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import structlog

from channels.smpp.protocol import statuses
from channels.smpp.protocol.pdu import Malformed, Pdu
from channels.smpp.session.hooks import Hooks
from channels.smpp.session.terms import Handle, Terms
from channels.smpp.session.work import Work

_UNANSWERED = frozenset({"outbind", "alert_notification"})
"""Requests that have no response (SMPP 3.4 §4.1.7, §4.12)."""


class Serving:
    """Takes messages until it is told to refuse; answers through what it is given."""

    def __init__(
        self,
        terms: Terms,
        hooks: Hooks,
        work: Work,
        answer: Callable[[Pdu | Malformed, int], bool],
        on_message: Callable[[], None],
        on_unbind: Callable[[Pdu], None],
    ) -> None:
        """`answer` is told a request and the status of its response; False where the connection is gone."""
        self._takes_messages = terms.mode != "transmitter"
        self._hooks = hooks
        self._work = work
        self._answer = answer
        self._on_message = on_message
        self._on_unbind = on_unbind
        self._log = structlog.get_logger(__name__).bind(bind=terms.name)
        self._served: Mapping[str, Callable[[Pdu], object]] = {
            "deliver_sm": self._message,
            "data_sm": self._message,
            "enquire_link": lambda pdu: self._answer(pdu, statuses.ROK),
            "unbind": self._on_unbind,
            "alert_notification": self._alert,
            "outbind": lambda _: None,  # heard before the bind, by who listens for it; here it says nothing
        }
        self.handle: Handle | None = None
        """None until the bind is asked for."""
        self.refusing = False
        """Take no more messages: ESME_RX_T_APPN, the SMSC keeps them."""
        self.received = 0
        """Messages taken with ESME_ROK."""

    def take(self, pdu: Pdu) -> None:
        serve = self._served.get(pdu.command)
        if serve is None:
            self._answer(pdu, statuses.RINVBNDSTS)
        else:
            serve(pdu)

    def malformed(self, pdu: Malformed) -> None:
        if pdu.command not in _UNANSWERED:
            self._answer(pdu, pdu.answer_status)

    async def finish(self) -> None:
        """Refuse from now on, and answer what was taken."""
        self.refusing = True
        await self._work.finish()

    def _message(self, pdu: Pdu) -> None:
        if self.handle is None or not self._takes_messages:
            self._answer(pdu, statuses.RINVBNDSTS)
        elif self.refusing:
            self._answer(pdu, statuses.RX_T_APPN)
        else:
            self._on_message()
            self._work.begin(self._take(pdu, self.handle))

    async def _take(self, pdu: Pdu, handle: Handle) -> None:
        try:
            status = await handle(pdu)
        except Exception as error:  # whatever it is, the SMSC gets its response
            status = statuses.RX_T_APPN
            self._log.warning("a message was not taken", error=type(error).__name__)
        if self._answer(pdu, status):
            self.received += status == statuses.ROK

    def _alert(self, pdu: Pdu) -> None:
        if pdu.tlvs.get("ms_availability_status"):  # denied or unavailable; 0 and none mean available (§5.3.2.30)
            return
        self._hooks.on_alert(pdu.text("source_addr"), pdu.number("source_addr_ton"), pdu.number("source_addr_npi"))
