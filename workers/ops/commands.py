"""The operations commands of the front door: look into a host and its journal, and mend what is wrong there."""

from __future__ import annotations

from typing import Annotated

import typer

from workers.ops.consent_commands import consents
from workers.ops.dnd_commands import dnd
from workers.ops.offer_commands import offers
from workers.ops.prompt import fail, settings_of
from workers.ops.smsc_commands import binds, sent
from workers.ops.users_commands import users

LOOK, _MEND = "Look", "Mend"

commands = typer.Typer()
commands.add_typer(offers, name="offers", rich_help_panel=LOOK)
commands.add_typer(binds, name="binds", rich_help_panel=_MEND)
commands.add_typer(sent, name="sent", rich_help_panel=_MEND)
commands.add_typer(consents, name="consents", rich_help_panel=LOOK)
commands.add_typer(dnd, name="dnd", rich_help_panel=_MEND)
commands.add_typer(users, name="users", rich_help_panel=_MEND)

AsJson = Annotated[bool, typer.Option("--json", help="As JSON, for a script.")]
Reveal = Annotated[bool, typer.Option("--reveal", help="Show whole numbers and texts.")]
Reason = Annotated[str, typer.Option(help="Why, for the history.")]


@commands.command(rich_help_panel=LOOK)
def queues(context: typer.Context, json: AsJson = False) -> None:
    """What waits: messages by queue and state, answers by bind."""
    from workers.ops import look

    look.queues(settings_of(context), json=json)


@commands.command(rich_help_panel=LOOK)
def messages(
    context: typer.Context,
    number: Annotated[str, typer.Option(help="Of this sender.")] = "",
    state: Annotated[
        str, typer.Option(help="received, claimed, waiting, done, refused, accepted, unknown, dead.")
    ] = "",
    outcome: Annotated[str, typer.Option(help="Why it ended so, e.g. balance.")] = "",
    bind: Annotated[str, typer.Option(help="That came over this bind.")] = "",
    code: Annotated[str, typer.Option(help="With this in their text, a tone code for instance.")] = "",
    since: Annotated[str, typer.Option(help="2h, 3d or 2025-01-31T08:00.")] = "",
    until: Annotated[str, typer.Option(help="Likewise.")] = "",
    before: Annotated[int | None, typer.Option(help="With a smaller id: for paging.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10000, help="How many.")] = 50,
    json: AsJson = False,
    reveal: Reveal = False,
) -> None:
    """Find messages, the newest first."""
    from workers.journal import Filter, InboxState
    from workers.ops import look

    if state and state not in list(InboxState):
        raise typer.BadParameter(f"no {state}; there are {', '.join(InboxState)}", param_hint="--state")
    try:
        begin, end = look.when(since), look.when(until)
    except ValueError:
        raise typer.BadParameter("write 2h, 3d or 2025-01-31T08:00", param_hint="--since/--until") from None
    wanted = Filter(number.lstrip("+"), state, outcome, bind, code, begin, end, before, limit)
    look.messages(settings_of(context), wanted, json=json, reveal=reveal)


@commands.command(rich_help_panel=LOOK)
def show(context: typer.Context, message: str, json: AsJson = False, reveal: Reveal = False) -> None:
    """The whole life of one MESSAGE, by its id or transaction id."""
    from workers.ops import look

    if not look.show(settings_of(context), message, json=json, reveal=reveal):
        fail(f"no message {message}; find it with `tonegate messages`")


@commands.command(rich_help_panel=_MEND)
def migrate(context: typer.Context) -> None:
    """Make the journal, or bring it to this version; `up` does so by itself."""
    from workers.journal import migrate as migrate_journal

    typer.echo(f"the journal is at {migrate_journal(settings_of(context).journal.url)}")


@commands.command(rich_help_panel=_MEND)
def replay(
    context: typer.Context,
    message: Annotated[list[str] | None, typer.Argument(help="Ids or transaction ids.")] = None,
    state: Annotated[str, typer.Option(help="All that are unknown, dead or waiting, 1,000 at a time.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be done.")] = False,
    reason: Reason = "",
    json: AsJson = False,
) -> None:
    """Do messages again, under their own transaction id: what is done is never ordered again."""
    from workers.journal import Filter
    from workers.ops import mend

    if bool(message) == bool(state) or state not in ("", "unknown", "dead", "waiting"):
        raise typer.BadParameter("name messages, or --state unknown, dead or waiting")
    wanted = Filter(state=state, limit=1000) if state else None
    if not mend.replay(settings_of(context), message or [], wanted, reason=reason, dry_run=dry_run, json=json):
        raise typer.Exit(1)


@commands.command(rich_help_panel=_MEND)
def bury(context: typer.Context, message: list[str], reason: Reason = "", json: AsJson = False) -> None:
    """Give up messages that wait for operations."""
    from workers.ops import mend

    if not mend.bury(settings_of(context), message, reason=reason, json=json):
        raise typer.Exit(1)
