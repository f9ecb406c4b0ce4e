"""The front door: the command line, composing what the rooms offer; nothing else.

Here stand the commands that need the channels; the others are in `workers.ops`.
"""

from __future__ import annotations

import os
import sys
from contextlib import nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from channels.ussd.menu_commands import menu
from workers.ops.commands import LOOK, AsJson, commands
from workers.ops.lifeline import die_with_supervisor
from workers.ops.prompt import address, fail, settings_of
from workers.ops.run_commands import PAGE, Page, metrics, ready, redis, sandbox, up, worker
from workers.privacy import mask_text

if TYPE_CHECKING:
    import asyncio
    from contextlib import AbstractAsyncContextManager

    from channels.smpp.surroundings import MakeDials
    from workers.ops.line import Line
    from workers.settings import Settings

_OWN_ROOMS = ("workers.", "channels.", "core_client.")
_RUN = "Run"

app = typer.Typer(
    help="The SMS and USSD door to a mobile operator's ringback tone service.",
    epilog="Exit code 0: as asked; 1: something is wrong; 2: called wrongly.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def _front_door(
    context: typer.Context,
    config: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="The settings.", show_default="tonegate.toml in the working folder"),
    ] = None,
) -> None:
    die_with_supervisor(os.environ)
    context.obj = config


app.command(rich_help_panel=_RUN)(up)


@app.command(rich_help_panel=_RUN)
def smpp(
    context: typer.Context,
    pdu_log: Annotated[
        str,
        typer.Option(
            metavar="FILE", help="Write every PDU there, decoded and masked; - is here.", show_default="smpp.pdu_log"
        ),
    ] = "",
) -> None:
    """Keep this host's binds with SMSCs bound."""
    from channels.smpp.service import serve as serve_binds
    from workers import logs, moments
    from workers.dialogue import TemplatesError
    from workers.embedded import redis_url
    from workers.ops.bind_states import BindBoard
    from workers.ops.serving import serve

    settings = settings_of(context)
    logs.configure("smpp", os.environ)
    moments.begin(settings, "smpp")

    async def room(stop: asyncio.Event) -> None:
        board = BindBoard(redis_url(settings))
        try:
            async with _dials(settings) as dials:
                await serve_binds(
                    settings,
                    stop=stop,
                    on_state=lambda state: board.post(state.name, asdict(state)),
                    pdu_log=pdu_log or None,
                    dials=dials,
                )
        finally:
            await board.close()

    try:
        serve(room)
    except TemplatesError as error:
        fail(*map(str, error.findings))


def _dials(settings: Settings) -> AbstractAsyncContextManager[MakeDials]:
    """What makes the doors before binds that speak USSD; where none does, no menu is loaded and nothing opened."""
    if any(bind.ussd_dialect for bind in settings.smpp.binds):
        from channels.ussd.service import dials_over_smpp

        return dials_over_smpp(settings)
    from channels.smpp.surroundings import no_dials

    return nullcontext(no_dials)


@app.command(rich_help_panel=_RUN)
def ussd(context: typer.Context) -> None:
    """Answer the USSD gateways that call over HTTP."""
    from channels.ussd.service import serve as serve_dials
    from workers import logs, moments
    from workers.dialogue import TemplatesError
    from workers.ops.serving import serve

    settings = settings_of(context)
    if not settings.ussd.gateways:
        fail("no gateway is set: add a [[ussd.gateways]] with name and dialect; docs/ussd.md shows each")
    logs.configure("ussd", os.environ)
    moments.begin(settings, "ussd")
    try:
        serve(lambda stop: serve_dials(settings, stop=stop))
    except TemplatesError as error:
        fail(*map(str, error.findings))


app.command(rich_help_panel=_RUN)(worker)


@app.command(rich_help_panel=_RUN)
def simulator(
    context: typer.Context,
    listen: Annotated[str, typer.Option(metavar="HOST:PORT", help="The SMSC's SMPP port.")] = "127.0.0.1:2775",
    page: Page = PAGE,
    fault: Annotated[str, typer.Option(metavar="NAME=VALUE,…", help="Faults to begin with, e.g. throttle=0.1.")] = "",
    conduct: Annotated[str, typer.Option(metavar="NAME=VALUE,…", help="What SMSC to be, e.g. version=5.0.")] = "",
) -> None:
    """Play the operator's SMSC, with handsets in the browser."""
    from channels.simulator import SHORT_CODE, Conduct, Faults, run
    from workers import logs
    from workers.ops.serving import serve

    smpp_address, http_address = address("--listen", listen), address("--page", page)
    try:
        faults = Faults.parse(fault)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--fault") from None
    try:
        manners = Conduct.parse(conduct)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--conduct") from None
    codes = [code for bind in settings_of(context).smpp.binds for code in bind.short_codes]
    logs.configure("simulator", os.environ)
    short_code = codes[0] if codes else SHORT_CODE
    serve(
        lambda stop: run(smpp_address, http_address, stop=stop, faults=faults, conduct=manners, short_code=short_code)
    )


app.command(rich_help_panel=_RUN)(sandbox)


@app.command(rich_help_panel=_RUN)
def console(
    context: typer.Context,
    patience: Annotated[
        bool, typer.Option("--patience", hidden=True, help="Try again while the port is taken.")
    ] = False,
) -> None:
    """Serve the operations console to browsers."""
    from channels.smpp.checks import problems
    from channels.ussd.menu.shown import drawings
    from workers import logs, moments
    from workers.ops.check import bind_lines
    from workers.ops.console import refusal
    from workers.ops.console.service import serve as serve_console
    from workers.ops.serving import serve

    settings = settings_of(context)
    if refused := refusal(settings):
        fail(refused)
    logs.configure("console", os.environ)
    moments.begin(settings, "console")

    def remarks() -> list[Line]:
        looked_at = [*_lines(settings), *bind_lines(settings.smpp.binds, problems)]
        return [*_cautions(settings), *(line for line in looked_at if line.mend or not line.well)]

    serve(
        lambda stop: serve_console(settings, stop=stop, drawings=drawings(settings), remarks=remarks, patience=patience)
    )


app.command(rich_help_panel=_RUN)(metrics)
app.command(hidden=True)(redis)
app.command(hidden=True)(ready)


@app.command(rich_help_panel=LOOK)
def check(context: typer.Context, json: AsJson = False) -> None:
    """Look at settings and connections: each line says what is wrong and how to mend it."""
    from channels.smpp.checks import problems
    from workers.ops import apart
    from workers.ops.check import Checks
    from workers.ops.shown import as_json, verdict

    settings = settings_of(context)
    warned = [*settings.warnings, *(line.found for line in _cautions(settings))]
    lines = [*apart.run(Checks(settings, problems).look()), *_lines(settings)]
    if json:
        as_json(
            {
                "well": all(line.well for line in lines),
                "warnings": warned,
                "lines": list(map(asdict, lines)),
            }
        )
    else:
        for warning in warned:
            typer.echo(f"warn  {warning}")
        for line in lines:
            verdict(line.well, line.what, line.found, line.mend)
    raise typer.Exit(0 if all(line.well for line in lines) else 1)


def _cautions(settings: Settings) -> list[Line]:
    """What works, but less well than it could: as the channels' rooms have it, besides the settings' own warnings."""
    from channels.ussd.checks import warnings_of
    from workers.ops.line import Line

    return [Line("gateways", True, warning) for warning in warnings_of(settings.ussd.gateways)]


def _lines(settings: Settings) -> list[Line]:
    """What the channels' rooms find in gateways and menus, for `check` and the console."""
    from channels.ussd.checks import lines as gateway_lines
    from channels.ussd.menu.checking import lines as menu_lines

    return [*gateway_lines(settings.ussd.gateways), *menu_lines(settings)]


app.add_typer(commands)
app.add_typer(menu, name="menu", rich_help_panel=LOOK)


def main() -> None:
    """Run the command line: whatever goes wrong at a prompt is one line, and how to mend it."""
    try:
        app(prog_name="tonegate")
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:
        if os.environ.get("TONEGATE_TRACEBACK"):
            raise
        ours = type(error).__module__.startswith(_OWN_ROOMS)  # our own errors say in their text how to mend them
        told = str(error) if ours else f"{type(error).__name__}: {str(error).partition(chr(10))[0]}"
        hint = "" if ours else "\nTONEGATE_TRACEBACK=1 shows where; `tonegate check` looks at settings and connections"
        typer.echo(f"error: {mask_text(told)}{hint}", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
