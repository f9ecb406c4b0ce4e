"""A text taken apart, and a command put together again as a subscriber would send it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from workers.dialogue.clean import clean, seen
from workers.dialogue.grammar import Grammar
from workers.dialogue.lexicon import Lexicon
from workers.dialogue.numbers import e164_digits
from workers.dialogue.outcomes import Action, Command, Misunderstood

ECHO_CHARS = 20
"""Of a wrong code or number that are said back."""
_WORD_CHARS = 60
"""Longer is no command word as it was written, with all that is left out when it is cleaned."""

_PIECES = re.compile(r"\+?[0-9]+|[^0-9+ ]+")


@dataclass(frozen=True, slots=True)
class Text:
    """A text taken apart."""

    action: Action
    word: str
    """The command word, cleaned; empty for bare codes."""
    rest: str
    """Cleaned, what follows the word."""
    raw: str
    """As it was written, from the word on."""
    typed: str
    """Cleaned, the word as it was typed, perhaps with a wrong letter."""
    sender: str
    grammar: Grammar
    lexicon: Lexicon

    @property
    def shown_word(self) -> str:
        """The word as its file writes it."""
        return self.lexicon.written.get(self.word, self.word)

    def pieces(self) -> tuple[list[str], bool]:
        """Runs of digits, perhaps with a plus before; and whether there were words too."""
        found = _PIECES.findall(self.rest)
        digits = [piece for piece in found if piece[-1].isdigit()]
        return digits, len(digits) < len(found)

    def helped(self, reply: str, **variables: object) -> Misunderstood:
        """The reply that helps, with what most of them show."""
        shown = {
            "word": self.shown_word,
            "example": self.grammar.tone_code_example,
            "example_key": self.grammar.gift_key_example,
            "example_bundle": self.grammar.bundle_code_example,
            "languages": ", ".join(one.upper() for one in dict.fromkeys(self.lexicon.names.values())),
        }
        return Misunderstood(reply, shown | variables)

    def alone(self, command: Command, words: bool) -> Command | Misunderstood:
        """The command, or where further words stood in the text, what to send instead."""
        return self.helped("extra_words", suggestion=spelled(command, self.shown_word)) if words else command


def after(text: str, word: str) -> str:
    """What follows the cleaned `word` in a text, as it was written."""
    shown = seen(text)
    ends = [end for end in range(1, min(len(shown), _WORD_CHARS) + 1) if clean(shown[:end]) == word]
    return shown[ends[-1] :].strip() if ends else ""


def spelled(command: Command, word: str) -> str:
    """A command as a subscriber would send it: understood again, it is the same command."""
    hours = "-".join(hour.replace(":", "") for hour in command.hours)
    return " ".join(
        part
        for part in (
            word,
            *command.tone_codes,
            command.recipient,
            hours,
            command.gift_key or command.question_key,
            command.query,
            command.language,
        )
        if part
    )


def number_of(groups: list[str], text: Text) -> tuple[str, str | None]:
    """A number as it was written, and its E.164 digits; None where it is none."""
    written = groups[0] + "".join(groups[1:]).replace("+", "")
    return written, e164_digits(written, text.sender)
