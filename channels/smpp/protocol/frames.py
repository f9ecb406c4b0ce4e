"""The octet stream cut into PDUs (SMPP 3.4 §3.2): it resumes after any slicing.

smpplib's client throws away what it has read of a PDU when a read times out, and from then on reads lengths out
of the middle of messages; it has no cap, and a length below 16 is a `struct.error` there.
"""

from __future__ import annotations

SHORTEST_OCTETS = 16
LONGEST_OCTETS = 65536


class Unframeable(Exception):
    """The length field can't be right, so the next PDU's beginning is unknown: the connection must end."""

    def __init__(self, length: int) -> None:
        super().__init__(f"command_length {length} is not within {SHORTEST_OCTETS} to {LONGEST_OCTETS}")
        self.length = length


class FrameReader:
    """Takes octets as they come, gives whole PDUs; the cost does not grow with the number of slices."""

    def __init__(self) -> None:
        self._chunks: list[bytes] = []
        self._held = 0
        self._needed = 4
        self._data = b""
        self._position = 0

    def feed(self, octets: bytes) -> None:
        """Octets read from the connection."""
        self._chunks.append(octets)
        self._held += len(octets)

    def next_frame(self) -> bytes | None:
        """The next whole PDU, or None until more octets have come.  Raises Unframeable."""
        if self._held < self._needed:
            return None
        if self._chunks:
            self._data = b"".join((self._data[self._position :], *self._chunks))
            self._position = 0
            self._chunks.clear()
        position = self._position
        length = int.from_bytes(self._data[position : position + 4], "big")
        if not SHORTEST_OCTETS <= length <= LONGEST_OCTETS:
            raise Unframeable(length)
        if self._held < length:
            self._needed = length
            return None
        self._needed = 4
        self._held -= length
        self._position = position + length
        return self._data[position : self._position]

    def rest(self) -> bytes:
        """What has come behind the last whole PDU, for who reads on; nothing is left here."""
        rest = b"".join((self._data[self._position :], *self._chunks))
        self._chunks, self._held, self._needed, self._data, self._position = [], 0, 4, b"", 0
        return rest
