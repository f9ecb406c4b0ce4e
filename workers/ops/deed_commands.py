"""The command for who did what."""

from __future__ import annotations

from typing import Annotated

import typer

from workers.ops.prompt import settings_of


def deeds(
    context: typer.Context,
    since: Annotated[str, typer.Option(help="2h, 3d or 2025-01-31T08:00.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=10000, help="How many on a page.")] = 50,
    cursor: Annotated[str, typer.Option(help="Where the page begins, as the one before has told.")] = "",
    json: Annotated[bool, typer.Option("--json", help="As JSON, for a script.")] = False,
) -> None:
    """Who did what, the newest first: switches, pauses, purges, users, log-ins.

    What was done to one message stands on its time line: `tonegate show`.
    """
    from workers.ops import deeds as done
    from workers.ops import look

    try:
        begin = look.when(since)
    except ValueError:
        raise typer.BadParameter("write 2h, 3d or 2025-01-31T08:00", param_hint="--since") from None
    try:
        done.show(settings_of(context), begin, limit=limit, cursor=cursor, json=json)
    except ValueError:
        raise typer.BadParameter("take it from the page before", param_hint="--cursor") from None
