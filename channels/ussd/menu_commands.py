"""`tonegate menu`: for the product team, which edits the menus, and for CI, which holds them to their scripts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from workers.ops.prompt import fail, settings_of

if TYPE_CHECKING:
    from channels.ussd.menu import Menu, Menus
    from workers.settings import Settings

menu = typer.Typer(help="USSD menus: what is wrong with them, how they look, dialling them.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="As JSON, for a script.")]
Name = Annotated[str, typer.Argument(help="The menu's name, a folder under templates/ussd.")]


@menu.command()
def check(context: typer.Context, json: AsJson = False) -> None:
    """Look at every menu: each line says what is wrong, where, and what would be right."""
    from channels.ussd.menu.checking import findings
    from workers.ops.shown import as_json, verdict

    settings = settings_of(context)
    menus, found = findings(settings)
    if json:
        names = ("file", "line", "what", "right")
        as_json([dict(zip(names, (str(one.file), one.line, one.what, one.right), strict=True)) for one in found])
    for one in () if json else found:
        verdict(False, f"{one.file}:{one.line}", one.what, one.right)
    if menus and not json and not found:
        for name, one_menu in menus.by_name.items():
            told = f"{len(one_menu.screens)} screens in {', '.join(one_menu.languages)}, version {one_menu.version}"
            verdict(True, f"menu {name}", told, "")
    raise typer.Exit(1 if found else 0)


@menu.command()
def graph(
    context: typer.Context,
    name: Name = "main",
    svg: Annotated[Path | None, typer.Option(metavar="FILE", help="Draw it there, as SVG.")] = None,
) -> None:
    """Print a menu as Mermaid's flowchart, or draw it."""
    from channels.ussd.menu.graph import NoDrawing, drawn, mermaid

    chart = mermaid(_one(_menus(settings_of(context)), name))
    if svg is None:
        typer.echo(chart, nl=False)
        return
    try:
        svg.write_bytes(drawn(chart))
    except NoDrawing as error:
        fail(str(error))
    except OSError as error:
        fail(f"{svg} can't be written: {error.strerror}")


@menu.command()
def play(
    context: typer.Context,
    dial: Annotated[str, typer.Option(help="What is dialled, with a shortcut if you like.")] = "*123#",
    number: Annotated[str, typer.Option(help="Who dials.")] = "8613800138000",
    language: Annotated[str, typer.Option(help="In which language.", show_default="the number's")] = "",
    chars: Annotated[int, typer.Option(min=40, max=182, help="The gateway's screen_chars.")] = 160,
    canned: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A dial script whose functions answer in the core's place.")
    ] = None,
) -> None:
    """Dial in the terminal: the core is asked, and nothing is ordered."""
    from channels.ussd.menu import playing
    from workers.dialogue import TemplatesError

    settings = settings_of(context)
    wanted = playing.Wanted(dial, number, language, chars, canned)
    try:
        playing.play_here(settings, _menus(settings), wanted)
    except TemplatesError as error:
        fail(*map(str, error.findings))


@menu.command("test")
def scripts(
    context: typer.Context,
    script: Annotated[
        list[Path] | None, typer.Argument(help="Dial scripts.", show_default="templates/ussd/dials")
    ] = None,
) -> None:
    """Run dial scripts: what is not as they say is told with its line and the screen that was shown."""
    from channels.ussd.menu.checking import run_scripts
    from workers.ops.shown import verdict

    settings = settings_of(context)
    well = True
    for file, about, found in run_scripts(settings, _menus(settings, every_language=True), script or []):
        well = well and not found
        verdict(not found, file.name, about or "can't be run", "")
        for one in found:
            typer.echo(f"      {one}")
    raise typer.Exit(0 if well else 1)


def _menus(settings: Settings, *, every_language: bool = False) -> Menus:
    """The menus; ends the command where they can't be used."""
    from channels.ussd.menu.checking import loaded
    from workers.dialogue import TemplatesError

    try:
        return loaded(settings, every_language=every_language)
    except TemplatesError as error:
        fail(*map(str, error.findings))


def _one(menus: Menus, name: str) -> Menu:
    if name not in menus.by_name:
        raise typer.BadParameter(f"there is no menu {name}; there are {', '.join(menus.by_name)}", param_hint="NAME")
    return menus.by_name[name]
