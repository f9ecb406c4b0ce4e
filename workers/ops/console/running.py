"""Replays that this console carries out; one that is cut short stays in the journal, to be gone on with."""

from __future__ import annotations

import threading
from collections.abc import Callable

from workers.app import make_app, make_bell
from workers.journal import Database, Queue
from workers.ops.console.background import Background
from workers.ops.replaying import Replaying
from workers.settings import Settings


class Replays:
    """Begun by `go_on`, in the background."""

    def __init__(self, settings: Settings, database: Database, background: Background) -> None:
        self._settings = settings
        self._background = background
        self.replaying = Replaying(database, act_within_s=settings.consent.act_within_s, ring=self._ring)
        self._bell = threading.Lock()

    def go_on(self, run_id: int) -> None:
        """Do what is left of a run; does nothing where that is being done."""

        def work(stopping: Callable[[], bool]) -> None:
            self.replaying.go_on(run_id, stopping=stopping)

        self._background.begin(_name(run_id), work)

    def is_running(self, run_id: int) -> bool:
        """Whether this console carries it out now."""
        return self._background.is_running(_name(run_id))

    def _ring(self) -> None:
        """A bell that isn't heard costs one sweep."""
        with self._bell:
            bell = make_bell(self._settings, make_app(self._settings))
            bell.ring(Queue.BULK)
            bell.wake_senders()
            bell.close()


def _name(run_id: int) -> str:
    return f"replay {run_id}"
