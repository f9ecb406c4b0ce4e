"""Beem: JSON with a command, and a payload whose request_id goes back as it came."""

from __future__ import annotations

import json
from typing import Any

import pytest

from channels.ussd.dialects import HttpRequest, Unreadable
from channels.ussd.ports import DialRequest, Kind
from tests.ussd.dialects.kit.gateway import ENDS, GOES_ON, dial, gateway, over_the_wire, posted, read


def said(command: str, request_id: Any, response: Any) -> dict[str, Any]:
    return {
        "command": command,
        "msisdn": "8613800000001",
        "operator": "vodacom",
        "session_id": "s-1",
        "payload": {"request_id": request_id, "response": response},
    }


TABLE = [
    ("a session begins", said("initiate", "0", "0"), dial(Kind.BEGIN)),
    ("it begins with numbers", said("initiate", 0, 0), dial(Kind.BEGIN)),
    (
        "it begins with what was dialled",
        said("initiate", "r1", "*150*2#"),
        dial(Kind.BEGIN, "2", service_code="*150#", request_id="r1"),
    ),
    ("he answers", said("continue", "r2", "2"), dial(Kind.INPUT, "2", request_id="r2")),
    ("he answers with a number", said("continue", 17, 2), dial(Kind.INPUT, "2", request_id="17")),
    ("he goes back", said("continue", "r3", "0"), dial(Kind.INPUT, "0", request_id="r3")),
    ("a request_id of 0 is none", said("continue", "0", "1"), dial(Kind.INPUT, "1")),
    ("he leaves", said("terminate", "r4", ""), dial(Kind.ABORT, request_id="r4")),
    ("the network waits no longer", said("timeout", "r5", ""), dial(Kind.TIMEOUT, request_id="r5")),
]


@pytest.mark.parametrize(("values", "expected"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_what_it_sends_is_understood(values: dict[str, Any], expected: DialRequest) -> None:
    assert expected == read(posted(values), dialect="beem").dial


@pytest.mark.parametrize(
    "request_",
    [
        HttpRequest(),
        posted({}),
        posted(said("hello", "1", "1")),
        posted(said("continue", "1", "1") | {"payload": ["1"]}),
        posted(said("continue", {"id": 1}, "1")),
        posted(said("continue", "1", "1") | {"session_id": None}),
    ],
)
def test_garbage_is_unreadable(request_: HttpRequest) -> None:
    with pytest.raises(Unreadable):
        read(request_, dialect="beem")


async def test_a_whole_session_over_the_wire_and_one_request_sent_twice() -> None:
    requests = [posted(row[1]) for row in TABLE]
    asked, answers = await over_the_wire(gateway("beem"), [*requests, requests[4], posted({})], GOES_ON, ENDS)
    assert [row[2] for row in TABLE] + [TABLE[4][2]] == asked
    same = {"msisdn": "8613800000001", "operator": "vodacom", "session_id": "s-1"}
    assert {
        **same,
        "command": "continue",
        "payload": {"request_id": "0", "request": GOES_ON.text},
    } == json.loads(answers[0].body)
    assert {
        **same,
        "command": "terminate",
        "payload": {"request_id": 17, "request": ENDS.text},
    } == json.loads(answers[-2].body)
    assert 400 == answers[-1].status
