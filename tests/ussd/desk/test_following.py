"""What a request is to the dial that is remembered: the next key, the last one again, a begin, or neither."""

from __future__ import annotations

from typing import Any

import pytest

from channels.ussd.desk.following import Following, following
from channels.ussd.ports import DialRequest, Kind
from channels.ussd.sessions import Kept

NOW = 1_800_000_000.0


def request(kind: Kind, text: str = "", *, session: str = "s-1", **fields: Any) -> DialRequest:
    return DialRequest(kind, "hub", session, "8613800000001", text=text, **fields)


def kept(session: str = "s-1", **fields: Any) -> Kept:
    return Kept("d-1", "hub", session, "{}", **{"shown_at": NOW - 1, **fields})


def joined(*inputs: str, session: str = "s-1") -> DialRequest:
    return request(Kind.INPUT, inputs[-1], session=session, all_inputs=inputs)


TABLE = [
    ("nothing is remembered", Following.BEGINS, None, request(Kind.BEGIN)),
    ("a key of a session that nobody knows", Following.BEGINS, None, request(Kind.INPUT, "1")),
    ("a shortcut whose inputs come joined", Following.BEGINS, None, joined("2", "600902000001")),
    (
        "such a shortcut after a dial that was cut off unheard",
        Following.BEGINS,
        kept("s-0", step=2),
        joined("2", "600902000001"),
    ),
    ("the first screen again", Following.REPEATS, kept(), request(Kind.BEGIN)),
    ("a joined shortcut again", Following.REPEATS, kept(before=2), joined("2", "600902000001")),
    ("the key behind a joined shortcut", Following.GOES_ON, kept(before=2), joined("2", "600902000001", "1")),
    ("a new dial during another", Following.RESUMES, kept(step=1), request(Kind.BEGIN, session="s-2")),
    ("a new dial after another", Following.BEGINS, kept(ends=True), request(Kind.BEGIN, session="s-2")),
    ("the next key", Following.GOES_ON, kept(step=1, input="2"), request(Kind.INPUT, "1")),
    ("the same key at once", Following.REPEATS, kept(step=1, input="1"), request(Kind.INPUT, "1")),
    (
        "the same key later",
        Following.GOES_ON,
        kept(step=1, input="1", shown_at=NOW - 4),
        request(Kind.INPUT, "1"),
    ),
    (
        "the same key at once as another request",
        Following.GOES_ON,
        kept(step=1, input="1", request_id="r1"),
        request(Kind.INPUT, "1", request_id="r2"),
    ),
    (
        "the same request later",
        Following.REPEATS,
        kept(step=1, input="1", request_id="r1", shown_at=NOW - 60),
        request(Kind.INPUT, "1", request_id="r1"),
    ),
    ("the next of joined inputs", Following.GOES_ON, kept(step=1, input="1"), joined("1", "1")),
    ("the same joined inputs later", Following.REPEATS, kept(step=2, shown_at=NOW - 60), joined("1", "1")),
    ("older joined inputs", Following.REPEATS, kept(step=2), joined("1")),
    ("joined inputs of which one never came", Following.SKIPS, kept(step=1), joined("1", "2", "3")),
    ("a key after the end", Following.OVER, kept(step=1, ends=True), request(Kind.INPUT, "2")),
    ("a key after hanging up", Following.OVER, kept(step=1, dropped=True), request(Kind.INPUT, "2")),
    (
        "the yes again after the end",
        Following.REPEATS,
        kept(step=3, ends=True, input="1"),
        request(Kind.INPUT, "1"),
    ),
    ("a late key of an older session", Following.OVER, kept("s-2", step=1), request(Kind.INPUT, "1")),
    ("he hangs up", Following.DROPS, kept(step=1), request(Kind.ABORT)),
    ("the gateway waits no longer", Following.DROPS, kept(step=1), request(Kind.TIMEOUT)),
    ("he hangs up twice", Following.NOTHING, kept(step=1, dropped=True), request(Kind.ABORT)),
    ("he hangs up on the last screen", Following.DROPS, kept(step=1, ends=True), request(Kind.ABORT)),
    ("an older session is hung up", Following.NOTHING, kept("s-2"), request(Kind.ABORT)),
    ("what nobody knows is hung up", Following.NOTHING, None, request(Kind.ABORT)),
]


@pytest.mark.parametrize(("expected", "before", "request_"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_a_request_is_known_for_what_it_is(expected: Following, before: Kept | None, request_: DialRequest) -> None:
    assert expected is following(before, request_, NOW, 3.0)
