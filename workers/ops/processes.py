"""Which processes make up one host, as the settings have it: what `tonegate up` runs."""

from __future__ import annotations

import sys
from collections.abc import Collection, Mapping
from urllib.parse import urlsplit

from workers.embedded import is_embedded
from workers.ops.supervise import Program
from workers.settings import Settings

SANDBOX, SIMULATOR = "sandbox", "simulator"
WITH = (SANDBOX, SIMULATOR)
"""What `--with` adds: neither belongs beside a real core or a real SMSC, so nothing starts them unasked."""

_REDIS, _PEERS, _WORKERS, _LISTENERS, _ONLOOKER = range(5)
"""The stages: each needs those before it, so at the end the listeners stop first, then the workers drain."""


class CannotRunError(Exception):
    """The settings don't fit what was asked for; the text says how to mend it."""


def programs(
    settings: Settings, added: Collection[str], page: tuple[str, int], environ: Mapping[str, str]
) -> list[Program]:
    """The processes of this host; `page` is the address of the simulator's handsets.  Raises `CannotRunError`."""
    front_door = [sys.executable, "-m", "tonegate"]
    if settings.file:
        front_door += ["--config", str(settings.file)]

    def program(name: str, stage: int, *words: str, stop_within_s: int = 3, forever: bool = True) -> Program:
        return Program(name, [*front_door, *words], stage, stop_within_s, forever, environ)

    found = []
    if is_embedded(settings):
        found.append(program("redis", _REDIS, "redis"))
    if SANDBOX in added:
        found.append(program(SANDBOX, _PEERS, "sandbox", "--listen", "{}:{}".format(*core_address(settings))))
    if SIMULATOR in added:
        listen, handsets = (f"{host}:{port}" for host, port in (smsc_address(settings), page))
        found.append(program(SIMULATOR, _PEERS, "simulator", "--listen", listen, "--page", handsets))
    # Whoever waits at a screen must not wait behind a thousand orders: interactive has a process of its own.
    found.append(
        program("interactive", _WORKERS, "worker", "--queues", "interactive", "--processes", "1", stop_within_s=4)
    )
    found.append(program("worker", _WORKERS, "worker", "--queues", "orders,bulk", stop_within_s=4))
    if settings.smpp.binds:
        found.append(program("smpp", _LISTENERS, "smpp", stop_within_s=5))
    found.append(
        program("ready", _ONLOOKER, "ready", *(["--page", handsets] if SIMULATOR in added else []), forever=False)
    )
    return found


def core_address(settings: Settings) -> tuple[str, int]:
    """Where the sandbox has to listen to be the core of these settings."""
    url = urlsplit(settings.core.url)
    if url.scheme != "http" or url.path != "/usdp":
        raise CannotRunError(
            f"the sandbox speaks plain HTTP at /usdp, but [core] url is {settings.core.url}; leave the"
            ' sandbox away, or set url = "http://127.0.0.1:8082/usdp"'
        )
    return url.hostname or "127.0.0.1", url.port or 80


def smsc_address(settings: Settings) -> tuple[str, int]:
    """Where the simulator has to listen to be the SMSC of the first bind."""
    if not settings.smpp.binds:
        raise CannotRunError(
            "the simulator would have nobody to talk to: add a [[smpp.binds]] with name, system_id and password"
        )
    bind = settings.smpp.binds[0]
    return bind.host, bind.port
