"""What subscribers may text, as tables made from the files of words.

`templates/commands.yaml` has the shapes that hold in every language, `templates/LANGUAGE/commands.yaml` the words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Self

from workers.dialogue.clean import clean
from workers.dialogue.lexicon import Lexicon, Tables, build
from workers.dialogue.outcomes import Action
from workers.dialogue.sources import NOTHING, Entry, Finding, TemplatesError, read


class Arguments(StrEnum):
    """What may follow a command word."""

    NOTHING = "nothing"
    CODES = "codes"
    CODE = "code"
    CODE_AND_NUMBER = "code and number"
    NUMBER = "number"
    SETTING = "code, and number or hours"
    CLEARING = "number or hours, or code"
    KEY = "key"
    QUERY = "words"
    BUNDLE = "bundle"
    LANGUAGE = "language"
    LEVEL = "level"


ARGUMENTS: dict[Action, Arguments] = {
    Action.ORDER: Arguments.CODES,
    Action.GIFT: Arguments.CODE_AND_NUMBER,
    Action.DELETE: Arguments.CODES,
    Action.OPEN: Arguments.NOTHING,
    Action.CLOSE: Arguments.NOTHING,
    Action.ACCEPT: Arguments.KEY,
    Action.DECLINE: Arguments.KEY,
    Action.GIFTS_OFF: Arguments.NOTHING,
    Action.GIFTS_ON: Arguments.NOTHING,
    Action.COPY: Arguments.NUMBER,
    Action.RENEW: Arguments.CODE,
    Action.SET: Arguments.SETTING,
    Action.CLEAR: Arguments.CLEARING,
    Action.PAUSE: Arguments.NOTHING,
    Action.RESUME: Arguments.NOTHING,
    Action.LIST: Arguments.NOTHING,
    Action.STATUS: Arguments.NOTHING,
    Action.FIND: Arguments.QUERY,
    Action.TOP: Arguments.NOTHING,
    Action.NEW: Arguments.NOTHING,
    Action.MORE: Arguments.NOTHING,
    Action.INFO: Arguments.CODE,
    Action.PACK: Arguments.BUNDLE,
    Action.CLUB: Arguments.NOTHING,
    Action.JOIN: Arguments.LEVEL,
    Action.LEAVE: Arguments.NOTHING,
    Action.LANGUAGE: Arguments.LANGUAGE,
    Action.HELP: Arguments.NOTHING,
}

_SHARED = "commands.yaml"
_OF_ALL = (
    *("codes_at_most", "tone_code", "tone_code_example", "gift_key", "gift_key_example"),
    *("bundle_code", "bundle_code_example", "short_codes"),
)
_OF_A_LANGUAGE = ("words", "stops_in_a_sentence", "polite", "names")
_OF_A_SHORT_CODE = ("languages", "words")


@dataclass(frozen=True, slots=True)
class Grammar:
    """The words and shapes of all languages together; make one with `load`."""

    everywhere: Lexicon
    """All languages' words, for short codes that have no set of their own."""
    short_codes: dict[str, Lexicon]
    tone_code: re.Pattern[str]
    tone_code_example: str
    codes_at_most: int
    gift_key: re.Pattern[str]
    gift_key_example: str
    bundle_code: re.Pattern[str]
    bundle_code_example: str

    def at(self, short_code: str) -> Lexicon:
        """The words that are understood at a short code."""
        return self.short_codes.get(short_code, self.everywhere)

    @classmethod
    def load(cls, folder: Path, languages: Sequence[str]) -> Self:
        """Read the words of these languages from a folder of templates; raises TemplatesError with all findings."""
        findings: list[Finding] = []
        shapes = _Shapes(folder / _SHARED, findings)
        tables = {
            language: (path, table)
            for language in languages
            if (table := _table(path := folder / language / "commands.yaml", findings)) is not None
        }
        everywhere = build(tables, ARGUMENTS, findings)
        short_codes = _short_codes(shapes, tables, findings) if not findings else {}
        tone_code = shapes.pattern("tone_code", "write a regular expression such as '[0-9]{12}'")
        gift_key = shapes.pattern("gift_key", "write a regular expression such as '[0-9]{6}'")
        shapes.no_question_key("gift_key", gift_key)
        bundle_code = shapes.pattern("bundle_code", "write a regular expression such as '[0-9]{3}'")
        grammar = cls(
            everywhere=everywhere,
            short_codes=short_codes,
            tone_code=tone_code,
            tone_code_example=shapes.example("tone_code_example", tone_code, "digits only"),
            codes_at_most=shapes.whole("codes_at_most"),
            gift_key=gift_key,
            gift_key_example=shapes.example("gift_key_example", gift_key, "capitals and digits"),
            bundle_code=bundle_code,
            bundle_code_example=shapes.example("bundle_code_example", bundle_code, "digits only"),
        )
        if findings:
            raise TemplatesError(findings)
        return grammar


def _table(path: Path, findings: list[Finding]) -> dict[str, Entry] | None:
    """One language's file; None where it can't be read."""
    before = len(findings)
    table = read(path, findings).table
    if len(findings) > before and not table:
        return None
    for name, entry in table.items():
        if name not in _OF_A_LANGUAGE:
            right = "it has " + ", ".join(_OF_A_LANGUAGE)
            findings.append(Finding(path, entry.line, f"'{name}' is no entry of this file", right))
    return table


def _short_codes(shapes: _Shapes, tables: Tables, findings: list[Finding]) -> dict[str, Lexicon]:
    """What single short codes understand: some of the languages, and words of their own."""
    found = {}
    for code, entry in shapes.short_codes().items():
        for name, inner in entry.table.items():
            if name not in _OF_A_SHORT_CODE:
                shapes.find(inner, f"'{name}' is nothing of a short code", "it may have languages and words")
        wanted = entry.table.get("languages", NOTHING).items
        for item in wanted:
            if item.text not in tables:
                shapes.find(item, f"'{item.text}' is not spoken", "take some of " + ", ".join(tables))
        chosen = [item.text for item in wanted if item.text in tables] or [*tables]
        own = shapes.path, entry.table.get("words", NOTHING)
        found[code] = build({one: tables[one] for one in chosen}, ARGUMENTS, findings, own)
    return found


class _Shapes:
    """The shared file, entry by entry."""

    def __init__(self, path: Path, findings: list[Finding]) -> None:
        self.path = path
        self._findings = findings
        self._table = read(path, findings).table
        self._unreadable = bool(findings)
        for name, entry in self._table.items():
            if name not in _OF_ALL:
                self.find(entry, f"'{name}' is no entry of this file", "it has " + ", ".join(_OF_ALL))

    def short_codes(self) -> dict[str, Entry]:
        """What is said of single short codes; it need not be there."""
        return self._table.get("short_codes", NOTHING).table

    def find(self, entry: Entry, what: str, right: str) -> None:
        self._findings.append(Finding(self.path, entry.line, what, right))

    def _entry(self, name: str) -> Entry:
        entry = self._table.get(name, NOTHING)
        if entry is NOTHING and not self._unreadable:
            self.find(entry, f"'{name}' is missing", "add it; the shipped file shows how")
        return entry

    def pattern(self, name: str, right: str) -> re.Pattern[str]:
        entry = self._entry(name)
        try:
            return re.compile(entry.text)
        except re.error as error:
            self.find(entry, f"'{name}' is no regular expression: {error}", right)
            return re.compile("")

    def no_question_key(self, name: str, pattern: re.Pattern[str]) -> None:
        entry = self._entry(name)
        if entry.text and any(pattern.fullmatch(key) for key in ("7", "42", "999")):
            what = "would take the number of a question before a charge (YES 7) for a gift"
            self.find(entry, f"'{entry.text}' {what}", "ask for at least 4 characters: '[0-9A-Z]{4,32}'")

    def example(self, name: str, pattern: re.Pattern[str], of: str) -> str:
        entry = self._entry(name)
        fits = pattern.fullmatch(entry.text) and clean(entry.text) == entry.text and " " not in entry.text
        if entry is not NOTHING and (not fits or (of == "digits only" and not entry.text.isdigit())):
            self.find(entry, f"'{entry.text}' does not fit its own expression", f"give one that does, {of}")
        return entry.text

    def whole(self, name: str) -> int:
        entry = self._entry(name)
        if entry is not NOTHING and not (entry.text.isdecimal() and 1 <= int(entry.text) <= 5):
            # An answer about more than five tones would need more than three parts.
            self.find(entry, f"'{entry.text}' can't be the most codes in a text", "write a number from 1 to 5")
            return 1
        return int(entry.text or 1)
