"""Nalo: JSON in capital letters, 140 characters a screen, the number as the key."""

from __future__ import annotations

import json
from typing import Any

import pytest

from channels.ussd.dialects import HttpRequest, Unreadable
from channels.ussd.ports import DialRequest, Kind
from tests.ussd.dialects.kit.gateway import ENDS, GOES_ON, dial, gateway, over_the_wire, posted, read

FIRST = {"USERID": "NALOTest", "MSISDN": "8613800000001", "USERDATA": "*920*55#", "MSGTYPE": True, "NETWORK": "MTN"}
KEY = {"session": "", "screen_chars": 140}


def next_(data: str) -> dict[str, Any]:
    return FIRST | {"MSGTYPE": False, "USERDATA": data}


TABLE = [
    ("a session begins", FIRST, dial(Kind.BEGIN, "55", service_code="*920#", **KEY)),
    ("he answers", next_("2"), dial(Kind.INPUT, "2", **KEY)),
    ("he goes back", next_("0"), dial(Kind.INPUT, "0", **KEY)),
    (
        "a session's id is told",
        next_("1") | {"SESSIONID": "s-1"},
        dial(Kind.INPUT, "1", screen_chars=140),
    ),
]


@pytest.mark.parametrize(("values", "expected"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_what_it_sends_is_understood(values: dict[str, Any], expected: DialRequest) -> None:
    assert expected == read(posted(values), dialect="nalo").dial


@pytest.mark.parametrize(("expected", "chars"), [(100, 100), (140, 160), (140, 182)])
def test_a_screen_has_at_most_140_characters(expected: int, chars: int) -> None:
    assert expected == read(posted(FIRST), dialect="nalo", screen_chars=chars).dial.screen_chars


@pytest.mark.parametrize(
    "request_",
    [HttpRequest(), posted({}), posted(FIRST | {"MSGTYPE": "new"}), posted(FIRST | {"MSISDN": ""}), posted("x")],
)
def test_garbage_is_unreadable(request_: HttpRequest) -> None:
    with pytest.raises(Unreadable):
        read(request_, dialect="nalo")


async def test_a_whole_session_over_the_wire_and_one_request_sent_twice() -> None:
    requests = [posted(row[1]) for row in TABLE]
    asked, answers = await over_the_wire(gateway("nalo"), [*requests, requests[-1], posted({})], GOES_ON, ENDS)
    assert [row[2] for row in TABLE] + [TABLE[-1][2]] == asked
    same = {"USERID": "NALOTest", "MSISDN": "8613800000001"}
    assert {**same, "MSG": GOES_ON.text, "MSGTYPE": True} == json.loads(answers[0].body)
    assert {**same, "SESSIONID": "s-1", "MSG": ENDS.text, "MSGTYPE": False} == json.loads(answers[-2].body)
    assert 400 == answers[-1].status
