"""Dials over a bind with a USSD gateway: a deliver_sm is an input, a submit_sm a screen.

The response to a deliver_sm says only that we have heard it, and goes out at once: nothing is accepted there.  What a
subscriber confirms is safe in the journal before a screen says so (promise 1), and is done whether or not the screen
arrives.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import structlog
from smpplib import consts

from channels.smpp.addresses import Addresses
from channels.smpp.clock import Clock
from channels.smpp.protocol import codec, statuses
from channels.smpp.protocol.pdu import Pdu
from channels.smpp.receiving.messages import read_message
from channels.smpp.session.session import Session
from channels.smpp.session.terms import NotBound
from channels.smpp.session.window import NoResponse
from channels.smpp.text import Habits, decode_text
from channels.ussd.dialects.dialled import parted
from channels.ussd.over_smpp.begun import Begun
from channels.ussd.over_smpp.hearing import Heard, Thread, hear
from channels.ussd.over_smpp.questions import Questions
from channels.ussd.over_smpp.speaking import spoken
from channels.ussd.over_smpp.variants import Variant
from channels.ussd.ports import DialRequest, Kind, PushDesk, QuestionBox, ScreenReply
from workers.settings import BindSettings

_SAME_AS_SMS = {15: 0, 72: 8}
"""data_coding of a cell broadcast's scheme (3GPP 23.038 §5), by which USSD goes → what SMPP calls the same."""
_AGAIN_S = (0.2, 0.4, 0.8)
"""A gateway that wants less for the moment hears a screen again soon: the subscriber looks at an empty one."""
_FOR_THE_MOMENT = (consts.SMPP_ESME_RTHROTTLED, consts.SMPP_ESME_RMSGQFUL)


class DialDoor:
    """One bind's; it outlives the bind's sessions."""

    def __init__(
        self,
        settings: BindSettings,
        variant: Variant,
        addresses: Addresses,
        habits: Habits,
        desk: PushDesk,
        clock: Clock,
        box: QuestionBox | None = None,
    ) -> None:
        """`box` has questions that are to be shown on a screen; without it none are."""
        self._settings = settings
        self._variant = variant if settings.ussd_end_op is None else replace(variant, end=settings.ussd_end_op)
        self._addresses = addresses
        self._habits = habits
        self._desk = desk
        self._clock = clock
        self._begun = Begun(self._variant)
        self._questions = (
            None if box is None else Questions(settings, self._variant, addresses, desk, box, clock, self._begun)
        )
        self._tasks: set[asyncio.Task[None]] = set()
        self._log = structlog.get_logger(__name__).bind(bind=settings.name)

    async def take(self, pdu: Pdu, session: Session, otherwise: Callable[[Pdu], Awaitable[int]]) -> int:
        """Take a deliver_sm; what is no dial is for `otherwise`.  Returns the command_status of its response."""
        text = self._text(pdu)
        heard = hear(pdu, self._variant, text)
        if heard is None:
            return await otherwise(pdu)
        source = heard.thread.subscriber
        number = self._addresses.international(source.addr, source.ton, source.npi)
        if not number:
            self._log.warning("refused a dial whose number can't be read")
            return statuses.RX_P_APPN
        task = asyncio.create_task(self._answer(self._request(heard, number, text), heard, session))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return statuses.ROK

    async def serve(self, session: Session) -> None:
        """Ask, over a session that is bound, what is to be asked on a screen; until cancelled."""
        if self._questions is not None:
            await self._questions.serve(lambda reply, thread: self._shown(reply, thread, session))

    async def finish(self) -> None:
        """Return when every input that was taken is answered."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    def _text(self, pdu: Pdu) -> str:
        message = read_message(pdu)
        coding = _SAME_AS_SMS.get(message.data_coding, message.data_coding)
        return decode_text(message.octets, coding, message.header, self._habits).strip("\r\n ")

    def _request(self, heard: Heard, number: str, text: str) -> DialRequest:
        settings, called = self._settings, heard.thread.service.addr
        service_code, newest = "", text
        if heard.kind is Kind.BEGIN:
            dialled = parted(called if settings.ussd_dialled_in == "destination_addr" else text or called,
                             tuple(settings.ussd_service_codes))  # fmt: skip
            service_code, newest = (dialled.service_code, dialled.rest) if dialled else ("", "")
        return DialRequest(
            heard.kind,
            settings.name,
            self._begun.session(heard, number),
            number,
            service_code,
            newest,
            request_id=self._begun.request_id(heard, number),
            screen_chars=settings.ussd_screen_chars,
        )

    async def _answer(self, request: DialRequest, heard: Heard, session: Session) -> None:
        reply = await self._desk.answer(request)
        if request.kind not in (Kind.ABORT, Kind.TIMEOUT):
            if await self._shown(reply, heard.thread, session):
                reply.arrived()
            else:
                request = replace(request, kind=Kind.ABORT, text="")
                await self._desk.answer(request)
        if self._questions is not None:
            await self._questions.heard(request, ends=reply.ends)

    async def _shown(self, reply: ScreenReply, thread: Thread, session: Session) -> bool:
        """Submit a screen; False where the gateway did not take it."""
        screen = spoken(
            reply.text,
            thread,
            self._variant,
            ends=reply.ends,
            data_coding=self._settings.ussd_data_coding,
            packed=self._habits.gsm_packed,
        )
        for delay_s in (*_AGAIN_S, None):
            try:
                status = (await session.submit(screen.fields, screen.tlvs)).status
            except (NotBound, NoResponse, codec.CannotEncode) as error:
                self._log.warning("a screen was not shown", why=str(error))
                return False
            if status not in _FOR_THE_MOMENT or delay_s is None:
                break
            await self._clock.sleep(delay_s)
        if status != statuses.ROK:
            self._log.warning("a screen was not shown", why=statuses.status_name(status))
        return status == statuses.ROK
