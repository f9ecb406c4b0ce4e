"""Amounts as whoever runs the service reads them: in words of money, where scripts have minor units."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from workers.settings import Settings
from workers.shipped import SHIPPED_TEMPLATES

if TYPE_CHECKING:
    from workers.money import MoneyFormat

AsMoney = Callable[[int], str]
"""Minor units as people read them."""


def money_of(settings: Settings) -> AsMoney:
    """Amounts as subscribers of the default language read them; minor units, named so, where its file has no way.

    The file is read with the first amount, as what shows none shouldn't wait for it; and anew once it was changed, as a
    console runs for months.
    """

    @lru_cache(maxsize=1)
    def form(file: Path, _changed: tuple[int, ...]) -> MoneyFormat | None:
        from workers.money import money_format  # noqa: PLC0415 - with all that it takes to fill in a text

        return money_format(file)

    def money(amount: int) -> str:
        dialogue = settings.dialogue
        file = (dialogue.templates or SHIPPED_TEMPLATES) / dialogue.default_language / "answers.yaml"
        found = form(file, _changed(file))
        return f"{amount:,} minor units" if found is None else found.written(amount)

    return money


def _changed(file: Path) -> tuple[int, ...]:
    """When and to what, so that each change is another; nothing where there is no file."""
    try:
        now = file.stat()
    except OSError:
        return ()
    return now.st_mtime_ns, now.st_size, now.st_ino
