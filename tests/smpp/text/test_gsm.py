"""The GSM alphabet round-trips, character by character."""

from __future__ import annotations

import pytest
import smpplib.gsm
from hypothesis import given
from hypothesis import strategies as st

from channels.smpp.text import gsm


@pytest.mark.parametrize("character", sorted(gsm.SEPTETS))
def test_every_character_round_trips(character: str) -> None:
    assert gsm.decode(gsm.encode(character)) == character


def test_the_tables_hold_127_characters_and_10_more_by_escape() -> None:
    """3GPP 23.038 §6.2.1, without the escape itself."""
    assert sum(len(octets) == 1 for octets in gsm.SEPTETS.values()) == 127
    assert sum(len(octets) == 2 for octets in gsm.SEPTETS.values()) == 10


@pytest.mark.parametrize(
    ("text", "octets"),
    [
        ("@", b"\x00"),
        ("§", b"\x5f"),
        ("€", b"\x1b\x65"),
        ("[~]", b"\x1b\x3c\x1b\x3d\x1b\x3e"),
        ("Çé", b"\x09\x05"),
        ("Hello_1", b"Hello\x111"),
    ],
)
def test_the_octets_are_the_standards(text: str, octets: bytes) -> None:
    assert gsm.encode(text) == octets


def test_the_grave_accent_and_the_section_sign_are_told_apart() -> None:
    """Guards smpplib: its gsm_encode writes '`' as '§' (0x5F), and can't write '§' at all."""
    assert smpplib.gsm.gsm_encode("`") == b"\x5f"
    with pytest.raises(UnicodeError):
        smpplib.gsm.gsm_encode("§")
    assert not gsm.can_encode("`")
    assert gsm.encode("§") == b"\x5f"


@pytest.mark.parametrize("text", ["`", "中", "Ł", "\x1b", "ç"])
def test_what_is_in_no_table_is_refused(text: str) -> None:
    assert not gsm.can_encode(text)
    with pytest.raises(ValueError, match=r"U\+"):
        gsm.encode(text)


@pytest.mark.parametrize(
    ("octets", "text"),
    [
        (b"\x1b\x41", "A"),
        (b"a\x1b\x1bb", "a b"),
        (b"end\x1b", "end"),
        (b"\xe9t\xe9", "été"),
    ],
)
def test_what_the_standard_leaves_open_is_read_kindly(octets: bytes, text: str) -> None:
    assert gsm.decode(octets) == text


@given(st.binary())
def test_any_octets_can_be_read(octets: bytes) -> None:
    assert len(gsm.decode(octets)) <= len(octets)
