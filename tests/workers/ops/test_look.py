"""What operations see of one message: its answers with their parts, and what is missing of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from tests.journal.kit.answers import PLAN, answered, in_parts, sent, take
from tests.journal.kit.messages import NUMBER, accept, message, rows
from workers.journal import Filter, Journal
from workers.journal.receipts import Receipt
from workers.ops.look import messages, show


@pytest.fixture
def journal(sqlite_url: str) -> Iterator[Journal]:
    with Journal(sqlite_url) as journal:
        yield journal


@pytest.fixture
def settings(sqlite_url: str) -> Any:
    return SimpleNamespace(journal=SimpleNamespace(url=sqlite_url))


async def test_an_answers_parts_are_shown_with_state_id_and_error(
    journal: Journal, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    await in_parts(journal, "8613800138009", "0A1C")
    await journal.receive(Receipt("smsc", "a1c", "undelivered", "3:27"))
    transaction_id = rows(journal)[0]["transaction_id"]
    assert show(settings, transaction_id, json=True, reveal=False)
    (answer,) = json.loads(capsys.readouterr().out)["answers"]
    assert [(1, "sent", "8613800138009", ""), (2, "undelivered", "0A1C", "3:27")] == [
        (part["part"], part["state"], part["message_id"], part["error"]) for part in answer["parts"]
    ]
    assert ("undelivered", PLAN) == (answer["state"], answer["plan"])
    assert show(settings, transaction_id, json=False, reveal=False)
    said = capsys.readouterr().out
    (line,) = [line.split() for line in said.splitlines() if "undelivered" in line and line.split()[:2] == ["1", "2"]]
    assert ("undelivered", ["0A1C", "3:27"]) == (line[2], line[-2:])
    assert NUMBER not in said


async def test_an_answer_in_one_is_shown_without_a_table_of_parts(
    journal: Journal, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    await answered(journal, "done")
    await sent(journal, (await take(journal))[0], "0A1B")
    assert show(settings, str(rows(journal)[0]["id"]), json=False, reveal=False)
    said = capsys.readouterr().out
    assert "0A1B" in said
    assert "part" not in said


async def test_a_message_says_what_is_missing_of_it(
    journal: Journal, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    await accept(journal, message(incomplete="2 of 3"))
    messages(settings, Filter(), limit=5, cursor="", json=False, reveal=False)
    assert "2 of 3" in capsys.readouterr().out
    assert show(settings, str(rows(journal)[0]["id"]), json=False, reveal=False)
    assert "2 of 3" in capsys.readouterr().out
