"""The command for retention."""

from __future__ import annotations

from typing import Annotated

import typer

from workers.ops.prompt import author as whoever_calls
from workers.ops.prompt import fail, settings_of


def purge(
    context: typer.Context,
    older_than: Annotated[
        str, typer.Option(metavar="90d", help="Received so many days ago or earlier.", show_default="retention.days")
    ] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Do it; without, it is only shown what would be done.")] = False,
    author: Annotated[str, typer.Option(help="Who, for the history.", show_default="this user and host")] = "",
    reason: Annotated[str, typer.Option(help="Why, for the history.")] = "",
    json: Annotated[bool, typer.Option("--json", help="As JSON, for a script.")] = False,
) -> None:
    """Blank the texts and hash the numbers of what is long over; unknown and dead messages are left alone.

    Without --yes it only says what would happen.
    """
    from workers.ops import purging
    from workers.retention import NoKeyError

    settings = settings_of(context)
    wanted = older_than or (str(settings.retention.days) if settings.retention.days else "")
    try:
        days = purging.days(wanted)
    except ValueError:
        raise typer.BadParameter("say how many days, such as 90d", param_hint="--older-than") from None
    try:
        purging.purge(settings, days, yes=yes, author=author or whoever_calls(), reason=reason, json=json)
    except NoKeyError as error:
        fail(str(error))
