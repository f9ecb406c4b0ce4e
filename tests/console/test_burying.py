"""Burying by a browser: the workers of what may go on hear of it at once, as they do of `tonegate bury`."""

from __future__ import annotations

import pytest

from tests.console.conftest import SettingsOf
from tests.console.kit.console import serving
from tests.console.kit.journal import FRIEND, filled
from tests.journal.kit.messages import accept, message
from workers.journal import Journal, Queue


class Bell:
    """Notes whom it is rung for, and whether senders were woken."""

    def __init__(self) -> None:
        self.rung: list[Queue] = []
        self.senders = False
        self.closed = False

    def ring(self, *queues: Queue) -> None:
        self.rung += queues

    def wake_senders(self) -> None:
        self.senders = True

    def close(self) -> None:
        self.closed = True


async def test_whoever_waits_for_what_is_due_is_rung_for(
    settings_of: SettingsOf, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, dead, *_ = await filled(sqlite_url)
    with Journal(sqlite_url, dedupe_s=0) as journal:
        await accept(journal, message("LIST", FRIEND, queue=Queue.INTERACTIVE))
    bell = Bell()
    monkeypatch.setattr("workers.ops.console.running.make_bell", lambda *_: bell)
    async with serving(settings_of()) as served:
        browser = await served.logged_in("otto")
        status, _ = await browser.post("/parked/bury", {"id": str(dead), "reason": "told by phone"})
    assert 303 == status
    assert ([Queue.INTERACTIVE], True, True) == (bell.rung, bell.senders, bell.closed)
