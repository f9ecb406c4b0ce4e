"""Africa's Talking: forms with all inputs joined, answered by CON and END."""

from __future__ import annotations

import pytest

from channels.ussd.dialects import DIALECTS, HttpRequest, Unreadable
from channels.ussd.ports import DialRequest, Kind
from tests.ussd.dialects.kit.gateway import ENDS, GOES_ON, dial, form, gateway, over_the_wire, read

CODE = {"service_code": "*384*123#"}
FIRST = {
    "sessionId": "s-1",
    "serviceCode": "*384*123#",
    "phoneNumber": "+8613800000001",
    "networkCode": "63902",
}
EVENT = {**FIRST, "date": "2026-11-25 04:30:00", "cost": "KES 0.1", "durationInMillis": "2000", "hopsCount": "2"}

TABLE = [
    ("a session begins", FIRST | {"text": ""}, dial(Kind.BEGIN, all_inputs=(), **CODE)),
    ("he answers", FIRST | {"text": "2"}, dial(Kind.INPUT, "2", all_inputs=("2",), **CODE)),
    (
        "the newest of his answers counts",
        FIRST | {"text": "2*600902000001*1"},
        dial(Kind.INPUT, "1", all_inputs=("2", "600902000001", "1"), **CODE),
    ),
    ("he goes back", FIRST | {"text": "2*0"}, dial(Kind.INPUT, "0", all_inputs=("2", "0"), **CODE)),
    (
        "he types a star himself",
        FIRST | {"text": "2*6009*02"},
        dial(Kind.INPUT, "02", all_inputs=("2", "6009", "02"), **CODE),
    ),
    ("he sends nothing", FIRST | {"text": "2*"}, dial(Kind.INPUT, "", all_inputs=("2", ""), **CODE)),
    ("he leaves", EVENT | {"status": "Incomplete", "input": "2"}, dial(Kind.ABORT, **CODE)),
    (
        "the network waits no longer",
        EVENT | {"status": "Failed", "errorMessage": "Session timed out"},
        dial(Kind.TIMEOUT, **CODE),
    ),
]


@pytest.mark.parametrize(("values", "expected"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_what_it_sends_is_understood(values: dict[str, str], expected: DialRequest) -> None:
    assert expected == read(form(values), dialect="africas_talking").dial


def test_a_request_sent_again_is_the_same_request() -> None:
    again = form(FIRST | {"text": "2*600902000001"})
    first, second = (read(again, dialect="africas_talking").dial for _ in range(2))
    assert first == second
    assert ("2", "600902000001") == second.all_inputs


@pytest.mark.parametrize(
    "request_",
    [
        HttpRequest(),
        form({}),
        form(FIRST),
        form({"sessionId": "s-1", "text": "1"}),
        form(FIRST | {"phoneNumber": "nobody", "text": ""}),
        form(FIRST | {"sessionId": "s" * 200, "text": ""}),
        form(FIRST | {"sessionId": "s\u202e1", "text": ""}),
        form(FIRST | {"text": "*".join("1" * 300)}),
        HttpRequest(body=b"\xff\xfe\x00"),
        HttpRequest(body=b"a=1&" * 100),
    ],
)
def test_garbage_is_unreadable(request_: HttpRequest) -> None:
    with pytest.raises(Unreadable):
        read(request_, dialect="africas_talking")


def test_a_screen_goes_on_with_con_and_ends_with_end() -> None:
    dialect, heard = DIALECTS["africas_talking"], read(form(FIRST | {"text": ""}), dialect="africas_talking")
    assert b"CON 1 Top\n2 Code\n0 Back & <home>" == dialect.write(GOES_ON, heard).body
    assert "END Done. 再见".encode() == dialect.write(ENDS, heard).body


async def test_a_whole_session_over_the_wire() -> None:
    asked, answers = await over_the_wire(
        gateway("africas_talking"), [form(row[1]) for row in TABLE] + [form({})], GOES_ON, ENDS
    )
    assert [row[2] for row in TABLE] == asked
    assert [b"CON ", b"END ", b"END ", b"END ", b"END ", b"END ", b"", b""] == [one.body[:4] for one in answers[:-1]]
    assert {"text/plain; charset=utf-8"} == {one.content_type for one in answers}
    assert [200] * 8 + [400] == [one.status for one in answers]
    assert b"Not a request of africas_talking: sessionId is missing." == answers[-1].body
