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
from workers.dialogue.outcomes import Action
from workers.dialogue.sources import NOTHING, Entry, Finding, TemplatesError, read


class Arguments(StrEnum):
    """What may follow a command word."""

    NOTHING = "nothing"
    CODES = "codes"
    CODE_AND_NUMBER = "code and number"
    KEY = "key"


ARGUMENTS: dict[Action, Arguments] = {
    Action.ORDER: Arguments.CODES,
    Action.GIFT: Arguments.CODE_AND_NUMBER,
    Action.DELETE: Arguments.CODES,
    Action.OPEN: Arguments.NOTHING,
    Action.CLOSE: Arguments.NOTHING,
    Action.ACCEPT: Arguments.KEY,
    Action.DECLINE: Arguments.KEY,
    Action.LIST: Arguments.NOTHING,
    Action.HELP: Arguments.NOTHING,
}

_SHARED = "commands.yaml"
_MAY_SHARE_A_WORD = frozenset({Action.CLOSE, Action.DELETE})
"""Told apart by whether a code follows."""


@dataclass(frozen=True, slots=True)
class Grammar:
    """The words and shapes of all languages together; make one with `load`."""

    words: dict[str, tuple[Action, ...]]
    """Cleaned word → the actions it may mean."""
    posters: dict[tuple[str, Action], str]
    """A word in one of its meanings → the first word its language has for that, to show to subscribers."""
    first: re.Pattern[str]
    """A command word at the text's beginning, up to its end, a space, a digit or a plus."""
    tone_code: re.Pattern[str]
    tone_code_example: str
    codes_at_most: int
    gift_key: re.Pattern[str]
    gift_key_example: str
    stops_in_a_sentence: frozenset[str]

    @classmethod
    def load(cls, folder: Path, languages: Sequence[str]) -> Self:
        """Read the words of these languages from a folder of templates; raises TemplatesError with all findings."""
        findings: list[Finding] = []
        shapes = _Shapes(folder / _SHARED, findings)
        words, posters, sentences = _words(folder, languages, findings)
        tone_code = shapes.pattern("tone_code", "write a regular expression such as '[0-9]{12}'")
        gift_key = shapes.pattern("gift_key", "write a regular expression such as '[0-9]{6}'")
        shapes.no_question_key("gift_key", gift_key)
        grammar = cls(
            words=words,
            posters=posters,
            # The longest first: STOP ALL before STOP.
            first=re.compile(
                "(?:" + "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)) + ")(?=[ 0-9+]|$)"
            ),
            tone_code=tone_code,
            tone_code_example=shapes.example("tone_code_example", tone_code, "digits only"),
            codes_at_most=shapes.whole("codes_at_most"),
            gift_key=gift_key,
            gift_key_example=shapes.example("gift_key_example", gift_key, "capitals and digits"),
            stops_in_a_sentence=sentences,
        )
        if findings:
            raise TemplatesError(findings)
        return grammar


class _Shapes:
    """The shared file, entry by entry."""

    def __init__(self, path: Path, findings: list[Finding]) -> None:
        self._path = path
        self._findings = findings
        self._table = read(path, findings).table
        self._unreadable = bool(findings)
        known = {"tone_code", "tone_code_example", "codes_at_most", "gift_key", "gift_key_example"}
        for name, entry in self._table.items():
            if name not in known:
                self._find(entry, f"'{name}' is no entry of this file", "it has " + ", ".join(sorted(known)))

    def _find(self, entry: Entry, what: str, right: str) -> None:
        self._findings.append(Finding(self._path, entry.line, what, right))

    def _entry(self, name: str) -> Entry:
        entry = self._table.get(name, NOTHING)
        if entry is NOTHING and not self._unreadable:
            self._find(entry, f"'{name}' is missing", "add it; the shipped file shows how")
        return entry

    def pattern(self, name: str, right: str) -> re.Pattern[str]:
        entry = self._entry(name)
        try:
            return re.compile(entry.text)
        except re.error as error:
            self._find(entry, f"'{name}' is no regular expression: {error}", right)
            return re.compile("")

    def no_question_key(self, name: str, pattern: re.Pattern[str]) -> None:
        entry = self._entry(name)
        if entry.text and any(pattern.fullmatch(key) for key in ("7", "42", "999")):
            what = "would take the number of a question before a charge (YES 7) for a gift"
            self._find(entry, f"'{entry.text}' {what}", "ask for at least 4 characters: '[0-9A-Z]{4,32}'")

    def example(self, name: str, pattern: re.Pattern[str], of: str) -> str:
        entry = self._entry(name)
        fits = pattern.fullmatch(entry.text) and clean(entry.text) == entry.text and " " not in entry.text
        if entry is not NOTHING and (not fits or (of == "digits only" and not entry.text.isdigit())):
            self._find(entry, f"'{entry.text}' does not fit its own expression", f"give one that does, {of}")
        return entry.text

    def whole(self, name: str) -> int:
        entry = self._entry(name)
        if entry is not NOTHING and not (entry.text.isdecimal() and 1 <= int(entry.text) <= 5):
            # An answer about more than five tones would need more than three parts.
            self._find(entry, f"'{entry.text}' can't be the most codes in a text", "write a number from 1 to 5")
            return 1
        return int(entry.text or 1)


def _words(
    folder: Path, languages: Sequence[str], findings: list[Finding]
) -> tuple[dict[str, tuple[Action, ...]], dict[tuple[str, Action], str], frozenset[str]]:
    """All languages' words, what to show for each, and those that stop in a sentence."""
    words: dict[str, tuple[Action, ...]] = {}
    posters: dict[tuple[str, Action], str] = {}
    sentences: set[str] = set()
    for language in languages:
        path = folder / language / "commands.yaml"
        before = len(findings)
        table = read(path, findings).table
        if len(findings) > before and not table:
            continue
        for name, entry in table.items():
            if name not in {"words", "stops_in_a_sentence"}:
                findings.append(
                    Finding(path, entry.line, f"'{name}' is no entry of this file", "it has words, stops_in_a_sentence")
                )
        _add(words, posters, table.get("words", NOTHING), path, findings)
        for item in table.get("stops_in_a_sentence", NOTHING).items:
            if Action.CLOSE not in words.get(clean(item.text), ()):
                findings.append(Finding(path, item.line, f"'{item.text}' is no word of close", "add it there"))
            sentences.add(clean(item.text))
    return words, posters, frozenset(sentences)


def _add(
    words: dict[str, tuple[Action, ...]],
    posters: dict[tuple[str, Action], str],
    table: Entry,
    path: Path,
    findings: list[Finding],
) -> None:
    """Add one language's words; what collides or can't be typed is a finding."""
    for name, entry in table.table.items():
        if name not in ARGUMENTS:
            known = ", ".join(ARGUMENTS)
            findings.append(Finding(path, entry.line, f"'{name}' is no action", f"the actions are {known}"))
            continue
        action = Action(name)
        if not entry.items:
            findings.append(Finding(path, entry.line, f"'{name}' has no words", f"write {name}: [WORD, WORD]"))
        for item in entry.items:
            word = clean(item.text)
            others = [other for other in words.get(word, ()) if other is not action]
            if not word or word.isdigit():
                findings.append(Finding(path, item.line, f"'{item.text}' can't be a word", "use at least one letter"))
            elif any({action, other} != _MAY_SHARE_A_WORD for other in others):
                findings.append(
                    Finding(path, item.line, f"'{item.text}' means {others[0]} already", "keep it in one place")
                )
            elif action not in words.get(word, ()):
                words[word] = (*words.get(word, ()), action)
                posters[word, action] = clean(entry.items[0].text)
    findings += (
        Finding(path, table.line, f"'{action}' has no words", f"add a line {action}: [WORD, WORD]")
        for action in ARGUMENTS
        if action not in table.table
    )
