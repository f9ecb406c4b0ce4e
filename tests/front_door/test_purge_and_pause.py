"""`purge --yes`, `pause` and `resume` at a prompt, on the product as it runs; and what is called wrongly there."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import select, update

from tests.front_door.hosts import CODE, Host, until
from workers.journal import Database
from workers.journal.tables import inbox, outbox

OLD, YOUNG, KEPT, HELD = "8613800000071", "8613800000072", "8613800000073", "8613800000074"
DAYS_S = 100 * 86_400.0


def json_of(host: Host, *words: str, code: int = 0) -> Any:
    run = host.run(*words, "--json")
    assert (code, "") == (run.returncode, "" if run.returncode == code else run.stderr)
    return json.loads(run.stdout)


def message_of(host: Host, number: str) -> int:
    """The id of the number's one message, once it is done and its answer has left: looked for in the journal."""
    left = select(inbox.c.id).join(outbox, outbox.c.inbox_id == inbox.c.id)
    left = left.where(inbox.c.number == number, inbox.c.state == "done", outbox.c.sent_at.is_not(None))
    database = Database(f"sqlite:///{host.folder}/tonegate.db")

    def found() -> int | None:
        with database.read() as connection:
            return connection.scalar(left)

    try:
        return int(until(found, host.said))
    finally:
        database.close()


def turn_back(host: Host, message_id: int) -> None:
    """As if a message, and all before it, had come a hundred days ago."""
    database = Database(f"sqlite:///{host.folder}/tonegate.db")
    older = update(inbox).where(inbox.c.id <= message_id).values(received_at=inbox.c.received_at - DAYS_S)
    database.write(lambda connection: connection.execute(older))
    database.close()


def test_purge_first_says_what_it_would_do_and_then_does_it_beside_live_messages(running: Host) -> None:
    running.answered(CODE, OLD)
    old = message_of(running, OLD)
    running.answered(CODE, YOUNG)
    turn_back(running, old)

    planned = json_of(running, "purge", "--older-than", "90d")
    assert (True, {}) == (planned["dry_run"], planned["deleted"])
    assert planned["rows"]["inbox"] >= 1
    assert "nothing is done yet: --yes does it; it can't be undone" in running.run("purge", "--older-than", "90").stdout
    assert old == message_of(running, OLD), "a dry run does nothing"

    done = json_of(running, "purge", "--older-than", "90d", "--yes", "--author", "asha", "--reason", "ninety days")
    assert (False, planned["rows"]["inbox"]) == (done["dry_run"], done["rows"]["inbox"])
    assert done["rows"]["outbox"] >= 1
    life = json_of(running, "show", str(old), "--reveal")
    assert ("#", "", "") == (life["message"]["number"][0], life["message"]["text"], life["answers"][0]["text"])
    (deed,) = [deed for deed in json_of(running, "deeds") if deed["author"] == "asha" and deed["event"] == "purged"]
    assert ("ninety days", done["rows"]) == (deed["detail"]["reason"], deed["detail"]["rows"])
    (plan,) = json_of(running, "replay", str(old))["groups"]
    assert "purged: its text and its number are gone" == plan["why"]
    assert message_of(running, YOUNG), "what is younger is as it was"
    assert "1 tone" in running.answered("LIST", OLD), "who was purged is served as before"


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ("say how many days, such as 90d", ("purge", "--older-than", "soon")),
        ("say how many days, such as 90d", ("purge", "--older-than", "0d", "--yes")),
        ("say how many days, such as 90d", ("purge",)),
        ("say how many days, such as 90d", ("purge", "--older-than", "999999")),
        ("no fax; there are sms, ussd, gift, renewal", ("messages", "--channel", "fax")),
        ("it names no message", ("replay", "--file", "/dev/null", "--yes")),
        ("/nowhere/report.csv can't be written", ("replay", "1", "--yes", "--report", "/nowhere/report.csv")),
        ("take it from the page before", ("deeds", "--cursor", "x")),
        ("no bind nowhere; there are: main; or core, sms, ussd", ("pause", "nowhere")),
        ("Missing argument", ("resume",)),
        ("binds are paused by a command of their own", ("pause", "core", "main")),
    ],
)
def test_what_is_called_wrongly_says_what_is_right(running: Host, told: str, words: tuple[str, ...]) -> None:
    called = running.run(*words)
    assert (2, True) == (called.returncode, told in " ".join(called.stderr.replace("│", " ").split())), called.stderr


def test_a_bind_is_paused_and_resumed_and_what_came_meanwhile_is_answered(running: Host) -> None:
    """Promise 1: the SMSC keeps what it can't hand over, and a pause loses nothing."""
    paused = json_of(running, "pause", "main", "--author", "asha", "--reason", "the SMSC moves")
    assert ("off", [("main", True)]) == (paused["wanted"], [(one["bind"], one["done"]) for one in paused["binds"]])
    assert "switched off by asha: the SMSC moves" in running.run("binds", "list").stdout
    before = len(running.heard(KEPT))
    running.say("LIST", KEPT)
    resumed = json_of(running, "resume", "main", "--author", "asha", "--reason", "it has moved")
    assert ("on", [("main", True)]) == (resumed["wanted"], [(one["bind"], one["done"]) for one in resumed["binds"]])
    until(lambda: running.heard(KEPT)[before:], running.said)
    switched = [deed for deed in json_of(running, "deeds") if deed["event"] == "switched"]
    assert [("on", "it has moved"), ("off", "the SMSC moves")] == [
        (deed["detail"]["wanted"], deed["detail"]["reason"]) for deed in switched[:2]
    ]


def test_calls_to_the_core_are_paused_and_resumed(running: Host) -> None:
    paused = json_of(running, "pause", "core", "--reason", "the core moves")
    assert {"wanted": "off", "held": [{"name": "core", "paused": True}]} == paused
    (held,) = json_of(running, "pause")
    assert ("core", "the core moves") == (held["name"], held["reason"])
    before = len(running.heard(HELD))
    running.say("LIST", HELD)
    until(lambda: json_of(running, "messages", "--number", HELD, "--state", "waiting"), running.said)
    resumed = json_of(running, "resume", "core")
    assert {"wanted": "on", "held": [{"name": "core", "paused": False}]} == resumed
    until(lambda: running.heard(HELD)[before:], running.said)
    assert "nothing is paused" in running.run("pause").stdout
