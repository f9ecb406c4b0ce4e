"""`queues`: what waits, and how fast messages come and go, for people and for scripts."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.journal.kit.messages import NUMBER, OTHER, accept, claim, message
from workers.journal import Answer, Ending, InboxState, Journal, OutboxState
from workers.journal.outbox import Sent
from workers.ops import queues
from workers.settings import Settings

RATES = {"received_per_s": 0.02, "answered_per_s": 0.02}
"""Of one message within a minute."""


def told(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return list(json.loads(capsys.readouterr().out))


async def answered(journal: Journal, number: str = NUMBER) -> None:
    """A message that is done, its answer sent."""
    await accept(journal, message(number=number))
    (row,) = await claim(journal)
    await journal.finish(Ending(row, InboxState.DONE, "done", answers=(Answer(number, "yours"),)))
    (text,) = await journal.claim_answers(["smsc"], 1, 60.0)
    await journal.tried(Sent(text.id, journal.owner, OutboxState.SENT, message_id="1"))


async def test_a_script_hears_how_fast_a_queue_is_that_keeps_up(
    journal: Journal, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    await answered(journal)
    queues.show_rates(settings, json=True)
    assert [{"channel": "sms", "queue": "orders", **RATES}] == told(capsys)
    queues.show_rates(settings, json=False)
    title, *_, row = [line.strip() for line in capsys.readouterr().out.splitlines() if line.strip()]
    assert ("over the last minute", ["sms", "orders", "0.02", "0.02"]) == (title, row.split())


async def test_where_nothing_waits_a_script_has_no_row_however_much_came(
    journal: Journal, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever waits for queues to be empty must not wait a minute longer for their rates."""
    await answered(journal)
    queues.show(settings, json=True)
    assert [] == told(capsys)
    await accept(journal, message(number=OTHER))
    queues.show(settings, json=True)
    (row,) = told(capsys)
    assert {"box": "inbox", "name": "orders", "state": "received", "count": 1}.items() <= row.items()
    assert (0.03, 0.02) == (row["received_per_s"], row["answered_per_s"])


def test_where_nothing_came_there_is_no_rate(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    queues.show_rates(settings, json=True)
    assert [] == told(capsys)
    queues.show_rates(settings, json=False)
    assert "nothing came and nothing was answered over the last minute\n" == capsys.readouterr().out
