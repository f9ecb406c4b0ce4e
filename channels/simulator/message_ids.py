"""Message ids as SMSCs write them: one number, in either base, with zeros in front of it or not.

The same message is often written one way in submit_sm_resp and another in its receipt: hexadecimal there and
decimal here is the commonest.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

IdForm = Literal["hex", "hex_upper", "hex_zeros", "decimal", "decimal_zeros"]

_FORMATS: Mapping[IdForm, str] = {
    "hex": "{:x}",
    "hex_upper": "{:X}",
    "hex_zeros": "{:020x}",
    "decimal": "{:d}",
    "decimal_zeros": "{:020d}",
}


def written(number: int, form: IdForm) -> str:
    """Return a message's number as an id of this form."""
    return _FORMATS[form].format(number)
