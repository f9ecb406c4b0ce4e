"""`tonegate sent`: an SMSC is asked about an answer that it has, and its result is told and kept."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest

from tests.front_door.hosts import PATIENCE_S, Host, until

_numbers = count(8613800000500)


def faults(host: Host, **given: object) -> None:
    address = f"http://127.0.0.1:{host.page}/api/faults"
    body, kind = json.dumps(given).encode(), {"Content-Type": "application/json"}
    urllib.request.urlopen(urllib.request.Request(address, body, kind, method="PUT"), timeout=PATIENCE_S).close()


@pytest.fixture(scope="module")
def slow(running: Host) -> Iterator[Host]:
    """The host, with an SMSC that keeps answers for a while."""
    faults(running, delay_s=600)
    yield running
    faults(running)


@pytest.fixture
def message(slow: Host) -> str:
    """A message whose answer is with the SMSC."""
    number = str(next(_numbers))
    slow.say("LIST", number)
    found = until(lambda: json.loads(slow.run("messages", "--number", number, "--json").stdout), slow.said)
    identity = str(found[0]["id"])
    until(lambda: answers(slow, identity) == ["sent"], slow.said)
    return identity


def life(host: Host, identity: str) -> dict[str, Any]:
    return json.loads(host.run("show", identity, "--json", "--reveal").stdout)


def answers(host: Host, identity: str) -> list[str]:
    return [answer["state"] for answer in life(host, identity)["answers"]]


def asked(host: Host, *words: str) -> tuple[int, list[str]]:
    """The exit code and the results."""
    waits = () if "--wait-s" in words else ("--wait-s", str(PATIENCE_S / 2))
    done = host.run("sent", *words, *waits, "--json")
    assert done.stdout, done.stderr
    return done.returncode, [order["result"] for order in json.loads(done.stdout)["orders"]]


def test_an_answer_is_queried_replaced_and_cancelled(slow: Host, message: str) -> None:
    assert (0, ["en route"]) == asked(slow, "query", message)
    assert (0, ["replaced"]) == asked(slow, "replace", f"{message}/1", "--text", "Please call us.")
    assert ["sent"] == answers(slow, message)
    assert (0, ["cancelled"]) == asked(slow, "cancel", message, "--reason", "a wrong price")
    assert ["undelivered"] == answers(slow, message)
    assert (1, ["the SMSC refused: ESME_RCANCELFAIL"]) == asked(slow, "cancel", message)
    told = life(slow, message)["history"]
    assert ["query_asked", "query", "replace_asked", "replace", "cancel_asked", "cancel"] == [
        event["event"] for event in told
    ][:6]
    assert "a wrong price" == told[4]["detail"]["reason"]
    assert "call us" not in json.dumps(told)


def test_the_table_shows_the_smscs_id_and_what_it_says(slow: Host, message: str) -> None:
    shown = slow.run("sent", "query", message, "--wait-s", str(PATIENCE_S / 2))
    assert 0 == shown.returncode, shown.stderr
    answer = life(slow, message)["answers"][0]
    assert any(
        {"1", "main", answer["message_id"]} <= set(line.split()) and line.rstrip().endswith("en route")
        for line in shown.stdout.splitlines()
    ), shown.stdout


@pytest.mark.parametrize(
    ("which", "told"),
    [
        ("999999", "error: no message 999999; find it with `tonegate messages`\n"),
        ("{message}/7", "error: message {message} has no answer 7; there are: 1\n"),
    ],
)
def test_what_is_not_there_is_told_with_1(slow: Host, message: str, which: str, told: str) -> None:
    shown = slow.run("sent", "query", which.format(message=message))
    assert (1, "", told.format(message=message)) == (shown.returncode, shown.stdout, shown.stderr)


def test_while_the_bind_is_off_nobody_takes_the_order_and_it_is_withdrawn(slow: Host, message: str) -> None:
    assert 0 == slow.run("binds", "stop", "main").returncode
    try:
        result = asked(slow, "cancel", message, "--wait-s", "1.5")
        assert (1, ["no listener that has this bind bound took it in time"]) == result
    finally:
        assert 0 == slow.run("binds", "start", "main").returncode
    assert ["sent"] == answers(slow, message)
