"""data_coding says which alphabet."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.smpp.text.alphabets import alphabet_of, decode_text


@pytest.mark.parametrize(
    ("data_coding", "octets", "text"),
    [
        (0x00, b"\x00\x1b\x65", "@€"),
        (0x01, b"GET 1@2", "GET 1@2"),
        (0x03, b"\xe9t\xe9", "été"),
        (0x02, b"\xe9", "é"),
        (0x06, "Привет".encode("iso8859-5"), "Привет"),
        (0x07, "שלום".encode("iso8859-8"), "שלום"),
        (0x08, "订购".encode("utf-16-be"), "订购"),
        (0x08, "♫🎵".encode("utf-16-be"), "♫🎵"),
        (0x08, b"\xfe\xff" + "订".encode("utf-16-be"), "订"),
        (0x08, b"\xff\xfe" + "订".encode("utf-16-le"), "订"),
        (0x08, b"\x00A\x00", "A�"),
        (0x08, b"\xd8\x3c", "�"),
        (0x01, b"GET 1\0", "GET 1"),
        (0x03, b"a\0b", "a�b"),
        (0x11, b"\x00", "@"),
        (0x18, "订".encode("utf-16-be"), "订"),
        (0xF0, b"\x00", "@"),
        (0xF1, b"\x00", "@"),
        (0xF5, b"\xe9", "é"),
        (0xE0, "订".encode("utf-16-be"), "订"),
        (0xC8, b"\x00", "@"),
    ],
)
def test_a_message_is_read_by_its_data_coding(data_coding: int, octets: bytes, text: str) -> None:
    assert decode_text(octets, data_coding) == text


@given(octets=st.binary(), data_coding=st.integers(min_value=0, max_value=255))
def test_any_octets_under_any_coding_become_text_that_a_database_takes(octets: bytes, data_coding: int) -> None:
    text = decode_text(octets, data_coding)
    assert "\0" not in text
    assert text.encode("utf-8").decode("utf-8") == text


def test_every_coding_has_an_alphabet() -> None:
    assert all(alphabet_of(data_coding) for data_coding in range(256))
