"""What is written down on this host: its settings, the words it answers with, the key of its statistics."""

from __future__ import annotations

from workers.dialogue import SHIPPED_TEMPLATES, check_templates
from workers.ops.line import Line
from workers.settings import Settings


def settings_lines(settings: Settings) -> list[Line]:
    """Where they stand; wrong where they name no bind."""
    binds = len(settings.smpp.binds)
    lines = [Line("settings", True, f"{settings.file or 'defaults'}, {binds} bind{'' if binds == 1 else 's'}")]
    if not binds:
        lines.append(Line("binds", False, "none: no text can arrive", "add a [[smpp.binds]] with name and system_id"))
    return lines


def template_lines(settings: Settings) -> list[Line]:
    """Whether every word can be said; a line for each that can't."""
    dialogue = settings.dialogue
    folder = dialogue.templates or SHIPPED_TEMPLATES
    findings = check_templates(folder, dialogue.languages, dialogue.default_language)
    if findings:
        return [Line("templates", False, str(finding), "correct that line") for finding in findings]
    return [Line("templates", True, f"{', '.join(dialogue.languages)} in {folder}")]


def statistics_lines(settings: Settings) -> list[Line]:
    """Well even without people: all else is counted, and no message waits for it."""
    key = settings.retention.key
    if settings.journal.url.startswith("sqlite:") or (key and key.get_secret_value()):
        return []
    found = "users and paying users are not counted: without a key nobody is told apart but by number"
    return [Line("statistics", True, found, 'set [retention] key = "file:/etc/tonegate/retention"')]
