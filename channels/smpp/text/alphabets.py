"""data_coding: which alphabet the octets of a message are in (SMPP 3.4 §5.2.19, 3GPP 23.038 §4)."""

from __future__ import annotations

from collections.abc import Mapping

from smpplib import consts

from channels.smpp.text import gsm, national, packing
from channels.smpp.text.habits import ORDINARY, Habits
from channels.smpp.text.udh import Header, read_header

GSM = "gsm"
UCS2 = "ucs2"
EIGHT_BIT = "latin-1"
"""Octets of no known alphabet: Latin-1 holds any of them."""

_BY_DATA_CODING: Mapping[int, str] = {
    consts.SMPP_ENCODING_IA5: "ascii",
    consts.SMPP_ENCODING_BINARY: EIGHT_BIT,
    consts.SMPP_ENCODING_ISO88591: "latin-1",
    consts.SMPP_ENCODING_BINARY2: EIGHT_BIT,
    consts.SMPP_ENCODING_JIS: "shift_jis",
    consts.SMPP_ENCODING_ISO88595: "iso8859-5",
    consts.SMPP_ENCODING_ISO88598: "iso8859-8",
    consts.SMPP_ENCODING_ISO10646: UCS2,
    consts.SMPP_ENCODING_ISO2022JP: "iso2022_jp",
    consts.SMPP_ENCODING_EXTJIS: "euc_jp",
    consts.SMPP_ENCODING_KSC5601: "euc_kr",
}
_BY_GSM_BITS = (GSM, EIGHT_BIT, UCS2, GSM)
_NOTHING = Header()


def alphabet_of(data_coding: int, habits: Habits = ORDINARY) -> str:
    """The alphabet's name: what the SMSC means by 0 and 1, SMPP's own table to 0x0F, above it the GSM groups."""
    group = data_coding >> 4
    if group == 0x0:
        if data_coding == consts.SMPP_ENCODING_DEFAULT:
            return habits.default_alphabet
        if data_coding == habits.gsm_data_coding:
            return GSM
        return _BY_DATA_CODING.get(data_coding, EIGHT_BIT)
    if group <= 0x7:
        return _BY_GSM_BITS[data_coding >> 2 & 3]
    if group in (0xC, 0xD):
        return GSM
    if group == 0xE:
        return UCS2
    if group == 0xF:
        return EIGHT_BIT if data_coding & 4 else GSM
    return GSM


def decode_text(octets: bytes, data_coding: int, header: bytes = b"", habits: Habits = ORDINARY) -> str:
    """The octets as text; never fails, what can't be read becomes U+FFFD.

    `header` are the information elements that stood before them, which name national tables.  NULs at the end are
    padding and go; others become U+FFFD, since databases refuse them.
    """
    alphabet = alphabet_of(data_coding, habits)
    if alphabet == GSM:
        said = read_header(header) if header else _NOTHING
        return read_units(units(octets, alphabet, header, habits), alphabet, said)
    return read_units(octets, alphabet)


def units(octets: bytes, alphabet: str, header: bytes, habits: Habits) -> bytes:
    """What the octets of neighbouring parts can be joined as: septets, where they are packed; else the octets."""
    if alphabet == GSM and habits.gsm_packed:
        return packing.unpack(octets, 1 + len(header) if header else 0)
    return octets


def read_units(octets: bytes, alphabet: str, said: Header = _NOTHING) -> str:
    """Unpacked septets, or octets, as text."""
    if alphabet == GSM:
        return gsm.decode(octets, national.tables(said.locking, said.single))
    if alphabet == UCS2:
        text = _ucs2(octets)
    else:
        text = octets.decode(EIGHT_BIT if alphabet == "ascii" else alphabet, "replace")
    return text.rstrip("\0").replace("\0", "�") if "\0" in text else text


def _ucs2(octets: bytes) -> str:
    """UCS2 with surrogate pairs; a byte order mark, which it should not have, is obeyed."""
    if octets[:2] == b"\xff\xfe":
        return octets[2:].decode("utf-16-le", "replace")
    return octets.removeprefix(b"\xfe\xff").decode("utf-16-be", "replace")
