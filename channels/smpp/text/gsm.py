"""The GSM 7-bit default alphabet and its extension table, one septet to an octet (3GPP 23.038 §6.2.1).

smpplib's table holds '`' in place of '§' and of every unused escape, so it writes '`' as '§' and can't write '§'.
National language tables are not here; they come with their own table file beside this one.
"""

from __future__ import annotations

ESCAPE = 0x1B

_BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION = {
    0x0A: "\f",
    0x14: "^",
    0x28: "{",
    0x29: "}",
    0x2F: "\\",
    0x3C: "[",
    0x3D: "~",
    0x3E: "]",
    0x40: "|",
    0x65: "€",
}

SEPTETS: dict[str, bytes] = {character: bytes([code]) for code, character in enumerate(_BASIC) if code != ESCAPE} | {
    character: bytes([ESCAPE, code]) for code, character in _EXTENSION.items()
}
"""Each character's one septet, or two with the escape."""

_CHARACTERS = [_BASIC[octet] if octet < 0x80 else chr(octet) for octet in range(256)]


def can_encode(text: str) -> bool:
    """Whether every character of the text is in the alphabet or its extension."""
    return all(map(SEPTETS.__contains__, text))


def encode(text: str) -> bytes:
    """The text as unpacked septets.  Raises ValueError for a character that isn't in the tables."""
    try:
        return b"".join(map(SEPTETS.__getitem__, text))
    except KeyError as error:
        raise ValueError(f"U+{ord(error.args[0]):04X} is not in the GSM alphabet") from None


def decode(octets: bytes) -> str:
    """Unpacked septets as text; never fails.

    An unknown escape reads as the basic character (23.038 §6.2.1.1), two escapes as a space, a last lone escape
    as nothing.  An octet above 127 is no septet: it reads as Latin-1, which is what SMSCs that send it mean.
    """
    if ESCAPE not in octets:
        return "".join(map(_CHARACTERS.__getitem__, octets))
    text = []
    rest = iter(octets)
    for octet in rest:
        if octet != ESCAPE:
            text.append(_CHARACTERS[octet])
            continue
        escaped = next(rest, None)
        if escaped is not None:
            text.append(" " if escaped == ESCAPE else _EXTENSION.get(escaped, _CHARACTERS[escaped]))
    return "".join(text)
