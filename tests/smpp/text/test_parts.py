"""An outgoing text is split so that each part can be read by itself."""

from __future__ import annotations

import pytest
import smpplib.gsm
from hypothesis import given
from hypothesis import strategies as st

from channels.smpp.text import gsm
from channels.smpp.text.alphabets import decode_text
from channels.smpp.text.parts import Part, References, TooLong, split
from channels.smpp.text.udh import split_header


def parts_of(text: str, reference: int = 7) -> tuple[Part, ...]:
    return split(text, lambda: reference)


def read(part: Part) -> str:
    return decode_text(split_header(part.short_message, part.esm_class)[1], part.data_coding)


@pytest.mark.parametrize(
    ("text", "count", "data_coding"),
    [
        ("", 1, 0),
        ("a" * 160, 1, 0),
        ("a" * 161, 2, 0),
        ("a" * 306, 2, 0),
        ("a" * 307, 3, 0),
        ("€" * 80, 1, 0),
        ("€" * 81, 2, 0),
        ("订" * 70, 1, 8),
        ("订" * 71, 2, 8),
        ("订" * 134, 2, 8),
        ("订" * 135, 3, 8),
        ("🎵" * 35, 1, 8),
        ("🎵" * 36, 2, 8),
    ],
)
def test_a_text_takes_no_more_parts_than_it_must(text: str, count: int, data_coding: int) -> None:
    parts = parts_of(text)
    assert (len(parts), parts[0].data_coding) == (count, data_coding)


# NUL is padding and U+FEFF, U+FFFE are byte order marks to who reads: no text of ours holds them
_CHARACTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\0\ufeff\ufffe")


@given(
    st.one_of(
        st.text(st.sampled_from(sorted(gsm.SEPTETS)), max_size=600),
        st.text(_CHARACTERS, max_size=300),
        st.text(st.sampled_from("a€[🎵订"), min_size=60, max_size=600),
    )
)
def test_the_parts_read_one_by_one_give_the_text(text: str) -> None:
    """Guards smpplib: its make_parts cuts inside escapes and surrogate pairs."""
    parts = parts_of(text)
    assert all(len(part.short_message) <= (160 if part.data_coding == 0 else 140) for part in parts)
    assert "".join(read(part) for part in parts) == text


def test_smpplib_splits_an_escape_and_a_surrogate_pair_and_ours_does_not() -> None:
    """Guards smpplib: `make_parts` cuts by octets."""
    escape, _, _ = smpplib.gsm.make_parts("a" * 152 + "€" + "a" * 100)
    assert escape[0].endswith(b"\x1b")
    assert not parts_of("a" * 152 + "€" + "a" * 100)[0].short_message.endswith(b"\x1b")
    pair, _, _ = smpplib.gsm.make_parts("订" * 66 + "🎵" + "订" * 20, encoding=8)
    assert pair[0][-2:] == "🎵".encode("utf-16-be")[:2]
    assert read(parts_of("订" * 66 + "🎵" + "订" * 20)[0]) == "订" * 66


def test_every_part_bears_the_reference_the_total_and_its_number() -> None:
    headers = [split_header(part.short_message, part.esm_class)[0] for part in parts_of("a" * 400, reference=0xC8)]
    assert headers == [b"\0\3\xc8\3\1", b"\0\3\xc8\3\2", b"\0\3\xc8\3\3"]


def test_a_text_in_one_part_takes_no_reference() -> None:
    def never() -> int:
        raise AssertionError("taken")

    assert split("short", never)[0].esm_class == 0


def test_a_text_of_more_than_255_parts_is_refused() -> None:
    assert len(parts_of("a" * 153 * 255)) == 255
    with pytest.raises(TooLong):
        parts_of("a" * (153 * 255 + 1))


def test_references_follow_one_another_for_each_destination() -> None:
    """Guards smpplib: it picks one of 256 by chance, so two texts to one handset may be mixed up."""
    references = References(lambda: 254)
    assert [references.next("86138") for _ in range(4)] == [254, 255, 0, 1]
    assert references.next("86139") == 254


@given(octets=st.binary(max_size=160))
def test_any_header_can_be_split_off(octets: bytes) -> None:
    header, body = split_header(octets, 0x40)
    assert len(header) + len(body) in (len(octets), len(octets) - 1)


def test_a_header_longer_than_its_message_is_text() -> None:
    assert split_header(b"\x30abc", 0x40) == (b"", b"\x30abc")
    assert split_header(b"\x05\0\3\1\2\1hi", 0x00) == (b"", b"\x05\0\3\1\2\1hi")
