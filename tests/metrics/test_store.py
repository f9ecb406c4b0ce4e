"""Where a host's processes count: added up whoever lives, kept whoever dies, and not growing with the dead."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from workers.metrics import store

_COUNTS = """
import sys
from pathlib import Path
from workers.metrics import store
store.open_in(Path(sys.argv[1]))
from workers.metrics.meters import Meters
meters = Meters()
for _ in range(int(sys.argv[2])):
    meters.received.labels("sms").inc()
    meters.work.labels("sms").observe(0.02)
meters.breaker.set(1)
print("counted", flush=True)
sys.stdin.read()
"""


@contextmanager
def counting(folder: Path, times: int) -> Iterator[subprocess.Popen[str]]:
    """A process that has counted, and lives on."""
    process = subprocess.Popen(
        [sys.executable, "-c", _COUNTS, str(folder), str(times)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout
        assert process.stdout.readline() == "counted\n"
        yield process
    finally:
        process.kill()
        process.communicate()


def value(folder: Path, sample: str, **labels: str) -> float | None:
    for metric in store.counted(folder):
        for one in metric.samples:
            if one.name == sample and one.labels == labels:
                return one.value
    return None


def test_a_folder_that_is_not_there_has_counted_nothing(tmp_path: Path) -> None:
    assert [] == store.counted(tmp_path / "journal.db.metrics")


def test_what_all_processes_count_is_added_up(tmp_path: Path) -> None:
    with counting(tmp_path, 3), counting(tmp_path, 4):
        assert 7 == value(tmp_path, "tonegate_messages_received_total", channel="sms")
        assert 2 == value(tmp_path, "tonegate_core_breaker_open")


def test_a_count_outlives_its_process_and_a_state_does_not(tmp_path: Path) -> None:
    with counting(tmp_path, 3) as process:
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert 3 == value(tmp_path, "tonegate_messages_received_total", channel="sms")
        assert 3 == value(tmp_path, "tonegate_work_seconds_count", channel="sms")
        assert 3 == value(tmp_path, "tonegate_work_seconds_bucket", channel="sms", le="0.025")
        assert value(tmp_path, "tonegate_core_breaker_open") is None


def test_what_the_dead_have_left_is_one_file_of_each_kind_and_keeps_its_sum(tmp_path: Path) -> None:
    for _ in range(3):
        with counting(tmp_path, 2):
            pass
        store.fold(tmp_path)
    with counting(tmp_path, 1) as alive:
        store.fold(tmp_path)
        files = {file.name for file in tmp_path.glob("*.db")}
        assert {f"{kind}_{pid}.db" for kind in ("counter", "histogram") for pid in (0, alive.pid)} == {
            name for name in files if not name.startswith("gauge")
        }
        assert 7 == value(tmp_path, "tonegate_messages_received_total", channel="sms")


def test_a_file_that_its_process_was_killed_over_costs_nothing_else(tmp_path: Path) -> None:
    with counting(tmp_path, 2):
        pass
    (tmp_path / "counter_999999999.db").write_bytes(b"")
    assert 2 == value(tmp_path, "tonegate_messages_received_total", channel="sms")


def test_a_process_that_has_only_got_the_number_of_a_dead_one_does_not_keep_its_state(tmp_path: Path) -> None:
    with counting(tmp_path, 2) as process:
        written = tmp_path / f"gauge_livesum_{process.pid}.db"
    stolen = tmp_path / f"gauge_livesum_{os.getpid()}.db"
    written.rename(stolen)
    os.utime(stolen, (1.0, 1.0))  # written long before we began
    assert value(tmp_path, "tonegate_core_breaker_open") is None
    assert not stolen.exists()
