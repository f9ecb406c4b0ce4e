"""Wait until a host that is coming up is well, then say where everything is; `up` runs it once beside the rest."""

from __future__ import annotations

import asyncio
import shlex
import shutil
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import redis.asyncio

from workers.app import make_app
from workers.embedded import is_embedded, redis_url, socket_path
from workers.ops.bind_states import bind_state
from workers.ops.check import Checks
from workers.ops.console import address, refusal
from workers.ops.line import Line
from workers.ops.shown import as_table
from workers.settings import Settings
from workers.settings.loading import DEFAULT_FILE

_LOOK_EVERY_S = 0.1
_PATIENCE_S = 15.0
_WORKERS = 2
"""Worker nodes that `up` starts: interactive, and the rest."""


async def wait(settings: Settings) -> None:
    """Return once all is well; says once what is missing if that takes long."""
    started, told, checks = time.monotonic(), False, Checks(settings)
    while unwell := await _unwell(settings, checks):
        if not told and time.monotonic() - started > _PATIENCE_S:
            told = True
            for line in unwell:
                print(
                    f"still not well: {line.what}: {line.found}{line.mend and '; mend: '}{line.mend}",
                    flush=True,
                )
        await asyncio.sleep(_LOOK_EVERY_S)


async def _unwell(settings: Settings, checks: Checks) -> list[Line]:
    """What is not well yet; the dearer questions are asked only once the cheap ones are settled."""
    unwell = [line for line in await checks.look() if not line.well and line.what != "binds"]
    return unwell or await _not_bound(settings) or await asyncio.to_thread(_idle, settings)


async def _not_bound(settings: Settings) -> list[Line]:
    async with redis.asyncio.Redis.from_url(redis_url(settings)) as client:
        states = {bind.name: await bind_state(client, bind.name) or {} for bind in settings.smpp.binds}
    return [
        Line(
            f"bind {name}",
            False,
            str(state.get("last_error") or state.get("status") or "its listener isn't up"),
        )
        for name, state in states.items()
        if state.get("status") not in ("bound", "switched off")
    ]


def _idle(settings: Settings) -> list[Line]:
    answering = len(make_app(settings).control.ping(timeout=1.0, limit=_WORKERS))
    return [Line("workers", False, f"{answering} of {_WORKERS} answer")] if answering < _WORKERS else []


def tell(settings: Settings, page: str, added: Sequence[str], took_s: float) -> None:
    """The table of addresses."""
    rows = []
    if "simulator" in added:
        rows.append(("handsets", f"http://{page}/", "text a code as a subscriber would"))
    for bind in settings.smpp.binds:
        codes = ", ".join(bind.short_codes) or "any short code"
        rows.append((f"bind {bind.name}", f"{bind.host}:{bind.port}", f"{bind.mode}, {codes}"))
    for gateway in settings.ussd.gateways:
        where = f"http://{settings.ussd.listen}{gateway.path}"
        rows.append((f"gateway {gateway.name}", where, f"USSD, {gateway.dialect}"))
    refused = refusal(settings)
    users = "log in" if settings.console.users else "this machine alone, without a log-in"
    rows.append(("console", "not started" if refused else address(settings), refused or users))
    sandbox = " (sandbox)" if "sandbox" in added else ""
    rows.append(("ringtone core", f"{settings.core.url}?wsdl", f"account {settings.core.account}{sandbox}"))
    if is_embedded(settings):
        rows.append(("redis", str(socket_path(settings)), "embedded"))
    as_table(("", "where", ""), rows, "")
    look = shlex.join(front_door(settings.file, shutil.which("tonegate"), Path(sys.prefix), Path.cwd()))
    print(
        f"ready after {took_s:.1f} s; look at it with `{look} check`, and `messages`, stop it with Ctrl-C", flush=True
    )


def front_door(file: Path | None, on_path: str | None, prefix: Path, folder: Path) -> list[str]:
    """The words that lead from `folder` to the settings in `file`; `on_path` is what `tonegate` alone runs."""
    here = prefix / "bin" / "tonegate"
    command = "tonegate" if on_path and Path(on_path) == here else _short(here, folder)
    if file is None or folder / file == folder / DEFAULT_FILE:
        return [command]
    return [command, "--config", _short(folder / file, folder)]


def _short(path: Path, folder: Path) -> str:
    return str(path.relative_to(folder) if path.is_relative_to(folder) else path)
