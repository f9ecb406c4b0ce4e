"""`tonegate health` and `check` come to their end, whatever hangs: systemd, load balancers and people wait for it."""

from __future__ import annotations

from contextlib import closing

import pytest
from typer.testing import CliRunner

import tonegate
from tests.front_door.hosts import Host
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


def test_what_operations_have_paused_is_a_note_and_nothing_wrong(sqlite_url: str) -> None:
    with closing(Database(sqlite_url)) as database:
        Holds(database).turn(["core"], on=False, author="asha", reason="the core moves")
    looked = CliRunner(env={"TONEGATE_JOURNAL__URL": sqlite_url}).invoke(tonegate.app, "health")
    assert (0, True) == (looked.exit_code, "note  All calls to the core are paused by asha since " in looked.output)
    assert "WRONG" not in looked.output
