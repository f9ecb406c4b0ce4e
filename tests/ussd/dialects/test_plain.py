"""plain: our own JSON."""

from __future__ import annotations

import json
from typing import Any

import pytest

from channels.ussd.dialects import HttpRequest, Unreadable
from channels.ussd.ports import DialRequest, Kind
from tests.ussd.dialects.kit.gateway import ENDS, GOES_ON, dial, gateway, over_the_wire, posted, read

FIRST = {"session": "s-1", "msisdn": "8613800000001", "code": "*123#", "input": ""}
CODE = {"service_code": "*123#"}

TABLE = [
    ("a session begins", FIRST, dial(Kind.BEGIN, **CODE)),
    ("it begins without input", {key: FIRST[key] for key in ("session", "msisdn", "code")}, dial(Kind.BEGIN, **CODE)),
    ("it begins with input null", FIRST | {"input": None}, dial(Kind.BEGIN, **CODE)),
    ("it begins with a shortcut", FIRST | {"code": "*123*2*600902000001#"}, dial(Kind.BEGIN, "2*600902000001", **CODE)),
    ("he answers", FIRST | {"input": "2"}, dial(Kind.INPUT, "2", **CODE)),
    ("he answers with a number", FIRST | {"input": 2, "session": 17}, dial(Kind.INPUT, "2", session="17", **CODE)),
    ("he answers, and the service isn't told", FIRST | {"input": "2", "code": ""}, dial(Kind.INPUT, "2")),
    (
        "he answers to a shortcut",
        FIRST | {"input": "1", "code": "*123*2*600902000001#"},
        dial(Kind.INPUT, "1", **CODE),
    ),
    ("he goes back", FIRST | {"input": "0", "request": "r-3"}, dial(Kind.INPUT, "0", request_id="r-3", **CODE)),
    ("he leaves", FIRST | {"event": "abort"}, dial(Kind.ABORT, **CODE)),
    ("the network waits no longer", FIRST | {"event": "timeout", "input": "2"}, dial(Kind.TIMEOUT, "2", **CODE)),
]


@pytest.mark.parametrize(("values", "expected"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_what_it_sends_is_understood(values: dict[str, Any], expected: DialRequest) -> None:
    assert expected == read(posted(values), dialect="plain").dial


@pytest.mark.parametrize(
    "request_",
    [
        HttpRequest(),
        HttpRequest(body=b"null"),
        posted({}),
        posted(FIRST | {"event": "party"}),
        posted(FIRST | {"session": ""}),
        posted(FIRST | {"msisdn": None}),
        posted(FIRST | {"input": ["2"]}),
        posted(FIRST | {"input": True}),
    ],
)
def test_garbage_is_unreadable(request_: HttpRequest) -> None:
    with pytest.raises(Unreadable):
        read(request_, dialect="plain")


async def test_a_whole_session_over_the_wire_and_one_request_sent_twice() -> None:
    requests = [posted(row[1]) for row in TABLE]
    asked, answers = await over_the_wire(gateway("plain"), [*requests, requests[8], posted({})], GOES_ON, ENDS)
    assert [row[2] for row in TABLE] + [TABLE[8][2]] == asked
    assert {"text": GOES_ON.text, "end": False} == json.loads(answers[0].body)
    assert {"text": ENDS.text, "end": True} == json.loads(answers[-2].body)
    assert {"error": "Not a request of plain: session is missing."} == json.loads(answers[-1].body)
