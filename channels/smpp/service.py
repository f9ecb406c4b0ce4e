"""The listener process: the binds, with the journal before them and the bell behind."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from channels.smpp.listener import run
from channels.smpp.operations import Operations
from channels.smpp.smsc_orders import JournalOrderBook
from channels.smpp.state import OnState
from channels.smpp.switchboard import JournalSwitchboard
from workers.app import make_app, make_bell
from workers.child import words_of
from workers.embedded import redis_url
from workers.journal import Journal
from workers.postbox import Postbox
from workers.reception import Reception
from workers.settings import BindSettings, Settings, load


async def serve(settings: Settings, *, stop: asyncio.Event, on_state: OnState = lambda _: None) -> None:
    """Keep this host's binds bound until `stop` is set, as operations want them (`tonegate binds`).

    Raises BindsDontFit, `TemplatesError` or `NotMigrated` before anything is connected.
    """
    grammar, _ = words_of(settings)
    journal = Journal(settings.journal.url, dedupe_s=settings.dialogue.dedupe_s)
    try:
        journal.require_newest()
        bell = make_bell(settings, make_app(settings))
        postbox = Postbox(journal, redis_url(settings))
        await postbox.start()
        try:
            reception = Reception(journal, bell, grammar, clock=time.time)
            await run(
                settings.smpp.binds,
                reception,
                postbox,
                stop=stop,
                on_state=on_state,
                operations=Operations(
                    JournalSwitchboard(journal.database),
                    partial(asyncio.to_thread, _binds_now, settings.file),
                    JournalOrderBook(journal.database, journal.owner),
                ),
                spoken=settings.dialogue.languages,
            )
        finally:
            await postbox.close()
            await asyncio.to_thread(bell.close)
    finally:
        await asyncio.to_thread(journal.close)


def _binds_now(file: Path | None) -> Sequence[BindSettings]:
    """Raises `SettingsError`."""
    return load(file, os.environ).smpp.binds
