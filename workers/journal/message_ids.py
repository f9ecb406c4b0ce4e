"""An SMSC's message ids, as responses and receipts write them: with other cases, zeros in front, or in another base.

submit_sm_resp and the receipt are often written by two parts of an SMSC (SMPP 3.4 §5.2.23 leaves the form to it):
`0A1B` comes back as `a1b`, and, most often, hexadecimal comes back as decimal or the other way round.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

_DECIMAL = re.compile(r"[0-9]{1,65}")
_HEXADECIMAL = re.compile(r"[0-9a-f]{1,65}")


def message_key(message_id: str) -> str:
    """An id without what varies: blanks around it, case, zeros in front; `000` is `0`, and nothing stays nothing."""
    written = message_id.strip(" \0").lower()
    return written.lstrip("0") or written[:1]


def forms(key: str, rule: str) -> tuple[str, ...]:
    """The keys that a response's id may have where its receipt has `key`, the likeliest first.

    Only the first is certain enough to be believed as it stands; the others may be another text's id, and want a
    second sign.  `rule` is a bind's `receipt_ids`: `auto`, `same`, `hex_to_decimal` (a response in hexadecimal has
    its receipt in decimal) or `decimal_to_hex`.
    """
    return tuple(dict.fromkeys(form for form in (reading(key) for reading in _READINGS[rule]) if form))


def receipt_forms(key: str) -> tuple[str, ...]:
    """The keys that a receipt's id may have where its response has `key`, under any rule."""
    return forms(key, "auto")  # what either base may become is what either may have been


def _as_it_is(key: str) -> str:
    return key


def _in_hexadecimal(key: str) -> str:
    """`2587` → `a1b`; nothing where it isn't decimal."""
    return f"{int(key):x}" if _DECIMAL.fullmatch(key) else ""


def _in_decimal(key: str) -> str:
    """`a1b` → `2587`; nothing where it isn't hexadecimal."""
    return str(int(key, 16)) if _HEXADECIMAL.fullmatch(key) else ""


_READINGS: Mapping[str, tuple[Callable[[str], str], ...]] = {
    "auto": (_as_it_is, _in_hexadecimal, _in_decimal),
    "same": (_as_it_is,),
    "hex_to_decimal": (_in_hexadecimal, _as_it_is),
    "decimal_to_hex": (_in_decimal, _as_it_is),
}
"""How the id in a receipt is read, by rule; `_as_it_is` behind another, for an id that can't be of that base."""
