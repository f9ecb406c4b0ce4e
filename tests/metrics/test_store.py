"""Where a host's processes count: added up whoever lives, kept whoever dies, and not growing with the dead."""

from __future__ import annotations

import itertools
import json
import os
import signal
import subprocess
import sys
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from workers.metrics import store
from workers.metrics.meters import Meters

_COUNTS = """
import sys
from pathlib import Path
from workers.metrics import store
store.open_in(Path(sys.argv[1]))
from workers.metrics.meters import Meters
meters = Meters()
meters.breaker.set(1)
times = int(sys.argv[2])
while times:
    for _ in range(times):
        meters.received.labels("sms").inc()
        meters.work.labels("sms").observe(0.02)
    print("counted", flush=True)
    times = int(sys.stdin.readline() or 0)
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


class Dead:
    """What a process that has counted 2 has left."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = files

    def lie_in(self, folder: Path, times: int) -> Path:
        """Let so many have died there."""
        folder.mkdir(exist_ok=True)
        for kind, content in self._files.items():
            for _ in range(times):
                (folder / f"{kind}_{uuid.uuid4().hex}.db").write_bytes(content)
        return folder


@pytest.fixture(scope="module")
def dead(tmp_path_factory: pytest.TempPathFactory) -> Dead:
    folder = tmp_path_factory.mktemp("dead")
    with counting(folder, 2):
        pass
    return Dead({file.stem.rpartition("_")[0]: file.read_bytes() for file in folder.glob("*.db")})


class Killed(BaseException):
    """As SIGKILL: nobody catches it."""


def fold_killed_at(step: str, nth: int, folder: Path) -> bool:
    """Fold, and be killed when that method of a path is called for the nth time; whether that came."""
    done, calls = getattr(Path, step), itertools.count(1)

    def dies(*given: object, **named: object) -> object:
        if next(calls) == nth:
            raise Killed
        return done(*given, **named)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Path, step, dies)
        try:
            store.fold(folder)
        except Killed:
            return True
    return False


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


def test_what_the_dead_have_left_is_one_file_of_each_kind_and_keeps_its_sum(tmp_path: Path, dead: Dead) -> None:
    dead.lie_in(tmp_path, times=3)
    with counting(tmp_path, 1):
        store.fold(tmp_path)
        kinds = [file.stem.rpartition("_")[0] for file in tmp_path.glob("*.db")]
        assert {"counter": 2, "histogram": 2, "gauge_livesum": 1} == {kind: kinds.count(kind) for kind in kinds}
        assert 7 == value(tmp_path, "tonegate_messages_received_total", channel="sms")


def test_who_begins_to_count_folds_what_the_dead_have_left_though_nobody_scrapes(tmp_path: Path, dead: Dead) -> None:
    dead.lie_in(tmp_path, times=5)
    with counting(tmp_path, 1):
        assert 5 == len([*tmp_path.glob("*.db")])  # its own three, and two wholes
        assert 11 == value(tmp_path, "tonegate_messages_received_total", channel="sms")


def test_a_file_that_its_process_was_killed_over_costs_nothing_else(tmp_path: Path, dead: Dead) -> None:
    dead.lie_in(tmp_path, times=1)
    (tmp_path / "counter_999999999.db").write_bytes(b"")
    assert 2 == value(tmp_path, "tonegate_messages_received_total", channel="sms")


def test_the_living_are_known_whatever_the_clock_says_and_whoever_has_their_number(tmp_path: Path) -> None:
    """A clock that was set forward, and a process id that another container has given out again."""
    with counting(tmp_path, 2) as process:
        for file in tmp_path.glob("*.db"):
            os.utime(file, (1.0, 1.0))  # hours before its process began, as the clock has it now
        store.fold(tmp_path)
        assert process.stdin
        process.stdin.write("3\n")
        process.stdin.flush()
        assert process.stdout
        assert process.stdout.readline() == "counted\n"
        assert 5 == value(tmp_path, "tonegate_messages_received_total", channel="sms")
        assert 1 == value(tmp_path, "tonegate_core_breaker_open")
    stolen = tmp_path / f"gauge_livesum_{os.getpid()}.db"
    next(tmp_path.glob("gauge*")).rename(stolen)
    assert value(tmp_path, "tonegate_core_breaker_open") is None
    assert not stolen.exists()


@pytest.mark.parametrize("step", ["write_text", "replace", "unlink"])
def test_who_is_killed_while_he_folds_adds_nothing_twice(tmp_path: Path, dead: Dead, step: str) -> None:
    for nth in itertools.count(1):
        folder = dead.lie_in(tmp_path / str(nth), times=2)
        killed = fold_killed_at(step, nth, folder)
        for _ in range(2):
            assert 4 == value(folder, "tonegate_messages_received_total", channel="sms"), nth
            assert 4 == value(folder, "tonegate_work_seconds_count", channel="sms"), nth
        if not killed:
            break
    assert nth > 2


@pytest.mark.parametrize("spoilt", [b"\x00", b"\xff", b"x"])
def test_what_a_power_cut_has_spoilt_hides_nothing_else(tmp_path: Path, dead: Dead, spoilt: bytes) -> None:
    """Blocks of a mapped file reach the disk in any order: what says how much is used, before what is used."""
    folder = dead.lie_in(tmp_path, times=2)
    store.fold(folder)
    whole = folder / "counter_0.db"
    whole.write_bytes(whole.read_bytes()[:8] + spoilt * (len(whole.read_bytes()) - 8))
    dead.lie_in(folder, times=1)
    assert 2 == value(folder, "tonegate_messages_received_total", channel="sms")
    assert 6 == value(folder, "tonegate_work_seconds_count", channel="sms")


def test_a_count_has_its_place_on_the_disk_before_it_is_counted(tmp_path: Path) -> None:
    """Promise 1: a store into a mapped block that a full disk has no place for ends a listener or a worker (SIGBUS)."""
    with counting(tmp_path, 2):
        for file in tmp_path.glob("*.db"):
            assert file.stat().st_blocks * 512 >= file.stat().st_size > 0


def test_all_that_may_be_counted_has_room_in_the_files(tmp_path: Path) -> None:
    crowded = f"""
from pathlib import Path
from workers.metrics import store
store.open_in(Path({json.dumps(str(tmp_path))}))
from workers.metrics.meters import Meters
meters = Meters()
for one in range(2000):
    meters.count(meters.outcomes, "ussd", "a" * 16, "refused", f"{{one:064}}")
    meters.time(meters.core_seconds, 0.1, f"{{one:064}}")
"""
    subprocess.run([sys.executable, "-c", crowded], check=True)
    assert store._ROOM == {file.stem.rpartition("_")[0]: file.stat().st_size for file in tmp_path.glob("*.db")}


def test_a_folder_without_room_is_said_and_stops_nobody(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="file"):
        store.open_in(tmp_path / "file")


def test_label_sets_come_to_an_end(tmp_path: Path) -> None:
    meters = Meters()
    for one in range(5_000):
        meters.count(meters.receipts, f"bind{one}", "delivered")
        meters.time(meters.work, 0.1, f"channel{one}")
    counts = {one.name: len(one.samples) for one in meters.registry.collect()}
    assert 1_000 * 2 == counts["tonegate_receipts"]  # each with the time it was made
    assert len(meters._histograms) == 100
