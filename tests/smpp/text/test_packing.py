"""Septets are packed as the standard packs them, and what fills them up is told from text."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from channels.smpp.text import packing

_HEADERS = st.sampled_from([0, 4, 6, 7, 9, 12, 13])
_SEPTETS = st.lists(st.integers(0, 127) | st.sampled_from([0x00, 0x0D]), max_size=40).map(bytes)


@pytest.mark.parametrize(
    ("septets", "header_octets", "octets"),
    [
        (b"", 0, ""),
        (b"1", 0, "31"),
        (b"Hello", 0, "c8329bfd06"),
        (b"hellohello", 0, "e8329bfd4697d9ec37"),
        (b"A", 6, "82"),
        (b"AB", 6, "8242"),
        (b"A", 7, "41"),
        (b"A", 4, "0802"),
    ],
)
def test_the_octets_are_the_standards(septets: bytes, header_octets: int, octets: str) -> None:
    """3GPP 23.038 §6.1.2.1; behind a header from the next septet's boundary on (23.040 §9.2.3.24)."""
    assert octets == packing.pack(septets, header_octets).hex()
    assert septets == packing.unpack(bytes.fromhex(octets), header_octets)


@pytest.mark.parametrize(
    ("octets", "septets"),
    [
        (packing.pack(b"1234567"), b"1234567"),
        (bytes.fromhex("31d98c56b3dd00"), b"1234567"),
        (bytes.fromhex("31d98c56b3dd1a"), b"1234567"),
        (packing.pack(b"1234567\0"), b"1234567\0"),
        (packing.pack(b"1234567\r"), b"1234567\r"),
        (packing.pack(b"12345678"), b"12345678"),
    ],
)
def test_seven_spare_bits_are_no_character(octets: bytes, septets: bytes) -> None:
    """Of seven spare bits an SMSC that fills with zeros makes an '@', one that fills as USSD does a CR."""
    assert septets == packing.unpack(octets)


def test_seven_spare_bits_are_filled_with_cr() -> None:
    """3GPP 23.038 §6.1.2.3.1: a handset shows nothing for it."""
    assert "31d98c56b3dd1a" == packing.pack(b"1234567").hex()


@given(_SEPTETS, _HEADERS)
def test_packed_septets_unpack_to_themselves(septets: bytes, header_octets: int) -> None:
    assume(packing.reads_back(septets, header_octets))
    assert septets == packing.unpack(packing.pack(septets, header_octets), header_octets)


@given(_SEPTETS, _HEADERS)
def test_the_octets_are_counted_as_they_are_packed(septets: bytes, header_octets: int) -> None:
    assert packing.octets(septets, header_octets) == len(packing.pack(septets, header_octets))


@given(_SEPTETS.filter(lambda septets: septets[-1:] != b"\r"), _HEADERS)
def test_only_a_cr_at_the_end_can_be_taken_for_filling(septets: bytes, header_octets: int) -> None:
    assert packing.reads_back(septets, header_octets)


@given(st.binary(max_size=40), st.integers(0, 140))
def test_any_octets_can_be_unpacked(octets: bytes, header_octets: int) -> None:
    assert len(packing.unpack(octets, header_octets)) <= len(octets) * 8 // 7
