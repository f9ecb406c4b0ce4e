"""The commands that look and mend, on a host that is up."""

from __future__ import annotations

import csv
import json
from typing import Any

import pytest
import redis

from tests.front_door.hosts import CODE, Host, until

NUMBER = "8613800000042"


@pytest.fixture(scope="module")
def ordered(running: Host) -> dict[str, Any]:
    """An order that is over, as `messages` shows it; from now on it stays so."""
    running.answered(CODE, NUMBER)
    until(lambda: delivered(running, found(running)[0]["id"]), running.said)
    (over,) = found(running, "--state", "done")
    return over


def found(host: Host, *words: str) -> list[dict[str, Any]]:
    shown = host.run("messages", "--number", NUMBER, "--json", *words)
    assert shown.returncode == 0, shown.stderr
    return json.loads(shown.stdout)


def delivered(host: Host, message_id: int) -> bool:
    """Whether it has an answer, and the SMSC's receipt for each."""
    answers = json.loads(host.run("show", str(message_id), "--json").stdout)["answers"]
    return {"delivered"} == {answer["state"] for answer in answers}


def test_check_finds_a_host_that_is_up_well(running: Host) -> None:
    looked = running.run("check")
    assert looked.returncode == 0, looked.stdout
    assert [line.split(":")[0] for line in looked.stdout.splitlines()] == [
        "ok    settings",
        "ok    templates",
        "ok    journal",
        "ok    disk",
        "ok    redis",
        "ok    core",
        "ok    bind main",
        "ok    menu main",
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
    whats = [moment["what"] for moment in life["timeline"]]
    assert whats[:2] == ["received", "a worker took it"]
    (called,) = [one for one in life["timeline"] if one["detail"].get("operation") == "orderTone"]
    assert (called["detail"]["result"], called["detail"]["transaction_id"]) == (
        "000000",
        f"{ordered['transaction_id']}01",
    )
    assert {"ended: done", "answered"} <= set(whats)
    assert NUMBER not in running.run("show", str(ordered["id"])).stdout


def test_what_does_not_exist_is_told_with_1(running: Host) -> None:
    shown = running.run("show", "999999")
    assert (shown.returncode, shown.stdout) == (1, "")
    assert shown.stderr == "error: no message 999999; find it with `tonegate messages`\n"
    assert running.run("replay", "999999").returncode == 1


def test_a_replay_says_first_what_it_would_do_and_changes_nothing(running: Host, ordered: dict[str, Any]) -> None:
    planned = running.run("replay", str(ordered["id"]), "--json")
    assert planned.returncode == 0, planned.stderr
    told = json.loads(planned.stdout)
    assert (told["dry_run"], told["count"], told["missing"]) == (True, 1, [])
    assert [(group["deed"], group["ids"]) for group in told["groups"]] == [("answer", [ordered["id"]])]
    assert json.loads(running.run("show", str(ordered["id"]), "--json").stdout)["history"] == []
    assert "nothing is done yet: 1 of them with --yes" in running.run("replay", str(ordered["id"])).stdout


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("1", "--runs"),
        ("--runs", "--resume", "1"),
        ("--state", "asleep"),
        ("1", "--yes", "--rate", "nan"),
        ("1", "--yes", "--rate", "inf"),
    ],
)
def test_a_replay_that_does_not_say_what_was_called_wrongly(running: Host, words: tuple[str, ...]) -> None:
    assert running.run("replay", *words).returncode == 2


def test_a_report_of_another_kind_is_refused_before_anything_is_done(running: Host, ordered: dict[str, Any]) -> None:
    refused = running.run("replay", str(ordered["id"]), "--yes", "--report", "report.txt")
    assert refused.returncode == 2
    assert json.loads(running.run("show", str(ordered["id"]), "--json").stdout)["history"] == []


def test_a_replay_of_what_is_done_sends_its_answer_again_and_orders_nothing(running: Host) -> None:
    number = "8613800000043"
    running.answered(CODE, number)
    message = json.loads(running.run("messages", "--number", number, "--json").stdout)[0]
    until(lambda: delivered(running, message["id"]), running.said)
    report = running.folder / "report.csv"
    names = running.folder / "names"
    names.write_bytes(f"\ufeff{message['transaction_id']}\r\n\r\n{message['transaction_id']}\r\n".encode())
    words = ("--file", str(names), "--yes", "--author", "asha", "--reason", "asked for", "--report", str(report))
    replayed = running.run("replay", *words, "--json")
    assert replayed.returncode == 0, replayed.stderr
    told = json.loads(replayed.stdout)
    assert (told["run"]["total"], told["run"]["left"], told["run"]["author"]) == (1, 0, "asha")
    (row,) = csv.DictReader(report.open())
    assert (row["id"], row["planned"], row["deed"]) == (str(message["id"]), "answer", "answer")
    until(lambda: len(running.heard(number)) == 2, running.said)
    assert running.heard(number)[0] == running.heard(number)[1]
    life = json.loads(running.run("show", str(message["id"]), "--json").stdout)
    assert [(event["event"], event["author"]) for event in life["history"]] == [("replayed", "asha")]
    assert life["history"][0]["detail"]["run"] == told["run"]["id"]
    runs = json.loads(running.run("replay", "--runs", "--json").stdout)
    assert (runs[0]["id"], runs[0]["reason"], runs[0]["left"]) == (told["run"]["id"], "asked for", 0)
    resumed = running.run("replay", "--resume", str(told["run"]["id"]), "--json")
    assert json.loads(resumed.stdout)["groups"][0]["count"] == 1
    assert running.run("replay", "--resume", "99").stderr.startswith("error: there is no replay 99")
    assert "1 tone" in running.answered("LIST", number)


def test_bury_leaves_alone_what_is_done_and_says_so_with_1(running: Host, ordered: dict[str, Any]) -> None:
    buried = running.run("bury", str(ordered["id"]), "--json")
    assert (buried.returncode, buried.stderr) == (1, "")
    assert json.loads(buried.stdout)["messages"][0]["deed"] == "nothing"


def test_queues_are_empty_when_all_is_done(running: Host) -> None:
    def empty() -> bool:
        return running.run("queues").stdout.startswith("nothing waits\n")

    until(empty, lambda: running.run("queues").stdout)
    assert json.loads(running.run("queues", "--json").stdout) == []

    def rates() -> list[tuple[str, bool]]:
        told = json.loads(running.run("queues", "--rates", "--json").stdout)
        return [(rate["channel"], rate["answered_per_s"] > 0) for rate in told]

    # Rates are of the last minute: on a machine on which a look takes one, the answer is too old by then.
    until(lambda: running.answered("HELP", "8613800000044") and ("sms", True) in rates(), rates)
    assert running.run("queues", "--rates", "--watch").returncode == 2


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
