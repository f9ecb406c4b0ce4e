"""Hubtel: JSON with a Type, a Sequence and a state that goes back as it came."""

from __future__ import annotations

import json
from typing import Any

import pytest

from channels.ussd.dialects import DIALECTS, HttpRequest, Unreadable
from channels.ussd.ports import DialRequest, Kind
from tests.ussd.dialects.kit.gateway import ENDS, GOES_ON, dial, gateway, over_the_wire, posted, read

FIRST = {
    "Mobile": "8613800000001",
    "SessionId": "s-1",
    "ServiceCode": "714",
    "Type": "Initiation",
    "Message": "*714#",
    "Operator": "mtn",
    "Sequence": 1,
    "ClientState": "",
}
CODE = {"service_code": "*714#"}


def next_(message: str, sequence: int, **fields: Any) -> dict[str, Any]:
    return FIRST | {"Type": "Response", "Message": message, "Sequence": sequence} | fields


TABLE = [
    ("a session begins", FIRST, dial(Kind.BEGIN, request_id="1", **CODE)),
    ("it begins in small letters", FIRST | {"Type": "initiation"}, dial(Kind.BEGIN, request_id="1", **CODE)),
    (
        "it begins with a shortcut",
        FIRST | {"Message": "*714*2*600902000001#"},
        dial(Kind.BEGIN, "2*600902000001", request_id="1", **CODE),
    ),
    ("he answers", next_("2", 2), dial(Kind.INPUT, "2", request_id="2", **CODE)),
    ("he goes back", next_("0", 3), dial(Kind.INPUT, "0", request_id="3", **CODE)),
    ("he types a star himself", next_("6009*02", 4), dial(Kind.INPUT, "6009*02", request_id="4", **CODE)),
    ("no sequence is told", next_("1", 5, Sequence=None), dial(Kind.INPUT, "1", **CODE)),
    ("he leaves", next_("", 6, Type="Release"), dial(Kind.ABORT, request_id="6", **CODE)),
    ("the network waits no longer", next_("", 7, Type="Timeout"), dial(Kind.TIMEOUT, request_id="7", **CODE)),
]


@pytest.mark.parametrize(("values", "expected"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_what_it_sends_is_understood(values: dict[str, Any], expected: DialRequest) -> None:
    assert expected == read(posted(values), dialect="hubtel").dial


@pytest.mark.parametrize(
    "request_",
    [
        HttpRequest(),
        HttpRequest(body=b"<xml/>"),
        posted([FIRST]),
        posted(FIRST | {"Type": "Hello"}),
        posted(FIRST | {"Type": ["Response"]}),
        posted({name: value for name, value in FIRST.items() if name != "SessionId"}),
        posted(FIRST | {"Mobile": {"$gt": ""}}),
        HttpRequest(body=b"[" * 16_000),
        HttpRequest(body=b'{"Type":' + b"9" * 6000 + b"}"),
    ],
)
def test_garbage_is_unreadable(request_: HttpRequest) -> None:
    with pytest.raises(Unreadable):
        read(request_, dialect="hubtel")


def test_its_state_goes_back_as_it_came() -> None:
    heard = read(posted(next_("2", 2, ClientState="at home")), dialect="hubtel")
    assert {"Message": "Done. 再见", "Type": "Release", "ClientState": "at home"} == json.loads(
        DIALECTS["hubtel"].write(ENDS, heard).body
    )


async def test_a_whole_session_over_the_wire_and_one_request_sent_twice() -> None:
    requests = [posted(row[1]) for row in TABLE]
    asked, answers = await over_the_wire(gateway("hubtel"), [*requests, requests[3], posted({})], GOES_ON, ENDS)
    assert [row[2] for row in TABLE] + [TABLE[3][2]] == asked
    assert {"Message": GOES_ON.text, "Type": "Response"} == json.loads(answers[0].body)
    assert {"Message": ENDS.text, "Type": "Release"} == json.loads(answers[-2].body)
    assert {"application/json"} == {one.content_type for one in answers[:-1]}
    assert 400 == answers[-1].status
