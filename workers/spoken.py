"""What is said and understood, as the settings name it: words, and who hears which language.

Apart from `composing`, which makes the way to the core: a door takes messages in and calls no core.
"""

from __future__ import annotations

from workers.dialogue import SHIPPED_TEMPLATES, Languages, Words, word_files
from workers.reloading import Reloaded
from workers.settings import Settings


def words_of(settings: Settings, otherwise: Words | None = None) -> Reloaded[Words]:
    """Return the commands and the answers that the settings name, as they change.

    `otherwise` are those to go on with where they start broken; without them that raises `TemplatesError`.
    """
    dialogue = settings.dialogue
    folder = dialogue.templates or SHIPPED_TEMPLATES
    return Reloaded(
        lambda: Words.load(folder, dialogue.languages, dialogue.default_language),
        lambda: word_files(folder, dialogue.languages),
        otherwise=otherwise,
    )


def languages_of(settings: Settings) -> Languages:
    """Return the languages that are spoken, and to whom."""
    dialogue = settings.dialogue
    return Languages(tuple(dialogue.languages), dialogue.default_language, dialogue.prefixes)
