"""One TCP connection's life as an ESME: bind, messages both ways, unbind (SMPP 3.4 §2.2 to §2.4).

Unlike smpplib's client: an inbound unbind is answered, responses are matched by sequence number, every deliver_sm
gets one response, unknown and malformed PDUs are answered and survived, and nothing that was read is logged.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping

import structlog

from channels.smpp.clock import Clock
from channels.smpp.protocol import codec, statuses
from channels.smpp.protocol.frames import Unframeable
from channels.smpp.protocol.pdu import NOTHING, Malformed, Pdu, Value
from channels.smpp.session import binding
from channels.smpp.session.hooks import Hooks, harmless
from channels.smpp.session.responses import Responses
from channels.smpp.session.serving import Serving
from channels.smpp.session.terms import BindFailed, Connect, Handle, NotBound, State, Terms
from channels.smpp.session.timers import Due, Timers
from channels.smpp.session.window import NoResponse, Window, into
from channels.smpp.session.wire import Wire
from channels.smpp.session.work import Work

TICK_S = 0.2
"""How often timers and time-outs are looked at."""
UNBIND_WITHIN_S = 5.0


class Session:
    """Made anew for each connection; `ended` tells why it is over."""

    def __init__(self, terms: Terms, clock: Clock, hooks: Hooks | None = None) -> None:
        self._terms = terms
        self._clock = clock
        self._hooks = harmless(hooks or Hooks(), terms.name)
        self._loop = asyncio.get_running_loop()
        self._log = structlog.get_logger(__name__).bind(bind=terms.name)
        self._wire = Wire(self._on_frame, self._on_unframeable, self.close, self._on_octets)
        self._timers = Timers(terms.limits, clock.monotonic())
        work = Work(terms.in_work, self._wire.stop_reading, self._go_on_reading)
        self._serving = Serving(terms, self._hooks, work, self._answer, self._message_passed, self._on_unbind)
        self._background: set[asyncio.Task[None]] = set()
        self.window = Window(terms.window)
        self._responses = Responses(terms.name, self.window, self._hooks)
        self.state = State.OPEN
        self.ended: asyncio.Future[str] = self._loop.create_future()
        self.peer_version: int | None = None
        """sc_interface_version of the SMSC, 0x34 for 3.4; None until bound and where it doesn't tell."""

    @property
    def received(self) -> int:
        """Messages taken with ESME_ROK."""
        return self._serving.received

    @property
    def peer_reads(self) -> bool:
        """False while the SMSC leaves so much unread that more must not be written."""
        return self._wire.peer_reads

    @property
    def takes_tlvs(self) -> bool:
        """False where the SMSC speaks less than SMPP 3.4: `submit` refuses TLVs then."""
        return binding.takes_tlvs(self.peer_version)

    # our side

    async def open(self, connect: Connect) -> None:
        """Connect.  Raises OSError."""
        await connect(lambda: self._wire)
        self._timers = Timers(self._terms.limits, self._clock.monotonic())
        self._in_background(self._watch())

    async def bind(self, system_id: str, password: str, system_type: str, handle: Handle) -> Pdu:
        """Bind in the mode and version of the terms; returns the SMSC's response.  Raises BindFailed.

        `handle` takes what comes from now on: an SMSC may deliver in the segment that holds its response.
        """
        self._serving.handle = handle
        answer: asyncio.Future[Pdu] = self._loop.create_future()

        def settle(outcome: Pdu | NoResponse) -> None:
            # the state changes here and not behind the await: a deliver_sm may follow in the same segment
            if isinstance(outcome, Pdu) and not outcome.status and self.state is State.OPEN:
                self.state = State.BOUND
                self.peer_version = binding.peer_version(outcome)
                self._timers.bound(self._clock.monotonic())
            into(answer)(outcome)

        try:
            fields = binding.bind_fields(self._terms, system_id, password, system_type)
            self._send(f"bind_{self._terms.mode}", fields, settle, self._terms.limits.session_init_s)
            response = await answer
        except (codec.CannotEncode, NotBound, NoResponse) as error:
            self.close(str(error))
            raise BindFailed(str(error)) from error
        if response.status:
            why = binding.refusal(self._terms, response)
            self.close(why)
            raise BindFailed(why)
        return response

    def submit(
        self, fields: Mapping[str, Value], tlvs: Mapping[str, Value] = NOTHING, command: str = "submit_sm"
    ) -> asyncio.Future[Pdu]:
        """Send a submit_sm or data_sm in a slot of the window; the future holds its response, or NoResponse.

        Raises NotBound, or codec.CannotEncode (also for TLVs to an SMSC that has none), and then nothing was sent.
        """
        if tlvs and not self.takes_tlvs:
            version = binding.version_name(self.peer_version or 0)
            raise codec.CannotEncode(f"the SMSC speaks SMPP {version}, which has no optional parameters")
        answer = self._request(command, fields, tlvs, takes_slot=True)
        self._message_passed()
        return answer

    def ask(self, command: str, fields: Mapping[str, Value]) -> asyncio.Future[Pdu]:
        """Send query_sm, cancel_sm or replace_sm, beside the window; the future holds its response, or NoResponse.

        Raises NotBound, or codec.CannotEncode, and then nothing was sent.
        """
        return self._request(command, fields, NOTHING, takes_slot=False)

    async def finish_inbound(self) -> None:
        """Take no more messages (ESME_RX_T_APPN: the SMSC keeps them), and answer those already taken."""
        await self._serving.finish()

    async def unbind(self) -> None:
        """Say goodbye, wait a little for the answer, and close."""
        if self.state is State.BOUND:
            self._part()
            self._send("unbind", NOTHING, lambda _: self.close("unbound"), UNBIND_WITHIN_S)
        if self.state is State.UNBINDING:  # by us or by the SMSC: both end within UNBIND_WITHIN_S
            await asyncio.shield(self.ended)
        self.close("unbound")

    def _request(
        self, command: str, fields: Mapping[str, Value], tlvs: Mapping[str, Value], *, takes_slot: bool
    ) -> asyncio.Future[Pdu]:
        if self.state is not State.BOUND:
            raise NotBound(self.state.value)
        answer: asyncio.Future[Pdu] = self._loop.create_future()
        self._send(command, fields, into(answer), self._terms.response_s, tlvs, takes_slot=takes_slot)
        return answer

    def _send(
        self,
        command: str,
        fields: Mapping[str, Value],
        settle: Callable[[Pdu | NoResponse], None],
        within_s: float,
        tlvs: Mapping[str, Value] = NOTHING,
        *,
        takes_slot: bool = False,
    ) -> None:
        if self.state is State.CLOSED:
            raise NotBound(self.ended.result())
        body = codec.encode(Pdu(command, 0, fields=fields, tlvs=tlvs))  # before a number is taken: it may not encode
        deadline = self._clock.monotonic() + within_s
        sequence = self.window.register(command, deadline, settle, takes_slot=takes_slot)
        self._say(body[:12] + sequence.to_bytes(4, "big") + body[16:])

    def _answer(self, request: Pdu | Malformed, status: int) -> bool:
        if self.state is State.CLOSED:
            return False
        self._say(codec.encode(codec.response(request, status)))
        return True

    def _say(self, frame: bytes) -> None:
        self._wire.send(frame)
        self._hooks.on_said(frame)

    # the peer's side

    def _on_octets(self) -> None:
        # octets, not PDUs: a peer in the middle of a slow one can't answer an enquire_link before it is whole
        self._timers.heard(self._clock.monotonic())

    def _on_frame(self, frame: bytes) -> None:
        self._hooks.on_heard(frame)
        pdu = codec.decode(frame)
        room = self._responses if pdu.is_response else self._serving
        if isinstance(pdu, Pdu):
            room.take(pdu)
            return
        self._log.warning("a PDU can't be read", command=pdu.command, why=pdu.why)
        room.malformed(pdu)

    def _on_unbind(self, pdu: Pdu) -> None:
        if self.state is not State.CLOSED:
            self._part()
            self._in_background(self._leave(pdu))

    def _part(self) -> None:
        self.state = State.UNBINDING
        self._serving.refusing = True

    async def _leave(self, unbind: Pdu) -> None:
        """Answer what we have taken, and hear what became of what we sent: unbind_resp ends both."""
        give_up_at = self._clock.monotonic() + UNBIND_WITHIN_S
        await self.finish_inbound()
        while self.window.used and self._clock.monotonic() < give_up_at:
            await self._clock.sleep(TICK_S)
        self._answer(unbind, statuses.ROK)
        self.close("the SMSC unbound")

    def _on_unframeable(self, error: Unframeable) -> None:
        self._say(codec.encode(Pdu("generic_nack", 0, statuses.RINVCMDLEN)))
        self.close(str(error))

    def _message_passed(self) -> None:
        self._timers.message(self._clock.monotonic())

    def _go_on_reading(self) -> None:
        self._timers.heard(self._clock.monotonic())
        self._wire.go_on_reading()

    # time and end

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
