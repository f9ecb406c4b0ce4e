"""The files of menus, `ussd/NAME/*.yaml` under the templates: a folder is a menu, read whole.

The product team may spread a menu's screens over as many files as it likes: names are of one room.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from channels.ussd.menu.model import Menu, Screen, Text
from channels.ussd.menu.reading import Source
from channels.ussd.menu.rules import broken_rules
from channels.ussd.menu.screens import read_screen
from channels.ussd.menu.templating import Templates
from channels.ussd.menu.words import WORDS
from workers.dialogue import SHIPPED_TEMPLATES, Words
from workers.dialogue.sources import NOTHING, Entry, Finding, read

FOLDER = "ussd"
DIALS = "dials"
"""The folder of dial scripts beside the menus."""

_SECTIONS = ("menu", "words", "screens")
_OF_A_MENU = ("resume", "service_codes", "shortcuts")
_RESUME = ("start", "continue", "ask")


def menu_folders(templates: Path) -> tuple[Path, ...]:
    """The folder of each menu: the operator's own where he has any, else the shipped ones."""
    for root in (templates, SHIPPED_TEMPLATES):
        found = sorted(path for path in (root / FOLDER).glob("*") if path.is_dir() and path.name != DIALS)
        if found:
            return tuple(found)
    return ()


def menu_files(templates: Path) -> Iterator[Path]:
    """Every file that menus are made of."""
    for folder in menu_folders(templates):
        yield from sorted(folder.glob("*.yaml"))


@dataclass
class _Parts:
    """A menu as its files are gone through."""

    folder: Path
    header: tuple[Source, Entry] | None = None
    words: dict[str, Text] = field(default_factory=dict)
    words_file: Path = Path()
    screens: dict[str, Screen] = field(default_factory=dict)
    sources: list[Source] = field(default_factory=list)


def read_menu(folder: Path, languages: Sequence[str], words: Words, findings: list[Finding]) -> Menu | None:
    """One menu; None where it can't be used, with every reason in `findings`."""
    paths = sorted(folder.glob("*.yaml"))
    before, default = len(findings), words.wording.default_language
    templates, parts = Templates(words.wording, languages), _Parts(folder)
    for path in paths:
        source = Source(path, templates, tuple(languages), default, findings)
        parts.sources.append(source)
        _read_file(source, read(path, findings), words, parts)
    if parts.header is None:
        right = "write in one of its files: menu: {resume: ask, shortcuts: {}}"
        findings.append(Finding(folder, 0, "no file of this menu has the section 'menu'", right))
    findings += (
        Finding(folder, 0, f"the word '{name}' is missing ({WORDS[name]})", "write it under words:")
        for name in WORDS
        if name not in parts.words
    )
    if len(findings) > before or parts.header is None:
        return None
    header = parts.header[1].table
    menu = Menu(
        name=folder.name,
        version=_version(paths),
        languages=tuple(languages),
        default_language=default,
        screens=parts.screens,
        words=parts.words,
        shortcuts={alias: entry.text for alias, entry in header.get("shortcuts", NOTHING).table.items()},
        service_codes=tuple(item.text for item in header.get("service_codes", NOTHING).items),
        resume=header["resume"].text,
        files=tuple(paths),
        words_file=parts.words_file,
    )
    findings += broken_rules(menu, parts.sources, words.wording, *_lines(parts.header))
    return menu if len(findings) == before else None


def _lines(header: tuple[Source, Entry]) -> tuple[Path, int]:
    return header[0].file, header[1].line


def _read_file(source: Source, root: Entry, words: Words, parts: _Parts) -> None:
    for name, entry in root.table.items():
        if name not in _SECTIONS:
            source.find(entry, f"there is no '{name}' here", "a file has " + ", ".join(_SECTIONS))
    if "menu" in root.table:
        _read_header(source, root.table["menu"], parts)
    for name, entry in root.table.get("words", NOTHING).table.items():
        if name not in WORDS:
            source.find(entry, f"'{name}' is no word of the engine's", "these are " + ", ".join(WORDS))
        parts.words_file = source.file
        parts.words[name] = source.text(f"words: {name}", entry)
    for name, entry in root.table.get("screens", NOTHING).table.items():
        if name in parts.screens:
            there = f"{parts.screens[name].file.name}:{parts.screens[name].line}"
            source.find(entry, f"the screen '{name}' stands at {there} too", "keep one")
        screen = read_screen(source, name, entry, words.grammar)
        if screen:
            parts.screens[name] = screen


def _read_header(source: Source, entry: Entry, parts: _Parts) -> None:
    if parts.header:
        source.find(entry, f"the section 'menu' stands in {parts.header[0].file.name} too", "keep one")
    parts.header = source, entry
    source.only("menu", entry, _OF_A_MENU)
    if entry.table.get("resume", NOTHING).text not in _RESUME:
        source.find(entry, "the menu doesn't say how a dropped dial is resumed", f"resume: {', '.join(_RESUME)}")
    for alias, inner in entry.table.get("shortcuts", NOTHING).table.items():
        if not alias.isdecimal():
            source.find(inner, f"the shortcut '{alias}' can't be dialled", "take digits")


def _version(paths: Sequence[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        content = path.read_bytes()
        digest.update(f"{path.name}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()[:12]
