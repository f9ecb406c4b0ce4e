"""The SMSC's responses: each to the request it answers, and what it tells of the SMSC's load on the way."""

from __future__ import annotations

from dataclasses import replace

import structlog

from channels.smpp.protocol import statuses
from channels.smpp.protocol.pdu import Malformed, Pdu
from channels.smpp.protocol.statuses import status_name
from channels.smpp.session.hooks import Hooks
from channels.smpp.session.window import Window

_CONGESTED = 100
"""The highest congestion_state; those above are reserved (SMPP 5.0 §4.8.4.7)."""


class Responses:
    """Settles the window's requests."""

    def __init__(self, bind: str, window: Window, hooks: Hooks) -> None:
        self._window = window
        self._hooks = hooks
        self._log = structlog.get_logger(__name__).bind(bind=bind)

    def take(self, pdu: Pdu) -> None:
        congestion = pdu.tlvs.get("congestion_state")
        if isinstance(congestion, int) and congestion <= _CONGESTED:
            self._hooks.on_congestion(congestion)
        if pdu.command == "generic_nack" and not pdu.status:
            pdu = replace(pdu, status=statuses.RUNKNOWNERR)  # whatever it says, it is no consent
        if not self._window.answer(pdu):
            self._log.info("a response nobody waits for", command=pdu.command, status=status_name(pdu.status))

    def malformed(self, pdu: Malformed) -> None:
        """One that can't be read still answers, where its command can be told."""
        if pdu.command:
            self.take(Pdu(pdu.command, pdu.sequence, pdu.status))
