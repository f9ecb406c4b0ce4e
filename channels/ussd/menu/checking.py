"""The menus that the settings name, looked over: `tonegate menu check` and `test`, and a line of `tonegate check`."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from pathlib import Path

from channels.ussd.dialects import dialect_of
from channels.ussd.menu.check import check
from channels.ussd.menu.scripts import load_script, run_script, script_files
from channels.ussd.menu.shelf import Menus
from workers.dialogue import SHIPPED_TEMPLATES, Finding, TemplatesError, Wording
from workers.ops.line import Line
from workers.settings import Settings

_SCREEN_CHARS = 160


def loaded(settings: Settings, *, every_language: bool = False) -> Menus:
    """The menus as their files are; raises TemplatesError.

    `every_language`: also those that have words and that the settings don't name, since a dial script may speak one.
    """
    dialogue, folder = settings.dialogue, _folder(settings)
    languages = list(dialogue.languages)
    if every_language:
        written = sorted(path.parent.name for path in folder.glob("*/answers.yaml"))
        languages += [language for language in written if language not in languages]
    return Menus.load(folder, languages, dialogue.default_language)


def findings(settings: Settings) -> tuple[Menus | None, tuple[Finding, ...]]:
    """The menus, and everything that is wrong with them or could be better; None where they can't be used."""
    dialogue = settings.dialogue
    try:
        menus = loaded(settings)
        wording = Wording.load(_folder(settings), dialogue.languages, dialogue.default_language)
    except TemplatesError as error:
        return None, error.findings
    whose, chars = min(_limits(settings).items(), key=lambda limit: limit[1], default=("", _SCREEN_CHARS))
    return menus, tuple(one for menu in menus.by_name.values() for one in check(menu, wording, chars, whose))


def _limits(settings: Settings) -> dict[str, int]:
    """Characters on one screen, by who shows it; a dialect may allow less than the settings."""
    found = {}
    for gateway in settings.ussd.gateways:
        dialect = dialect_of(gateway.dialect)
        most = dialect.most_chars if dialect else gateway.screen_chars
        found[f"gateway {gateway.name}"] = min(gateway.screen_chars, most)
    for bind in settings.smpp.binds:
        if bind.ussd_dialect:
            found[f"bind {bind.name}"] = bind.ussd_screen_chars
    return found


def run_scripts(
    settings: Settings, menus: Menus, paths: Sequence[Path] = ()
) -> Iterator[tuple[Path, str, list[Finding]]]:
    """Run dial scripts, all of the templates' by default: each with what it is about and what was not as it says."""
    for path in paths or script_files(_folder(settings)):
        found: list[Finding] = []
        script = load_script(path, found)
        if script:
            found += asyncio.run(run_script(script, menus))
        yield path, script.script.about if script else "", found


def lines(settings: Settings) -> list[Line]:
    """As `tonegate check` has them: one for each menu, or one for each mistake."""
    menus, found = findings(settings)
    if menus is None or found:
        return [Line("menus", False, f"{one.file}:{one.line}: {one.what}", one.right) for one in found]
    return [
        Line(
            f"menu {name}", True, f"{len(menu.screens)} screens in {', '.join(menu.languages)}, version {menu.version}"
        )
        for name, menu in menus.by_name.items()
    ]


def _folder(settings: Settings) -> Path:
    return settings.dialogue.templates or SHIPPED_TEMPLATES
