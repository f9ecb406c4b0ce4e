"""One TCP connection's life as an ESME: bind, messages both ways, unbind (SMPP 3.4 §2.2 to §2.4).

Unlike smpplib's client: an inbound unbind is answered, responses are matched by sequence number, every deliver_sm
gets one response, unknown and malformed PDUs are answered and survived, and nothing that was read is logged.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import replace

import structlog
from smpplib import consts

from channels.smpp.clock import Clock
from channels.smpp.protocol import codec, statuses
from channels.smpp.protocol.frames import Unframeable
from channels.smpp.protocol.pdu import NOTHING, Malformed, Pdu, Value
from channels.smpp.protocol.statuses import status_name
from channels.smpp.session.terms import BindFailed, Connect, Handle, NotBound, State, Terms
from channels.smpp.session.timers import Due, Timers
from channels.smpp.session.window import NoResponse, Window, into
from channels.smpp.session.wire import Wire
from channels.smpp.session.work import Work

TICK_S = 0.2
"""How often timers and time-outs are looked at."""
UNBIND_WITHIN_S = 5.0

_UNANSWERED = frozenset({"outbind", "alert_notification"})
"""Requests that have no response (SMPP 3.4 §4.1.7, §4.12)."""
_CARRIES_MESSAGES = frozenset({"deliver_sm", "data_sm"})


class Session:
    """Made anew for each connection; `ended` tells why it is over."""

    def __init__(self, terms: Terms, clock: Clock) -> None:
        self._terms = terms
        self._clock = clock
        self._handle: Handle | None = None
        self._loop = asyncio.get_running_loop()
        self._log = structlog.get_logger(__name__).bind(bind=terms.name)
        self._wire = Wire(self._on_frame, self._on_unframeable, self.close)
        self._timers = Timers(terms.limits, clock.monotonic())
        self._work = Work(terms.in_work, self._wire.stop_reading, self._go_on_reading)
        self._refusing = False
        self._background: set[asyncio.Task[None]] = set()
        self.window = Window(terms.window)
        self.state = State.OPEN
        self.ended: asyncio.Future[str] = self._loop.create_future()
        self.received = 0
        """Messages taken with ESME_ROK."""

    # our side

    async def open(self, connect: Connect) -> None:
        """Connect.  Raises OSError."""
        await connect(lambda: self._wire)
        self._timers = Timers(self._terms.limits, self._clock.monotonic())
        self._in_background(self._watch())

    async def bind(self, system_id: str, password: str, system_type: str, handle: Handle) -> Pdu:
        """Bind in the mode of the terms; returns the SMSC's response.  Raises BindFailed.

        `handle` takes what comes from now on: an SMSC may deliver in the segment that holds its response.
        """
        self._handle = handle
        fields: dict[str, Value] = {
            "system_id": system_id,
            "password": password,
            "system_type": system_type,
            "interface_version": consts.SMPP_VERSION_34,
        }
        answer: asyncio.Future[Pdu] = self._loop.create_future()

        def settle(outcome: Pdu | NoResponse) -> None:
            # the state changes here and not behind the await: a deliver_sm may follow in the same segment
            if isinstance(outcome, Pdu) and not outcome.status and self.state is State.OPEN:
                self.state = State.BOUND
                self._timers.bound(self._clock.monotonic())
            into(answer)(outcome)

        try:
            self._send(f"bind_{self._terms.mode}", fields, settle, self._terms.limits.session_init_s)
            response = await answer
        except (codec.CannotEncode, NotBound, NoResponse) as error:
            self.close(str(error))
            raise BindFailed(str(error)) from error
        if response.status:
            why = f"the SMSC refused the bind: {status_name(response.status)}"
            self.close(why)
            raise BindFailed(why)
        return response

    def submit(self, fields: Mapping[str, Value]) -> asyncio.Future[Pdu]:
        """Send a submit_sm in a slot of the window; the future holds its response, or NoResponse.

        Raises NotBound, or codec.CannotEncode, and then nothing was sent.
        """
        if self.state is not State.BOUND:
            raise NotBound(self.state.value)
        answer: asyncio.Future[Pdu] = self._loop.create_future()
        self._send("submit_sm", fields, into(answer), self._terms.response_s, takes_slot=True)
        self._timers.message(self._clock.monotonic())
        return answer

    @property
    def peer_reads(self) -> bool:
        """False while the SMSC leaves so much unread that more must not be written."""
        return self._wire.peer_reads

    async def finish_inbound(self) -> None:
        """Take no more messages (ESME_RX_T_APPN: the SMSC keeps them), and answer those already taken."""
        self._refusing = True
        await self._work.finish()

    async def unbind(self) -> None:
        """Say goodbye, wait a little for the answer, and close."""
        if self.state is State.BOUND:
            self.state = State.UNBINDING
            self._send("unbind", NOTHING, lambda _: self.close("unbound"), UNBIND_WITHIN_S)
        if self.state is State.UNBINDING:  # by us or by the SMSC: both end within UNBIND_WITHIN_S
            await asyncio.shield(self.ended)
        self.close("unbound")

    def _send(
        self,
        command: str,
        fields: Mapping[str, Value],
        settle: Callable[[Pdu | NoResponse], None],
        within_s: float,
        *,
        takes_slot: bool = False,
    ) -> None:
        if self.state is State.CLOSED:
            raise NotBound(self.ended.result())
        body = codec.encode(Pdu(command, 0, fields=fields))  # before a number is taken: it may not encode
        deadline = self._clock.monotonic() + within_s
        sequence = self.window.register(command, deadline, settle, takes_slot=takes_slot)
        self._wire.send(body[:12] + sequence.to_bytes(4, "big") + body[16:])

    def _answer(self, request: Pdu | Malformed, status: int) -> None:
        if self.state is not State.CLOSED:
            self._wire.send(codec.encode(codec.response(request, status)))

    # the peer's side

    def _on_frame(self, frame: bytes) -> None:
        self._timers.heard(self._clock.monotonic())
        pdu = codec.decode(frame)
        if isinstance(pdu, Malformed):
            self._on_malformed(pdu)
        elif pdu.command in _CARRIES_MESSAGES:
            self._on_message(pdu)
        elif pdu.is_response:
            self._on_response(pdu)
        elif pdu.command == "enquire_link":
            self._answer(pdu, statuses.ROK)
        elif pdu.command == "unbind":
            self._on_unbind(pdu)
        elif pdu.command not in _UNANSWERED:
            self._answer(pdu, statuses.RINVBNDSTS)

    def _on_message(self, pdu: Pdu) -> None:
        if self._handle is None or self._terms.mode == "transmitter":
            self._answer(pdu, statuses.RINVBNDSTS)
        elif self._refusing or self.state is State.UNBINDING:
            self._answer(pdu, statuses.RX_T_APPN)
        else:
            self._timers.message(self._clock.monotonic())
            self._work.begin(self._take(pdu, self._handle))

    async def _take(self, pdu: Pdu, handle: Handle) -> None:
        try:
            status = await handle(pdu)
        except Exception as error:  # whatever it is, the SMSC gets its response
            status = statuses.RX_T_APPN
            self._log.warning("a message was not taken", error=type(error).__name__)
        if self.state is not State.CLOSED:
            self.received += status == statuses.ROK
            self._answer(pdu, status)

    def _go_on_reading(self) -> None:
        self._timers.heard(self._clock.monotonic())
        self._wire.go_on_reading()

    def _on_response(self, pdu: Pdu) -> None:
        if pdu.command == "generic_nack" and not pdu.status:
            pdu = replace(pdu, status=statuses.RUNKNOWNERR)  # whatever it says, it is no consent
        if not self.window.answer(pdu):
            self._log.info("a response nobody waits for", command=pdu.command, status=status_name(pdu.status))

    def _on_malformed(self, pdu: Malformed) -> None:
        self._log.warning("a PDU can't be read", command=pdu.command, why=pdu.why)
        if not pdu.is_response:
            if pdu.command not in _UNANSWERED:
                self._answer(pdu, pdu.answer_status)
        elif pdu.command:
            self._on_response(Pdu(pdu.command, pdu.sequence, pdu.status))

    def _on_unbind(self, pdu: Pdu) -> None:
        if self.state is State.CLOSED:
            return
        self.state = State.UNBINDING
        self._in_background(self._leave(pdu))

    async def _leave(self, unbind: Pdu) -> None:
        """Answer what we have taken, and hear what became of what we sent: unbind_resp ends both."""
        give_up_at = self._clock.monotonic() + UNBIND_WITHIN_S
        await self.finish_inbound()
        while self.window.used and self._clock.monotonic() < give_up_at:
            await self._clock.sleep(TICK_S)
        self._answer(unbind, statuses.ROK)
        self.close("the SMSC unbound")

    def _on_unframeable(self, error: Unframeable) -> None:
        self._wire.send(codec.encode(Pdu("generic_nack", 0, statuses.RINVCMDLEN)))
        self.close(str(error))

    # time

    async def _watch(self) -> None:
        while self.state is not State.CLOSED:
            await self._clock.sleep(TICK_S)
            now = self._clock.monotonic()
            if self._wire.reading_stopped:  # answers may lie unread: silence says nothing
                self._timers.heard(now)
                continue
            self.window.expire(now)
            due = self._timers.due(now)
            if due is Due.ENQUIRE:
                self._send("enquire_link", NOTHING, lambda _: None, self._terms.limits.answer_s)
            elif due is not Due.NOTHING:
                self.close(due.value)

    def _in_background(self, coroutine: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(coroutine)
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    def close(self, why: str) -> None:
        """End it, without a goodbye; once is enough."""
        if self.state is State.CLOSED:
            return
        self.state = State.CLOSED
        self._wire.close()
        self.window.abandon(why)
        self.ended.set_result(why)
