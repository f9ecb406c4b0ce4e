"""The words of one message: taken once, so that it is understood and answered by the same files however they change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from workers.dialogue import Command, Languages, Misunderstood, Wording, Words, language_of, understand
from workers.dials import DialOrder
from workers.dials.orders import CHANNEL as DIALS
from workers.journal import Answer, ClaimedRow, Ending


def answer_as(wording: Wording, number: str, text: str, name: str) -> Answer:
    """An answer that is delivered as the text of that name says."""
    how = wording.delivery(name)
    return Answer(number, text, how.receipt, how.valid_s, how.urgent)


@dataclass(frozen=True, slots=True)
class Voice:
    """Words, and the language of whoever hears them."""

    words: Words
    language: str
    languages: Languages

    @property
    def wording(self) -> Wording:
        """What is answered."""
        return self.words.wording

    def answer(self, number: str, text: str, name: str) -> Answer:
        """The answer to `number`, E.164 digits, that is delivered as the text of that name says."""
        return replace(answer_as(self.wording, number, text, name), language=self.language)

    def ends(self, ending: Ending, text: str, name: str) -> Ending:
        """The same ending with an answer to its own number."""
        return replace(ending, answers=(self.answer(ending.row.number, text, name),))

    def in_language(self, language: str) -> Voice:
        """The same words in a language, where it is spoken."""
        return replace(self, language=language_of(language, (self.language,), "", self.languages))

    def to(self, number: str, chosen: str) -> Voice:
        """The same words for whom nothing is known of but the number and the language it has `chosen`, if any."""
        return replace(self, language=language_of(chosen, (), number, self.languages))


@dataclass(frozen=True, slots=True)
class Interpreter:
    """Understands messages by the words in force, and says in which language each is answered."""

    words: Callable[[], Words]
    languages: Languages

    def read(self, row: ClaimedRow, text: str = "") -> tuple[Command | Misunderstood, Voice]:
        """What a message says, or the `text` that it turned out to mean; of a dial's, what its screens have made."""
        words = self.words()
        if row.channel == DIALS and not text and (order := order_of(row)):
            language = language_of(order.language, (), row.number, self.languages)
            return order.command, Voice(words, language, self.languages)
        understood = understand(
            text or row.text, row.number, words.grammar, short_code=row.short_code, incomplete=bool(row.incomplete)
        )
        language = language_of(row.language, understood.languages, row.number, self.languages)
        return understood, Voice(words, language, self.languages)

    def to(self, number: str, chosen: str) -> Voice:
        """The words for a number that is told something where no message of its own is read."""
        return Voice(self.words(), language_of(chosen, (), number, self.languages), self.languages)


def order_of(row: ClaimedRow) -> DialOrder | None:
    """What a dial's message asks for; None where it is no such message, or nothing that can be read."""
    if row.channel != DIALS:
        return None
    try:
        return DialOrder.read(row.text)
    except ValueError:
        return None
