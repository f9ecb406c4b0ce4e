"""All that a page may use, made once for a console."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from workers.journal import Database
from workers.ops.console.background import Background
from workers.ops.console.drawings import Drawings, no_drawings
from workers.ops.console.remarks import Remarks, no_remarks
from workers.ops.console.running import Replays
from workers.ops.console.sessions import Sessions, Who
from workers.ops.console.throttle import Throttle
from workers.ops.console.watch import LOOK_EVERY_S, Watch
from workers.ops.money import AsMoney, money_of
from workers.ops.users import Role, Users
from workers.settings import Settings
from workers.settings.listening import host_and_port

NOBODY = "local"
"""The author's name where nobody has to log in."""


@dataclass(slots=True)
class Surroundings:
    """The settings, the journal, who is logged in, and what was looked at last."""

    settings: Settings
    database: Database
    users: Users | None
    sessions: Sessions
    throttle: Throttle
    watch: Watch
    background: Background
    replays: Replays
    drawings: Drawings
    """The USSD menus."""
    remarks: Remarks
    """What is to be said against the settings, besides their own warnings."""
    monotonic: Callable[[], float]
    """The clock of sessions, throttle and refusals, in seconds."""
    local: Who
    """Everybody, where nobody has to log in: whoever works on this machine."""
    money: AsMoney
    """How amounts are written."""
    notices: dict[tuple[str, str], str] = field(default_factory=dict)
    """What is to be told once, by the token of the session and the path of the page."""

    @property
    def https(self) -> bool:
        """Whether browsers come by HTTPS, to a proxy or to us."""
        console = self.settings.console
        return console.url.startswith("https://") or console.tls_certificate is not None

    @property
    def cookie(self) -> str:
        """The session's name; `__Host-` lets no neighbouring site set it (RFC 6265bis §4.1.3.2)."""
        return "__Host-tonegate" if self.https else "tonegate"

    @property
    def names(self) -> frozenset[str]:
        """Under which names we answer, besides addresses."""
        console = self.settings.console
        url = urlsplit(console.url).hostname
        return frozenset({"localhost", host_and_port(console.listen)[0].lower(), *([url.lower()] if url else [])})

    def who(self, cookies: Mapping[str, str]) -> Who | None:
        """Who asks; None where they have to log in first."""
        if self.users is None:
            return self.local
        return self.sessions.who(cookies.get(self.cookie, ""), self.users)


def surroundings(
    settings: Settings,
    database: Database,
    *,
    drawings: Drawings = no_drawings,
    remarks: Remarks = no_remarks,
    look_every_s: float = LOOK_EVERY_S,
    monotonic: Callable[[], float] = time.monotonic,
) -> Surroundings:
    """Make them for these settings; inside a running event loop."""
    users, background = settings.console.users, Background()
    return Surroundings(
        settings,
        database,
        Users(users) if users else None,
        Sessions(settings.console.session_s, monotonic),
        Throttle(monotonic),
        Watch(settings, database, look_every_s),
        background,
        Replays(settings, database, background),
        drawings,
        remarks,
        monotonic,
        Who(NOBODY, Role.OPERATOR, secrets.token_urlsafe(32)),
        money_of(settings),
    )
