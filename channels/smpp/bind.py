"""One configured bind: session after session, for ever, until it is told to stop."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from random import Random
from typing import TypeVar

import structlog

from channels.smpp.backoff import Backoff
from channels.smpp.clock import Clock
from channels.smpp.ports import Postbox, Reception
from channels.smpp.receiving.inbound import Inbound
from channels.smpp.sending.outbound import Outbound
from channels.smpp.sending.rate import Rate
from channels.smpp.session.session import Session
from channels.smpp.session.terms import BindFailed, Connect, Terms
from channels.smpp.session.timers import Limits
from channels.smpp.state import BindState, OnState, Status
from channels.smpp.text.parts import References
from workers.settings import BindSettings

RESPONSE_S = 10.0
"""How long a submit_sm, an enquire_link or a bind waits for its answer."""
DRAIN_S = 15.0
"""How long a stop waits for what is in hand: longer than RESPONSE_S."""
STEADY_S = 5.0
"""A session that stood so long, or carried a message, makes the next failure the first one again."""

_T = TypeVar("_T")


class Bind:
    """Connects, binds, carries messages, and begins again when that ends."""

    def __init__(
        self,
        settings: BindSettings,
        claims: Callable[[], Sequence[str]],
        reception: Reception,
        postbox: Postbox,
        clock: Clock,
        random: Random,
        on_state: OnState,
        connect: Connect,
    ) -> None:
        """`claims` names the binds whose answers leave here now; a receiver is never asked."""
        self._settings = settings
        self._reception = reception
        self._postbox = postbox
        self._clock = clock
        self._on_state = on_state
        self._connect = connect
        self._backoff = Backoff(random.random)
        self._terms = Terms(
            settings.name,
            settings.mode,
            settings.window,
            Limits(enquire_link_s=settings.enquire_link_s, answer_s=RESPONSE_S, session_init_s=RESPONSE_S),
            RESPONSE_S,
        )
        references = References(lambda: random.randrange(256))
        self._outbound = Outbound(settings.name, claims, Rate(settings.rate_per_s), references, postbox, clock)
        self._sends = settings.mode != "receiver"
        self._log = structlog.get_logger(__name__).bind(bind=settings.name)
        self._session: Session | None = None
        self._received = 0
        self._status: Status = "waiting"
        self._since = clock.time()
        self._last_error = ""

    @property
    def state(self) -> BindState:
        session = self._session
        return BindState(
            name=self._settings.name,
            mode=self._settings.mode,
            status=self._status,
            since=self._since,
            at=self._clock.time(),
            window_used=session.window.used if session else 0,
            window=self._settings.window,
            received=self._received + (session.received if session else 0),
            sent=self._outbound.sent,
            last_error=self._outbound.last_error or self._last_error,
        )

    @property
    def paused_since(self) -> float | None:
        """By the clock's monotonic time; None where the SMSC takes what it is sent."""
        return self._outbound.paused_since

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop` is set; then what is in hand is finished and the SMSC told goodbye."""
        stopping = asyncio.create_task(stop.wait())
        try:
            while True:
                why = await self._one_session(stopping)
                delay_s = self._backoff.next_s()
                self._last_error, self._outbound.last_error = why, ""
                self._log.warning("not bound", why=why, again_in_s=round(delay_s, 1))
                self._now("waiting")
                await _unless(stopping, self._clock.sleep(delay_s))
        except _Stopped:
            self._log.info("stopped")
        finally:
            stopping.cancel()
            self._now("stopped")

    async def _one_session(self, stopping: asyncio.Task[bool]) -> str:
        """From connecting to the end; why it ended.  Raises _Stopped."""
        self._now("connecting")
        session = Session(self._terms, self._clock)
        try:
            await _unless(stopping, session.open(self._connect))
            return await self._carry(session, stopping)
        except (OSError, BindFailed) as error:
            return str(error) or type(error).__name__
        except _Stopped:
            raise
        except Exception as error:  # the journal may be gone; the next try may find it
            return type(error).__name__
        finally:
            session.close("ended")
            self._session = None
            self._received += session.received

    async def _carry(self, session: Session, stopping: asyncio.Task[bool]) -> str:
        settings = self._settings
        session_id = await _unless(stopping, self._reception.session_opened(settings.name))
        way_in = Inbound(
            settings.name,
            session_id,
            settings.short_codes,
            settings.ack_within_s,
            self._reception,
            self._postbox,
            self._clock,
        )
        sender: asyncio.Task[None] | None = None
        try:
            password = settings.password.get_secret_value()
            await _unless(stopping, session.bind(settings.system_id, password, settings.system_type, way_in.take))
            self._session = session
            self._log.info("bound")
            self._now("bound")
            began, sent_before = self._clock.monotonic(), self._outbound.sent
            if self._sends:
                sender = asyncio.create_task(self._outbound.run(session))
            await asyncio.wait((session.ended, stopping), return_when=asyncio.FIRST_COMPLETED)
            if not session.ended.done():
                await self._finish(session, sender)
                raise _Stopped
        finally:
            session.close("ended")
            await self._tell_closed(session_id)  # before the rest, since redeliveries come with the next session
            if sender is not None:
                await asyncio.wait({sender})
        lasted_s = self._clock.monotonic() - began
        if lasted_s >= STEADY_S or session.received or self._outbound.sent > sent_before:
            self._backoff.reset()
        return session.ended.result()

    async def _finish(self, session: Session, sender: asyncio.Task[None] | None) -> None:
        """Take no more, finish what was taken, hear what became of what was sent, say goodbye."""
        self._now("unbinding")
        self._outbound.stop()
        try:
            async with asyncio.timeout(DRAIN_S):
                await session.finish_inbound()
                if sender is not None:
                    await sender
        except TimeoutError:
            self._log.warning("stopped with messages in hand: the journal or the SMSC did not answer")
        await session.unbind()

    async def _tell_closed(self, session_id: str) -> None:
        try:
            async with asyncio.timeout(self._settings.ack_within_s):
                await self._reception.session_closed(session_id)
        except Exception as error:  # the next session_opened of this bind tells it too
            self._log.warning("the session's end is not recorded", error=type(error).__name__)

    def _now(self, status: Status) -> None:
        self._status, self._since = status, self._clock.time()
        self._on_state(self.state)


class _Stopped(Exception):
    """We were told to stop."""


async def _unless(stopping: asyncio.Task[bool], work: Awaitable[_T]) -> _T:
    """The work's result; raises _Stopped, and cancels it, where we are told to stop first."""
    task = asyncio.ensure_future(work)
    try:
        await asyncio.wait({task, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if not task.done() or stopping.done():
            raise _Stopped
        return task.result()
    finally:
        task.cancel()
