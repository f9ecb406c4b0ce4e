"""Every link leads somewhere, every file that is named is there, and every page is found from the README."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.pages import DOCS, PAGES, ROOT, anchors, named, text_of, words_as_code

_LINK = re.compile(r"\]\(([^)\s]+)\)")
_OURS = ("benchmarks/", "channels/", "core_client/", "docs/", "templates/", "tests/", "workers/")
_A_FILE = re.compile(r"[\w./-]+")


def links(page: Path) -> Iterator[tuple[Path, str]]:
    """The file that each link of a page leads to, and its anchor; those to elsewhere left out."""
    for target in _LINK.findall(text_of(page)):
        if "://" not in target:
            file, _, anchor = target.partition("#")
            yield (page.parent / file).resolve() if file else page, anchor


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_each_link_leads_to_a_file_and_to_a_heading_of_it(page: Path) -> None:
    assert [] == [
        (str(file), anchor)
        for file, anchor in links(page)
        if not file.exists() or (anchor and anchor not in anchors(file))
    ]


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_each_file_that_is_named_is_there(page: Path) -> None:
    told = [one for one in words_as_code(page) if one.startswith(_OURS) and _A_FILE.fullmatch(one)]
    assert [] == [one for one in told if not (ROOT / one).exists()]


def test_each_page_is_found_from_the_readme() -> None:
    found, to_read = set[Path](), [ROOT / "README.md"]
    while to_read:
        page = to_read.pop()
        new = {file for file, _ in links(page) if file.suffix == ".md"} - found
        found |= new
        to_read += new
    decisions = DOCS / "decisions"
    assert [] == [named(page) for page in DOCS.rglob("*.md") if page not in found and page.parent != decisions]
    assert decisions in {file for file, _ in links(ROOT / "README.md")}
