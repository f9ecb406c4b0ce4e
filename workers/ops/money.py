"""Amounts as whoever runs the service reads them: in words of money, where scripts have minor units."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

from workers.settings import Settings
from workers.shipped import SHIPPED_TEMPLATES

if TYPE_CHECKING:
    from workers.money import MoneyFormat

AsMoney = Callable[[int], str]
"""Minor units as people read them."""


def money_of(settings: Settings) -> AsMoney:
    """Amounts as subscribers of the default language read them; minor units, named so, where its file has no way.

    The file is read with the first amount: what shows none doesn't wait for it.
    """

    @cache
    def form() -> MoneyFormat | None:
        from workers.money import money_format  # noqa: PLC0415 - with all that it takes to fill in a text

        dialogue = settings.dialogue
        return money_format((dialogue.templates or SHIPPED_TEMPLATES) / dialogue.default_language / "answers.yaml")

    def money(amount: int) -> str:
        found = form()
        return f"{amount:,} minor units" if found is None else found.written(amount)

    return money
