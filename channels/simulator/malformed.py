"""Malformed PDUs to inject: each is wrong in one way, and none can be mistaken for a text.

The first group keeps the frames intact, so a sound ESME stays bound; the second breaks the framing, after
which the standard leaves an ESME nothing but to drop the link.
"""

from __future__ import annotations

import struct
from collections.abc import Callable

from smpplib import command_codes

from channels.simulator.faults import Dice

_DELIVER_SM: int = command_codes.get_command_code("deliver_sm")
_SUBMIT_SM_RESP: int = command_codes.get_command_code("submit_sm_resp")
FIRST_SEQUENCE = 0x7000_0000
"""Injected PDUs count from here, so that what comes back for them is not taken for an answer to a text."""


def _frame(command: int, sequence: int, body: bytes) -> bytes:
    return struct.pack(">LLLL", 16 + len(body), command, 0, sequence) + body


def _no_nul(dice: Dice, count: int) -> bytes:
    return bytes(octet or 1 for octet in dice.octets(count))


def _truncated_body(_dice: Dice, sequence: int) -> bytes:
    return _frame(_DELIVER_SM, sequence, b"\x00\x01\x01861380000")  # the address lacks its end, all else is missing


def _random_body(dice: Dice, sequence: int) -> bytes:
    return _frame(_DELIVER_SM, sequence, _no_nul(dice, 40))  # without NUL there is no service_type to find


def _overlong_text(_dice: Dice, sequence: int) -> bytes:
    body = b"\x00\x01\x018613800000000\x00\x00\x005000\x00" + bytes(9) + b"\xc8short"
    return _frame(_DELIVER_SM, sequence, body)  # sm_length says 200, five octets follow


def _unknown_command(dice: Dice, sequence: int) -> bytes:
    return _frame(0x0000_0FFF, sequence, _no_nul(dice, 12))


def _orphan_response(_dice: Dice, sequence: int) -> bytes:
    return _frame(_SUBMIT_SM_RESP, sequence, b"nobody-asked\0")


def _short_length(_dice: Dice, sequence: int) -> bytes:
    return struct.pack(">LLLL", 4, _DELIVER_SM, 0, sequence)


def _huge_length(_dice: Dice, sequence: int) -> bytes:
    return struct.pack(">LLLL", 0x7FFF_FFFF, _DELIVER_SM, 0, sequence)


_MAKERS: dict[str, Callable[[Dice, int], bytes]] = {
    "truncated_body": _truncated_body,
    "random_body": _random_body,
    "overlong_text": _overlong_text,
    "unknown_command": _unknown_command,
    "orphan_response": _orphan_response,
    "short_length": _short_length,
    "huge_length": _huge_length,
}
FRAME_BREAKING = ("short_length", "huge_length")
HARMLESS = tuple(kind for kind in _MAKERS if kind not in FRAME_BREAKING)
KINDS = tuple(_MAKERS)


def malformed(kind: str, dice: Dice, sequence: int) -> bytes:
    """Return one malformed PDU of a kind from KINDS; `sequence` is FIRST_SEQUENCE or above."""
    return _MAKERS[kind](dice, sequence)
