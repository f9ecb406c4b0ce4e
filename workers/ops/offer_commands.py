"""The commands about offers, for marketing and for whoever is asked why a tone cost what it did."""

from __future__ import annotations

import time
from datetime import datetime
from typing import Annotated

import typer

from workers.ops.prompt import fail, settings_of

offers = typer.Typer(help="Offers: what is wrong with them, which one wins and why.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="As JSON, for a script.")]


@offers.command()
def check(context: typer.Context, json: AsJson = False) -> None:
    """Look at the files of offers, promoted tones and the club: each line says what is wrong, or ought to be known."""
    from workers.ops import offers as look

    if not look.check(settings_of(context), json=json):
        raise typer.Exit(1)


@offers.command()
def explain(
    context: typer.Context,
    number: Annotated[str, typer.Option(help="Who would pay, with the country's code.")],
    tone: Annotated[str, typer.Option(help="The tone's code.")] = "",
    bundle: Annotated[str, typer.Option(help="The bundle's code, in the place of a tone's.")] = "",
    at: Annotated[str, typer.Option(help="When, as 2027-02-05T22:00 here or with +08:00.", show_default="now")] = "",
    brand: Annotated[str | None, typer.Option(help="His brand.", show_default="as the core has it")] = None,
    price: Annotated[
        int | None, typer.Option(min=0, help="Without an offer, in the smallest unit.", show_default="the catalogue's")
    ] = None,
    level: Annotated[
        str | None, typer.Option(help="His level of the music club, '' for none.", show_default="as the core has it")
    ] = None,
    json: AsJson = False,
) -> None:
    """Say which offer wins, and why each other one doesn't."""
    from workers.dialogue import TemplatesError
    from workers.ops import offers as look

    if bool(tone) == bool(bundle) or not (tone or bundle).isdecimal():
        raise typer.BadParameter("give one code, such as --tone 600902000001", param_hint="--tone")
    whom = number.strip().removeprefix("+")
    if not whom.isdecimal():
        raise typer.BadParameter("give digits with the country's code, such as 8613800000001", param_hint="--number")
    try:
        moment = datetime.fromisoformat(at).timestamp() if at else time.time()
    except (ValueError, OverflowError):
        raise typer.BadParameter("write 2027-02-05T22:00, or with +08:00 behind it", param_hint="--at") from None
    question = look.Question(whom, tone or bundle, moment, bool(bundle), brand, price, level)
    try:
        look.explain(settings_of(context), question, json=json)
    except TemplatesError as error:
        fail(*map(str, error.findings))
    except look.CannotTellError as error:
        fail(str(error))


@offers.command("list")
def list_(context: typer.Context, json: AsJson = False) -> None:
    """Every offer, whether it is open now, and how often it was had."""
    from workers.dialogue import TemplatesError
    from workers.ops import offers as look

    try:
        look.list_offers(settings_of(context), json=json)
    except TemplatesError as error:
        fail(*map(str, error.findings))
    except look.CannotTellError as error:
        fail(str(error))
