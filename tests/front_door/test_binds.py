"""`tonegate binds`: one bind is switched and set anew on a host that is up, and the other knows nothing of it."""

from __future__ import annotations

import asyncio
import getpass
import json
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest
import redis

from tests.front_door.hosts import CODE, PATIENCE_S, Host, until
from tests.journal.kit.messages import accept, message
from tests.workers.kit.hung import silent_server
from workers.journal import Journal

WAITING = "8613800000007"
"""To whom an answer waits over a bind that is gone."""

_SPARE = """
[[smpp.binds]]
name = "spare"
port = {port}
system_id = "tonegate"
window = {window}
"""


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    """A host that is up, with two binds; each test leaves both bound."""
    one = Host(tmp_path_factory.mktemp("host"))
    set_anew(one, one.settings.read_text(), window=10)
    try:
        one.up()
        yield one
    finally:
        one.end()


def set_anew(host: Host, main: str, window: int) -> None:
    host.settings.write_text(main + _SPARE.format(port=host.smsc, window=window))


def listed(host: Host) -> dict[str, dict[str, Any]]:
    shown = host.run("binds", "list", "--json")
    assert shown.returncode == 0, shown.stderr
    return {state["name"]: state for state in json.loads(shown.stdout)}


def once(host: Host, **statuses: str) -> dict[str, dict[str, Any]]:
    """How the binds are, once they are so."""

    def so() -> dict[str, dict[str, Any]] | None:
        states = listed(host)
        return states if statuses == {name: state["status"] for name, state in states.items()} else None

    return until(so, host.said)


def turn(host: Host, *words: str) -> subprocess.CompletedProcess[str]:
    """Ask for something, and have it waited for."""
    return host.run("binds", *words, "--wait-s", str(PATIENCE_S / 2))


def test_list_shows_how_each_bind_is(two: Host) -> None:
    main = once(two, main="bound", spare="bound")["main"]
    assert (f"127.0.0.1:{two.smsc}", "transceiver", 0, 10, ["main"], "") == (
        main["smsc"],
        main["mode"],
        main["window_used"],
        main["window"],
        main["claims"],
        main["switched_by"],
    )
    table = [line.split() for line in two.run("binds", "list").stdout.splitlines()]
    assert ["main", "spare"] == [words[0] for words in table if words and words[0] in ("main", "spare")]


def test_a_bind_is_stopped_and_started_while_the_other_keeps_its_session(two: Host) -> None:
    before = once(two, main="bound", spare="bound")["main"]
    stopped = turn(two, "stop", "spare", "--reason", "their maintenance", "--json")
    assert stopped.returncode == 0, stopped.stdout + stopped.stderr
    spare = once(two, main="bound", spare="switched off")["spare"]
    assert "their maintenance" == spare["switched_why"]
    assert spare["switched_by"].startswith(f"{getpass.getuser()}@")
    checked = two.run("check")
    assert checked.returncode == 0, checked.stdout
    assert "their maintenance; `tonegate binds start spare` binds it again" in checked.stdout
    assert f"{CODE[:4]}" in two.answered(CODE)
    started = turn(two, "start", "spare")
    assert (started.returncode, True) == (0, "bound" in started.stdout), started.stdout + started.stderr
    assert before["since"] == once(two, main="bound", spare="bound")["main"]["since"]


def test_a_bind_stays_off_when_its_listener_is_killed_and_redis_is_flushed(two: Host) -> None:
    assert turn(two, "stop", "spare").returncode == 0
    listener = until(lambda: two.child("-m tonegate", " smpp"), two.said)
    listener.kill()
    until(lambda: (new := two.child("-m tonegate", " smpp")) and new.pid != listener.pid, two.said)
    # What the killed one told of its binds is gone as well: from here on it is the new one that tells of them.
    with redis.Redis(unix_socket_path=f"{two.folder}/tonegate.db.redis.sock") as client:
        client.flushall()
    once(two, main="bound", spare="switched off")
    assert turn(two, "start", "spare").returncode == 0


def test_what_waits_over_a_bind_that_is_gone_is_told_moved_and_heard(two: Host) -> None:
    """Promise 4: its number had heard nothing more, over whichever bind; and promise 2: it hears it once."""
    once(two, main="bound", spare="bound")
    with Journal(f"sqlite:///{two.folder}/tonegate.db") as journal:
        asyncio.run(accept(journal, message("HELP", WAITING, bind="gone", short_code="5000")))
    until(lambda: "`tonegate binds move gone NEW`" in two.run("queues").stdout, two.said)
    planned = two.run("binds", "move", "gone", "spare")
    assert (0, "1 answer to 1 number would go over spare instead of gone") == (
        planned.returncode, planned.stdout.partition(", ")[0],
    )  # fmt: skip
    assert (1, "error: spare is bound on ") == (
        (refused := two.run("binds", "move", "spare", "main")).returncode, refused.stderr[:25],
    )  # fmt: skip
    assert (2, True) == (
        (unknown := two.run("binds", "move", "gone", "spar")).returncode, "did you mean spare?" in unknown.stderr,
    )  # fmt: skip
    assert [] == two.heard(WAITING)
    moved = two.run("binds", "move", "gone", "spare", "--yes", "--reason", "their contract ended")
    assert (0, "moved 1 answer from gone to spare\n") == (moved.returncode, moved.stdout), moved.stderr
    heard = until(lambda: two.heard(WAITING), two.said)
    assert 1 == len(heard)
    assert two.answered("HELP", WAITING) == heard[0]  # and what comes after it
    assert "their contract ended" in two.run("deeds").stdout


def test_settings_are_read_anew_for_the_binds_that_changed(two: Host) -> None:
    before, text = once(two, main="bound", spare="bound"), two.settings.read_text()
    two.settings.write_text(text.replace("window = 10", "window = 3"))
    reloaded = turn(two, "reload", "--json")
    assert reloaded.returncode == 0, reloaded.stdout + reloaded.stderr
    after = once(two, main="bound", spare="bound")
    assert {"main": 10, "spare": 3} == {name: state["window"] for name, state in after.items()}
    assert before["main"]["since"] == after["main"]["since"]
    two.settings.write_text(text)
    assert turn(two, "reload").returncode == 0


def test_broken_settings_are_refused_with_their_line_and_the_binds_go_on(two: Host) -> None:
    before, text = once(two, main="bound", spare="bound"), two.settings.read_text()
    two.settings.write_text(text + "windough = 3\n")
    reloaded = two.run("binds", "reload")
    two.settings.write_text(text)
    line = text.count("\n") + 1
    assert (1, "") == (reloaded.returncode, reloaded.stdout)
    assert f"error: {two.settings}:{line}: " in reloaded.stderr
    assert "did you mean window?" in reloaded.stderr
    assert {name: state["since"] for name, state in before.items()} == {
        name: state["since"] for name, state in once(two, main="bound", spare="bound").items()
    }


@pytest.mark.parametrize("command", ["stop", "start"])
def test_a_name_that_is_no_binds_is_told_with_those_that_are(two: Host, command: str) -> None:
    ended = two.run("binds", command, "spar")
    assert 2 == ended.returncode
    told = " ".join(ended.stderr.replace("│", " ").split())
    assert "no bind spar; did you mean spare? there are: main, spare" in told


def test_with_no_listener_a_switch_is_kept_for_the_one_that_comes(host: Host) -> None:
    assert host.run("migrate").returncode == 0
    stopped = host.run("binds", "stop", "main", "--reason", "not yet", "--wait-s", "0.1")
    assert (0, True) == (stopped.returncode, "no listener is up: it holds once one is" in stopped.stdout)
    state = listed(host)["main"]
    assert ("no listener is up", "not yet") == (state["status"], state["switched_why"])
    assert 0 == host.run("binds", "reload", "--wait-s", "0.1").returncode


def test_where_redis_does_not_answer_nobody_says_that_no_listener_is_up(host: Host) -> None:
    assert host.run("migrate").returncode == 0
    unseen = "can't be seen: Redis can't be asked"
    with silent_server() as port:
        redis = {"TONEGATE_REDIS__URL": f"redis://127.0.0.1:{port}/0"}
        (state,) = json.loads(host.run("binds", "list", "--json", **redis).stdout)
        assert ("main", unseen) == (state["name"], state["status"])
        stopped = host.run("binds", "stop", "main", "--wait-s", "0.1", "--json", **redis)
        assert (1, [unseen]) == (stopped.returncode, [one["now"] for one in json.loads(stopped.stdout)["binds"]])
    assert getpass.getuser() in listed(host)["main"]["switched_by"], "it is kept for the listener that comes"
