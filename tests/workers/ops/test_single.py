"""One `up` to a journal, whatever became of the one before."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from workers.ops.single import AlreadyUpError, only_one

HOLD = """
import signal, sys
from pathlib import Path
from workers.ops.single import only_one
with only_one(Path(sys.argv[1])):
    print("held", flush=True)
    signal.pause()
"""


def test_a_second_holder_is_told_who_has_it(tmp_path: Path) -> None:
    file = tmp_path / "folder" / "up.lock"
    with only_one(file), pytest.raises(AlreadyUpError, match=f"process {os.getpid()} holds"), only_one(file):
        pass


def test_it_leaves_no_file(tmp_path: Path) -> None:
    file = tmp_path / "up.lock"
    with only_one(file):
        assert file.exists()
    with pytest.raises(ZeroDivisionError), only_one(file):
        raise ZeroDivisionError
    assert list(tmp_path.iterdir()) == []


def test_a_holder_killed_with_9_locks_nobody_out(tmp_path: Path) -> None:
    file = tmp_path / "up.lock"
    with subprocess.Popen([sys.executable, "-c", HOLD, file], stdout=subprocess.PIPE) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(AlreadyUpError, match=f"process {holder.pid} holds"), only_one(file):
            pass
        holder.send_signal(signal.SIGKILL)
        holder.wait()
    assert file.exists()
    with only_one(file):
        pass
