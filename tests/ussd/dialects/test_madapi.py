"""MTN MADAPI: JSON in an envelope."""

from __future__ import annotations

import json
from typing import Any

import pytest

from channels.ussd.dialects import HttpRequest, Unreadable
from channels.ussd.ports import DialRequest, Kind
from tests.ussd.dialects.kit.gateway import ENDS, GOES_ON, dial, gateway, over_the_wire, posted, read

FIRST = {
    "sessionId": "s-1",
    "messageType": "0",
    "msisdn": "8613800000001",
    "serviceCode": "*123#",
    "ussdString": "*123#",
    "cellId": "620-01",
    "language": "en",
    "imsi": "460001234567890",
}
CODE = {"service_code": "*123#"}


def said(kind: object, text: str) -> dict[str, Any]:
    return FIRST | {"messageType": kind, "ussdString": text}


TABLE = [
    ("a session begins", FIRST, dial(Kind.BEGIN, **CODE)),
    ("it begins with a number as its type", said(0, "*123#"), dial(Kind.BEGIN, **CODE)),
    ("it begins with a shortcut", said("0", "*123*2*600902000001#"), dial(Kind.BEGIN, "2*600902000001", **CODE)),
    ("he answers", said("1", "2"), dial(Kind.INPUT, "2", **CODE)),
    ("he goes back", said(1, "0"), dial(Kind.INPUT, "0", **CODE)),
    ("the session is over", said("2", ""), dial(Kind.ABORT, **CODE)),
    ("he leaves", said("4", ""), dial(Kind.ABORT, **CODE)),
    ("the network waits no longer", said("5", ""), dial(Kind.TIMEOUT, **CODE)),
]


@pytest.mark.parametrize(("values", "expected"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_what_it_sends_is_understood(values: dict[str, Any], expected: DialRequest) -> None:
    assert expected == read(posted(values), dialect="madapi").dial


@pytest.mark.parametrize(
    "request_",
    [
        HttpRequest(),
        posted({}),
        posted(said("3", "1")),
        posted(said(True, "1")),
        posted(said(1.0, "1")),
        posted(FIRST | {"msisdn": "+"}),
        posted(FIRST | {"sessionId": "a\nb"}),
    ],
)
def test_garbage_is_unreadable(request_: HttpRequest) -> None:
    with pytest.raises(Unreadable):
        read(request_, dialect="madapi")


async def test_a_whole_session_over_the_wire_and_one_request_sent_twice() -> None:
    requests = [posted(row[1]) for row in TABLE]
    again = posted(TABLE[3][1], transactionId="t-9")
    asked, answers = await over_the_wire(gateway("madapi"), [*requests, again, posted({})], GOES_ON, ENDS)
    assert [row[2] for row in TABLE] + [TABLE[3][2]] == asked
    data = {"serviceCode": "*123#", "msisdn": "8613800000001"}
    assert {
        "statusCode": "0000",
        "statusMessage": "Success",
        "transactionId": "s-1",
        "data": {"inboundResponse": GOES_ON.text, "userInputRequired": True, "messageType": "1", **data},
    } == json.loads(answers[0].body)
    assert {
        "statusCode": "0000",
        "statusMessage": "Success",
        "transactionId": "t-9",
        "data": {"inboundResponse": ENDS.text, "userInputRequired": False, "messageType": "2", **data},
    } == json.loads(answers[-2].body)
    assert (400, "4000") == (answers[-1].status, json.loads(answers[-1].body)["statusCode"])
