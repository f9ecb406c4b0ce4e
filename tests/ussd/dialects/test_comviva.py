"""Comviva Flares: queries, answered by text with the flow in headers; a clean-up call at the end."""

from __future__ import annotations

import pytest

from channels.ussd.dialects import DIALECTS, HttpRequest, Unreadable
from channels.ussd.ports import DialRequest, Kind
from tests.ussd.dialects.kit.gateway import ENDS, GOES_ON, dial, form, gateway, over_the_wire, query, read

FIRST = {"SessionID": "s-1", "MSISDN": "8613800000001", "MSC": "861380000000", "input": "123"}
CODE = {"service_code": "*123#"}
SETTINGS = {"dialect": "comviva", "service_codes": ["*123#"]}

TABLE = [
    ("a session begins", query(FIRST), dial(Kind.BEGIN, **CODE)),
    ("it begins by a form", form(FIRST), dial(Kind.BEGIN, **CODE)),
    (
        "it begins with a shortcut",
        query(FIRST | {"input": "123*2*600902000001"}),
        dial(Kind.BEGIN, "2*600902000001", **CODE),
    ),
    (
        "another service is marked as new",
        query(FIRST | {"input": "777", "newRequest": "1"}),
        dial(Kind.BEGIN, service_code="*777#"),
    ),
    ("he answers", query(FIRST | {"input": "2"}), dial(Kind.INPUT, "2")),
    ("he goes back", query(FIRST | {"input": "0"}), dial(Kind.INPUT, "0")),
    ("he types what begins like the service", query(FIRST | {"input": "1234"}), dial(Kind.INPUT, "1234")),
    (
        "he leaves",
        query({"SessionID": "s-1", "MSISDN": "8613800000001", "clean": "clean-session", "error": "522"}),
        dial(Kind.ABORT),
    ),
    (
        "the network waits no longer",
        query({"SessionID": "s-1", "clean": "clean-session", "error": "timeout"}),
        dial(Kind.TIMEOUT, number=""),
    ),
]


@pytest.mark.parametrize(("request_", "expected"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_what_it_sends_is_understood(request_: HttpRequest, expected: DialRequest) -> None:
    assert expected == read(request_, **SETTINGS).dial


def test_without_service_codes_a_first_request_is_an_answer_to_a_session_that_nobody_knows() -> None:
    assert dial(Kind.INPUT, "123") == read(query(FIRST), dialect="comviva").dial


@pytest.mark.parametrize(
    "request_",
    [
        HttpRequest("GET"),
        query({"SessionID": "s-1", "MSISDN": "8613800000001"}),
        query({"MSISDN": "8613800000001", "input": "1"}),
        query(FIRST | {"MSISDN": ""}),
        query({"clean": "clean-session"}),
    ],
)
def test_garbage_is_unreadable(request_: HttpRequest) -> None:
    with pytest.raises(Unreadable):
        read(request_, **SETTINGS)


def test_its_own_proof_is_the_password_that_it_sends() -> None:
    proof = DIALECTS["comviva"].own_proof
    assert proof is not None
    assert "hunter2" == proof(query(FIRST | {"userid": "tonegate", "password": "hunter2"}))
    assert "" == proof(query(FIRST)) == proof(HttpRequest(body=b"\xff"))


async def test_a_whole_session_over_the_wire_and_one_request_sent_twice() -> None:
    requests = [row[1] for row in TABLE]
    asked, answers = await over_the_wire(gateway(**SETTINGS), [*requests, requests[4], query({})], GOES_ON, ENDS)
    assert [row[2] for row in TABLE] + [TABLE[4][2]] == asked
    free = {"charge": "N", "amount": "0"}
    assert (GOES_ON.text.encode(), {"freeflow": "FC", **free}) == (answers[0].body, answers[0].headers)
    assert (ENDS.text.encode(), {"freeflow": "FB", **free}) == (answers[1].body, answers[1].headers)
    assert (200, b"") == (answers[7].status, answers[7].body)
    assert 400 == answers[-1].status
