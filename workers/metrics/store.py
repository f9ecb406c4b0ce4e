"""The folder in which a host's processes keep their counts, each in mapped files of its own (prometheus_client's
multiprocess mode): a scrape adds them up, and a process that is killed at any line leaves what it has counted.

    counter_4711-9f86d081.db    of a process: its blocks are all on the disk before it is mapped, and it is locked
                                as long as its process lives
    counter_0.db                what the dead have left, added up

A disk that is full ends a process that stores into a mapped block which has no place yet (SIGBUS): so all the room
there is for counts is taken at the start, or nothing is counted.  Who lives is told by the lock alone: process ids
come again, in each container from 1, and clocks are set.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import struct
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import structlog

from workers.embedded import beside_journal
from workers.settings import Settings

if TYPE_CHECKING:  # commands that count nothing do without the library
    from prometheus_client import Metric

_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
_ROOM = {"counter": 1 << 19, "histogram": 1 << 19, "gauge_livesum": 1 << 12}
"""Bytes of a process's files: what `Meters` may put there at most takes less."""
_NOBODY = "0"
"""In the place of a process's name."""
_ENTRY = 40
"""Bytes of an entry beside its key, at most."""
_TRIES = 3
_UNREADABLE = (struct.error, RuntimeError, ValueError, OSError)
"""What a file raises that is being made, or that lost some of its blocks with the power."""

log = structlog.get_logger(__name__)
_ours: list[int] = []
"""Open, and so locked, as long as this process lives."""


def folder_of(settings: Settings) -> Path:
    """Where the processes of this host keep their counts."""
    return beside_journal(settings, ".metrics")


def open_in(folder: Path) -> None:
    """Let this process count there from now on; after a fork, and before `Meters` are made.

    Raises OSError where there is no folder, or no room.
    """
    from prometheus_client import values  # noqa: PLC0415

    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with suppress(OSError):  # whoever has counted here before left room, or a file that tells why there is none
        fold(folder)
    name = f"{os.getpid()}-{secrets.token_hex(4)}"
    for kind, room in _ROOM.items():
        _ours.append(_allotted(folder / f".{kind}_{name}", room))
        fcntl.flock(_ours[-1], fcntl.LOCK_SH)
        (folder / f".{kind}_{name}").rename(folder / f"{kind}_{name}.db")  # seen by others when it is locked
    os.environ[_VARIABLE] = str(folder)
    mapped_by: Callable[[Callable[[], str]], Any] = values.MultiProcessValue
    values.ValueClass = mapped_by(lambda: name)


def counted(folder: Path) -> list[Metric]:
    """What all processes of the host have counted; a folder that is not there has counted nothing."""
    from prometheus_client.multiprocess import MultiProcessCollector  # noqa: PLC0415

    merge: Callable[[list[str]], Iterable[Metric]] = MultiProcessCollector.merge
    if not folder.is_dir():
        return []
    try:
        with _alone(folder):
            with suppress(OSError):  # no room: the dead keep their files for now
                _fold(folder)
            for last in (False,) * (_TRIES - 1) + (True,):
                try:
                    return list(merge([str(file) for file in folder.glob("*.db")]))
                except _UNREADABLE:
                    if last:
                        raise
                    for kind in _ROOM:  # of the living, a file that is being made; of the dead, one that is spoilt
                        if (folder / f"{kind}_{_NOBODY}.db").exists():
                            _add(folder, kind, [])
    except _UNREADABLE as error:
        log.warning("counts_cannot_be_read", folder=str(folder), error=type(error).__name__)
    return []


def fold(folder: Path) -> None:
    """Add what the dead have left into one file of each kind, unless somebody is at it; raises OSError."""
    with suppress(BlockingIOError), _alone(folder, wait=False):
        _fold(folder)


def _fold(folder: Path) -> None:
    _finish(folder)
    left: dict[str, list[Path]] = defaultdict(list)
    for file in sorted(folder.glob("*.db")):
        kind, _, name = file.stem.rpartition("_")
        if name == _NOBODY or _lives(file):
            continue
        if kind.startswith("gauge_live"):
            file.unlink(missing_ok=True)
        else:
            left[kind].append(file)
    for kind, files in left.items():
        _add(folder, kind, files)


def _add(folder: Path, kind: str, files: Sequence[Path]) -> None:
    """Write the sum of these and of what is there; a kill at any line adds nothing twice and loses nothing."""
    whole = folder / f"{kind}_{_NOBODY}.db"
    sums: dict[str, float] = defaultdict(float)
    for file in (whole, *files):
        for key, value in _values(file).items():
            sums[key] += value
    written, added = folder / f".{kind}", folder / f".{kind}.added"
    _write(written, sums)
    added.with_suffix(".new").write_text(json.dumps([file.name for file in files]))
    added.with_suffix(".new").replace(added)
    written.replace(whole)
    _finish(folder)


def _finish(folder: Path) -> None:
    """Remove what has been added to the whole; what was killed before it was is added anew."""
    for added in folder.glob(".*.added"):
        if not added.with_suffix("").exists():  # it stands in the whole's place
            for name in json.loads(added.read_text()):
                (folder / name).unlink(missing_ok=True)
        added.unlink()


def _write(file: Path, values: Mapping[str, float]) -> None:
    from prometheus_client.mmap_dict import MmapedDict  # noqa: PLC0415

    file.unlink(missing_ok=True)
    os.close(_allotted(file, _ENTRY + sum(len(key.encode()) + _ENTRY for key in values)))
    mapped: Any = MmapedDict
    with closing(mapped(str(file))) as written:
        for key, value in values.items():
            written.write_value(key, value, 0.0)


def _values(file: Path) -> dict[str, float]:
    """What can be read of a file, by key; nothing of one that isn't there."""
    from prometheus_client.mmap_dict import MmapedDict  # noqa: PLC0415

    mapped: Any = MmapedDict
    found: dict[str, float] = {}
    with suppress(*_UNREADABLE):
        for key, value, *_ in mapped.read_all_values_from_file(str(file)):
            json.loads(key)
            found[key] = value
    return found


def _allotted(file: Path, size: int) -> int:
    """Make a file of zeros that has all its blocks; returns it open.  Raises OSError, and leaves none, without room."""
    handle = os.open(file, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        if hasattr(os, "posix_fallocate"):
            os.posix_fallocate(handle, 0, size)
        elif os.write(handle, bytes(size)) < size:
            raise OSError("no room")
    except OSError:
        os.close(handle)
        file.unlink()
        raise
    return handle


def _lives(file: Path) -> bool:
    """Whether the process that writes a file is alive: it holds the lock."""
    try:
        handle = os.open(file, os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return True  # another user's, or gone meanwhile: not ours to fold
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False


@contextmanager
def _alone(folder: Path, *, wait: bool = True) -> Iterator[None]:
    """One at a time: a scrape must not see half of what is being folded."""
    handle = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        yield
    finally:
        os.close(handle)
