"""The commands of statistics, for marketing and product: what came of messages, beside the year before."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from workers.ops.prompt import settings_of

if TYPE_CHECKING:
    from workers.ops.statistics.looking import Look
    from workers.ops.statistics.sheets import Report

stats = typer.Typer()


class By(StrEnum):
    """What figures are told apart by; the values of `workers.ops.statistics.Dimension`, which loads the journal."""

    DAY = "day"
    MONTH = "month"
    BRAND = "brand"
    OFFER = "offer"
    CHANNEL = "channel"
    LANGUAGE = "language"
    ACTION = "action"


From = Annotated[str, typer.Option("--from", metavar="DATE", help="The first day, YYYY-MM-DD, in limits.time_zone.")]
To = Annotated[str, typer.Option("--to", metavar="DATE", help="The last day; today unless said.")]
Last = Annotated[
    str, typer.Option("--last", metavar="30d|12m", help="So many days, or months, up to today; 30d unless said.")
]
Month = Annotated[str, typer.Option("--month", metavar="YYYY-MM", help="That month, up to today.")]
Year = Annotated[str, typer.Option("--year", metavar="YYYY", help="That year, up to today.")]
Limit = Annotated[int, typer.Option(min=1, max=100_000, help="How many rows at most.")]
AsJson = Annotated[bool, typer.Option("--json", help="As JSON, for a script; money in the core's smallest unit.")]
AsCsv = Annotated[bool, typer.Option("--csv", help="As CSV, for a spreadsheet; money likewise.")]


@stats.callback(invoke_without_command=True)
def overview(
    context: typer.Context,
    first: From = "",
    last: To = "",
    lately: Last = "",
    month: Month = "",
    year: Year = "",
    json: AsJson = False,
    csv: AsCsv = False,
) -> None:
    """Statistics: users and who paid, orders, revenue, gifts, what was lost; each beside the same days a year before.

    Of the last 30 days unless others are named; the commands below take the same options, behind their names.
    """
    given = (first, last, lately, month, year, json, csv)
    if context.invoked_subcommand is None:
        _show(context, given, lambda look: look.overview())
    elif any(given):
        raise typer.BadParameter(f"write options behind the command: tonegate stats {context.invoked_subcommand} …")


@stats.command()
def by(
    context: typer.Context,
    dimension: Annotated[By, typer.Argument(metavar="DIMENSION", help="What a row stands for.")],
    first: From = "",
    last: To = "",
    lately: Last = "",
    month: Month = "",
    year: Year = "",
    limit: Limit = 1000,
    json: AsJson = False,
    csv: AsCsv = False,
) -> None:
    """Messages, orders, users, who paid and revenue by day, month, brand, offer, channel, language or action."""
    _show(context, (first, last, lately, month, year, json, csv), lambda look: look.by(dimension, limit))


@stats.command()
def funnel(
    context: typer.Context,
    first: From = "",
    last: To = "",
    lately: Last = "",
    month: Month = "",
    year: Year = "",
    json: AsJson = False,
    csv: AsCsv = False,
) -> None:
    """How far messages got, in all and by action: received, understood, quoted, confirmed, done."""
    _show(context, (first, last, lately, month, year, json, csv), lambda look: look.funnel())


@stats.command()
def screens(
    context: typer.Context,
    first: From = "",
    last: To = "",
    lately: Last = "",
    month: Month = "",
    year: Year = "",
    limit: Limit = 1000,
    json: AsJson = False,
    csv: AsCsv = False,
) -> None:
    """Where dials give up: of each screen how many came to it, went on, hung up or pressed what is no choice."""
    _show(context, (first, last, lately, month, year, json, csv), lambda look: look.screens(limit))


@stats.command()
def words(
    context: typer.Context,
    first: From = "",
    last: To = "",
    lately: Last = "",
    month: Month = "",
    year: Year = "",
    limit: Limit = 50,
    json: AsJson = False,
    csv: AsCsv = False,
) -> None:
    """First words of texts that nobody understood, the most frequent first."""
    _show(context, (first, last, lately, month, year, json, csv), lambda look: look.words(limit))


@stats.command()
def tones(
    context: typer.Context,
    first: From = "",
    last: To = "",
    lately: Last = "",
    month: Month = "",
    year: Year = "",
    limit: Limit = 50,
    json: AsJson = False,
    csv: AsCsv = False,
) -> None:
    """Tones that were ordered and given most."""
    _show(context, (first, last, lately, month, year, json, csv), lambda look: look.tones(limit))


@stats.command()
def offers(
    context: typer.Context,
    first: From = "",
    last: To = "",
    lately: Last = "",
    month: Month = "",
    year: Year = "",
    limit: Limit = 50,
    json: AsJson = False,
    csv: AsCsv = False,
) -> None:
    """What each offer brought: how often it was taken, by how many, for how much."""
    _show(context, (first, last, lately, month, year, json, csv), lambda look: look.offers(limit))


def _show(
    context: typer.Context, given: tuple[str, str, str, str, str, bool, bool], report: Callable[[Look], Report]
) -> None:
    from workers.ops.statistics.asking import BadSpan
    from workers.ops.statistics.looking import show

    first, last, lately, month, year, json, csv = given
    if json and csv:
        raise typer.BadParameter("take --json or --csv", param_hint="--csv")
    asked = {"first": first, "last": last, "lately": lately, "month": month, "year": year}
    try:
        show(settings_of(context), asked, report, form="json" if json else "csv" if csv else "table")
    except BadSpan as error:
        raise typer.BadParameter(str(error), param_hint=f"--{error.word}") from None
