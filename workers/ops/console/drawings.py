"""Menus as the console shows them: made by whoever knows menus, and handed in by the front door."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class DrawnScreen:
    """One screen, and where it leads."""

    name: str
    kind: str
    exits: tuple[tuple[str, str], ...]
    """(what takes one there, '' for whatever is pressed; to which screen)."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """One menu."""

    name: str
    version: str
    screens: tuple[DrawnScreen, ...]
    svg: bytes | None = field(repr=False)
    """The picture; None where it can't be drawn here."""
    why_not: str = ""


Drawings: TypeAlias = Callable[[], Sequence[Drawing]]
"""The menus as their files are now; blocks, and raises `TemplatesError`."""


def no_drawings() -> Sequence[Drawing]:
    """Where nobody knows menus."""
    return ()
