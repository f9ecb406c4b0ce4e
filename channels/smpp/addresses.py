"""Addresses as an SMSC writes them, to E.164 and back (SMPP 3.4 §5.2.5 to §5.2.9, ITU-T E.164).

A number that can't be read for certain keeps its digits: an answer to the wrong number is worse than an odd one.
What belongs to whom in a country's numbering plan is told by phonenumberslite.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber
from smpplib import consts

_LETTER = re.compile(r"[A-Za-z]")
_NO_DIGIT = re.compile(r"[^0-9]+")
_E164_DIGITS = 15
_ADDRESS_DIGITS = 20
"""The longest that source_addr and destination_addr hold (SMPP 3.4 §5.2.8)."""
_NAME_CHARACTERS = 11
"""The longest alphanumeric address (3GPP 23.040 §9.1.2.5)."""
_UNKNOWN, _INTERNATIONAL, _NATIONAL = consts.SMPP_TON_UNK, consts.SMPP_TON_INTL, consts.SMPP_TON_NATNL


@dataclass(frozen=True, slots=True)
class Address:
    """An address as it stands in a PDU."""

    ton: int
    npi: int
    addr: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Addresses:
    """How one SMSC writes addresses; the fields are the bind settings of these names."""

    country: str | None = None
    number_format: str = "international"
    source_ton: int | None = None
    source_npi: int = consts.SMPP_NPI_UNK
    dest_ton: int | None = None
    dest_npi: int = consts.SMPP_NPI_ISDN

    def international(self, address: str, ton: int = _UNKNOWN, npi: int = consts.SMPP_NPI_UNK) -> str:  # noqa: ARG002
        """A subscriber's number as its E.164 digits, without '+'; empty where it is none.

        None are names (TON 5, letters), what has no digits, and what has more than the 15 of E.164.  The numbering
        plan tells nothing: SMSCs write 0 or 1 there for the same numbers.
        """
        if ton == consts.SMPP_TON_ALNUM:
            return ""
        came = _digits(address)
        if not came:
            return ""
        plus = address.lstrip().startswith("+")
        number = self._read(came, _INTERNATIONAL if plus else ton)
        return number if len(number) <= _E164_DIGITS else ""

    def _read(self, came: str, ton: int) -> str:
        """By the plainest sign that it bears: 00, TON 1 or '+', then the country's own way of writing."""
        if ton == _INTERNATIONAL and not came.startswith("0"):
            return came  # no country code begins with 0
        if self.country is not None:
            number = _parsed(came, self.country)
            if number is not None and _certain(number, came, ton):
                return _e164(number)
        if came.startswith("00"):
            number = _parsed("+" + came[2:], None)
            if number is not None and phonenumbers.is_possible_number(number):
                return came[2:]
        return came

    def short_code(self, address: str) -> str:
        """A short code as its digits, at most 20; empty where it is none."""
        digits = _digits(address)
        return digits if len(digits) <= _ADDRESS_DIGITS else ""

    def source(self, text: str) -> Address:
        """What an answer comes from: a short code, or a name of at most 11 characters, which is TON 5."""
        if self.source_ton is not None:
            return Address(self.source_ton, self.source_npi, text)
        if not (text.isascii() and text.isdigit()) and len(text) <= _NAME_CHARACTERS:
            return Address(consts.SMPP_TON_ALNUM, consts.SMPP_NPI_UNK, text)
        return Address(_UNKNOWN, self.source_npi, text)

    def destination(self, number: str) -> Address:
        """Where an answer goes, written as this SMSC wants it; `number` is as `international` gave it.

        Beside national numbers, those of other countries stay international.  What is no E.164 number goes back as
        it came, as TON 0.
        """
        parsed = _parsed("+" + number, None)
        if parsed is None or not phonenumbers.is_possible_number(parsed):
            return self._written(number, _UNKNOWN)
        if self.number_format == "plus":
            return self._written("+" + number, _INTERNATIONAL)
        if self.number_format == "national" and self.country is not None:
            if parsed.country_code != phonenumbers.country_code_for_region(self.country):
                return Address(_INTERNATIONAL, self.dest_npi, number)
            return self._written(phonenumbers.national_significant_number(parsed), _NATIONAL)
        return self._written(number, _INTERNATIONAL)

    def _written(self, addr: str, ton: int) -> Address:
        return Address(ton if self.dest_ton is None else self.dest_ton, self.dest_npi, addr)


def _digits(address: str) -> str:
    return "" if _LETTER.search(address) else _NO_DIGIT.sub("", address)


def _parsed(number: str, country: str | None) -> PhoneNumber | None:
    try:
        return phonenumbers.parse(number, country)
    except NumberParseException:
        return None


def _certain(number: PhoneNumber, came: str, ton: int) -> bool:
    """Whether the country's reading of what came holds.

    A number said to be national may lie in a range too new to be known, if it has the right length; unless it is
    a good number of another country as it stands, since some SMSCs say TON 2 of any number.
    """
    if phonenumbers.is_valid_number(number):
        return True
    if ton != _NATIONAL or not phonenumbers.is_possible_number(number):
        return False
    elsewhere = _parsed("+" + came, None)
    return elsewhere is None or not phonenumbers.is_valid_number(elsewhere)


def _e164(number: PhoneNumber) -> str:
    return f"{number.country_code}{phonenumbers.national_significant_number(number)}"
