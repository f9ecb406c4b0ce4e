"""The words, from the files under templates/: loaded once, checked whole, then only filled in.

Texts are Jinja2 templates in a sandbox, with undefined variables an error.  What is filled in is cleared of control
characters first.  Nothing here knows what happened to a subscriber; `replies` picks the text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from workers.dialogue.declared import ANSWERS
from workers.dialogue.delivery import AS_SET, Delivery, load_delivery
from workers.dialogue.sources import Finding, TemplatesError
from workers.dialogue.text_size import allowed
from workers.dialogue.wording_files import Language, checked_sizes, load_language
from workers.filling import filled_in


@dataclass(frozen=True, slots=True)
class Wording:
    """All languages' words; make one with `load`."""

    languages: dict[str, Language]
    default_language: str
    deliveries: dict[str, Delivery] = field(default_factory=dict)
    """How answers are delivered, by the name of the text; what is not in it goes as its bind is set."""

    @classmethod
    def load(cls, folder: Path, languages: Sequence[str], default_language: str) -> Self:
        """Read the answers of these languages; raises TemplatesError with every finding."""
        findings: list[Finding] = []
        loaded = {language: load_language(folder / language / "answers.yaml", findings) for language in languages}
        if default_language not in loaded:
            right = "name it in dialogue.languages, or take one of " + ", ".join(languages)
            findings.append(Finding(folder, 0, f"the default language '{default_language}' is not spoken", right))
        deliveries = load_delivery(folder, findings)
        if findings:
            raise TemplatesError(findings)
        return cls(loaded, default_language, deliveries)

    def check(self) -> list[Finding]:
        """What a loaded wording could do better: texts that need more parts than they should."""
        return [finding for language in self.languages.values() for finding in checked_sizes(language)]

    def _language(self, language: str) -> Language:
        return self.languages.get(language) or self.languages[self.default_language]

    def delivery(self, text_name: str) -> Delivery:
        """How the text of that name is to be delivered."""
        return self.deliveries.get(text_name, AS_SET)

    def parts(self, text_name: str, language: str) -> int:
        """The parts that the text of that name may need in a language."""
        return allowed(ANSWERS[text_name].parts, self._language(language).alphabet)

    def say(self, text_name: str, language: str, /, **variables: object) -> str:
        """The text of that name; KeyError where `declared` has no such text."""
        text = filled_in(self._language(language).answers[text_name], variables)
        # A sentence may begin with a phrase that is written small elsewhere: 'tone 600902000001'.
        return text[:1].upper() + text[1:]

    def deed(self, name: str, language: str, /, **variables: object) -> str:
        """What was asked for, as part of a sentence; `name` is an action's or SOMETHING."""
        return filled_in(self._language(language).deeds[name], variables)

    def why(self, reason: str, language: str, /, **variables: object) -> tuple[str, str]:
        """Why not, as the end of a sentence, and what the subscriber can do about it (may be empty)."""
        why, then = self._language(language).reasons[reason]
        return filled_in(why, variables), filled_in(then, variables) if then else ""

    def put(self, form: str, language: str, /, **variables: object) -> str:
        """One thing written in that language's format, such as a tone or an item of a list."""
        return filled_in(self._language(language).formats[form], variables)

    def money(self, minor_units: int, language: str) -> str:
        """An amount with its currency: 200 → '2.00 yuan'."""
        return self._language(language).money.written(minor_units)

    def items(self, texts: Sequence[str], language: str) -> str:
        """Several things in a row."""
        return self._language(language).between_items.join(texts)
