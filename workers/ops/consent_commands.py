"""The commands about the record of consents."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from workers.ops.prompt import fail, settings_of

consents = typer.Typer(
    help="What subscribers agreed to: prove the record, look it up, take it out.", no_args_is_help=True
)

AsJson = Annotated[bool, typer.Option("--json", help="As JSON, for a script.")]
Reveal = Annotated[bool, typer.Option("--reveal", help="Show whole numbers.")]


class Form(StrEnum):
    """How the record is written out."""

    JSONL = "jsonl"
    CSV = "csv"


@consents.command()
def verify(
    context: typer.Context,
    noted: Annotated[
        str, typer.Option("--noted", metavar="SEQ:HASH", help="The chain's end, as an earlier `verify` printed it.")
    ] = "",
    json: AsJson = False,
) -> None:
    """Prove that no row was changed, taken out or put in; note the end that is printed, elsewhere."""
    from workers.ops import consents as look

    try:
        head = look.head_of(noted)
    except ValueError:
        raise typer.BadParameter("write it as `verify` prints it, SEQ:HASH", param_hint="--noted") from None
    if not look.verify(settings_of(context), head, json=json):
        raise typer.Exit(1)


@consents.command()
def show(
    context: typer.Context,
    which: Annotated[str, typer.Argument(metavar="NUMBER|ID", help="A number, a transaction id, or a row's place.")],
    json: AsJson = False,
    reveal: Reveal = False,
) -> None:
    """What a subscriber agreed to or refused, or one row of the record."""
    from workers.ops import consents as look

    if not look.show(settings_of(context), which, json=json, reveal=reveal) and not json:
        fail("no such consent")


@consents.command()
def export(
    context: typer.Context,
    form: Annotated[Form, typer.Option("--format", help="JSON lines, or CSV.")] = Form.JSONL,
    since: Annotated[str, typer.Option(help="2h, 3d or 2025-01-31T08:00.")] = "",
    until: Annotated[str, typer.Option(help="Likewise.")] = "",
    reveal: Reveal = False,
) -> None:
    """Write the record to standard output, the oldest first."""
    from workers.ops import consents as write
    from workers.ops import look

    try:
        begin, end = look.when(since), look.when(until)
    except ValueError:
        raise typer.BadParameter("write 2h, 3d or 2025-01-31T08:00", param_hint="--since/--until") from None
    write.export(settings_of(context), form.value, begin, end, reveal=reveal)
