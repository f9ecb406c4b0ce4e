"""The PDU log's file: its owner's alone, rotated, full or slow, and never in a bind's way."""

from __future__ import annotations

import os
import stat
import threading
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from channels.smpp.pdu_log import PduLog
from channels.smpp.session.hooks import Hooks
from channels.smpp.session.session import Session
from channels.smpp.session.terms import Terms
from tests.parts import lacking
from tests.smpp.kit.near_smsc import NearSmsc, deliver_sm, made
from tests.smpp.kit.turned_clock import TurnedClock, settled
from tests.smpp.kit.until import until

_FULL = Path("/dev/full")
_FRAME = made("enquire_link", 5)
_LINE = "1970-01-01T00:00:01.000Z main ← enquire_link sequence=5 ESME_ROK"


def at_one() -> float:
    return 1.0


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_each_pdu_is_a_line_and_the_file_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "pdu.log"
    log = PduLog(path, at_one)
    log.heard("main", _FRAME)
    log.said("main", made("enquire_link_resp", 5))
    log.close()
    assert [_LINE, "1970-01-01T00:00:01.000Z main → enquire_link_resp sequence=5 ESME_ROK"] == lines(path)
    assert 0o600 == mode_of(path)


def test_a_file_that_is_there_is_gone_on_with_and_closed_to_others(tmp_path: Path) -> None:
    path = tmp_path / "pdu.log"
    path.write_text("before\n")
    path.chmod(0o644)
    log = PduLog(path, at_one)
    log.heard("main", _FRAME)
    log.close()
    assert (["before", _LINE], 0o600) == (lines(path), mode_of(path))


def test_a_file_that_cannot_be_opened_is_an_error_at_once(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="none"):
        PduLog(tmp_path / "none" / "pdu.log")


async def test_a_file_that_is_rotated_away_is_begun_again(tmp_path: Path) -> None:
    path, old = tmp_path / "pdu.log", tmp_path / "pdu.log.1"
    log = PduLog(path, at_one)
    log.heard("main", _FRAME)
    await until(lambda: lines(path) == [_LINE])
    path.rename(old)
    log.heard("main", made("enquire_link", 6))
    await until(path.exists)
    log.close()
    assert [_LINE] == lines(old)
    assert [_LINE.replace("=5", "=6")] == lines(path)
    assert 0o600 == mode_of(path)


@pytest.fixture
def full() -> Path:
    if not _FULL.exists():
        lacking(f"{_FULL} is not there")
    return _FULL


async def test_a_full_disk_is_said_once_and_the_log_goes_on_when_there_is_room(tmp_path: Path, full: Path) -> None:
    """Keeps promise 1: nothing of it reaches the bind."""
    path = tmp_path / "pdu.log"
    path.symlink_to(full)
    with capture_logs() as said:
        log = PduLog(path, at_one)
        log.heard("main", _FRAME)
        await until(lambda: len(said) == 1)
        log.heard("main", _FRAME)
        await until(lambda: not log.waits)
        path.unlink()
        path.touch()
        log.heard("main", _FRAME)
        await until(lambda: lines(path) == [_LINE])
        log.close()
    assert [("the PDU log can't be written", "No space left on device")] == [(x["event"], x["why"]) for x in said]


def test_a_reader_that_does_not_read_holds_up_nobody(tmp_path: Path) -> None:
    """Keeps promise 1: what can't be written is left out and counted, and `heard` returns."""
    path = tmp_path / "pipe"
    os.mkfifo(path)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    log = PduLog(path, at_one, waiting_at_most=2000)
    for _ in range(10_000):
        log.heard("main", _FRAME)
    assert log.waits
    received = bytearray()

    def read() -> None:
        os.set_blocking(reader, True)
        while octets := os.read(reader, 65536):
            received.extend(octets)

    thread = threading.Thread(target=read)
    thread.start()
    log.close()
    thread.join()
    os.close(reader)
    told = received.decode().splitlines()
    missing = [int(one.split(" ")[1]) for one in told if one.startswith("… ")]
    assert 10_000 == len(told) - len(missing) + sum(missing)
    assert sum(missing) >= 6_000


def test_minus_is_standard_output(capfd: pytest.CaptureFixture[str]) -> None:
    log = PduLog("-", at_one)
    log.heard("main", _FRAME)
    log.close()
    assert f"{_LINE}\n" == capfd.readouterr().out


async def test_a_bind_tells_it_all_that_passes(tmp_path: Path, clock: TurnedClock) -> None:
    path, smsc = tmp_path / "pdu.log", NearSmsc()
    log = PduLog(path, at_one)
    hooks = Hooks(on_heard=lambda frame: log.heard("main", frame), on_said=lambda frame: log.said("main", frame))
    session = Session(Terms("main"), clock, hooks)
    await session.open(smsc.connect)
    await session.bind("tonegate", "secret", "", _take)
    smsc.say(deliver_sm(b"GET 600902000001"))
    await settled()
    session.close("over")
    log.close()
    written = path.read_text(encoding="utf-8")
    assert ["→ bind_transceiver", "← bind_transceiver_resp", "← deliver_sm", "→ deliver_sm_resp"] == [
        " ".join(one.split(" ")[2:4]) for one in written.splitlines()
    ]
    assert not [secret for secret in ("8613800000001", "600902000001", "secret", "GET") if secret in written]


def lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


async def _take(_: object) -> int:
    return 0
