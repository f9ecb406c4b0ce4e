"""data_coding says which alphabet, as the SMSC means it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.smpp.text import Habits, decode_text
from channels.smpp.text.alphabets import alphabet_of

_ASCII_BY_ZERO = Habits(default_alphabet="ascii")
_LATIN_1_BY_ZERO = Habits(default_alphabet="latin-1")
_GSM_BY_ONE = Habits(gsm_data_coding=1)
_LATIN_1_BY_ZERO_AND_GSM_BY_ONE = Habits(default_alphabet="latin-1", gsm_data_coding=1)
_PACKED = Habits(gsm_packed=True)


@pytest.mark.parametrize(
    ("data_coding", "octets", "text"),
    [
        (0x00, b"\x00\x1b\x65", "@€"),
        (0x01, b"GET 1@2", "GET 1@2"),
        (0x01, b"\xe9t\xe9", "été"),
        (0x03, b"\xe9t\xe9", "été"),
        (0x02, b"\xe9", "é"),
        (0x04, b"\xe9", "é"),
        (0x05, "着メロ".encode("shift_jis"), "着メロ"),
        (0x06, "Привет".encode("iso8859-5"), "Привет"),
        (0x07, "שלום".encode("iso8859-8"), "שלום"),
        (0x08, "订购".encode("utf-16-be"), "订购"),
        (0x08, "♫🎵".encode("utf-16-be"), "♫🎵"),
        (0x08, b"\xfe\xff" + "订".encode("utf-16-be"), "订"),
        (0x08, b"\xff\xfe" + "订".encode("utf-16-le"), "订"),
        (0x08, b"\x00A\x00", "A�"),
        (0x08, b"\xd8\x3c", "�"),
        (0x0D, "着メロ".encode("euc_jp"), "着メロ"),
        (0x0E, "벨소리".encode("euc_kr"), "벨소리"),
        (0x0B, b"\xe9", "é"),
        (0x01, b"GET 1\0", "GET 1"),
        (0x03, b"a\0b", "a�b"),
        (0x11, b"\x00", "@"),
        (0x14, b"\xe9", "é"),
        (0x18, "订".encode("utf-16-be"), "订"),
        (0x48, "订".encode("utf-16-be"), "订"),
        (0x90, b"\x00", "@"),
        (0xC8, b"\x00", "@"),
        (0xD8, b"\x00", "@"),
        (0xE0, "订".encode("utf-16-be"), "订"),
        (0xF0, b"\x00", "@"),
        (0xF1, b"\x00", "@"),
        (0xF5, b"\xe9", "é"),
    ],
)
def test_a_message_is_read_by_its_data_coding(data_coding: int, octets: bytes, text: str) -> None:
    assert decode_text(octets, data_coding) == text


@pytest.mark.parametrize(
    ("habits", "data_coding", "octets", "text"),
    [
        (_LATIN_1_BY_ZERO, 0, b"\xe9t\xe9 @$", "été @$"),
        (_LATIN_1_BY_ZERO, 0xF0, b"\x00\x02", "@$"),
        (_ASCII_BY_ZERO, 0, b"a@b [1]", "a@b [1]"),
        (_GSM_BY_ONE, 1, b"a\x00b \x1b<1\x1b>", "a@b [1]"),
        (_GSM_BY_ONE, 0, b"a\x00b", "a@b"),
        (_LATIN_1_BY_ZERO_AND_GSM_BY_ONE, 0, b"\xe9", "é"),
        (_LATIN_1_BY_ZERO_AND_GSM_BY_ONE, 1, b"\x05", "é"),
        (_PACKED, 0, bytes.fromhex("c8329bfd065ddf723619"), "Hello World"),
        (_PACKED, 0xF1, bytes.fromhex("c8329bfd065ddf723619"), "Hello World"),
        (_PACKED, 3, b"Hello World", "Hello World"),
        (_PACKED, 8, "订".encode("utf-16-be"), "订"),
    ],
)
def test_what_an_smsc_means_by_a_data_coding_is_a_habit_of_its(
    habits: Habits, data_coding: int, octets: bytes, text: str
) -> None:
    assert decode_text(octets, data_coding, habits=habits) == text


@pytest.mark.parametrize(
    ("header", "octets", "text"),
    [
        ("240101", b"\x1bg\x1bi", "ğı"),
        ("250101", b"\x0c\x07\x1b\x65", "ğı€"),
        ("250103", b"\x1a", "|"),
        ("240102250101", b"\x0c\x1ba", "ğá"),
        ("0003170201240101", b"\x1bs", "ş"),
        ("2401012401FF", b"\x1bg", "g"),
        ("240100250100", b"\x1b\x65", "€"),
        ("25010D", b"\x00", "ا"),
        ("250102", b"\x00", "@"),
        ("240201012501", b"\x1bg", "g"),
    ],
)
def test_the_header_says_in_which_national_tables_a_text_is(header: str, octets: bytes, text: str) -> None:
    """3GPP 23.038 §6.2.1.2, 23.040 §9.2.3.24.15 and .16; an unknown language is the default's."""
    assert decode_text(octets, 0, bytes.fromhex(header)) == text


def test_a_header_means_nothing_to_a_text_in_another_alphabet() -> None:
    assert decode_text("ğ".encode("utf-16-be"), 8, bytes.fromhex("250101")) == "ğ"


@given(
    octets=st.binary(),
    data_coding=st.integers(min_value=0, max_value=255),
    header=st.binary(max_size=12),
    habits=st.sampled_from(
        [Habits(), _ASCII_BY_ZERO, _LATIN_1_BY_ZERO, _LATIN_1_BY_ZERO_AND_GSM_BY_ONE, _GSM_BY_ONE, _PACKED]
    ),
)
def test_any_octets_under_any_coding_become_text_that_a_database_takes(
    octets: bytes, data_coding: int, header: bytes, habits: Habits
) -> None:
    text = decode_text(octets, data_coding, header, habits)
    assert "\0" not in text
    assert text.encode("utf-8").decode("utf-8") == text


def test_every_coding_has_an_alphabet() -> None:
    assert all(alphabet_of(data_coding) for data_coding in range(256))
