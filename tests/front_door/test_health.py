"""`tonegate health` and `check` come to their end, whatever hangs: systemd, load balancers and people wait for it."""

from __future__ import annotations

import pytest

from tests.front_door.hosts import Host
from tests.workers.kit.hung import turn_taken


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
