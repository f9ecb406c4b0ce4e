"""What machines over a whole worker share: a fresh journal each, work and sweeps in any order, one answer to each text.

TONEGATE_EXAMPLES sets how many sequences each tries.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Collection
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from core_client import NothingSentError
from tests.workers.kit.counter import Counter, MortalCore
from tests.workers.kit.small_core import Fault, Lost
from workers.journal import migrate
from workers.journal.gift_deadlines import CHANNEL as OUR_OWN

FAULTS: dict[str, Fault] = {
    "away": NothingSentError("refused"),
    "busy": "100002",
    "no balance": "310001",
    "done and lost": Lost(),
    "not done and lost": Lost(done=False),
}
"""How a call goes wrong, by what a reader of a failing sequence calls it."""

_NOTICES = r"longer than usual|[Nn]ot sure|Not done yet"
"""Told while a message is worked on: no answer yet."""


class Journals:
    """Migrated once, copied for each sequence."""

    def __init__(self, of: str) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix=f"tonegate-{of}-"))
        self._made = 0

    def fresh(self) -> str:
        """The address of a journal that nothing is in."""
        template = self._folder / "template.db"
        if not template.exists():
            migrate(f"sqlite:///{template}")
        self._made += 1
        shutil.copyfile(template, self._folder / f"{self._made}.db")
        return f"sqlite:///{self._folder / f'{self._made}.db'}"

    def remove(self) -> None:
        """Every journal that was made."""
        shutil.rmtree(self._folder, ignore_errors=True)


class WorkerMachine(RuleBasedStateMachine):
    """One worker; a machine gives it its core, its journal and its subscribers, and says what must hold at the end."""

    core: MortalCore
    counter: Counter

    @property
    def is_open(self) -> bool:
        """Whether there is a worker yet."""
        return hasattr(self, "counter")

    def teardown(self) -> None:
        if not self.is_open:
            return
        try:
            self.core.faults.clear()
            self.core.dies = ""
            self.counter.settle()
            self.everything_ends()
        finally:
            self.counter.close()

    @rule()
    def work(self) -> None:
        self.counter.step()

    @rule()
    def sweep(self) -> None:
        self.counter.sweep()

    def everything_ends(self) -> None:
        """What must hold once all is worked on and nothing goes wrong any more."""
        raise NotImplementedError

    def one_answer_each(self, besides: str, replayed: Collection[str] = ()) -> None:
        """Promise 4: each text is answered, and once; texts that match `besides` answer something else.

        What operations had done again was told once as given up, and once as what came of it then.
        """
        other = re.compile(f"{besides}|{_NOTICES}")
        told: dict[Any, list[str]] = {}
        for answer in self.counter.answers():
            told.setdefault((answer["inbox_id"], answer["destination"]), []).append(answer["text"])
        for row in self.counter.messages():
            if row["channel"] == OUR_OWN:
                continue  # nobody sent it: it is our own reminder to ask
            heard = told.get((row["id"], row["number"]), [])
            assert heard, row
            ends = [text for text in heard if not other.search(text)]
            assert len(ends) <= 1 + (row["transaction_id"] in replayed), (row, heard)


class ReplayedMachine(WorkerMachine):
    """With hours that pass, and operations who have what is unknown or dead done again."""

    replayed: set[str]
    """Transaction ids of what was."""

    @rule(seconds=st.sampled_from([1.0, 20.0, 1800.0, 3601.0, 90_000.0]))
    def time(self, seconds: float) -> None:
        self.counter.clock.turn(seconds)

    @rule(pick=st.integers(0, 9))
    @precondition(lambda self: any(row["state"] in ("unknown", "dead") for row in self.counter.messages()))
    def replay(self, pick: int) -> None:
        parked = [row for row in self.counter.messages() if row["state"] in ("unknown", "dead")]
        self.replayed.add(parked[pick % len(parked)]["transaction_id"])
        self.counter.replay(parked[pick % len(parked)]["transaction_id"])


def tried(examples: int) -> settings:
    """So many sequences of 25 steps, or as many as TONEGATE_EXAMPLES says."""
    return settings(
        max_examples=int(os.environ.get("TONEGATE_EXAMPLES", str(examples))),
        stateful_step_count=25,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
