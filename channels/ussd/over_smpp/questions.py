"""Questions that we begin with a screen: network-initiated USSD (USSR request, SMPP 3.4 §5.3.2.44).

Each is a text in the outbox that waits a little.  What ends on its screen is not sent; a gateway that refuses, a
handset that is off or in a dial, one that hangs up: then it goes by text at once, and after its wait in any case
(promise 4).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from itertools import count

import structlog

from channels.smpp.addresses import Addresses
from channels.smpp.clock import Clock
from channels.ussd.over_smpp.begun import Begun
from channels.ussd.over_smpp.hearing import Address, Thread, session_of
from channels.ussd.over_smpp.variants import Key, Variant
from channels.ussd.ports import DialRequest, Kind, PushDesk, QuestionBox, ScreenReply
from workers.dials.pushes import PushedScreen
from workers.journal.pushes import Push
from workers.settings import BindSettings

POLL_S = 0.5
"""How often it is looked for questions: a subscriber who texts waits no longer than for a text."""
_AT_ONCE = 10

Show = Callable[[ScreenReply, Thread], Awaitable[bool]]
"""Submits a screen; False where the gateway did not take it."""


@dataclass(frozen=True, slots=True)
class _Asked:
    id: int
    session: str


class Questions:
    """One bind's."""

    def __init__(
        self,
        settings: BindSettings,
        variant: Variant,
        addresses: Addresses,
        desk: PushDesk,
        box: QuestionBox,
        clock: Clock,
        begun: Begun,
    ) -> None:
        self._begun = begun
        self._settings = settings
        self._variant = variant
        self._addresses = addresses
        self._desk = desk
        self._box = box
        self._clock = clock
        self._binds = (settings.name, *settings.ussd_push_for)
        self._numbers = count(1)
        self._asked: dict[str, _Asked] = {}
        self._log = structlog.get_logger(__name__).bind(bind=settings.name)

    async def serve(self, show: Show) -> None:
        """Ask what there is to be asked, until cancelled."""
        known = True
        async with asyncio.TaskGroup() as tasks:
            while True:
                try:
                    for push in await self._claimed():
                        tasks.create_task(self._ask(push, show))
                    known = True
                except Exception as error:  # the journal may be gone for a while: what waits goes by text
                    if known:
                        self._log.warning("no questions can be looked for", error=type(error).__name__)
                    known = False
                await self._clock.sleep(POLL_S)

    async def heard(self, request: DialRequest, *, ends: bool) -> None:
        """Tell what came of an input: a question whose dial has ended on a screen is answered."""
        asked = self._asked.get(request.number)
        if asked is None or asked.session != request.gateway_session:
            return
        hung_up = request.kind in (Kind.ABORT, Kind.TIMEOUT)
        if hung_up or ends:
            del self._asked[request.number]
            await self._end(asked.id, answered=not hung_up)

    async def _claimed(self) -> Sequence[Push]:
        return await self._box.claim(self._binds, _AT_ONCE)

    async def _ask(self, push: Push, show: Show) -> None:
        thread = self._thread(push)
        session = session_of(thread, self._variant.keys)
        request = DialRequest(
            Kind.PUSHED,
            self._settings.name,
            session,
            push.number,
            next(iter(self._settings.ussd_service_codes), ""),
            screen_chars=self._settings.ussd_screen_chars,
        )
        try:
            first = await self._desk.push(request, PushedScreen.read(push.push))
            if first is not None:  # before it is shown: what he does may come with the response
                self._begun.begins(push.number, session, thread)
                self._asked[push.number] = _Asked(push.id, session)
            shown = first is not None and await show(first, thread)
        except Exception as error:  # whatever it is, the text goes; its own words might be the subscriber's
            self._log.warning("a question can't be shown", error=type(error).__name__)
            first, shown = None, False
        if shown and first is not None and not first.ends:
            return
        if first is not None and not shown:
            await self._desk.dropped(request)
        if first is None or self._asked.pop(push.number, None) is not None:
            await self._end(push.id, answered=shown)

    async def _end(self, id_: int, *, answered: bool) -> None:
        try:
            await self._box.ended(id_, answered=answered)
        except Exception as error:  # it goes by text when its wait is over
            self._log.warning("a question's end is not recorded", error=type(error).__name__)

    def _thread(self, push: Push) -> Thread:
        subscriber = self._addresses.destination(push.number)
        service = self._addresses.source(self._service(push.short_code))
        key: Key = self._variant.keys[0] if len(self._variant.keys) == 1 else "session"
        number = next(self._numbers)
        return Thread(
            Address(subscriber.ton, subscriber.npi, subscriber.addr),
            Address(service.ton, service.npi, service.addr),
            self._variant.service_type,
            (number % 0x100) << 8 if key in ("session", "info") else None,
            number % 0x10000 if key == "reference" else None,
            (number % 0x100000000).to_bytes(4, "big") if key == "vendor" else None,
        )

    def _service(self, short_code: str) -> str:
        """The address that a screen comes from: the service's digits, as the gateway knows them."""
        return next((code.strip("*#").split("*")[0] for code in self._settings.ussd_service_codes), short_code)
