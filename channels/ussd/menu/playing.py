"""`tonegate menu play`: who dials, and who answers him, a dial script or the core that the settings name."""

from __future__ import annotations

import asyncio
import contextlib
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from rich.console import Console

from channels.ussd.menu.driving import Driver
from channels.ussd.menu.play import Looks, Watching, play
from channels.ussd.menu.scripts import CannedPeer, dialled, load_script
from channels.ussd.menu.shelf import Menus
from channels.ussd.ports import Caller
from workers.dialogue import Finding, TemplatesError, language_of
from workers.settings import Settings
from workers.spoken import languages_of, words_of


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the command was asked for."""

    dial: str
    number: str
    language: str
    screen_chars: int
    canned: Path | None
    """A dial script whose functions answer; None: the core does."""


def play_here(settings: Settings, menus: Menus, wanted: Wanted) -> None:
    """Dial in this terminal; raises TemplatesError where the script can't be read."""
    with contextlib.suppress(EOFError):
        asyncio.run(_play(settings, menus, wanted))


async def _play(settings: Settings, menus: Menus, wanted: Wanted) -> None:
    service_code, typed = dialled(wanted.dial)
    caller = Caller(wanted.number.lstrip("+"), wanted.language, service_code, "play")
    async with _peer(settings, wanted) as looks:
        caller = replace(caller, language=caller.language or _language(settings, caller.number))
        driver = Driver(menus.dialled(service_code), caller, Watching(looks), time.time, wanted.screen_chars)
        await play(driver, typed, _keys, Console(highlight=False))


def _language(settings: Settings, number: str) -> str:
    return language_of("", (), number, languages_of(settings))


def _keys() -> str | None:
    """What is typed, up to the return key; None at the end of the input."""
    sys.stdout.write("> ")
    sys.stdout.flush()
    line = sys.stdin.readline()
    return line.rstrip("\n") if line else None


@asynccontextmanager
async def _peer(settings: Settings, wanted: Wanted) -> AsyncIterator[Looks]:
    if wanted.canned:
        findings: list[Finding] = []
        script = load_script(wanted.canned, findings)
        if script is None:
            raise TemplatesError(findings)
        yield CannedPeer(script.script.functions)
        return
    from workers.composing import core_side_of  # noqa: PLC0415 (a canned dial loads no core)
    from workers.dials.looking import DialLookups  # noqa: PLC0415
    from workers.journal import Journal  # noqa: PLC0415

    journal = Journal(settings.journal.url)
    side = core_side_of(settings, journal, lambda: None)
    try:
        words = words_of(settings).current
        yield DialLookups(side.calls, journal.database, words, languages_of(settings), side.offers.current)
    finally:
        await side.client.close()
        journal.close()
