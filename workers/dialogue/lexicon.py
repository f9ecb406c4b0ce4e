"""The words of one short code: made of the languages spoken there, and of what that code alone understands."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from workers.dialogue.clean import clean
from workers.dialogue.outcomes import Action
from workers.dialogue.sources import NOTHING, Entry, Finding

_MAY_SHARE_A_WORD = frozenset({Action.CLOSE, Action.DELETE})
"""Told apart by whether a code follows."""

_NO_SPACES = ("CJK", "HIRAGANA", "KATAKANA", "THAI", "LAO", "KHMER", "MYANMAR")
"""Scripts that write words without spaces between them."""

_NOTHING_MATCHES = re.compile(r"(?!)")


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Which word means what."""

    words: dict[str, tuple[Action, ...]]
    """Cleaned word → the actions it may mean."""
    written: dict[str, str]
    """Cleaned word → as its file writes it, to show to subscribers."""
    posters: dict[tuple[str, Action], str]
    """A word in one of its meanings → the first word its language has for that, as the file writes it."""
    languages: dict[str, tuple[str, ...]]
    """Cleaned word → the languages that have it."""
    scripts: dict[str, tuple[str, ...]]
    """A script that is not Latin → the languages whose words are written in it."""
    names: dict[str, str]
    """Cleaned name of a language, in any language → its folder."""
    stops_in_a_sentence: frozenset[str]
    first: re.Pattern[str]
    """A command word at the text's beginning, up to its end, a space, a digit or a plus."""
    polite: re.Pattern[str]
    """Words of politeness at the text's beginning or end."""

    def stop_beginning(self, text: str) -> str:
        """The word that stops in a sentence which a cleaned text begins with; empty where there is none."""
        return next((word for word in self.stops_in_a_sentence if f"{text} ".startswith(f"{word} ")), "")

    def languages_of(self, text: str) -> tuple[str, ...]:
        """The languages whose script a text is written in, where that tells."""
        scripts = {script_of(char) for char in text if char.isalpha()}
        return tuple(dict.fromkeys(one for script in sorted(scripts) for one in self.scripts.get(script, ())))


def script_of(char: str) -> str:
    """The first word of a letter's Unicode name: LATIN, ARABIC, CJK."""
    return unicodedata.name(char, "").partition(" ")[0]


@dataclass(slots=True)
class _Gathered:
    """The words found so far."""

    words: dict[str, tuple[Action, ...]] = field(default_factory=dict)
    written: dict[str, str] = field(default_factory=dict)
    posters: dict[tuple[str, Action], str] = field(default_factory=dict)
    languages: dict[str, tuple[str, ...]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    sentences: set[str] = field(default_factory=set)
    polite: set[str] = field(default_factory=set)


Tables = Mapping[str, tuple[Path, Mapping[str, Entry]]]
"""A language → its commands.yaml and what stands there."""


def build(
    tables: Tables, actions: Iterable[Action], findings: list[Finding], own: tuple[Path, Entry] | None = None
) -> Lexicon:
    """Put languages together, and a short code's `own` words on top; what collides is a finding."""
    gathered = _Gathered()
    for language, (path, table) in tables.items():
        _add_language(gathered, language, path, table, list(actions), findings)
    if own is not None:
        _add(gathered, "", own[1], own[0], findings)
    scripts: dict[str, dict[str, None]] = {}
    for word, languages in gathered.languages.items():
        for script in {script_of(char) for char in word if char.isalpha()} - {"LATIN"}:
            scripts.setdefault(script, {}).update(dict.fromkeys(languages))
    return Lexicon(
        gathered.words,
        gathered.written,
        gathered.posters,
        gathered.languages,
        {script: tuple(languages) for script, languages in scripts.items()},
        gathered.names,
        frozenset(gathered.sentences),
        _first(gathered.words),
        _polite(gathered.polite),
    )


def _first(words: Iterable[str]) -> re.Pattern[str]:
    # The longest first: STOP ALL before STOP.
    longest_first = sorted(words, key=len, reverse=True)
    return re.compile("(?:" + "|".join(map(re.escape, longest_first)) + ")(?=[ 0-9+]|$)")


def _polite(words: set[str]) -> re.Pattern[str]:
    if not words:
        return _NOTHING_MATCHES
    longest_first = sorted(words, key=len, reverse=True)
    before = "|".join(re.escape(word) + ("" if _glues(word[-1]) else "(?=[ 0-9+]|$)") for word in longest_first)
    after = "|".join(("" if _glues(word[0]) else "(?<![^ 0-9])") + re.escape(word) for word in longest_first)
    return re.compile(f"^(?:(?:{before}) ?)+|(?: ?(?:{after}))+$")


def _glues(char: str) -> bool:
    return script_of(char) in _NO_SPACES


def _add_language(
    gathered: _Gathered,
    language: str,
    path: Path,
    table: Mapping[str, Entry],
    actions: list[Action],
    findings: list[Finding],
) -> None:
    words = table.get("words", NOTHING)
    _add(gathered, language, words, path, findings)
    findings += (
        Finding(path, words.line, f"'{action}' has no words", f"add a line {action}: [WORD, WORD]")
        for action in actions
        if action not in words.table
    )
    for item in table.get("stops_in_a_sentence", NOTHING).items:
        if Action.CLOSE not in gathered.words.get(clean(item.text), ()):
            findings.append(Finding(path, item.line, f"'{item.text}' is no word of close", "add it there"))
        gathered.sentences.add(clean(item.text))
    for item in table.get("polite", NOTHING).items:
        word = clean(item.text)
        if not word or word in gathered.words:
            why = "is a command" if word else "can't be a word"
            findings.append(Finding(path, item.line, f"'{item.text}' {why}", "words of politeness mean nothing else"))
        else:
            gathered.polite.add(word)
    gathered.names.setdefault(clean(language), language)
    for item in table.get("names", NOTHING).items:
        name = clean(item.text)
        if gathered.names.setdefault(name, language) != language:
            what = f"'{item.text}' is the name of {gathered.names[name]} already"
            findings.append(Finding(path, item.line, what, "keep it in one place"))


def _add(gathered: _Gathered, language: str, table: Entry, path: Path, findings: list[Finding]) -> None:
    """Add words; what collides or can't be typed is a finding."""
    for name, entry in table.table.items():
        if name not in set(Action):
            known = ", ".join(Action)
            findings.append(Finding(path, entry.line, f"'{name}' is no action", f"the actions are {known}"))
            continue
        action = Action(name)
        if not entry.items:
            findings.append(Finding(path, entry.line, f"'{name}' has no words", f"write {name}: [WORD, WORD]"))
        for item in entry.items:
            word = clean(item.text)
            others = [other for other in gathered.words.get(word, ()) if other is not action]
            if not word or word.isdigit():
                findings.append(Finding(path, item.line, f"'{item.text}' can't be a word", "use at least one letter"))
            elif any({action, other} != _MAY_SHARE_A_WORD for other in others):
                where = ", ".join(gathered.languages.get(word, ())) or "this short code"
                findings.append(
                    Finding(
                        path, item.line, f"'{item.text}' means {others[0]} already ({where})", "keep it in one place"
                    )
                )
            else:
                _keep(gathered, word, action, language, item.text, entry.items[0].text)


def _keep(gathered: _Gathered, word: str, action: Action, language: str, text: str, poster: str) -> None:
    if action not in gathered.words.get(word, ()):
        gathered.words[word] = (*gathered.words.get(word, ()), action)
    gathered.written.setdefault(word, text)
    gathered.posters.setdefault((word, action), poster)
    if language and language not in gathered.languages.get(word, ()):
        gathered.languages[word] = (*gathered.languages.get(word, ()), language)
