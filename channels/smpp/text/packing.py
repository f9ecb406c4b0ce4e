"""Septets eight to seven octets (3GPP 23.038 §6.1.2.1), behind a user data header at a septet's boundary.

SMPP counts octets: seven spare bits at the end look like one more septet, '@' in the default alphabet.  We fill them
with CR, as USSD does (§6.1.2.3.1); what reads takes one such CR away, and an '@' that fills, since SMSCs write zeros.
A text that itself ends in '@' or CR there is protected by one CR more.
"""

from __future__ import annotations

_CR = 0x0D
_FILLERS = (_CR, 0x00)


def pack(septets: bytes, header_octets: int = 0) -> bytes:
    """The septets as octets, to stand behind `header_octets` (with the length octet) of header."""
    packed = bytearray()
    bits, held = 0, -8 * header_octets % 7
    for septet in fill(septets, header_octets):
        bits |= septet << held
        held += 7
        if held >= 8:
            packed.append(bits & 0xFF)
            bits >>= 8
            held -= 8
    if held:
        packed.append(bits)
    return bytes(packed)


def octets(septets: bytes, header_octets: int) -> int:
    """How many octets `pack` makes of them."""
    return -(-(-8 * header_octets % 7 + 7 * len(fill(septets, header_octets))) // 8)


def unpack(packed: bytes, header_octets: int = 0) -> bytes:
    """The septets in octets that stood behind `header_octets` of header; never fails."""
    skipped = -8 * header_octets % 7
    septets = bytearray()
    bits, held = 0, -skipped
    for octet in packed:
        if held < 0:
            bits, held = octet >> -held, held + 8
        else:
            bits |= octet << held
            held += 8
        while held >= 7:
            septets.append(bits & 0x7F)
            bits >>= 7
            held -= 7
    return _unfill(bytes(septets), header_octets)


def fill(septets: bytes, header_octets: int) -> bytes:
    """The septets and, where their end could be misread, a CR."""
    over = (_header_septets(header_octets) + len(septets)) % 8
    ambiguous = over == 7 or (over == 0 and septets[-1:] != b"" and septets[-1] in _FILLERS)
    return septets + bytes([_CR]) if ambiguous else septets


def reads_back(septets: bytes, header_octets: int) -> bool:
    """Whether these septets can be told from filling: not where they are '@' or CR with another CR behind."""
    return _unfill(fill(septets, header_octets), header_octets) == septets


def _unfill(septets: bytes, header_octets: int) -> bytes:
    over = (_header_septets(header_octets) + len(septets)) % 8
    filled = over == 0 and septets[-1:] != b"" and septets[-1] in _FILLERS
    protected = over == 1 and len(septets) > 1 and septets[-1] == _CR and septets[-2] in _FILLERS
    return septets[:-1] if filled or protected else septets


def _header_septets(header_octets: int) -> int:
    return -(-8 * header_octets // 7)
