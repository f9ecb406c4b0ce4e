"""The pages as tests read them: their text, and what stands in it as code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise, takewhile
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = (ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted(DOCS.rglob("*.md")))

_BLOCK = re.compile(r"^( *)```(\w*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`([^`]+)`")
_HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)
_CELL_END = re.compile(r"(?<!\\)\|")
_NO_ANCHOR = re.compile(r"[^\w\- ]")


@dataclass(frozen=True, slots=True)
class Block:
    """What stands between two fences."""

    language: str
    text: str
    line: int
    """Of its page, where its text begins."""


def named(path: Path) -> str:
    """A page as people call it: `docs/smpp.md`."""
    return str(path.relative_to(ROOT))


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def blocks(path: Path, *languages: str) -> Iterator[Block]:
    """The blocks of code of a page that are in one of these languages; `""` is none."""
    page = text_of(path)
    for found in _BLOCK.finditer(page):
        if found[2] in languages:
            yield Block(found[2], found[3], page.count("\n", 0, found.start(3)) + 1)


def words_as_code(path: Path) -> list[str]:
    """What stands between backticks in a page's sentences and tables; a line's end is a space there."""
    return [" ".join(one.split()) for one in _INLINE.findall(_BLOCK.sub("", text_of(path)))]


def anchors(path: Path) -> set[str]:
    """What `page.md#…` may name, as GitHub makes it of headings."""
    return {
        _NO_ANCHOR.sub("", one.lower()).replace(" ", "-") for one in _HEADING.findall(_BLOCK.sub("", text_of(path)))
    }


def rows(path: Path, first: str) -> list[list[str]]:
    """The rows of the table whose head begins with a cell of that text, each as its cells."""
    lines = text_of(path).splitlines()
    for at, (line, below) in enumerate(pairwise(lines)):
        if line.startswith(f"| {first} |") and below.startswith("|---"):
            found = takewhile(lambda one: one.startswith("|"), lines[at + 2 :])
            return [[cell.strip() for cell in _CELL_END.split(row.strip()[1:-1])] for row in found]
    raise AssertionError(f"{named(path)} has no table that begins with {first!r}")


def codes(cell: str) -> list[str]:
    """What stands between backticks in a cell."""
    return _INLINE.findall(cell)
