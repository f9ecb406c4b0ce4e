"""One configured bind: session after session, for ever, until it is told to stop."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TypeVar

import structlog

from channels.smpp.backoff import Backoff
from channels.smpp.customs import addresses_of, habits_of, way_in_of
from channels.smpp.protocol.pdu import Pdu, Value
from channels.smpp.receiving.inbound import Inbound
from channels.smpp.sending.outbound import Outbound
from channels.smpp.sending.pace import Pace
from channels.smpp.sending.splitting import Splitting
from channels.smpp.sending.submission import Submissions
from channels.smpp.sending.tries import Tries
from channels.smpp.sending.turns import Turns
from channels.smpp.sending.verdicts import Verdicts
from channels.smpp.session.binding import version_name
from channels.smpp.session.hooks import Hooks
from channels.smpp.session.session import Session
from channels.smpp.session.terms import BindFailed, Connect, Handle, NotBound, terms_of
from channels.smpp.state import BindState, OnState, Status
from channels.smpp.surroundings import Surroundings
from workers.settings import BindSettings

DRAIN_BEYOND_RESPONSE_S = 5.0
"""How much longer than a response may take a stop waits for what is in hand."""
STEADY_S = 5.0
"""A session that stood so long, or carried a message, makes the next failure the first one again."""

_T = TypeVar("_T")


class Bind:
    """Connects, binds, carries messages, and begins again when that ends."""

    def __init__(
        self,
        settings: BindSettings,
        claims: Callable[[], Sequence[str]],
        smsc_binds: Callable[[], tuple[str, ...]],
        surroundings: Surroundings,
        on_state: OnState,
        connect: Connect,
    ) -> None:
        """`claims` names the binds whose answers leave here now; a receiver is never asked.

        `smsc_binds` names those with the same SMSC now.  Raises RulesError for a table of statuses that can't be
        read, OSError for one that isn't there.
        """
        self._settings = settings
        self._around = surroundings
        self._clock = surroundings.clock
        self._on_state = on_state
        self._connect = connect
        self._backoff = Backoff(surroundings.random.random)
        self._terms = terms_of(settings)
        habits, addresses = habits_of(settings, surroundings.spoken), addresses_of(settings)
        self._way_in = way_in_of(settings, habits, addresses, smsc_binds)
        pace = Pace(settings.rate_per_s)
        turns = Turns(pace, self._clock)
        self._tries = Tries(
            settings.name,
            pace,
            turns,
            Splitting(habits, surroundings.references),
            Submissions(settings, addresses),
            Verdicts.load(settings.statuses),
            surroundings.postbox,
            self._clock,
        )
        self._outbound = Outbound(settings.name, claims, pace, turns, self._tries, surroundings.postbox, self._clock)
        self._sends = settings.mode != "receiver"
        self._dials = surroundings.dials(settings, addresses, habits, surroundings.clock)
        self._log = structlog.get_logger(__name__).bind(bind=settings.name)
        self._session: Session | None = None
        self._received = 0
        self._status: Status = "waiting"
        self._since = self._clock.time()
        self._last_error = ""
        self._telling: set[asyncio.Task[None]] = set()

    def ask(self, command: str, fields: Mapping[str, Value]) -> asyncio.Future[Pdu]:
        """Send query_sm, cancel_sm or replace_sm; the future holds its response, or NoResponse.

        Raises NotBound, or codec.CannotEncode, and then nothing was sent.
        """
        if self._session is None:
            raise NotBound(self._status)
        return self._session.ask(command, fields)

    def read_files_anew(self) -> None:
        """Go by what the file of statuses says now; certificates are read at each connection anyway.

        Raises RulesError, and then all stays as it is.
        """
        self._tries.judge_by(Verdicts.load(self._settings.statuses))

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
            sent=self._tries.sent,
            last_error=self._tries.last_error or self._last_error,
            peer_version=version_name(session.peer_version) if session and session.peer_version else "",
        )

    @property
    def paused_since(self) -> float | None:
        """By the clock's monotonic time; None where the SMSC takes what it is sent."""
        return self._tries.paused_since

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop` is set; then what is in hand is finished and the SMSC told goodbye."""
        stopping = asyncio.create_task(stop.wait())
        try:
            while True:
                why = await self._one_session(stopping)
                delay_s = self._backoff.next_s()
                self._last_error, self._tries.last_error = why, ""
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
        session = Session(self._terms, self._clock, self._hooks())
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
        around = self._around
        session_id = await _unless(stopping, around.reception.session_opened(settings.name))
        way_in = Inbound(self._way_in, session_id, around.reception, around.postbox, self._clock)
        sender: asyncio.Task[None] | None = None
        asker: asyncio.Task[None] | None = None
        try:
            password = settings.password.get_secret_value()
            take = self._taking(way_in, session)
            await _unless(stopping, session.bind(settings.system_id, password, settings.system_type, take))
            self._session = session
            self._log.info("bound")
            self._now("bound")
            began, sent_before = self._clock.monotonic(), self._tries.sent
            if self._sends:
                sender = asyncio.create_task(self._outbound.run(session))
            if self._dials is not None:
                asker = asyncio.create_task(self._dials.serve(session))
            await asyncio.wait((session.ended, stopping), return_when=asyncio.FIRST_COMPLETED)
            if not session.ended.done():
                await self._finish(session, sender)
                raise _Stopped
        finally:
            if asker is not None:
                asker.cancel()
            session.close("ended")
            await self._tell_closed(session_id)  # before the rest, since redeliveries come with the next session
            if sender is not None:
                await asyncio.wait({sender})
        lasted_s = self._clock.monotonic() - began
        if lasted_s >= STEADY_S or session.received or self._tries.sent > sent_before:
            self._backoff.reset()
        return session.ended.result()

    def _taking(self, way_in: Inbound, session: Session) -> Handle:
        """What comes is a dial or a text."""
        dials = self._dials
        return way_in.take if dials is None else partial(dials.take, session=session, otherwise=way_in.take)

    async def _finish(self, session: Session, sender: asyncio.Task[None] | None) -> None:
        """Take no more, finish what was taken, hear what became of what was sent, say goodbye."""
        self._now("unbinding")
        self._outbound.stop()
        try:
            async with asyncio.timeout(self._settings.response_s + DRAIN_BEYOND_RESPONSE_S):
                await session.finish_inbound()
                if self._dials is not None:
                    await self._dials.finish()
                if sender is not None:
                    await sender
        except TimeoutError:
            self._log.warning("stopped with messages in hand: the journal or the SMSC did not answer")
        await session.unbind()

    async def _tell_closed(self, session_id: str) -> None:
        try:
            async with asyncio.timeout(self._settings.ack_within_s):
                await self._around.reception.session_closed(session_id)
        except Exception as error:  # the next session_opened of this bind tells it too
            self._log.warning("the session's end is not recorded", error=type(error).__name__)

    def _hooks(self) -> Hooks:
        log, name = self._around.pdu_log, self._settings.name
        hooks = Hooks(on_congestion=self._outbound.congested, on_alert=self._alerted)
        if log is None:
            return hooks
        return replace(hooks, on_heard=partial(log.heard, name), on_said=partial(log.said, name))

    def _alerted(self, address: str, ton: int, npi: int) -> None:
        """A handset is there again: what waits for it may go."""
        number = self._way_in.addresses.international(address, ton, npi)
        if number:
            task = asyncio.create_task(self._tell_reachable(number))
            self._telling.add(task)
            task.add_done_callback(self._telling.discard)

    async def _tell_reachable(self, number: str) -> None:
        try:
            await self._around.postbox.reachable(number)
        except Exception as error:  # what waits goes at its own time then
            self._log.warning("an alert_notification is not recorded", error=type(error).__name__)

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
