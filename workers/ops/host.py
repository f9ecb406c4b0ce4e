"""`tonegate up`: one host, all of its processes, one of it at a time."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Collection

import typer

from workers.embedded import beside_journal, remove_socket
from workers.journal import migrate
from workers.ops.processes import WITH, programs
from workers.ops.single import AlreadyUpError, only_one
from workers.ops.supervise import supervise
from workers.settings import Settings

__all__ = ["WITH", "run"]


class HostBusyError(Exception):
    """This journal's host is up already."""


def run(settings: Settings, added: Collection[str], page: str) -> None:
    """Migrate the journal and run this host's processes until told to stop; `added` is from `WITH`.

    Raises `HostBusyError`, `CannotRunError` and `JournalUnavailable` before anything is started.
    """
    for warning in settings.warnings:
        typer.echo(f"warning: {warning}", err=True)
    watched = sys.stdout.isatty() and not os.environ.get("TONEGATE_LOG")
    host = programs(settings, added, page, {"TONEGATE_LOG": "pretty"} if watched else {}, time.time())
    try:
        with only_one(beside_journal(settings, ".up.lock")):
            migrate(settings.journal.url)
            try:
                supervise(host, sys.stdout.buffer)
            finally:
                remove_socket(settings)
    except AlreadyUpError as error:
        raise HostBusyError(f"`tonegate up` runs already on this journal: {error}; stop that one first") from None
