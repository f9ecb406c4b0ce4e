"""All words of a folder of templates, as one value: commands and answers that belong together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self, TypeVar

from workers.dialogue.grammar import Grammar
from workers.dialogue.sources import Finding, TemplatesError
from workers.dialogue.wording import Wording

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Words:
    """What is understood and what is answered: take it once for a message, and use no other for it."""

    grammar: Grammar
    wording: Wording

    @classmethod
    def load(cls, folder: Path, languages: Sequence[str], default_language: str) -> Self:
        """Read commands and answers of these languages; raises TemplatesError with every finding of both."""
        findings: list[Finding] = []
        grammar = _read(lambda: Grammar.load(folder, languages), findings)
        wording = _read(lambda: Wording.load(folder, languages, default_language), findings)
        if grammar is None or wording is None:
            raise TemplatesError(findings)
        return cls(grammar, wording)


def _read(load: Callable[[], T], findings: list[Finding]) -> T | None:
    try:
        return load()
    except TemplatesError as error:
        findings += error.findings
        return None


def word_files(folder: Path, languages: Sequence[str]) -> Iterator[Path]:
    """The files that `Words.load` reads."""
    for where in (folder, *(folder / language for language in languages)):
        yield from where.glob("*.yaml")
