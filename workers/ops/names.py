"""Names of hosts, looked up before anybody connects to them, so that who waits for a name server can say so.

The system's resolver gives a name server that does not answer up after 5 s, two times each (resolv.conf(5)), and
nothing can end its wait: it waits apart, and each name is looked up once at a time, whoever asks for it.
"""

from __future__ import annotations

import ipaddress
import shlex
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from workers.journal import Database
from workers.ops.apart import SingleFlight, apart

PATIENCE_S = 2.0
"""Far more than a name server takes that answers."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a name can't be looked up now."""

    found: str
    mend: str


class Names:
    """What this process looks up, in one event loop."""

    def __init__(self, patience_s: float = PATIENCE_S) -> None:
        self._patience_s = patience_s
        self._asking: dict[str, SingleFlight[Exception | None]] = {}

    async def trouble(self, host: str, key: str) -> Trouble | None:
        """Why nobody can connect to `host`, which the setting `key` names; None for an address, and for no host."""
        if not host or _is_address(host):
            return None
        asking = self._asking.setdefault(host, SingleFlight(lambda: apart(lambda: _look_up(host))))
        told = f"the name {host} could not be looked up"
        try:
            error = await asking.within(self._patience_s)
        except TimeoutError:
            return Trouble(f"{told} within {self._patience_s:g} s", _at_the_resolver(host, key))
        match error:
            case None:
                return None
            case OSError(errno=socket.EAI_AGAIN):
                return Trouble(f"{told}: {error.strerror}", _at_the_resolver(host, key))
            case OSError():
                return Trouble(f"{told}: {error.strerror}", f"see that {key} has the right name, or an address")
            case _:
                return Trouble(f"{told}: no host can have it", f"see that {key} has the right name, or an address")


def host_in(url: str) -> str:
    """The host that a URL names; empty where it names none, as a socket's."""
    return urlsplit(url).hostname or ""


def host_of(database: Database) -> str:
    """The host of the journal's server; empty where its driver looks none up, as for a file or a socket."""
    return "" if "hostaddr" in database.url.query else database.url.host or ""


def _at_the_resolver(host: str, key: str) -> str:
    asks = f"`getent ahosts {shlex.quote(host)}` asks them"
    return f"see that the name servers in /etc/resolv.conf answer ({asks}), or put an address in its place ({key})"


def _look_up(host: str) -> Exception | None:
    """Why it has no address; returned, not raised: who asked may have gone."""
    try:
        socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:  # the latter for a part that is empty, or longer than 63 letters
        return error
    return None


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
