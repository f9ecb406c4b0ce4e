"""`queues`: what waits, and how fast messages come and go, for people and for scripts."""

from __future__ import annotations

import asyncio
import json
import re
from typing import Any

import pytest

from tests.journal.kit.answers import answered as queued
from tests.journal.kit.messages import NUMBER, OTHER, accept, claim, message
from workers.journal import Answer, Ending, InboxState, Journal, OutboxState
from workers.journal.outbox import Sent
from workers.ops import queues
from workers.ops.bind_states import State
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


STRAY = (
    "1 answer waits over the bind gone, for 0s: no settings here name it, and no listener tells of it. If it is another"
    " host's, start its listener; if it is gone for good, `tonegate binds move gone NEW` lets another send them, and"
    " what waits behind them."
)


def ageless(said: str) -> str:
    """In one line, and as if no time had passed."""
    return re.sub(r", for \w+:", ", for 0s:", " ".join(said.split()))


@pytest.mark.parametrize(
    ("told", "listeners"),
    [
        (STRAY, []),
        ("", None),  # where that can't be seen
        ("", [{"name": "gone", "host": "another", "status": "waiting"}]),
    ],
)
async def test_what_waits_over_a_bind_that_nobody_has_is_told_with_what_to_do(
    told: str,
    listeners: list[State] | None,
    journal: Journal,
    settings: Settings,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def states(_: Settings) -> list[State] | None:
        return listeners

    monkeypatch.setattr("workers.ops.strays.states_told", states)
    await queued(journal, "1", bind="gone")
    await asyncio.to_thread(queues.show, settings, json=True)
    out, err = capsys.readouterr()
    assert (["gone"], told) == ([row["name"] for row in json.loads(out)], ageless(err))
    await asyncio.to_thread(queues.show, settings, json=False)
    out, _ = capsys.readouterr()
    assert bool(told) is (STRAY in ageless(out))


async def test_no_listener_is_asked_where_the_settings_name_every_bind(
    journal: Journal, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    """Redis may hang: who looks every two seconds is not to wait for it."""
    await queued(journal, "1", bind="main")
    queues.show(settings, json=True)  # beside a loop that runs, asking would fail
    assert ["main"] == [row["name"] for row in told(capsys)]


def test_where_nothing_came_there_is_no_rate(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    queues.show_rates(settings, json=True)
    assert [] == told(capsys)
    queues.show_rates(settings, json=False)
    assert "nothing came and nothing was answered over the last minute\n" == capsys.readouterr().out
