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
from channels.smpp.pdu_log import PduLog
from channels.smpp.smsc_orders import JournalOrderBook
from channels.smpp.state import OnState
from channels.smpp.surroundings import MakeDials, no_dials
from channels.smpp.switchboard import JournalSwitchboard
from workers.app import make_app, make_bell
from workers.embedded import redis_url
from workers.journal import Journal
from workers.postbox import Postbox
from workers.reception import Reception
from workers.settings import BindSettings, Settings, load
from workers.spoken import words_of


async def serve(
    settings: Settings,
    *,
    stop: asyncio.Event,
    on_state: OnState = lambda _: None,
    pdu_log: Path | str | None = None,
    dials: MakeDials = no_dials,
) -> None:
    """Keep this host's binds bound until `stop` is set, as operations want them (`tonegate binds`).

    `dials` makes what takes USSD over a bind.  `pdu_log` is where every PDU is written, in place of the settings' own;
    `-` is standard output.  Raises BindsDontFit, `TemplatesError`, `NotMigrated`, or OSError for the log, before
    anything is connected.
    """
    written_to = pdu_log or settings.smpp.pdu_log
    log = PduLog(written_to) if written_to else None
    try:
        await _serve(settings, stop, on_state, log, dials)
    finally:
        if log is not None:
            await asyncio.to_thread(log.close)


async def _serve(
    settings: Settings, stop: asyncio.Event, on_state: OnState, pdu_log: PduLog | None, dials: MakeDials
) -> None:
    words = words_of(settings)
    journal = Journal(settings.journal.url, dedupe_s=settings.dialogue.dedupe_s)
    try:
        journal.require_newest()
        bell = make_bell(settings, make_app(settings))
        postbox = Postbox(journal, redis_url(settings))
        await postbox.start()
        watching = asyncio.create_task(words.watch())
        try:
            reception = Reception(journal, bell, words.current, clock=time.time)
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
                pdu_log=pdu_log,
                dials=dials,
            )
        finally:
            watching.cancel()
            await postbox.close()
            await asyncio.to_thread(bell.close)
    finally:
        await asyncio.to_thread(journal.close)


def _binds_now(file: Path | None) -> Sequence[BindSettings]:
    """Raises `SettingsError`."""
    return load(file, os.environ).smpp.binds
