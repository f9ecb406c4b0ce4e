"""The binds of one process, each a task of its own, brought to what the settings and operations want of them.

What is wanted may change at any moment and a bind takes seconds to drain, so nothing here is done in answer to a
change: whenever something has happened, what runs is held against what is wanted and the difference is begun.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import structlog

from channels.smpp.bind import Bind
from channels.smpp.claims import Standing, claims_of
from channels.smpp.clock import Clock
from channels.smpp.state import BindState, OnState
from channels.smpp.wanted import Wanted, where
from workers.settings import BindSettings

Make = Callable[[BindSettings, Callable[[], Sequence[str]], OnState], Bind]
"""A bind by its settings, whose answers it may send, and where it tells how it is."""


@dataclass(frozen=True, slots=True, eq=False)
class _Running:
    """One bind at work, until its task has ended."""

    bind: Bind
    settings: BindSettings
    stop: asyncio.Event
    task: asyncio.Task[None]


class Roster:
    """`wanted` may be replaced at any time; `begin` acts on it; `changed` is set when a bind has ended."""

    def __init__(self, binds: Sequence[BindSettings], make: Make, on_state: OnState, clock: Clock) -> None:
        self.wanted = Wanted(tuple(binds))
        self.changed = asyncio.Event()
        self._make = make
        self._on_state = on_state
        self._clock = clock
        self._log = structlog.get_logger(__name__)
        self._began = clock.time()
        self._running: dict[str, _Running] = {}
        self._standings: dict[str, Standing] = {}
        self._ended: dict[str, BindState] = {}
        self._fallen: set[str] = set()

    # what they do

    def begin(self) -> None:
        """Begin what is wanted and isn't so; returns at once, what takes time goes on by itself."""
        self._take_out_ended()
        todo = self.wanted.todo({name: (one.settings, one.stop.is_set()) for name, one in self._running.items()})
        for name in todo.stop:
            off = self.wanted.off(name)
            self._log.info("told to stop", bind=name, by=off.author if off else "settings", why=off and off.reason)
            self._running[name].stop.set()
        for settings in todo.start:
            if settings.name not in self._fallen:
                self._start(settings)

    def read_files_anew(self) -> None:
        """Have the binds read the files that their settings name: those may have changed where the settings didn't."""
        for name, one in self._running.items():
            try:
                one.bind.read_files_anew()
            except Exception as error:  # it was all right a moment ago, when the settings were looked at
                self._log.warning("a file can't be read anew, and what it said still holds", bind=name, why=str(error))

    def forgive(self) -> None:
        """Let what fell be started again; called once a second, so that nothing spins."""
        self._fallen.clear()

    async def drain(self) -> None:
        """Stop all binds and return when they have ended."""
        tasks = [one.task for one in self._running.values()]
        for one in self._running.values():
            one.stop.set()
        try:
            if tasks:
                await asyncio.wait(tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def bound(self) -> dict[str, tuple[BindSettings, Bind]]:
        """The binds that are bound and are to stay so, by name."""
        return {
            name: (one.settings, one.bind)
            for name, one in self._running.items()
            if self._standing(name).bound and not one.stop.is_set()
        }

    # how they are

    def tell(self) -> None:
        """Tell how every bind is that is set, or still drains."""
        for one in self._running.values():
            self._on_state(self._dressed(one.bind.state, one.settings))
        for settings in self.wanted.binds:
            if settings.name not in self._running:
                self._on_state(self._dressed(self._at_rest(settings), settings))

    def claims(self, name: str) -> tuple[str, ...]:
        """Whose answers this bind may send now."""
        names = {one.name for one in self.wanted.binds} | {name}
        return claims_of(name, self.wanted.binds, {one: self._standing(one) for one in names}, self._clock.monotonic())

    def _standing(self, name: str) -> Standing:
        """A bind that is new counts as down from now on, so that it has its time before others stand in for it."""
        standing = self._standings.setdefault(name, Standing(False, self._clock.monotonic()))
        one = self._running.get(name)
        return replace(standing, paused_since=one.bind.paused_since) if one else standing

    def _start(self, settings: BindSettings) -> None:
        name = settings.name

        def tell(state: BindState) -> None:
            bound = state.status == "bound"
            if self._standing(name).bound != bound:
                self._standings[name] = Standing(bound, self._clock.monotonic())
            self._on_state(self._dressed(state, settings))

        try:
            bind = self._make(settings, lambda: self.claims(name), tell)
        except Exception as error:  # a file that the settings name, for instance
            self._fall(replace(self._at_rest(settings), last_error=str(error)))
            return
        stop = asyncio.Event()
        task = asyncio.create_task(bind.run(stop), name=f"bind {name}")
        task.add_done_callback(lambda _: self.changed.set())
        self._running[name] = _Running(bind, settings, stop, task)

    def _take_out_ended(self) -> None:
        for name, one in list(self._running.items()):
            if not one.task.done():
                continue
            state = self._counted_on(one.bind.state)
            del self._running[name]
            error = None if one.task.cancelled() else one.task.exception()
            if error is None and one.stop.is_set():
                self._ended[name] = state
            else:
                self._standings[name] = Standing(False, self._clock.monotonic())
                self._fall(replace(state, last_error=f"a fault of ours: {type(error).__name__}"))

    def _fall(self, state: BindState) -> None:
        """One bind has come to grief by our own fault: the others go on, and it is tried again in a second."""
        self._fallen.add(state.name)
        if state.name not in self._ended or self._ended[state.name].last_error != state.last_error:
            self._log.error("a bind fell", bind=state.name, why=state.last_error)
        self._ended[state.name] = state

    def _at_rest(self, settings: BindSettings) -> BindState:
        """The state of a bind that isn't at work; it has a window and counts nothing."""
        ended = self._ended.get(settings.name)
        return BindState(
            name=settings.name,
            mode=settings.mode,
            status="switched off" if self.wanted.off(settings.name) else "waiting",
            since=ended.since if ended else self._began,
            at=self._clock.time(),
            window_used=0,
            window=settings.window,
            received=0,
            sent=0,
            last_error=ended.last_error if ended else "",
        )

    def _dressed(self, state: BindState, settings: BindSettings) -> BindState:
        """A bind's own state, with what only the roster knows of it."""
        one, paused_since = self._running.get(state.name), self._standing(state.name).paused_since
        known = replace(
            self._counted_on(state),
            smsc=where(settings),
            claims=self.claims(state.name),
            paused_s=0.0 if paused_since is None else self._clock.monotonic() - paused_since,
        )
        return self.wanted.told(known, (one.settings, one.stop.is_set()) if one else None)

    def _counted_on(self, state: BindState) -> BindState:
        """With what was counted before the bind was last made anew: the counts are the process's."""
        before = self._ended.get(state.name)
        if before is None:
            return state
        return replace(state, received=state.received + before.received, sent=state.sent + before.sent)
