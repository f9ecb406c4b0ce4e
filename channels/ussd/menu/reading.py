"""The parts that screens are written with, read from their file: texts, values, conditions, options."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from jinja2 import TemplateError

from channels.ussd.menu.model import Condition, Items, Option, Text, Value
from channels.ussd.menu.templating import BESIDES, FILTERS, Templates
from workers.dialogue.sources import NOTHING, Entry, Finding


@dataclass(frozen=True, slots=True)
class Used:
    """A template's need of variables, held against what the whole menu keeps once it is read."""

    file: Path
    line: int
    what: str
    names: frozenset[str]


@dataclass(frozen=True, slots=True)
class Source:
    """One file of a menu, and all that is found out about it."""

    file: Path
    templates: Templates
    languages: tuple[str, ...]
    default_language: str
    findings: list[Finding] = field(default_factory=list)
    used: list[Used] = field(default_factory=list)
    kept: set[str] = field(default_factory=set)
    """Names that a session may have."""

    def find(self, entry: Entry, what: str, right: str) -> None:
        """Tell of a mistake."""
        self.findings.append(Finding(self.file, entry.line, what, right))

    def only(self, what: str, entry: Entry, keys: Iterable[str]) -> None:
        """Tell of whatever a table has beside these keys."""
        for name, value in entry.table.items():
            if name not in keys:
                self.find(value, f"'{what}' has no '{name}'", "there are " + ", ".join(keys))

    def text(self, what: str, entry: Entry, besides: frozenset[str] = frozenset()) -> Text:
        """A text: a table by language, or one for all of them; a language that is missing takes the default's."""
        sources = {language: inner.text for language, inner in entry.table.items() if inner.text.strip()}
        if entry.text.strip():
            sources = dict.fromkeys(self.languages, entry.text)
        if self.default_language not in sources:
            right = f"write it as {self.default_language}: the text, a line for each language"
            self.find(entry, f"'{what}' has no text in {self.default_language}, the default language", right)
            return Text({}, entry.line)
        lines = {language: inner.line for language, inner in entry.table.items()}
        values: dict[str, Value] = {}
        for language in self.languages:
            source = sources.get(language) or sources[self.default_language]
            at = Entry(source, lines.get(language, entry.line))
            compile_ = partial(self.templates.text, language=language)
            values[language] = self._compiled(what, at, compile_, besides)
        return Text(values, entry.line, sources)

    def value(self, what: str, entry: Entry) -> Value:
        """A template of no language."""
        return self._compiled(what, entry, self.templates.value, frozenset())

    def values(self, what: str, entry: Entry) -> Mapping[str, Value]:
        """A table of them."""
        return {name: self.value(f"{what}: {name}", inner) for name, inner in entry.table.items()}

    def condition(self, what: str, entry: Entry) -> Condition:
        """An expression."""
        try:
            found = self.templates.condition(entry.text)
            self._uses(what, entry, self.templates.uses(entry.text, expression=True))
        except TemplateError as error:
            self.find(entry, f"'{what}' is no condition: {error.message}", "write one such as status.state == 'active'")
            return lambda _: None
        return found

    def _compiled(self, what: str, entry: Entry, compile_: Callable[[str], Value], besides: frozenset[str]) -> Value:
        try:
            found = compile_(entry.text)
            self._uses(what, entry, self.templates.uses(entry.text) - besides)
        except TemplateError as error:
            right = f"write variables as {{{{ name }}}}, with the filters {', '.join(FILTERS)}"
            self.find(entry, f"'{what}' is no template: {error.message}", right)
            return lambda _: ""
        return found

    def _uses(self, what: str, entry: Entry, names: frozenset[str]) -> None:
        self.used.append(Used(self.file, entry.line, what, names - BESIDES))

    def options(self, what: str, entry: Entry, besides: frozenset[str] = frozenset()) -> tuple[Option, ...]:
        """The keys of a screen."""
        found = []
        for number, item in enumerate(entry.items, start=1):
            name = f"{what}: option {number}"
            self.only(name, item, ("text", "next_screen", "when", "values"))
            values = self.values(name, item.table.get("values", NOTHING))
            self.kept.update(values)
            when = item.table.get("when")
            found.append(
                Option(
                    self.text(name, item.table.get("text", item), besides),
                    self.word(name, item, "next_screen"),
                    self.condition(name, when) if when else None,
                    values,
                    item.line,
                )
            )
        return tuple(found)

    def items(self, what: str, entry: Entry) -> Items:
        """The keys of a list."""
        name = f"{what}: items"
        self.only(name, entry, ("with_items", "session_key", "text", "next_screen"))
        key = self.word(name, entry, "session_key")
        self.kept.add(key)
        return Items(
            self.condition(name, entry.table.get("with_items", NOTHING)),
            key,
            self.text(name, entry.table.get("text", entry)),
            self.word(name, entry, "next_screen"),
            entry.line,
        )

    def word(self, what: str, entry: Entry, key: str) -> str:
        """A name that must be there."""
        found = entry.table.get(key, NOTHING)
        if not found.text:
            self.find(entry, f"'{what}' has no {key}", f"add {key}: and a name")
        return found.text

    def words(self, entry: Entry) -> Mapping[str, str]:
        """A table of names."""
        return {name: inner.text for name, inner in entry.table.items()}
