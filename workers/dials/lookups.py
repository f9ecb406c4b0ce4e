"""What a screen may ask: the allow-list of functions, what each takes and what it gives, all of it plain JSON.

A tone is `{code, name, singer, price, days}`: minor units for one validity period, and whole days.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


class LookupRefused(Exception):
    """The core, or one of our own rules, says no: `reason` is one of the result-code table's classes, or our own."""

    def __init__(self, reason: str, text: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.text = text
        """The sentence for it in the caller's language, as a text message would say it."""


class LookupFailed(Exception):
    """Nobody can say now: the core is away or slow."""


@dataclass(frozen=True, slots=True)
class Function:
    """One function as menus may call it."""

    takes: tuple[str, ...]
    may_take: tuple[str, ...] = ()
    gives: tuple[str, ...] = ()
    """The keys of its answer."""
    rows: tuple[str, ...] = ()
    """The keys of each row, where its answer has `rows`."""


_TONE = ("code", "name", "singer", "price", "days")

FUNCTIONS: Mapping[str, Function] = MappingProxyType(
    {
        # lists: {"rows": [...], "count": how many there are in all}
        "top": Function((), gives=("rows", "count"), rows=_TONE),
        "new": Function((), gives=("rows", "count"), rows=_TONE),
        "find": Function(("query",), gives=("rows", "count"), rows=_TONE),
        "my_tones": Function((), gives=("rows", "count"), rows=_TONE),
        "gifts": Function((), gives=("rows", "count"), rows=("key", "name", "code", "giver", "days")),
        "packs": Function((), gives=("rows", "count"), rows=("code", "name", "price", "days", "tones")),
        "offers": Function((), gives=("rows", "count"), rows=("id", "code", "name", "price", "days", "until")),
        # the music club's levels but one's own; `member_of`: what one's own is called, empty for who is no member
        "club": Function((), gives=("rows", "count", "member_of"), rows=("code", "name", "price", "days")),
        # `action`: order, gift, copy, pack, join or open; `number` is a gift's recipient, or whose tone is copied.
        # `fee`: what opening the recipient's service costs beside it, 0 for none; `offer`: the offer's id, or empty.
        "quote": Function(("action",), ("code", "number"), ("code", "name", "price", "days", "fee", "offer")),
        # `state`: none, active or paused; `member_of`: as of the club; `text`: as STATUS answers by text message
        "status": Function((), gives=("state", "fee", "tones", "member_of", "text")),
    }
)
