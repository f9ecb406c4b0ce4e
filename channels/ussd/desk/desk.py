"""Answers requests: each finds its number's dial, makes it go on by one step at most, and leaves it as it shows."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import structlog

from channels.ussd import menu as engine
from channels.ussd.desk.afterwards import Afterwards
from channels.ussd.desk.effects import Effects, Shown, Where
from channels.ussd.desk.following import Following, following
from channels.ussd.desk.funnel import FunnelCounter, stays, version_of
from channels.ussd.desk.last_words import caller_of, last
from channels.ussd.desk.own import Left, OwnDials
from channels.ussd.menu import MenuShelf, Session, Step
from channels.ussd.ports import Caller, DialRequest, Kind, Lookups, Orders, ScreenReply, Show
from channels.ussd.sessions import Awaited, Busy, Held, Kept, SessionStore, StoreGone
from workers import moments
from workers.dials.orders import new_dial_id
from workers.dials.pushes import PushedScreen

SPARE_S = 0.3
"""What is left of a gateway's time for the way back."""
_PUSH_WITHIN_S = 1.0
_NOTHING = ScreenReply("", ends=True)

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Times:
    """How long things take, in seconds."""

    answer_within_s: float = 4.0
    look_within_s: float = 2.5
    repeat_s: float = 3.0


class MenuDesk:
    """One process's desk."""

    def __init__(
        self,
        shelf: MenuShelf,
        store: SessionStore,
        lookups: Lookups,
        orders: Orders,
        funnel: FunnelCounter,
        times: Times,
        *,
        clock: Callable[[], float],
    ) -> None:
        """`clock` is the journal's, seconds since the epoch."""
        self._shelf = shelf
        self._store = store
        self._lookups = lookups
        self._orders = orders
        self._funnel = funnel
        self._times = times
        self._clock = clock
        self._effects = Effects(lookups, orders, look_within_s=times.look_within_s, clock=clock)
        self._afterwards = Afterwards(store, orders)
        self._own = OwnDials()

    async def answer(self, request: DialRequest) -> ScreenReply:
        """Return the next screen; never raises, and of an ABORT or TIMEOUT the reply says nothing and ends."""
        begun = time.perf_counter()
        reply = await self._answer(request)
        if request.kind not in (Kind.ABORT, Kind.TIMEOUT):
            moments.screen(request.gateway, time.perf_counter() - begun, ends=reply.ends)
        return reply

    async def _answer(self, request: DialRequest) -> ScreenReply:
        until = asyncio.get_running_loop().time() + max(self._times.answer_within_s - SPARE_S, SPARE_S)
        try:
            named = await self._named(request)
            if named is None:
                over = request.kind in (Kind.ABORT, Kind.TIMEOUT)
                return _NOTHING if over else await self.sorry(request)
            if shown := await self._at_once(named):
                return shown
            async with self._store.held(named.number, within_s=self._times.answer_within_s) as held:
                return await self._answered(named, held, until)
        except Busy:
            # What the other request has done is its own to tell: that nothing was charged may not be true.
            log.warning("dial_busy", gateway=request.gateway)
            return await self._end(request, "over")
        except StoreGone as error:
            log.error("sessions_gone", error=str(error))
        except Exception as error:
            # Whatever it is, he reads a sentence; its own words might be his.
            log.error("dial_failed", gateway=request.gateway, error=type(error).__name__)
        return await self.sorry(request)

    async def push(self, request: DialRequest, pushed: PushedScreen) -> ScreenReply | None:
        """Return the screen that asks, and remember the dial; None where none can be begun now."""
        try:
            async with self._store.held(request.number, within_s=_PUSH_WITHIN_S) as held:
                return await self._pushed(request, pushed, held)
        except (Busy, StoreGone):
            return None

    async def dropped(self, request: DialRequest) -> None:
        """The screen was not shown: the dial is over."""
        await self.answer(replace(request, kind=Kind.ABORT))

    async def close(self) -> None:
        """Do what is still to be done for screens that were shown."""
        await self._afterwards.done()

    async def sorry(self, request: DialRequest) -> ScreenReply:
        """The polite end, in his language as far as that is known."""
        return await self._end(request, "sorry")

    async def _end(self, request: DialRequest, word: str) -> ScreenReply:
        try:
            caller = await self._lookups.caller(request.number, request.service_code, request.gateway)
            menu = self._shelf.current().dialled(request.service_code)
            return last(menu, caller, word, request.screen_chars)
        except Exception as error:
            log.error("dial_no_words", error=type(error).__name__)
            return _NOTHING

    async def _named(self, request: DialRequest) -> DialRequest | None:
        """The request with its number, where the gateway tells that at the begin alone; None where nobody knows it."""
        if request.number:
            if request.named_once and request.kind is Kind.BEGIN:
                await self._store.name(request.gateway, request.gateway_session, request.number)
            return request
        number = await self._store.whose(request.gateway, request.gateway_session)
        return replace(request, number=number) if number else None

    async def _at_once(self, request: DialRequest) -> ScreenReply | None:
        """The next screen where this desk knows how the dial stands, and has but to show one; else None.

        Whatever is looked up or confirmed is done under the dial's lock, by what Redis has (promises 2 and 3).
        """
        own, now = self._own.of(request.number), self._clock()
        if own is None or following(own.kept, request, now, self._times.repeat_s) is not Following.GOES_ON:
            return None
        menu, before = self._shelf.of(own.session)
        session, effect = engine.reply(menu, before, request.text)
        if not isinstance(effect, Show):
            return None
        kept = self._showing(self._further(own.kept, request, before, session, effect), session, effect)
        written = await self._store.swap(request.number, own.written, kept, self._awaited(session, kept))
        if written is None:
            self._own.forget(request.number)
            return None
        self._own.leave(Left(kept, written, session))
        self._funnel.pressed(before, session, now - own.kept.entered_at, ends=effect.ends)
        return ScreenReply(effect.text, effect.ends)

    async def _answered(self, request: DialRequest, held: Held, until: float) -> ScreenReply:
        kept = held.kept
        what = following(kept, request, self._clock(), self._times.repeat_s)
        match what:
            case Following.NOTHING:
                return _NOTHING
            case Following.DROPS if kept:
                await self._drop(kept, held)
                return _NOTHING
            case Following.REPEATS if kept:
                return ScreenReply(kept.text, kept.ends)
            case Following.SKIPS if kept:
                steps = len(request.all_inputs or ()) - kept.before
                kept = kept._replace(step=steps, request_id=request.request_id, input=request.text)
                await held.put(kept, self._awaited(Session.from_json(kept.session), kept))
                return ScreenReply(kept.text, kept.ends)
            case Following.OVER if kept:
                menu, session = self._shelf.of(Session.from_json(kept.session))
                return last(menu, caller_of(session), "over", request.screen_chars)
            case Following.GOES_ON if kept:
                return await self._on(request, kept, held, until)
            case _:
                return await self._begun(request, kept if what is Following.RESUMES else None, held, until)

    async def _begun(self, request: DialRequest, before: Kept | None, held: Held, until: float) -> ScreenReply:
        caller = await self._lookups.caller(request.number, request.service_code, request.gateway)
        typed = request.text if request.kind is Kind.BEGIN else "*".join(request.all_inputs or ())
        step: Step
        if before:
            menu, session = self._shelf.of(Session.from_json(before.session))
            if not before.dropped:
                self._funnel.dropped(session, self._clock() - before.entered_at)
            newest = self._shelf.current().dialled(request.service_code)
            step = engine.resumed(menu, session, caller, newest=newest, typed=typed, screen_chars=request.screen_chars)
            menu, _ = self._shelf.of(step[0])
        else:
            menu = self._shelf.current().dialled(request.service_code)
            step = engine.begin(menu, caller, typed=typed, screen_chars=request.screen_chars)
        now = self._clock()
        kept = Kept(
            new_dial_id(now),
            request.gateway,
            request.gateway_session,
            "",
            before=len(request.all_inputs or ()),
            request_id=request.request_id,
            input=request.text,
        )
        where = Where(caller, menu, kept.dial, 0, held, until)
        shown = await self._effects.done(step, where)
        self._funnel.entered(shown.session)
        instead_of = before.dial if before else ""
        return await self._kept(kept._replace(entered_at=now), shown, held, until, instead_of)

    async def _pushed(self, request: DialRequest, pushed: PushedScreen, held: Held) -> ScreenReply | None:
        if held.kept and not (held.kept.ends or held.kept.dropped):
            return None  # he is in a dial, and would lose it
        until = asyncio.get_running_loop().time() + max(self._times.answer_within_s - SPARE_S, SPARE_S)
        caller = Caller(request.number, pushed.language, request.service_code, request.gateway)
        menu = self._shelf.current().dialled(request.service_code)
        step = engine.begin(
            menu, caller, screen=pushed.screen, variables=pushed.variables, screen_chars=request.screen_chars
        )
        now = self._clock()
        kept = Kept(new_dial_id(now), request.gateway, request.gateway_session, "")
        shown = await self._effects.done(step, Where(caller, menu, kept.dial, 0, held, until))
        self._funnel.entered(shown.session)
        return await self._kept(kept._replace(entered_at=now), shown, held, until)

    async def _on(self, request: DialRequest, kept: Kept, held: Held, until: float) -> ScreenReply:
        menu, session = self._shelf.of(Session.from_json(kept.session))
        where = Where(caller_of(session), menu, kept.dial, kept.step + 1, held, until)
        shown = await self._effects.done(engine.reply(menu, session, request.text), where)
        self._funnel.pressed(session, shown.session, self._clock() - kept.entered_at, ends=shown.show.ends)
        kept = self._further(kept, request, session, shown.session, shown.show)
        return await self._kept(kept, shown, held, until)

    def _further(self, kept: Kept, request: DialRequest, before: Session, after: Session, show: Show) -> Kept:
        """A dial that a key has led on."""
        entered_at = kept.entered_at if stays(before, after, ends=show.ends) else self._clock()
        return kept._replace(
            step=kept.step + 1, request_id=request.request_id, input=request.text, entered_at=entered_at
        )

    def _showing(self, kept: Kept, session: Session, show: Show) -> Kept:
        """A dial with what is shown."""
        if session.fault:
            log.error("menu_fault", menu=session.menu, fault=session.fault)
        return kept._replace(session=session.to_json(), text=show.text, ends=show.ends, shown_at=self._clock())

    async def _kept(self, kept: Kept, shown: Shown, held: Held, until: float, instead_of: str = "") -> ScreenReply:
        """Remember what is shown, and show it."""
        text, ends = shown.show.text, shown.show.ends
        kept = self._showing(kept, shown.session, shown.show)
        mine = True
        try:
            written = await held.put(kept, self._awaited(shown.session, kept), instead_of=instead_of)
            if written is None:
                mine = False
            else:
                self._own.leave(Left(kept, written, shown.session))
        except StoreGone as error:
            if not (ends or shown.placed):
                raise
            log.warning("sessions_gone", error=str(error))
            if shown.placed and not ends:  # its further pages are out of reach, and all of it goes by text
                menu, session = self._shelf.of(shown.session)
                word = "in_doubt" if shown.placed.in_doubt else "accepted"
                return last(menu, caller_of(session), word, session.screen_chars)
            # nothing is to follow: what was done is told all the same
        if shown.placed and mine and asyncio.get_running_loop().time() < until + SPARE_S:
            return self._afterwards.telling(text, shown.placed, kept.dial, shown.session.number, ends=ends)
        return ScreenReply(text, ends)

    async def _drop(self, kept: Kept, held: Held) -> None:
        if await held.put(kept._replace(dropped=True)) and not kept.ends:
            self._funnel.dropped(Session.from_json(kept.session), self._clock() - kept.entered_at)

    def _awaited(self, session: Session, kept: Kept) -> Awaited | None:
        """The screen that a key is awaited on, for as long as the dial is kept; None after the last one."""
        if kept.ends:
            return None
        until = self._clock() + self._store.lives_ms / 1000
        return Awaited(version_of(session), session.screen, kept.entered_at, until)
