"""The folder in which a host's processes keep their counts, each in mapped files of its own (prometheus_client's
multiprocess mode): a scrape adds them up, and a process that is killed at any line leaves what it has counted.

What dead processes have left is folded into one file, so that children that come and go for months don't fill the
folder, and no count ever falls.
"""

from __future__ import annotations

import fcntl
import os
import struct
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil

from workers.embedded import beside_journal
from workers.settings import Settings

if TYPE_CHECKING:  # the library reads its environment when it is first imported
    from prometheus_client import Metric

_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
_NOBODY = "0"
"""In the place of a process id: no process of ours has it."""
_TRIES = 3


def folder_of(settings: Settings) -> Path:
    """Where the processes of this host keep their counts."""
    return beside_journal(settings, ".metrics")


def open_in(folder: Path) -> None:
    """Let this process, and what it forks, count there; before anything of prometheus_client is imported.

    Raises OSError where the folder can't be made.
    """
    if "prometheus_client" in sys.modules and os.environ.get(_VARIABLE) != str(folder):
        raise RuntimeError("prometheus_client is imported already, and counts elsewhere")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.environ[_VARIABLE] = str(folder)


def counted(folder: Path) -> list[Metric]:
    """What all processes of the host have counted; a folder that is not there has counted nothing."""
    from prometheus_client.multiprocess import MultiProcessCollector  # noqa: PLC0415

    merge: Callable[[list[str]], Iterable[Metric]] = MultiProcessCollector.merge
    if not folder.is_dir():
        return []
    with _alone(folder):
        _fold(folder)
        for _ in range(_TRIES):
            with suppress(struct.error, RuntimeError, OSError):  # a file that is being made at this moment
                return list(merge([str(file) for file in folder.glob("*.db")]))
    return []


def fold(folder: Path) -> None:
    """Add what the dead have left into one file of each kind."""
    if folder.is_dir():
        with _alone(folder):
            _fold(folder)


def _fold(folder: Path) -> None:
    from prometheus_client import mmap_dict  # noqa: PLC0415

    mapped: Any = mmap_dict.MmapedDict
    left: dict[str, list[Path]] = defaultdict(list)
    for file in sorted(folder.glob("*.db")):
        kind, _, pid = file.stem.rpartition("_")
        if pid == _NOBODY or _lives(int(pid), file):
            continue
        if kind.startswith("gauge_live"):
            file.unlink(missing_ok=True)
        else:
            left[kind].append(file)
    for kind, files in left.items():
        whole = folder / f"{kind}_{_NOBODY}.db"
        sums: dict[str, float] = defaultdict(float)
        for file in [*files, *([whole] if whole.exists() else [])]:
            with suppress(struct.error, RuntimeError, OSError):  # killed while it made it: there is nothing in it
                for key, value, *_ in mapped.read_all_values_from_file(str(file)):
                    sums[key] += value
        written = folder / f".{kind}"
        written.unlink(missing_ok=True)
        values = mapped(str(written))
        for key, value in sums.items():
            values.write_value(key, value, 0.0)
        values.close()
        written.replace(whole)
        for file in files:
            file.unlink(missing_ok=True)


def _lives(pid: int, file: Path) -> bool:
    """Whether the process that writes a file is alive; one that began after the last count has only got its number."""
    try:
        return psutil.Process(pid).create_time() <= file.stat().st_mtime + 1.0
    except (psutil.Error, OSError):
        return False


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One at a time: a scrape must not see half of what is being folded."""
    handle = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
