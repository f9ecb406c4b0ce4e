"""A long text is read whole, however it was cut and in whatever order its parts came."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.smpp.text import Habits, join, packing


@dataclass(frozen=True)
class Part:
    number: int
    octets: bytes
    data_coding: int = 0
    header: bytes = b""


_PAIR = "🎵".encode("utf-16-be")
_TURKISH = bytes.fromhex("240101")


@pytest.mark.parametrize(
    ("text", "total", "parts"),
    [
        ("ab", 2, [Part(1, b"a"), Part(2, b"b")]),
        ("ab", 2, [Part(2, b"b"), Part(1, b"a"), Part(2, b"b")]),
        ("a[…]c", 3, [Part(1, b"a"), Part(3, b"c")]),
        ("[…]c[…]", 5, [Part(3, b"c")]),
        ("[…]", 2, []),
        ("a", 1, [Part(1, b"a"), Part(2, b"b"), Part(0, b"c")]),
        ("a€b", 2, [Part(1, b"a\x1b"), Part(2, b"\x65b")]),
        ("a[…]eb", 3, [Part(1, b"a\x1b"), Part(3, b"\x65b")]),
        ("♫🎵", 2, [Part(1, "♫".encode("utf-16-be") + _PAIR[:2], 8), Part(2, _PAIR[2:], 8)]),
        ("♫a", 2, [Part(1, b"\x26", 8), Part(2, b"\x6b\0a", 8)]),
        ("�[…]�", 3, [Part(1, _PAIR[:2], 8), Part(3, _PAIR[2:], 8)]),
        ("♫@", 2, [Part(1, "♫".encode("utf-16-be"), 8), Part(2, b"\0")]),
        ("aéb", 3, [Part(1, b"a"), Part(2, b"\xe9", 3), Part(3, b"b")]),
        ("xş", 2, [Part(1, b"x\x1b", 0, _TURKISH), Part(2, b"s", 0, b"\0\3\1\2\2" + _TURKISH)]),
        ("xs", 2, [Part(1, b"x\x1b", 0, _TURKISH), Part(2, b"s")]),
        ("ab", 2, [Part(1, b"a", 0xF1), Part(2, b"b", 0x11)]),
        ("着", 2, [Part(1, "着".encode("shift_jis")[:1], 5), Part(2, "着".encode("shift_jis")[1:], 5)]),
    ],
)
def test_parts_are_joined_before_they_are_read(text: str, total: int, parts: list[Part]) -> None:
    """Guards promise 1, nothing lost: smpplib and others cut inside escapes and surrogate pairs."""
    assert text == join(parts, total)


def test_parts_are_unpacked_before_they_are_joined() -> None:
    parts = [
        Part(1, packing.pack(b"1234567\x1b", 6), 0, b"\0\3\1\2\1"),
        Part(2, packing.pack(b"e!", 6), 0, b"\0\3\1\2\2"),
    ]
    assert "1234567€!" == join(parts, 2, Habits(gsm_packed=True))


@given(
    st.lists(
        st.builds(
            Part,
            st.integers(-1, 6),
            st.binary(max_size=20),
            st.integers(0, 255),
            st.sampled_from([b"", _TURKISH, b"\x24", bytes.fromhex("25010D")]),
        )
    ),
    st.integers(0, 5),
    st.sampled_from([Habits(), Habits(gsm_packed=True), Habits(default_alphabet="latin-1")]),
)
def test_any_parts_become_text_that_a_database_takes(parts: list[Part], total: int, habits: Habits) -> None:
    text = join(parts, total, habits)
    assert "\0" not in text
    assert text.encode("utf-8").decode("utf-8") == text
