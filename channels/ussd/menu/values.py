"""What was looked up, as it may stand on a screen and in a session: plain, short and without what can't be seen."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any

from channels.ussd.menu.session import Quote

_LONGEST_CHARS = 600
ROWS_AT_MOST = 50
"""Of a list: ten pages, and no key that is one of those which lead on."""


def plain(value: Any) -> Any:
    """A value of JSON with its texts cleared of control, zero-width and bidirectional characters."""
    if isinstance(value, str):
        if value.isascii() and value.isprintable():
            return value[:_LONGEST_CHARS]
        spaced = (" " if char.isspace() else char for char in value[:_LONGEST_CHARS])
        return "".join(char for char in spaced if unicodedata.category(char)[0] != "C")
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value[:ROWS_AT_MOST]]
    return value


def quoted(value: Any, screen: str, action: str, number: str, told_at: float) -> Quote:
    """The answer of `quote` as a price; raises ValueError where it is none."""
    try:
        code, name, price, days, fee = (value[key] for key in ("code", "name", "price", "days", "fee"))
        offer = value.get("offer") or ""
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"a quote without {error}") from error
    amounts = (price, days, fee)
    if not all(type(amount) is int and amount >= 0 for amount in amounts):
        raise ValueError("a quote whose price, days or fee is no amount")
    if action == "open" and not price:
        price, fee = fee, 0
    return Quote(screen, action, str(code), number, str(name), price, days, fee, str(offer), told_at)
