"""The commands about numbers that do not want to be disturbed."""

from __future__ import annotations

from typing import Annotated

import typer

from workers.ops.prompt import fail, settings_of

dnd = typer.Typer(
    help="Do not disturb: numbers that are sent nothing they did not ask for, such as gifts and reminders.",
    no_args_is_help=True,
)

Reason = Annotated[str, typer.Option(help="Why, for the history.")]
Numbers = Annotated[list[str], typer.Argument(metavar="NUMBER…", help="With the country code, with or without +.")]


@dnd.command()
def add(context: typer.Context, numbers: Numbers, reason: Reason = "") -> None:
    """Leave these numbers alone from now on."""
    from workers.ops import dnd as wishes

    wishes.add(settings_of(context), _digits(numbers), reason=reason)


@dnd.command()
def remove(context: typer.Context, numbers: Numbers, reason: Reason = "") -> None:
    """Take these numbers off the list."""
    from workers.ops import dnd as wishes

    if missing := wishes.remove(settings_of(context), _digits(numbers), reason=reason):
        fail(f"{len(missing)} of these were not on the list")


@dnd.command("list")
def list_(
    context: typer.Context,
    json: Annotated[bool, typer.Option("--json", help="As JSON, for a script.")] = False,
    reveal: Annotated[bool, typer.Option("--reveal", help="Show whole numbers.")] = False,
) -> None:
    """Who is left alone, since when, and who says so."""
    from workers.ops import dnd as wishes

    wishes.show(settings_of(context), json=json, reveal=reveal)


def _digits(numbers: list[str]) -> list[str]:
    from workers.ops import dnd as wishes

    try:
        return [wishes.digits(number) for number in numbers]
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="NUMBER") from None
