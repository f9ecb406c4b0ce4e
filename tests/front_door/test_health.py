"""`tonegate health` at a prompt comes to its end, whatever hangs: systemd and load balancers wait for it."""

from __future__ import annotations

import fcntl
import os

from tests.front_door.hosts import Host


def test_a_journal_whose_writer_is_stopped_is_told_and_the_process_ends(host: Host) -> None:
    assert host.run("migrate").returncode == 0
    turnstile = os.open(host.folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(turnstile, fcntl.LOCK_EX)
        looked = host.run("health")
    finally:
        os.close(turnstile)
    assert (1, "") == (looked.returncode, looked.stderr)
    assert looked.stdout.startswith(
        f"WRONG The journal does not answer: sqlite:///{host.folder}/tonegate.db. `lslocks` "
    )
