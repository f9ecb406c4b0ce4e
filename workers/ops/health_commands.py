"""`tonegate health`: the verdict of `/health` at a prompt, for systemd and for load balancers that run a program."""

from __future__ import annotations

from typing import Annotated

import typer

from workers.ops.prompt import settings_of

AsJson = Annotated[bool, typer.Option("--json", help="As JSON, for a script.")]


def health(context: typer.Context, json: AsJson = False) -> None:
    """Say whether rows make progress: exit code 0, or 1 with what is wrong and how to mend it.

    It answers within a few seconds, whatever hangs.
    """
    from workers.journal import Database
    from workers.ops import apart
    from workers.ops.health import Nurse
    from workers.ops.shown import as_json

    settings = settings_of(context)
    database = Database(settings.journal.url)
    try:
        found = apart.run(Nurse(settings, database).ask())
    finally:
        database.close()
    if json:
        as_json(found.plain())
    else:
        for sign, ones in (("WRONG", found.wrong), ("note ", found.waiting)):  # a pause is urgent, and no sickness
            for one in ones:
                typer.echo(f"{sign} {one.what} {one.mend}".rstrip())
        if found.well:
            typer.echo("well: rows make progress")
    raise typer.Exit(0 if found.well else 1)
