"""Dmark: queries, answered by JSON."""

from __future__ import annotations

import json

import pytest

from channels.ussd.dialects import HttpRequest, Unreadable
from channels.ussd.ports import DialRequest, Kind
from tests.ussd.dialects.kit.gateway import ENDS, GOES_ON, dial, gateway, over_the_wire, query, read

FIRST = {
    "transactionId": "s-1",
    "transactionTime": "20261125T04:30:00",
    "msisdn": "8613800000001",
    "ussdServiceCode": "277",
    "ussdRequestString": "*277#",
    "response": "false",
}
CODE = {"service_code": "*277#"}


def next_(text: str) -> HttpRequest:
    return query(FIRST | {"ussdRequestString": text, "response": "true"})


def unmarked(text: str) -> HttpRequest:
    return query({name: value for name, value in FIRST.items() if name != "response"} | {"ussdRequestString": text})


TABLE = [
    ("a session begins", query(FIRST), dial(Kind.BEGIN, **CODE)),
    (
        "it begins with a word of the gateway's",
        query(FIRST | {"ussdRequestString": "continue"}),
        dial(Kind.BEGIN, **CODE),
    ),
    (
        "it begins with a shortcut",
        query(FIRST | {"ussdRequestString": "*277*2*600902000001#"}),
        dial(Kind.BEGIN, "2*600902000001", **CODE),
    ),
    ("it begins unmarked", unmarked("*277#"), dial(Kind.BEGIN, **CODE)),
    ("it begins unmarked and empty", unmarked(""), dial(Kind.BEGIN, **CODE)),
    ("he answers", next_("2"), dial(Kind.INPUT, "2", **CODE)),
    ("he answers unmarked", unmarked("2"), dial(Kind.INPUT, "2", **CODE)),
    ("he types a star himself", next_("*2"), dial(Kind.INPUT, "*2", **CODE)),
    ("he goes back", next_("0"), dial(Kind.INPUT, "0", **CODE)),
]


@pytest.mark.parametrize(("request_", "expected"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_what_it_sends_is_understood(request_: HttpRequest, expected: DialRequest) -> None:
    assert expected == read(request_, dialect="dmark").dial


@pytest.mark.parametrize(
    "request_",
    [
        HttpRequest("GET"),
        query({"msisdn": "8613800000001"}),
        query(FIRST | {"msisdn": "x"}),
        query({"transactionId": "s-1"}),
    ],
)
def test_garbage_is_unreadable(request_: HttpRequest) -> None:
    with pytest.raises(Unreadable):
        read(request_, dialect="dmark")


async def test_a_whole_session_over_the_wire_and_one_request_sent_twice() -> None:
    requests = [row[1] for row in TABLE]
    asked, answers = await over_the_wire(gateway("dmark"), [*requests, requests[5], query({})], GOES_ON, ENDS)
    assert [row[2] for row in TABLE] + [TABLE[5][2]] == asked
    assert {"responseString": GOES_ON.text, "action": "request"} == json.loads(answers[0].body)
    assert {"responseString": ENDS.text, "action": "end"} == json.loads(answers[-2].body)
    assert 400 == answers[-1].status
