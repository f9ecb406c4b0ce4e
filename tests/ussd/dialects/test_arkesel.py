"""Arkesel: JSON with newSession, answered by continueSession."""

from __future__ import annotations

import json
from typing import Any

import pytest

from channels.ussd.dialects import HttpRequest, Unreadable
from channels.ussd.ports import DialRequest, Kind
from tests.ussd.dialects.kit.gateway import ENDS, GOES_ON, dial, gateway, over_the_wire, posted, read

FIRST = {
    "sessionID": "s-1",
    "userID": "USSD_1",
    "newSession": True,
    "msisdn": "8613800000001",
    "userData": "*928*01#",
    "network": "MTN",
}


def next_(data: str) -> dict[str, Any]:
    return FIRST | {"newSession": False, "userData": data}


TABLE = [
    ("a session begins", FIRST, dial(Kind.BEGIN, service_code="*928*01#")),
    (
        "it begins with a shortcut",
        FIRST | {"userData": "*928*01*2*600902000001#"},
        dial(Kind.BEGIN, "2*600902000001", service_code="*928*01#"),
    ),
    ("it begins with another service", FIRST | {"userData": "*123*4#"}, dial(Kind.BEGIN, "4", service_code="*123#")),
    ("he answers", next_("2"), dial(Kind.INPUT, "2")),
    ("a text says what should be true or false", next_("2") | {"newSession": "false"}, dial(Kind.INPUT, "2")),
    ("he goes back", next_("0"), dial(Kind.INPUT, "0")),
]
SETTINGS: dict[str, Any] = {"dialect": "arkesel", "service_codes": ["*928*01#"]}


@pytest.mark.parametrize(("values", "expected"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_what_it_sends_is_understood(values: dict[str, Any], expected: DialRequest) -> None:
    assert expected == read(posted(values), **SETTINGS).dial


@pytest.mark.parametrize(
    "request_",
    [
        HttpRequest(),
        posted({}),
        posted(FIRST | {"newSession": "perhaps"}),
        posted(FIRST | {"sessionID": None}),
        posted(FIRST | {"msisdn": ""}),
        posted(FIRST | {"userData": {}}),
    ],
)
def test_garbage_is_unreadable(request_: HttpRequest) -> None:
    with pytest.raises(Unreadable):
        read(request_, **SETTINGS)


async def test_a_whole_session_over_the_wire_and_one_request_sent_twice() -> None:
    requests = [posted(row[1]) for row in TABLE]
    asked, answers = await over_the_wire(gateway(**SETTINGS), [*requests, requests[-1], posted({})], GOES_ON, ENDS)
    assert [row[2] for row in TABLE] + [TABLE[-1][2]] == asked
    same = {"sessionID": "s-1", "userID": "USSD_1", "msisdn": "8613800000001"}
    assert {**same, "message": GOES_ON.text, "continueSession": True} == json.loads(answers[0].body)
    assert {**same, "message": ENDS.text, "continueSession": False} == json.loads(answers[-2].body)
    assert 400 == answers[-1].status
