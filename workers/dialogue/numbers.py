"""Telephone numbers as subscribers write them, to E.164 digits."""

from __future__ import annotations

import phonenumbers
from phonenumbers import PhoneNumber


def _parsed(text: str, region: str | None) -> PhoneNumber | None:
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    return number if phonenumbers.is_valid_number(number) else None


def e164_digits(written: str, sender: str) -> str | None:
    """The number's E.164 digits without +, or None where it is no number of any country.

    `written` is digits, perhaps after a +.  With + or 00 it is international; else it is first read as a number of
    the sender's own country, then as international digits.  In that order, because 13802138001 from China is a
    mobile there, though +1 380 213 8001 exists in Ohio.
    """
    if written.startswith("+"):
        number = _parsed(written, None)
    elif written.startswith("00"):
        number = _parsed("+" + written[2:], None)
    else:
        number = _parsed(written, _region(sender)) or _parsed("+" + written, None)
    return f"{number.country_code}{phonenumbers.national_significant_number(number)}" if number else None


def _region(sender: str) -> str | None:
    """The sender's country (ISO 3166 two letters), where his number tells."""
    digits = sender.lstrip("+")
    for length in (1, 2, 3):
        prefix = digits[:length]
        regions = phonenumbers.COUNTRY_CODE_TO_REGION_CODE.get(int(prefix) if prefix.isdecimal() else 0, ())
        if len(regions) == 1:
            return regions[0]
        if regions:
            break
    # Several countries share the code (+1, +7, +44): the number decides, or the code's main country.
    number = _parsed("+" + digits, None)
    if number is None:
        return regions[0] if regions else None
    return phonenumbers.region_code_for_number(number)
