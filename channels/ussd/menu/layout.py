"""A screen cut to the pages that fit a gateway's limit, with room kept for the lines that lead on.

The limit is in characters of the 7-bit alphabet, where those of its extension count two: 160 septets are 140 octets
(3GPP 23.038 §6.1.2.3), so that a text with any other letter may have 70 of 16 bits; 182 are 160 octets and 80.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from workers.dialogue.text_size import septets

AT_MOST = 5
"""Keys on a page: what an eye takes in at once, on a phone of five lines."""
_ENDS, _ENDS_WIDE = ".!?", "\u3002\uff01\uff1f"
_WIDE = "\u4e00"
_CUT = ".."
"""Ends what had to be cut; the usual sign would be a letter of two octets."""
_REMEMBERED = 2048
"""Screens cut: most say the same to everybody, and finding out where a page ends is half of what a key costs."""


def units_at_most(screen_chars: int) -> int:
    """Letters of 16 bits in as many octets as that many septets need."""
    return -(-screen_chars * 7 // 8) // 2


def fits(text: str, screen_chars: int) -> bool:
    """Whether one screen of that limit holds the text."""
    size = septets(text)
    if size is not None:
        return size <= screen_chars
    return len(text.encode("utf-16-be", "surrogatepass")) // 2 <= units_at_most(screen_chars)


@dataclass(frozen=True, slots=True)
class Labels:
    """The words of the lines that lead on, each behind its digits."""

    back: str | None = None
    """None where there is no way back; empty: its digit alone."""
    home: str | None = None
    more: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a screen."""

    text: str
    keys: tuple[str, ...]
    """Of the options on it."""


@lru_cache(maxsize=_REMEMBERED)
def pages(
    body: str, options: tuple[tuple[str, str], ...], labels: Labels, paged: Labels, screen_chars: int
) -> tuple[Page, ...]:
    """The pages of a text and its options, each a key and its words; at least one.

    `labels` lead on from the first page, `paged` from those behind it.
    """
    lines = [f"{key} {words}" for key, words in options]
    whole = _composed(body, lines, labels, more=False)
    if len(options) <= AT_MOST and fits(whole, screen_chars):
        return (Page(whole, tuple(key for key, _ in options)),)
    found: list[Page] = []
    at = 0
    letter = "0" if septets("\n".join((body, *lines))) is not None else _WIDE
    while True:
        page = _Page(paged if found else labels, letter, screen_chars)
        body = page.take_body(body, alone=at == len(lines))
        first = at
        if not body:
            at = page.take_lines(lines, at)
        found.append(page.finished(tuple(key for key, _ in options[first:at]), last=not body and at == len(lines)))
        if not body and at == len(lines):
            return tuple(found)


def first_of(text: str, screen_chars: int) -> str:
    """As much of a last word as one screen holds: no page follows where nothing is remembered of a dial."""
    return pages(text, (), Labels(), Labels(), screen_chars)[0].text


class _Page:
    """A page as it fills."""

    def __init__(self, labels: Labels, letter: str, screen_chars: int) -> None:
        """`letter` is as wide as any on the screen."""
        self._chars = screen_chars
        self._body = ""
        self._lines: list[str] = []
        # Words first; where the limit is so low that nothing would be beside them, their digits will do.
        bare = Labels(*(None if label is None else "" for label in (labels.back, labels.home, labels.more)))
        roomy = fits(_composed(letter * (units_at_most(screen_chars) // 2), [], labels, more=True), screen_chars)
        self._labels = labels if roomy else bare

    def _holds(self, body: str, lines: Sequence[str], *, more: bool) -> bool:
        return fits(_composed(body, lines, self._labels, more=more), self._chars)

    def take_body(self, body: str, *, alone: bool) -> str:
        """Take what there is room for; what is left for the pages behind."""
        if self._holds(body, [], more=not alone):
            self._body = body
            return ""
        low, high = 1, len(body)  # the longest beginning that fits; one letter goes on in any case
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if self._holds(body[:middle], [], more=True) else (low, middle - 1)
        at = sentence_end(body, low) or break_at(body, low)
        self._body = body[:at].rstrip()
        return body[at:].lstrip()

    def take_lines(self, lines: Sequence[str], at: int) -> int:
        """Take options from `at` on; where the next page goes on."""
        while at < len(lines) and len(self._lines) < AT_MOST:
            last = at + 1 == len(lines)
            if not self._holds(self._body, [*self._lines, lines[at]], more=not last):
                if self._body or self._lines:
                    break
                self._lines.append(self._cut(lines[at], more=not last))
            else:
                self._lines.append(lines[at])
            at += 1
        return at

    def _cut(self, line: str, *, more: bool) -> str:
        end, key = len(line), len(line.partition(" ")[0])
        while end > key and not self._holds("", [line[:end].rstrip() + _CUT], more=more):
            end -= 1
        return line[:end].rstrip() + (_CUT if end > key else "")

    def finished(self, keys: tuple[str, ...], *, last: bool) -> Page:
        return Page(_composed(self._body, self._lines, self._labels, more=not last), keys)


def _composed(body: str, lines: Sequence[str], labels: Labels, *, more: bool) -> str:
    ways = (("0", labels.back), ("00", labels.home), ("98", labels.more if more else None))
    lead = " ".join(f"{key} {words}".strip() for key, words in ways if words is not None)
    return "\n".join(part for part in (body, *lines, lead) if part)


def sentence_end(text: str, most: int) -> int:
    """Where the last sentence ends that a page of so many letters holds, if it fills half of it; else 0."""
    if most >= len(text):
        return 0
    for at in range(most, most // 2, -1):
        if text[at - 1] in _ENDS_WIDE or (text[at - 1] in _ENDS and text[at].isspace()):
            return at
    return 0


def break_at(text: str, most: int) -> int:
    """Where to end a page of at most so many letters: before a word where there is one, never within a letter."""
    if most >= len(text):
        return len(text)
    for at in range(most, 0, -1):
        if text[at].isspace() or text[at - 1].isspace() or _is_wide(text[at]) or _is_wide(text[at - 1]):
            if _joins(text[at]):
                continue
            return at
    at = most
    while at > 1 and _joins(text[at]):
        at -= 1
    return at


def _is_wide(char: str) -> bool:
    """A letter that is a word, as Chinese has them."""
    return char > "\u1100" and unicodedata.east_asian_width(char) in "WF" and unicodedata.category(char) == "Lo"


def _joins(char: str) -> bool:
    """What belongs to the letter before it."""
    return char > "\u02ff" and unicodedata.category(char)[0] == "M"
