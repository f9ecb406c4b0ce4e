"""Infobip: the session and the step stand in the path."""

from __future__ import annotations

import json
from typing import Any

import pytest

from channels.ussd.dialects import DIALECTS, HttpRequest, Unreadable
from channels.ussd.ports import DialRequest, Kind
from tests.ussd.dialects.kit.gateway import ENDS, GOES_ON, dial, gateway, over_the_wire, posted, read

SAID = {"msisdn": "8613800000001", "text": "*123#", "shortCode": "*123#", "imsi": "460001234567890"}
CODE = {"service_code": "*123#"}


def step(name: str, values: dict[str, Any], session: str = "s-1") -> HttpRequest:
    return posted(values, f"/{session}/{name}")


TABLE = [
    ("a session begins", step("start", SAID), dial(Kind.BEGIN, named_once=True, **CODE)),
    ("it begins without a text", step("start", SAID | {"text": None}), dial(Kind.BEGIN, named_once=True, **CODE)),
    (
        "it begins with a shortcut",
        step("start", SAID | {"text": "*123*2*600902000001#", "shortCode": "123"}),
        dial(Kind.BEGIN, "2*600902000001", named_once=True, **CODE),
    ),
    ("he answers", step("response", SAID | {"text": "2"}), dial(Kind.INPUT, "2", **CODE)),
    ("he goes back", step("response", SAID | {"text": "0"}), dial(Kind.INPUT, "0", **CODE)),
    ("he leaves", step("end", {"exitCode": 600, "reason": "aborted by user"}), dial(Kind.ABORT, number="")),
    (
        "the network waits no longer",
        step("end", {"exitCode": 510, "reason": "Session timeout"}),
        dial(Kind.TIMEOUT, number=""),
    ),
]


@pytest.mark.parametrize(("request_", "expected"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_what_it_sends_is_understood(request_: HttpRequest, expected: DialRequest) -> None:
    assert expected == read(request_, dialect="infobip").dial


@pytest.mark.parametrize(
    "request_",
    [
        posted(SAID),
        posted(SAID, "/s-1"),
        posted(SAID, "/s-1/begin"),
        posted(SAID, "/s-1/start/again"),
        posted(SAID, "//start"),
        step("start", {}),
        step("start", SAID, session="s" * 200),
        step("response", SAID | {"msisdn": None}),
        HttpRequest(rest="/s-1/start", body=b"\x00"),
    ],
)
def test_garbage_is_unreadable(request_: HttpRequest) -> None:
    with pytest.raises(Unreadable):
        read(request_, dialect="infobip")


async def test_a_whole_session_over_the_wire_and_one_request_sent_twice() -> None:
    requests = [row[1] for row in TABLE]
    asked, answers = await over_the_wire(gateway("infobip"), [*requests, requests[3], posted({})], GOES_ON, ENDS)
    assert [row[2] for row in TABLE] + [TABLE[3][2]] == asked
    well = {"responseExitCode": 200, "responseMessage": ""}
    assert {"ussdMenu": GOES_ON.text, "shouldClose": False, **well} == json.loads(answers[0].body)
    assert {"ussdMenu": ENDS.text, "shouldClose": True, **well} == json.loads(answers[-2].body)
    assert [well, well] == [json.loads(one.body) for one in answers[5:7]]
    assert (200, 400, True) == (
        answers[-1].status,
        json.loads(answers[-1].body)["responseExitCode"],
        json.loads(answers[-1].body)["shouldClose"],
    )


def test_a_step_may_be_put_as_well_as_posted() -> None:
    assert ("POST", "PUT") == DIALECTS["infobip"].methods
