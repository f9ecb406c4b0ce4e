"""Who is logged in: sessions kept by the console itself, so that a log-out, and a change of the user, ends them.

The cookie holds 256 random bits and nothing else; of them only the hash is kept, so that whoever reads the process's
memory dump finds no cookie to use.  A restart of the console ends all sessions.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256

from workers.ops.users import Role, User, Users, UsersError

_MOST = 10_000


@dataclass(frozen=True, slots=True)
class Who:
    """Whoever asks for a page."""

    name: str
    role: Role
    csrf: str = field(repr=False)
    """What each of their forms has to bring with it."""

    def may(self, role: Role) -> bool:
        """Whether they have that role or a greater one."""
        return self.role >= role

    @property
    def author(self) -> str:
        """As the history names them."""
        return f"{self.name}@console"


@dataclass(frozen=True, slots=True)
class _Session:
    name: str
    fingerprint: str
    csrf: str
    ends_at: float


class Sessions:
    """The sessions of one console; `clock` in seconds, monotonic."""

    def __init__(self, lasts_s: float, clock: Callable[[], float]) -> None:
        self._lasts_s = lasts_s
        self._clock = clock
        self._open: dict[str, _Session] = {}

    def begin(self, user: User) -> str:
        """Begin a session and return its cookie: always a new one, so that none can be foisted on anybody."""
        now = self._clock()
        for key in [key for key, one in self._open.items() if one.ends_at <= now]:
            del self._open[key]
        while len(self._open) >= _MOST:
            del self._open[next(iter(self._open))]
        cookie = secrets.token_urlsafe(32)
        self._open[_key(cookie)] = _Session(user.name, user.fingerprint, secrets.token_urlsafe(32), now + self._lasts_s)
        return cookie

    def who(self, cookie: str, users: Users) -> Who | None:
        """Whose session it is; None where it is over, its user was removed, or has another password or role now."""
        session = self._open.get(_key(cookie))
        if session is None:
            return None
        try:
            user = users.all().get(session.name)
        except UsersError:
            user = None
        if session.ends_at <= self._clock() or user is None or user.fingerprint != session.fingerprint:
            self.end(cookie)
            return None
        return Who(user.name, user.role, session.csrf)

    def end(self, cookie: str) -> None:
        """End it."""
        self._open.pop(_key(cookie), None)


def _key(cookie: str) -> str:
    return sha256(cookie.encode()).hexdigest()
