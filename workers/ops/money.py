"""Amounts as whoever runs the service reads them: in words of money, where scripts have minor units."""

from __future__ import annotations

from collections.abc import Callable

from workers.dialogue import SHIPPED_TEMPLATES, TemplatesError, Wording
from workers.settings import Settings

AsMoney = Callable[[int], str]
"""Minor units as people read them."""


def money_of(settings: Settings) -> AsMoney:
    """Amounts as subscribers of the default language read them; as they are where its wording can't be used."""
    language = settings.dialogue.default_language
    try:
        wording = Wording.load(settings.dialogue.templates or SHIPPED_TEMPLATES, [language], language)
    except TemplatesError:
        return lambda amount: f"{amount:,}"
    return lambda amount: wording.money(amount, language)
