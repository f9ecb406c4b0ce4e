"""Safaricom: queries and forms in capital letters with all inputs joined."""

from __future__ import annotations

import pytest

from channels.ussd.dialects import HttpRequest, Unreadable
from channels.ussd.ports import DialRequest, Kind
from tests.ussd.dialects.kit.gateway import ENDS, GOES_ON, dial, form, gateway, over_the_wire, query, read

FIRST = {"ORIG": "8613800000001", "DEST": "*123#", "SESSION_ID": "s-1"}
CODE = {"service_code": "*123#"}

TABLE = [
    ("a session begins", query(FIRST | {"USSD_PARAMS": ""}), dial(Kind.BEGIN, all_inputs=(), **CODE)),
    ("it begins without any parameter", query(FIRST), dial(Kind.BEGIN, all_inputs=(), **CODE)),
    ("it begins by a form", form(FIRST), dial(Kind.BEGIN, all_inputs=(), **CODE)),
    (
        "the service is named without signs",
        query(FIRST | {"DEST": "123", "USSD_PARAMS": ""}),
        dial(Kind.BEGIN, all_inputs=(), **CODE),
    ),
    ("he answers", query(FIRST | {"USSD_PARAMS": "2"}), dial(Kind.INPUT, "2", all_inputs=("2",), **CODE)),
    ("he goes back", query(FIRST | {"USSD_PARAMS": "2*0"}), dial(Kind.INPUT, "0", all_inputs=("2", "0"), **CODE)),
    (
        "an answer twice the same is another step",
        query(FIRST | {"USSD_PARAMS": "1*1"}),
        dial(Kind.INPUT, "1", all_inputs=("1", "1"), **CODE),
    ),
    (
        "the last sign of a dialled string is none of his",
        query(FIRST | {"USSD_PARAMS": "2*600902000001#"}),
        dial(Kind.INPUT, "600902000001", all_inputs=("2", "600902000001"), **CODE),
    ),
]


@pytest.mark.parametrize(("request_", "expected"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_what_it_sends_is_understood(request_: HttpRequest, expected: DialRequest) -> None:
    assert expected == read(request_, dialect="safaricom").dial


@pytest.mark.parametrize(
    "request_",
    [
        HttpRequest("GET"),
        query({"ORIG": "8613800000001"}),
        query(FIRST | {"SESSION_ID": ""}),
        query(FIRST | {"ORIG": "1"}),
    ],
)
def test_garbage_is_unreadable(request_: HttpRequest) -> None:
    with pytest.raises(Unreadable):
        read(request_, dialect="safaricom")


async def test_a_whole_session_over_the_wire_and_one_request_sent_twice() -> None:
    requests = [row[1] for row in TABLE]
    asked, answers = await over_the_wire(gateway("safaricom"), [*requests, requests[-1], query({})], GOES_ON, ENDS)
    assert [row[2] for row in TABLE] + [TABLE[-1][2]] == asked
    assert b"CON 1 Top\n2 Code\n0 Back & <home>" == answers[0].body
    assert "END Done. 再见".encode() == answers[1].body
    assert 400 == answers[-1].status
