"""A command word with one wrong letter: one too many, one too few, one for another, or two changed over."""

from __future__ import annotations

import re

from rapidfuzz.distance import OSA

from workers.dialogue.lexicon import Lexicon, script_of

SHORTEST = 3
"""A word of two letters is one letter away from half of all others."""

_ALPHABETS = frozenset({"LATIN", "ARABIC", "CYRILLIC", "GREEK"})
"""Scripts that spell: of a word of two Chinese signs, one wrong is another word."""

_LETTERS = re.compile(r"[^0-9+ ]+(?: [^0-9+ ]+)?")


def nearest_word(cleaned: str, lexicon: Lexicon) -> tuple[str, str] | None:
    """The text's beginning as it was typed, and the command word it was meant for.

    None where nothing is near, or where two words that mean different things are equally near.
    """
    begun = _LETTERS.match(cleaned)
    if begun is None:
        return None
    for typed in dict.fromkeys((begun.group(), begun.group().partition(" ")[0])):
        near = [word for word in lexicon.words if _is_near(typed, word)]
        if near and len({lexicon.words[word] for word in near}) == 1:
            return typed, near[0]
    return None


def _is_near(typed: str, word: str) -> bool:
    if min(len(typed), len(word)) < SHORTEST or script_of(word[0]) not in _ALPHABETS:
        return False
    return OSA.distance(typed, word, score_cutoff=1) == 1
