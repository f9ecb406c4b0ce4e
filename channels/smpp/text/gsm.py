"""The GSM 7-bit alphabet, one septet to an octet: default and extension table (3GPP 23.038 §6.2.1), or national ones.

smpplib's table holds '`' in place of '§' and of every unused escape, so it writes '`' as '§' and can't write '§'.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

ESCAPE = 0x1B

BASIC: Sequence[str | None] = [
    None if character == "\x1b" else character
    for character in (
        "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
        "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
    )
]
EXTENSION: Mapping[int, str] = {
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


@dataclass(frozen=True, slots=True, eq=False)
class Tables:
    """What septets stand for, in both directions."""

    septets: Mapping[str, bytes]
    """Each character's one septet, or two with the escape."""
    characters: Sequence[str]
    """By octet; an octet above 127 is no septet and reads as Latin-1, which is what SMSCs that send it mean."""
    escaped: Mapping[int, str]
    """By the septet behind an escape."""


def tables(basic: Sequence[str | None], extension: Mapping[int, str]) -> Tables:
    """Build both directions from 128 characters, None where there is none, and those behind an escape.

    A character that is there twice is written the shorter way, with the lower number.
    """
    septets: dict[str, bytes] = {}
    for code, character in enumerate(basic):
        if character is not None:
            septets.setdefault(character, bytes([code]))
    for code, character in extension.items():
        septets.setdefault(character, bytes([ESCAPE, code]))
    read = [" " if character is None else character for character in basic] + [chr(octet) for octet in range(128, 256)]
    return Tables(septets, read, dict(extension))


DEFAULT = tables(BASIC, EXTENSION)
SEPTETS = DEFAULT.septets


def can_encode(text: str, by: Tables = DEFAULT) -> bool:
    """Whether every character of the text is in the tables."""
    return all(map(by.septets.__contains__, text))


def encode(text: str, by: Tables = DEFAULT) -> bytes:
    """The text as unpacked septets.  Raises ValueError for a character that isn't in the tables."""
    try:
        return b"".join(map(by.septets.__getitem__, text))
    except KeyError as error:
        raise ValueError(f"U+{ord(error.args[0]):04X} is not in the GSM alphabet") from None


def decode(septets: bytes, by: Tables = DEFAULT) -> str:
    """Unpacked septets as text; never fails.

    An unknown escape reads as the character without it (23.038 §6.2.1.1), two escapes as a space, a last lone escape
    as nothing, a septet without character as a space.
    """
    if ESCAPE not in septets:
        return "".join(map(by.characters.__getitem__, septets))
    text = []
    rest = iter(septets)
    for septet in rest:
        if septet != ESCAPE:
            text.append(by.characters[septet])
            continue
        escaped = next(rest, None)
        if escaped is not None:
            text.append(by.escaped.get(escaped, by.characters[escaped]))
    return "".join(text)
