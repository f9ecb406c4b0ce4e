"""A folder of templates to edit: the shipped words, and menus of one's own."""

from __future__ import annotations

import shutil
from pathlib import Path

from workers.dialogue import SHIPPED_TEMPLATES


def templates(folder: Path) -> Path:
    """The shipped templates, to be changed."""
    return Path(shutil.copytree(SHIPPED_TEMPLATES, folder / "templates"))


def edit(file: Path, old: str, new: str) -> int:
    """Change a place of a file; its line, from 1."""
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1, (text.count(old), old)
    file.write_text(text.replace(old, new), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def with_menu(folder: Path, screens: str, *, header: str = "menu: {resume: start}") -> Path:
    """Templates whose only menu has these screens, the engine's words and an initial screen; the line of the first
    of them is 1."""
    root = templates(folder)
    menu = root / "ussd" / "main"
    words = (menu / "menu.yaml").read_text(encoding="utf-8").partition("\nwords:\n")[2]
    shutil.rmtree(menu)
    menu.mkdir()
    (menu / "menu.yaml").write_text(
        f"{header}\nwords:\n{words}\nscreens:\n  initial_screen: {{type: initial_screen, next_screen: home}}\n",
        encoding="utf-8",
    )
    (menu / "screens.yaml").write_text(screens, encoding="utf-8")
    return root
