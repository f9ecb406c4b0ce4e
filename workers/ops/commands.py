"""The operations commands of the front door: look into a host and its journal, and mend what is wrong there."""

from __future__ import annotations

from typing import Annotated

import typer

from workers.ops.consent_commands import consents
from workers.ops.deed_commands import deeds
from workers.ops.dnd_commands import dnd
from workers.ops.health_commands import health
from workers.ops.hold_commands import pause, resume
from workers.ops.message_commands import bury, messages, replay, show
from workers.ops.offer_commands import offers
from workers.ops.prompt import settings_of
from workers.ops.purge_commands import purge
from workers.ops.smsc_commands import binds, sent
from workers.ops.statistics_commands import stats
from workers.ops.users_commands import users

LOOK, _MEND = "Look", "Mend"

commands = typer.Typer()
commands.add_typer(offers, name="offers", rich_help_panel=LOOK)
commands.add_typer(stats, name="stats", rich_help_panel=LOOK)
commands.add_typer(binds, name="binds", rich_help_panel=_MEND)
commands.add_typer(sent, name="sent", rich_help_panel=_MEND)
commands.add_typer(consents, name="consents", rich_help_panel=LOOK)
commands.add_typer(dnd, name="dnd", rich_help_panel=_MEND)
commands.add_typer(users, name="users", rich_help_panel=_MEND)

commands.command(rich_help_panel=LOOK)(messages)
commands.command(rich_help_panel=LOOK)(show)
commands.command(rich_help_panel=LOOK)(deeds)
commands.command(rich_help_panel=LOOK)(health)
commands.command(rich_help_panel=_MEND)(replay)
commands.command(rich_help_panel=_MEND)(bury)
commands.command(rich_help_panel=_MEND)(pause)
commands.command(rich_help_panel=_MEND)(resume)
commands.command(rich_help_panel=_MEND)(purge)

AsJson = Annotated[bool, typer.Option("--json", help="As JSON, for a script.")]


@commands.command(rich_help_panel=LOOK)
def queues(
    context: typer.Context,
    watch: Annotated[bool, typer.Option("--watch", help="Again and again, until Ctrl-C.")] = False,
    every_s: Annotated[float, typer.Option(min=0.2, help="How often, with --watch.")] = 2.0,
    rates: Annotated[
        bool, typer.Option("--rates", help="Only how fast messages come and are answered, also where none waits.")
    ] = False,
    json: AsJson = False,
) -> None:
    """What waits: messages by channel, queue and state, answers by bind; and how fast they come and go."""
    from workers.ops import queues as look

    if watch and json:
        raise typer.BadParameter("a script asks again by itself: leave out --watch or --json", param_hint="--watch")
    if watch and rates:
        raise typer.BadParameter("it shows them beside what waits: leave out --rates", param_hint="--watch")
    if watch:
        look.watch(settings_of(context), every_s=every_s)
    elif rates:
        look.show_rates(settings_of(context), json=json)
    else:
        look.show(settings_of(context), json=json)


@commands.command(rich_help_panel=_MEND)
def migrate(context: typer.Context) -> None:
    """Make the journal, or bring it to this version; `up` does so by itself."""
    from workers.journal import migrate as migrate_journal

    typer.echo(f"the journal is at {migrate_journal(settings_of(context).journal.url)}")
