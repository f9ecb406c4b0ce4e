"""In which language a subscriber is answered: what is known of him decides, the surest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Languages:
    """What the settings say."""

    spoken: tuple[str, ...]
    """Folders under templates/."""
    default: str
    prefixes: Mapping[str, str] = field(default_factory=dict)
    """Beginnings of numbers, E.164 digits → a language: {"86": "zh"}."""


def language_of(chosen: str, words: Sequence[str], number: str, languages: Languages) -> str:
    """The language to answer in; always one that is spoken.

    First the one `chosen` (LANG, or a menu); then that of the `words` used; then by the longest prefix of `number`
    (E.164 digits); then the default.  Words that several languages have, such as STOP, say only that it is one of
    these: the number may tell which.  One that is not spoken falls to the one it is a kind of (zh-Hant → zh), then
    to the next in this row.
    """
    by_number = _spoken(_by_prefix(number, languages.prefixes), languages)
    used = [one for one in (_spoken(word, languages) for word in words) if one]
    likeliest = next((one for one in (by_number, languages.default) if one in used), used[0] if used else "")
    return _spoken(chosen, languages) or likeliest or by_number or languages.default


def _spoken(language: str, languages: Languages) -> str:
    """The language or the one it is a kind of (RFC 4647 §3.4), empty where neither is spoken."""
    while language:
        if language in languages.spoken:
            return language
        language = language.rpartition("-")[0]
    return ""


def _by_prefix(number: str, prefixes: Mapping[str, str]) -> str:
    digits = number.lstrip("+")
    return next((prefixes[digits[:length]] for length in range(len(digits), 0, -1) if digits[:length] in prefixes), "")
