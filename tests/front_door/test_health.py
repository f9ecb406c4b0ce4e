"""`tonegate health` and `check` come to their end, whatever hangs: systemd, load balancers and people wait for it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import closing

import pytest
from typer.testing import CliRunner

import tonegate
from tests.front_door.hosts import PATIENCE_S, Host
from tests.workers.kit.hung import turn_taken
from workers.journal import Database
from workers.journal.holds import Holds


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("health", "WRONG The journal does not answer: {url}. `lslocks` "),
        ("check", "WRONG journal: {url} does not answer within 5 s\n      mend: `lslocks` "),
    ],
)
def test_a_journal_whose_writer_is_stopped_is_told_and_the_process_ends(host: Host, command: str, told: str) -> None:
    assert host.run("migrate").returncode == 0
    with turn_taken(host.folder):
        looked = host.run(command)
    assert (1, "") == (looked.returncode, looked.stderr)
    assert told.format(url=f"sqlite:///{host.folder}/tonegate.db") in looked.stdout


WITHOUT_NAME_SERVER = """
import signal, socket, sys, threading
from tests.workers.kit.hung import unanswered
asked = lambda: print("asked", file=sys.stderr, flush=True)
socket.getaddrinfo = unanswered("silent.invalid", asked, threading.Event())
signal.signal(signal.SIGINT, signal.default_int_handler)  # as at a prompt, also where who runs the tests ignores it
import tonegate
tonegate.main()
"""


def without_name_server(host: Host, command: str, **environ: str) -> subprocess.Popen[str]:
    """The command in a process in which `silent.invalid` is looked up for ever; each look-up says "asked"."""
    return subprocess.Popen(
        [sys.executable, "-c", WITHOUT_NAME_SERVER, "--config", host.settings, command],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **environ},
    )


@pytest.mark.parametrize(
    ("command", "key", "url", "told"),
    [
        ("check", "CORE", "http://silent.invalid/usdp", "core: http://silent.invalid/usdp: the name silent.invalid "),
        ("health", "REDIS", "redis://silent.invalid/0", "note  Redis can't be reached: the name silent.invalid "),
    ],
)
def test_a_name_server_that_never_answers_is_told_and_the_process_ends(
    host: Host, command: str, key: str, url: str, told: str
) -> None:
    with without_name_server(host, command, **{f"TONEGATE_{key}__URL": url}) as looking:
        out, error = looking.communicate(timeout=PATIENCE_S)
    assert (1, "asked\n") == (looking.returncode, error)
    assert told in out


def test_ctrl_c_ends_a_check_at_once_that_waits_for_a_name(host: Host) -> None:
    with without_name_server(host, "check", TONEGATE_CORE__URL="http://silent.invalid/usdp") as looking:
        assert looking.stderr
        assert "asked\n" == looking.stderr.readline()
        looking.send_signal(signal.SIGINT)
        out, error = looking.communicate(timeout=PATIENCE_S)
    assert (130, "", "") == (looking.returncode, out, error)


def test_what_operations_have_paused_is_a_note_and_nothing_wrong(sqlite_url: str) -> None:
    with closing(Database(sqlite_url)) as database:
        Holds(database).turn(["core"], on=False, author="asha", reason="the core moves")
    looked = CliRunner(env={"TONEGATE_JOURNAL__URL": sqlite_url}).invoke(tonegate.app, "health")
    assert (0, True) == (looked.exit_code, "note  All calls to the core are paused by asha since " in looked.output)
    assert "WRONG" not in looked.output
