"""One language's `answers.yaml`, read and held against what is declared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Template, TemplateError, TemplateSyntaxError, meta

from workers.dialogue.declared import (
    ANSWERS,
    DEEDS,
    FORMATS,
    MAY_BE_EMPTY,
    PLAIN_FORMATS,
    REASONS,
    SAMPLES,
    WHY,
    Declared,
)
from workers.dialogue.sources import NOTHING, Entry, Finding, read
from workers.dialogue.text_size import ALPHABETS, allowed, not_basic, parts_needed
from workers.filling import ENVIRONMENT
from workers.money import MOST_DECIMALS, MoneyFormat, decimals_of


@dataclass(frozen=True, slots=True)
class Language:
    """One language's texts, compiled."""

    file: Path
    lines: dict[str, int]
    """Answer → its line in the file."""
    answers: dict[str, Template]
    deeds: dict[str, Template]
    reasons: dict[str, tuple[Template, Template | None]]
    formats: dict[str, Template]
    alphabet: str
    """`gsm` where its letters are those of the default alphabet, else `ucs2`."""
    money: MoneyFormat
    between_items: str


def load_language(path: Path, findings: list[Finding]) -> Language:
    """Read a language; whatever is wrong is added to `findings`, and then the language must not be used."""
    source = _Source(path, findings)
    formats = source.section("formats")
    plain = {name: source.plain(formats, name) for name in PLAIN_FORMATS}
    decimals = decimals_of(plain["decimals"].text)
    if plain["decimals"] is not NOTHING and decimals is None:
        what = f"'{plain['decimals'].text}' can't be the decimals of money"
        source.find(plain["decimals"], what, f"write a number from 0 to {MOST_DECIMALS}")
    alphabet = plain["alphabet"].text
    if plain["alphabet"] is not NOTHING and alphabet not in ALPHABETS:
        source.find(plain["alphabet"], f"'{alphabet}' is no alphabet", "write one of " + ", ".join(ALPHABETS))
    forms = source.templates("formats", FORMATS, besides=PLAIN_FORMATS)
    money = forms.get("money") or ENVIRONMENT.from_string("")
    return Language(
        file=path,
        lines={name: entry.line for name, entry in source.section("answers").table.items()},
        answers=source.templates("answers", ANSWERS),
        deeds=source.templates("deeds", DEEDS),
        reasons=source.reasons(),
        formats=forms,
        alphabet=alphabet,
        money=MoneyFormat(money, decimals or 0, plain["decimal_mark"].text),
        between_items=plain["between_items"].text,
    )


def checked_sizes(language: Language) -> list[Finding]:
    """Answers that need more parts with usual values than they should."""
    findings = []
    samples = _samples(language)
    for name, declared in ANSWERS.items():
        text = language.answers[name].render(samples)
        needed, most = parts_needed(text), allowed(declared.parts, language.alphabet)
        if needed > most:
            what = f"'{name}' needs {needed} parts of a text message with usual values ({len(text)} letters)"
            if language.alphabet == "gsm" and (strange := not_basic(text)):
                what += f", as '{strange}' halves what a part holds"
            findings.append(Finding(language.file, language.lines[name], what, f"shorten it to fit {most}"))
    return findings


def _samples(language: Language) -> dict[str, object]:
    """The samples, with what a language writes its own way written so."""

    def put(form: str) -> str:
        return language.formats[form].render(samples)

    samples = dict(SAMPLES)
    amounts = {"price": 1200, "charged": 1200, "total": 6000, "fee": 500}
    for name, minor_units in amounts.items():
        samples[name] = language.money.written(minor_units)
    samples["validity"] = put("validity")
    samples["number"] = put("number")
    samples["tone"] = put("tone")
    samples["name"] = str(SAMPLES["name"])[:12]  # names in a row are shortened where they must be
    samples["items"] = language.between_items.join((put("order_item"), put("list_item")))
    samples["name"] = SAMPLES["name"]
    samples["codes"] = language.between_items.join(("600902000001", "600902000002"))
    samples["deed"] = language.deeds["gift"].render(samples)
    samples["why"] = language.reasons["spending_limit"][0].render(samples)
    then = language.reasons["balance"][1]
    samples["then"] = then.render(samples) if then else ""
    return samples


class _Source:
    """The file's tables, section by section."""

    def __init__(self, path: Path, findings: list[Finding]) -> None:
        self._path = path
        self._findings = findings
        before = len(findings)
        self._root = read(path, findings)
        self._unreadable = len(findings) > before and not self._root.table
        sections = ("formats", "deeds", "reasons", "answers")
        for name, entry in self._root.table.items():
            if name not in sections:
                self.find(entry, f"'{name}' is no section of this file", "it has " + ", ".join(sections))

    def find(self, entry: Entry, what: str, right: str) -> None:
        self._findings.append(Finding(self._path, entry.line, what, right))

    def section(self, name: str) -> Entry:
        return self._root.table.get(name, NOTHING)

    def _missing(self, within: Entry, name: str) -> None:
        if not self._unreadable:
            self.find(within, f"the text '{name}' is missing", "add it; the shipped file shows how")

    def plain(self, section: Entry, name: str) -> Entry:
        """A value that is no template."""
        entry = section.table.get(name, NOTHING)
        if entry is NOTHING:
            self._missing(section, name)
        return entry

    def templates(
        self, section_name: str, declared: Mapping[str, Declared], besides: tuple[str, ...] = ()
    ) -> dict[str, Template]:
        """A section that must have exactly the declared texts."""
        section = self.section(section_name)
        for name, entry in section.table.items():
            if name not in declared and name not in besides:
                self.find(entry, f"'{name}' is no text of '{section_name}'", f"it has {', '.join(sorted(declared))}")
        found = {}
        for name, wanted in declared.items():
            if name in section.table:
                found[name] = self._template(section.table[name], name, wanted)
            else:
                self._missing(section, name)
        return found

    def reasons(self) -> dict[str, tuple[Template, Template | None]]:
        """The section of reasons, each with a `why` and perhaps a `then`."""
        section = self.section("reasons")
        found: dict[str, tuple[Template, Template | None]] = {}
        for name, entry in section.table.items():
            for inner_name, inner in entry.table.items():
                if inner_name not in {"why", "then"}:
                    self.find(inner, f"'{inner_name}' is no text of a reason", "a reason has why and then")
            if name not in REASONS:
                self.find(entry, f"'{name}' is no reason", f"the reasons are {', '.join(sorted(REASONS))}")
        for name in REASONS:
            entry = section.table.get(name, NOTHING)
            why, then = entry.table.get("why"), entry.table.get("then")
            if why is None:
                self._missing(entry if entry is not NOTHING else section, f"{name}: why")
                continue
            found[name] = (
                self._template(why, f"{name}: why", WHY),
                self._template(then, f"{name}: then", WHY) if then else None,
            )
        return found

    def _template(self, entry: Entry, name: str, declared: Declared) -> Template:
        """Compile a text and try it with samples, and without what may be unknown."""
        may_use = "it may use " + (", ".join(sorted(declared.variables)) or "none")
        try:
            tree = ENVIRONMENT.parse(entry.text)
            unknown = sorted(meta.find_undeclared_variables(tree) - declared.variables)
            template = ENVIRONMENT.from_string(entry.text)
        except TemplateSyntaxError as error:
            line = entry.line + (error.lineno - 1)
            self._findings.append(Finding(self._path, line, f"'{name}' is no template: {error.message}", may_use))
            return ENVIRONMENT.from_string("")
        if not isinstance(entry.value, str) or not entry.text.strip():
            self.find(entry, f"'{name}' has no text", "write the text after the colon")
        elif unknown:
            self.find(entry, f"'{name}' has the unknown variable '{', '.join(unknown)}'", may_use)
        else:
            self._try(entry, name, template, declared)
        return template

    def _try(self, entry: Entry, name: str, template: Template, declared: Declared) -> None:
        full = {variable: SAMPLES[variable] for variable in declared.variables}
        bare = {variable: "" if variable in MAY_BE_EMPTY else value for variable, value in full.items()}
        for variables in (full, bare):
            try:
                text = template.render(variables)
            except (TemplateError, ArithmeticError, TypeError, ValueError, LookupError, AttributeError) as error:
                self.find(entry, f"'{name}' can't be filled in: {error}", "use its variables and if … else … endif")
                return
            if not text.strip():
                self.find(entry, f"'{name}' is empty with some values", "have words that always stand there")
                return
