"""Who may use the console: a file of names, roles and hashed passwords, changed by `tonegate users` alone.

The file is JSON, mode 600, replaced in one step, so that a console that reads it never sees half of it.  Passwords
are hashed by Argon2id with the parameters that argon2-cffi recommends (RFC 9106 §4, the low-memory choice).
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import secrets
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cache
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST_PASSWORD, LONGEST_PASSWORD = 12, 200
_NAME = re.compile(r"[a-z][a-z0-9._-]{0,39}")
_HASHER = PasswordHasher()


class Role(IntEnum):
    """What a user may do; each may what those before may."""

    VIEWER = 1
    """Looks, with numbers masked and texts left out."""
    OPERATOR = 2
    """Sees numbers and texts; replays, buries, stops and starts."""
    ADMIN = 3
    """Sees the users and the settings, too, and purges."""

    @property
    def word(self) -> str:
        """As the file and the command line spell it."""
        return self.name.lower()

    @classmethod
    def named(cls, word: str) -> Role:
        """`operator` as a role; raises KeyError."""
        return cls[word.upper()]


class UsersError(Exception):
    """The file can't be used, or the change can't be made; the text says how to mend it."""


@dataclass(frozen=True, slots=True)
class User:
    """One who may log in."""

    name: str
    role: Role
    hash: str = field(repr=False)
    """Argon2's encoded form, salt and parameters in it."""
    since: float
    """When the user was added or last changed, seconds since the epoch."""

    @property
    def fingerprint(self) -> str:
        """Another one after each change of password or role: a session that was begun before ends."""
        return sha256(f"{self.name} {self.role} {self.hash}".encode()).hexdigest()


class Users:
    """The users of one file; a change by anybody is seen at the next look."""

    def __init__(self, file: Path, *, clock: Callable[[], float] = time.time, hasher: PasswordHasher = _HASHER) -> None:
        """`hasher` hashes new passwords; one that is known says in its hash how it is verified."""
        self.file = file
        self._clock = clock
        self._hasher = hasher
        self._seen: tuple[object, Mapping[str, User]] = (None, MappingProxyType({}))

    def all(self) -> Mapping[str, User]:
        """Every user by name; none where there is no file.  Raises `UsersError` where it can't be read."""
        try:
            stat = self.file.stat()
            state = (stat.st_ino, stat.st_mtime_ns, stat.st_size)
            if state != self._seen[0]:
                self._seen = (state, MappingProxyType(_read(self.file)))
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise UsersError(f"{self.file}: {error.strerror or error}") from None
        return self._seen[1]

    def verify(self, name: str, password: str) -> User | None:
        """The user whose password this is, else None; takes some 50 ms and 64 MiB either way.  Raises `UsersError`."""
        user, nobodys = self.all().get(name), _nobodys_hash()
        try:
            _HASHER.verify(user.hash if user else nobodys, password[:LONGEST_PASSWORD])
        except (VerificationError, InvalidHashError):
            return None
        return user

    def add(self, name: str, role: Role, password: str) -> bool:
        """Add a user, or give one another role and password; returns whether it is a new one.  Raises `UsersError`."""
        if not _NAME.fullmatch(name):
            raise UsersError(f"{name!r} is no name: a small letter first, then letters, digits, '.', '_' or '-'")
        if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
            raise UsersError(
                f"a password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters: a few words will do"
            )
        user = User(name, role, self._hasher.hash(password), self._clock())
        with self._changing() as users:
            is_new = name not in users
            users[name] = user
        return is_new

    def remove(self, name: str) -> None:
        """Take a user away, whose sessions end at once; raises `UsersError`, too, where there is none of that name."""
        with self._changing() as users:
            if users.pop(name, None) is None:
                raise UsersError(f"no user {name}; there are: {', '.join(sorted(users)) or 'none'}")

    @contextmanager
    def _changing(self) -> Iterator[dict[str, User]]:
        """The users to change, written when the block ends; two changes at once are made one after the other."""
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            folder = os.open(self.file.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        except OSError as error:
            raise UsersError(f"{self.file.parent}: {error.strerror or error}") from None
        try:
            fcntl.flock(folder, fcntl.LOCK_EX)
            users = dict(_read(self.file)) if self.file.exists() else {}
            yield users
            _write(self.file, users)
            os.fsync(folder)
        except OSError as error:
            raise UsersError(f"{self.file}: {error.strerror or error}") from None
        finally:
            os.close(folder)


@cache
def _nobodys_hash() -> str:
    """Verified against for a name that nobody has: the answer takes as long as for one that somebody has.

    Made when a password first comes, whoever's: every process of a host imports this, and few ever see one.
    """
    return _HASHER.hash(secrets.token_urlsafe(16))


def _read(file: Path) -> dict[str, User]:
    try:
        told = json.loads(file.read_text())["users"]
        return {
            name: User(name, Role.named(one["role"]), str(one["password"]), float(one["since"]))
            for name, one in told.items()
        }
    except (ValueError, KeyError, TypeError, AttributeError):
        mend = "move it away and add the users anew with `tonegate users add`"
        raise UsersError(f"{file} is no file of users: {mend}") from None


def _write(file: Path, users: Mapping[str, User]) -> None:
    told = {
        name: {"role": user.role.word, "password": user.hash, "since": user.since}
        for name, user in sorted(users.items())
    }
    handle, name = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)  # mode 600
    try:
        with os.fdopen(handle, "w") as new:
            json.dump({"users": told}, new, indent=2)
            new.flush()
            os.fsync(new.fileno())
        os.replace(name, file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
