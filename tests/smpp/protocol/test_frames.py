"""The octet stream is cut into PDUs whatever the slicing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.smpp.protocol.frames import FrameReader, Unframeable


def frame(body: bytes) -> bytes:
    return (16 + len(body)).to_bytes(4, "big") + b"\0" * 12 + body


def all_frames(reader: FrameReader) -> list[bytes]:
    return list(iter(reader.next_frame, None))


@given(
    bodies=st.lists(st.binary(max_size=60), max_size=8),
    cuts=st.lists(st.integers(min_value=1, max_value=7), min_size=1),
)
def test_any_slicing_gives_the_same_pdus(bodies: list[bytes], cuts: list[int]) -> None:
    """Guards smpplib: a read time-out inside a PDU drops what was read, and the stream is out of step for good."""
    frames = [frame(body) for body in bodies]
    stream, reader, got = b"".join(frames), FrameReader(), []
    position, turn = 0, 0
    while position < len(stream):
        size = cuts[turn % len(cuts)]
        reader.feed(stream[position : position + size])
        got += all_frames(reader)
        position, turn = position + size, turn + 1
    assert got == frames


def test_many_pdus_in_one_read_and_the_beginning_of_another() -> None:
    reader = FrameReader()
    reader.feed(frame(b"a") + frame(b"") + frame(b"bc")[:9])
    assert all_frames(reader) == [frame(b"a"), frame(b"")]
    reader.feed(frame(b"bc")[9:])
    assert all_frames(reader) == [frame(b"bc")]


@pytest.mark.parametrize("length", [0, 1, 15, 65537, 0x7FFFFFFF, 0xFFFFFFFF])
def test_a_length_that_cannot_be_right_is_noticed_at_its_fourth_octet(length: int) -> None:
    """Guards smpplib: no upper cap (4 GiB are waited for), and below 16 a struct.error."""
    reader = FrameReader()
    reader.feed(length.to_bytes(4, "big"))
    with pytest.raises(Unframeable):
        reader.next_frame()


@pytest.mark.parametrize("length", [16, 65536])
def test_the_shortest_and_the_longest_pass(length: int) -> None:
    reader = FrameReader()
    reader.feed(frame(b"\0" * (length - 16)))
    assert len(reader.next_frame() or b"") == length


def test_the_longest_pdu_octet_by_octet_costs_no_more_than_its_octets() -> None:
    reader, whole = FrameReader(), frame(b"x" * 65520)
    for octet in whole[:-1]:
        reader.feed(bytes([octet]))
        assert reader.next_frame() is None
    reader.feed(whole[-1:])
    assert reader.next_frame() == whole
