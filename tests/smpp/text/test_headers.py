"""A user data header is read wherever its elements stand, and survived where it is broken."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.smpp.text import Concatenation, Header, read_header, split_header


@pytest.mark.parametrize(
    ("header", "read"),
    [
        ("", Header()),
        ("0003C80301", Header(Concatenation("udh8", 200, 3, 1))),
        ("080412340302", Header(Concatenation("udh16", 0x1234, 3, 2))),
        ("05040B8423F00003C80301", Header(Concatenation("udh8", 200, 3, 1), source_port=9200, destination_port=2948)),
        ("0003C803010402F001", Header(Concatenation("udh8", 200, 3, 1), source_port=1, destination_port=240)),
        ("2401010003C803032501 03".replace(" ", ""), Header(Concatenation("udh8", 200, 3, 3), locking=3, single=1)),
        ("7002AABB0003C80301", Header(Concatenation("udh8", 200, 3, 1))),
        ("7000080412340302", Header(Concatenation("udh16", 0x1234, 3, 2))),
        ("0003C803010003C90302", Header(Concatenation("udh8", 201, 3, 2))),
        ("0003C80300", Header()),
        ("0003C80304", Header()),
        ("0003C80000", Header()),
        ("0002C803", Header()),
        ("0003C803", Header()),
        ("240101000AC80301", Header(single=1)),
        ("2400250201030501", Header()),
        ("24", Header()),
    ],
)
def test_a_header_says_what_its_elements_say(header: str, read: Header) -> None:
    """3GPP 23.040 §9.2.3.24: any order, unknown ones passed over, the last of two alike."""
    assert read == read_header(bytes.fromhex(header))


@given(st.binary(max_size=140))
def test_any_header_can_be_read(header: bytes) -> None:
    concatenation = read_header(header).concatenation
    assert concatenation is None or 1 <= concatenation.number <= concatenation.total


@given(octets=st.binary(max_size=160))
def test_any_header_can_be_split_off(octets: bytes) -> None:
    header, body = split_header(octets, 0x40)
    assert len(header) + len(body) in (len(octets), len(octets) - 1)


@pytest.mark.parametrize(
    ("header", "body", "octets", "esm_class"),
    [
        (b"\0\3\1\2\1", b"hi", b"\5\0\3\1\2\1hi", 0x40),
        (b"\0\3\1\2\1", b"hi", b"\5\0\3\1\2\1hi", 0xC3),
        (b"", b"\5\0\3\1\2\1hi", b"\5\0\3\1\2\1hi", 0x00),
        (b"", b"hi", b"\0hi", 0x40),
        (b"", b"\x30abc", b"\x30abc", 0x40),
        (b"", b"", b"", 0x40),
    ],
)
def test_a_header_is_what_udhi_says_and_what_can_be(header: bytes, body: bytes, octets: bytes, esm_class: int) -> None:
    assert (header, body) == split_header(octets, esm_class)
