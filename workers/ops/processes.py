"""Which processes make up one host, as the settings have it: what `tonegate up` runs."""

from __future__ import annotations

import sys
from collections.abc import Collection, Mapping
from urllib.parse import urlsplit

from workers.embedded import is_embedded
from workers.ops.console import refusal
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
    settings: Settings, added: Collection[str], page: str, environ: Mapping[str, str], since: float
) -> list[Program]:
    """The processes of this host; raises `CannotRunError`.

    `page` is HOST:PORT of the simulator's handsets, `since` when the host began to come up, seconds since the epoch.
    """
    front_door = [sys.executable, "-m", "tonegate"]
    if settings.file:
        front_door += ["--config", str(settings.file)]

    def program(name: str, stage: int, *words: str, stop_within_s: int = 3, forever: bool = True) -> Program:
        return Program(name, [*front_door, *words], stage, stop_within_s, forever, environ)

    found = []
    if is_embedded(settings):
        found.append(program("redis", _REDIS, "redis"))
    if SANDBOX in added:
        found.append(program(SANDBOX, _PEERS, "sandbox", "--listen", core_address(settings)))
    if SIMULATOR in added:
        found.append(program(SIMULATOR, _PEERS, "simulator", "--listen", smsc_address(settings), "--page", page))
    # Whoever waits at a screen must not wait behind a thousand orders: interactive has a process of its own.
    alone = ("--queues", "interactive", "--processes", "1")
    found.append(program("interactive", _WORKERS, "worker", *alone, stop_within_s=4))
    found.append(program("worker", _WORKERS, "worker", "--queues", "orders,bulk", stop_within_s=4))
    if settings.smpp.binds:
        found.append(program("smpp", _LISTENERS, "smpp", stop_within_s=5))
    if settings.ussd.gateways:
        found.append(program("ussd", _LISTENERS, "ussd", stop_within_s=5))
    if not refusal(settings):  # no reason to leave subscribers alone: `ready` says how to mend it
        found.append(program("console", _LISTENERS, "console", "--patience"))
    if settings.metrics.listen:
        found.append(program("metrics", _LISTENERS, "metrics", "--patience"))
    told = ("--with", ",".join(added), "--page", page, "--since", f"{since:.3f}")
    found.append(program("ready", _ONLOOKER, "ready", *told, forever=False))
    return found


def core_address(settings: Settings) -> str:
    """HOST:PORT where the sandbox has to listen to be the core of these settings."""
    url = urlsplit(settings.core.url)
    if url.scheme != "http" or url.path != "/usdp":
        raise CannotRunError(
            f"the sandbox speaks plain HTTP at /usdp, but [core] url is {settings.core.url}; leave the"
            ' sandbox away, or set url = "http://127.0.0.1:8082/usdp"'
        )
    return _spelled(url.hostname or "127.0.0.1", url.port or 80)


def smsc_address(settings: Settings) -> str:
    """HOST:PORT where the simulator has to listen to be the SMSC of the first bind."""
    if not settings.smpp.binds:
        raise CannotRunError(
            "the simulator would have nobody to talk to: add a [[smpp.binds]] with name, system_id and password"
        )
    bind = settings.smpp.binds[0]
    return _spelled(bind.host, bind.port)


def _spelled(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
