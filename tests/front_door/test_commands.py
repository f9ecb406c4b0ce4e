"""The commands that look and mend, on a host that is up."""

from __future__ import annotations

import json
from typing import Any

import pytest
import redis

from tests.front_door.hosts import CODE, Host, until

NUMBER = "8613800000042"


@pytest.fixture(scope="module")
def ordered(running: Host) -> dict[str, Any]:
    """A finished order, as `messages` shows it."""
    running.answered(CODE, NUMBER)
    return until(lambda: found(running, "--state", "done"), 5, running.said)[0]


def found(host: Host, *words: str) -> list[dict[str, Any]]:
    shown = host.run("messages", "--number", NUMBER, "--json", *words)
    assert shown.returncode == 0, shown.stderr
    return json.loads(shown.stdout)


def test_check_finds_a_host_that_is_up_well(running: Host) -> None:
    looked = running.run("check")
    assert looked.returncode == 0, looked.stdout
    assert [line.split(":")[0] for line in looked.stdout.splitlines()] == [
        "ok    settings",
        "ok    templates",
        "ok    journal",
        "ok    redis",
        "ok    core",
        "ok    bind main",
    ]


def test_check_says_when_the_core_refuses_the_account(running: Host) -> None:
    looked = running.run("check", TONEGATE_CORE__PASSWORD="wrong")
    assert looked.returncode == 1
    assert "WRONG core: the core refuses account tonegate" in looked.stdout
    assert "mend: check core.account and core.password" in looked.stdout
    assert "wrong" not in looked.stdout.replace("WRONG", "")


def test_check_says_that_a_bind_is_bound(running: Host) -> None:
    assert f"ok    bind main: 127.0.0.1:{running.smsc} is bound\n" in running.run("check").stdout


def test_check_as_json_has_a_line_each(running: Host) -> None:
    looked = json.loads(running.run("check", "--json").stdout)
    assert looked["well"] is True
    assert {line["what"] for line in looked["lines"]} >= {"journal", "redis", "core", "bind main"}


def test_messages_are_found_and_veiled(running: Host, ordered: dict[str, Any]) -> None:
    assert ordered["number"] == "86138*****042"
    assert CODE not in json.dumps(ordered["text"])
    assert found(running, "--reveal")[0]["number"] == NUMBER
    assert found(running, "--code", CODE, "--since", "1h") == [ordered]
    assert found(running, "--until", "1h") == []
    assert "86138*****042" in running.run("messages", "--number", NUMBER).stdout


def test_show_tells_one_messages_life_by_either_identity(running: Host, ordered: dict[str, Any]) -> None:
    life = json.loads(running.run("show", str(ordered["id"]), "--json", "--reveal").stdout)
    assert life["message"]["text"] == CODE
    assert life["answers"][0]["destination"] == NUMBER
    assert life == json.loads(running.run("show", ordered["transaction_id"], "--json", "--reveal").stdout)
    assert NUMBER not in running.run("show", str(ordered["id"])).stdout


def test_what_does_not_exist_is_told_with_1(running: Host) -> None:
    shown = running.run("show", "999999")
    assert (shown.returncode, shown.stdout) == (1, "")
    assert shown.stderr == "error: no message 999999; find it with `tonegate messages`\n"
    assert running.run("replay", "999999").returncode == 1


def test_a_dry_run_of_replay_changes_nothing(running: Host, ordered: dict[str, Any]) -> None:
    planned = running.run("replay", str(ordered["id"]), "--dry-run", "--json")
    assert planned.returncode == 0, planned.stderr
    assert json.loads(planned.stdout)["messages"][0]["deed"] == "answer"
    assert json.loads(running.run("show", str(ordered["id"]), "--json").stdout)["history"] == []


def test_a_replay_of_what_is_done_sends_its_answer_again_and_orders_nothing(running: Host) -> None:
    number = "8613800000043"
    running.answered(CODE, number)
    message = json.loads(running.run("messages", "--number", number, "--json").stdout)[0]
    until(lambda: len(running._bubbles(number)) == 2, 5, running.said)
    replayed = running.run("replay", message["transaction_id"], "--reason", "asked for")
    assert replayed.returncode == 0, replayed.stderr
    bubbles = until(lambda: running._bubbles(number)[2:], 10, running.said)
    assert bubbles[0]["text"] == running._bubbles(number)[1]["text"]
    life = json.loads(running.run("show", str(message["id"]), "--json").stdout)
    assert [event["event"] for event in life["history"]] == ["replayed"]
    assert "1 tone" in running.answered("LIST", number)


def test_bury_leaves_alone_what_is_done(running: Host, ordered: dict[str, Any]) -> None:
    buried = running.run("bury", str(ordered["id"]), "--json")
    assert buried.returncode == 0, buried.stderr
    assert json.loads(buried.stdout)["messages"][0]["deed"] == "nothing"


def test_queues_are_empty_when_all_is_done(running: Host) -> None:
    def empty() -> bool:
        return running.run("queues").stdout == "nothing waits\n"

    until(empty, 20, lambda: running.run("queues").stdout)
    assert json.loads(running.run("queues", "--json").stdout) == []


def test_check_says_why_a_bind_is_not_bound(running: Host) -> None:
    told = json.dumps({"name": "other", "host": "far", "status": "waiting", "last_error": "ESME_RINVPASWD"})
    with redis.Redis(unix_socket_path=f"{running.folder}/tonegate.db.redis.sock") as client:
        client.set("tonegate:bind:other@far", told, ex=60)
        client.sadd("tonegate:binds", "other@far")
    bind = {"NAME": "other", "SYSTEM_ID": "x", "PORT": str(running.smsc)}
    looked = running.run("check", **{f"TONEGATE_SMPP__BINDS__1__{key}": value for key, value in bind.items()})
    assert looked.returncode == 1
    assert "accepts connections, but it is waiting: ESME_RINVPASWD" in looked.stdout
    assert "mend: see system_id, password and mode of [[smpp.binds]] other" in looked.stdout
