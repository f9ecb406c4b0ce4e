"""The user data header in front of a message's text (3GPP 23.040 §9.2.3.24)."""

from __future__ import annotations

from smpplib import consts

UDHI = consts.SMPP_GSMFEAT_UDHI
_CONCATENATED_8_BIT = consts.SMPP_UDHIEIE_CONCATENATED


def concatenation_header(reference: int, total: int, number: int) -> bytes:
    """The header of one part: an 8-bit reference, how many parts there are, which this is from 1."""
    return bytes((5, _CONCATENATED_8_BIT, 3, reference, total, number))


def split_header(octets: bytes, esm_class: int) -> tuple[bytes, bytes]:
    """The information elements and the text behind them.

    Without the UDHI bit, or where the header claims to be longer than the message, all of it is text.
    """
    if not esm_class & UDHI or not octets or octets[0] >= len(octets):
        return b"", octets
    end = 1 + octets[0]
    return octets[1:end], octets[end:]
