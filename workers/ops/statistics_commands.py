"""The commands of statistics, for marketing and product: what came of messages, beside the year before.

Which days are meant and how they are shown stand once, as `Asked`, and are options of each command.
"""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import wraps
from typing import TYPE_CHECKING, Annotated, Any, Literal

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


Dimension = Annotated[By, typer.Argument(metavar="DIMENSION", help="What a row stands for.")]
MOST = 100_000
Limit = Annotated[int, typer.Option(min=1, max=MOST, help="How many rows at most.")]


@dataclass(frozen=True, slots=True)
class Asked:
    """Which days, and how they are shown: the options of every command, with their help."""

    first: Annotated[
        str, typer.Option("--from", metavar="DATE", help="The first day, YYYY-MM-DD, in limits.time_zone.")
    ] = ""
    last: Annotated[str, typer.Option("--to", metavar="DATE", help="The last day; today unless said.")] = ""
    lately: Annotated[
        str, typer.Option("--last", metavar="30d|12m", help="So many days, or months, up to today; 30d unless said.")
    ] = ""
    month: Annotated[str, typer.Option("--month", metavar="YYYY-MM", help="That month, up to today.")] = ""
    year: Annotated[str, typer.Option("--year", metavar="YYYY", help="That year, up to today.")] = ""
    json: Annotated[bool, typer.Option("--json", help="As JSON, for a script; money in the core's smallest unit.")] = (
        False
    )
    csv: Annotated[bool, typer.Option("--csv", help="As CSV, for a spreadsheet; money likewise.")] = False

    @property
    def form(self) -> Literal["table", "json", "csv"]:
        """How they are shown."""
        return "json" if self.json else "csv" if self.csv else "table"


@dataclass(frozen=True, slots=True)
class Alone:
    """What the figures are of, where not of everything: options of the commands whose figures can be told apart so."""

    brand: Annotated[
        str | None, typer.Option(metavar="BRAND", help="Of that brand alone, '' for messages it was not asked for.")
    ] = None
    channel: Annotated[str | None, typer.Option(metavar="CHANNEL", help="Of that channel alone, such as sms.")] = None
    language: Annotated[
        str | None, typer.Option(metavar="CODE", help="Of what was answered in that language alone, such as fr.")
    ] = None
    offer: Annotated[
        str | None, typer.Option(metavar="OFFER", help="Of that offer alone, '' for the catalogue's price.")
    ] = None

    @property
    def only(self) -> dict[str, str]:
        """The value that is meant of each column named."""
        return {name: value for name in _ALONE if (value := getattr(self, name)) is not None}


_DAYS, _ALONE = (inspect.signature(group).parameters for group in (Asked, Alone))


def _takes_days(command: Callable[..., None]) -> Callable[..., None]:
    """A command of context, what is asked and its own options, as Typer reads one: by a signature that has them all."""
    context, _, *own = inspect.signature(command).parameters.values()

    @wraps(command)
    def told(context: typer.Context, **given: Any) -> None:
        command(context, Asked(**{name: given.pop(name) for name in _DAYS}), **given)

    told.__signature__ = _signature(context, *_DAYS.values(), *own)  # type: ignore[attr-defined]
    return told


def _takes_alone(command: Callable[..., None]) -> Callable[..., None]:
    """Likewise, with what the figures are of behind what is asked."""
    context, asked, _, *own = inspect.signature(command).parameters.values()

    @wraps(command)
    def told(context: typer.Context, asked: Asked, **given: Any) -> None:
        command(context, asked, Alone(**{name: given.pop(name) for name in _ALONE}), **given)

    told.__signature__ = _signature(context, asked, *own, *_ALONE.values())  # type: ignore[attr-defined]
    return told


def _signature(context: inspect.Parameter, *options: inspect.Parameter) -> inspect.Signature:
    return inspect.Signature([context, *(one.replace(kind=one.KEYWORD_ONLY) for one in options)])


@stats.callback(invoke_without_command=True)
@_takes_days
@_takes_alone
def overview(context: typer.Context, asked: Asked, alone: Alone) -> None:
    """Statistics: users and who paid, orders, revenue, gifts, what was lost; each beside the same days a year before.

    Of the last 30 days unless others are named; the commands below take the same days, behind their names.
    """
    if context.invoked_subcommand is None:
        _show(context, asked, lambda look, _: look.overview(), alone=alone)
    elif (asked, alone) != (Asked(), Alone()):
        raise typer.BadParameter(f"write options behind the command: tonegate stats {context.invoked_subcommand} …")


@stats.command()
@_takes_days
@_takes_alone
def by(context: typer.Context, asked: Asked, alone: Alone, dimension: Dimension, limit: Limit = 1000) -> None:
    """Messages, orders, users, who paid and revenue by day, month, brand, offer, channel, language or action."""
    _show(context, asked, lambda look, most: look.by(dimension, most), limit, alone=alone)


@stats.command()
@_takes_days
@_takes_alone
def funnel(context: typer.Context, asked: Asked, alone: Alone) -> None:
    """How far messages got, in all and by action: received, understood, quoted, confirmed, done."""
    _show(context, asked, lambda look, _: look.funnel(), alone=alone)


@stats.command()
@_takes_days
def screens(context: typer.Context, asked: Asked, limit: Limit = 1000) -> None:
    """Where dials give up: of each screen how many came to it, went on, hung up or pressed what is no choice."""
    _show(context, asked, lambda look, most: look.screens(most), limit)


@stats.command()
@_takes_days
def words(context: typer.Context, asked: Asked, limit: Limit = 50) -> None:
    """First words of texts that nobody understood, the most frequent first."""
    _show(context, asked, lambda look, most: look.words(most), limit)


@stats.command()
@_takes_days
def tones(context: typer.Context, asked: Asked, limit: Limit = 50) -> None:
    """Tones that were ordered and given most."""
    _show(context, asked, lambda look, most: look.tones(most), limit)


@stats.command()
@_takes_days
def offers(context: typer.Context, asked: Asked, limit: Limit = 50) -> None:
    """What each offer brought: how often it was taken, by how many, for how much."""
    _show(context, asked, lambda look, most: look.offers(most), limit)


def _show(
    context: typer.Context,
    asked: Asked,
    report: Callable[["Look", int], "Report"],
    limit: int = MOST,
    *,
    alone: Alone = Alone(),
) -> None:
    from workers.ops.statistics.asking import BadSpan
    from workers.ops.statistics.looking import show
    from workers.ops.statistics.narrowing import NothingOfItError

    if asked.json and asked.csv:
        raise typer.BadParameter("take --json or --csv", param_hint="--csv")
    days = {name: getattr(asked, name) for name in ("first", "last", "lately", "month", "year")}
    try:
        show(settings_of(context), days, alone.only, report, form=asked.form, limit=limit)
    except BadSpan as error:
        raise typer.BadParameter(str(error), param_hint=f"--{error.word}") from None
    except NothingOfItError as error:
        raise typer.BadParameter(str(error), param_hint=f"--{error.column}") from None
