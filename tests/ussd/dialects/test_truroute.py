"""TruRoute: small XML both ways."""

from __future__ import annotations

import pytest

from channels.ussd.dialects import DIALECTS, HttpRequest, Unreadable
from channels.ussd.ports import DialRequest, Kind, ScreenReply
from tests.ussd.dialects.kit.gateway import ENDS, GOES_ON, dial, gateway, over_the_wire, read
from tests.ussd.dialects.kit.hostile_xml import HOSTILE


def ussd(kind: str, message: str, head: str = "") -> HttpRequest:
    return HttpRequest(
        body=(
            f"{head}<ussd><msisdn>8613800000001</msisdn><sessionid>s-1</sessionid>"
            f"<type>{kind}</type><msg>{message}</msg></ussd>"
        ).encode()
    )


CODE = {"service_code": "*120#"}

TABLE = [
    ("a session begins", ussd("1", "*120#"), dial(Kind.BEGIN, **CODE)),
    (
        "it begins with a declaration",
        ussd("1", "*120#", '<?xml version="1.0" encoding="UTF-8"?>\n'),
        dial(Kind.BEGIN, **CODE),
    ),
    (
        "it begins with a shortcut",
        ussd("1", "*120*2*600902000001#"),
        dial(Kind.BEGIN, "2*600902000001", **CODE),
    ),
    ("he answers", ussd("2", "2"), dial(Kind.INPUT, "2")),
    ("he answers in words", ussd("2", "rain &amp; 雨"), dial(Kind.INPUT, "rain & 雨")),
    ("he goes back", ussd("2", "0"), dial(Kind.INPUT, "0")),
    ("he leaves", ussd("3", ""), dial(Kind.ABORT)),
    ("the network waits no longer", ussd("4", ""), dial(Kind.TIMEOUT)),
]


@pytest.mark.parametrize(("request_", "expected"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_what_it_sends_is_understood(request_: HttpRequest, expected: DialRequest) -> None:
    assert expected == read(request_, dialect="truroute").dial


@pytest.mark.parametrize(
    "request_",
    [
        HttpRequest(),
        HttpRequest(body=b"{}"),
        HttpRequest(body=b"<ussd/>"),
        HttpRequest(body=b"<dialog/>"),
        ussd("9", "1"),
        ussd("2", "1</msg><msg>"[:5]),
        *(HttpRequest(body=one.replace(b"ROOT", b"ussd")) for one in HOSTILE),
    ],
)
def test_garbage_is_unreadable(request_: HttpRequest) -> None:
    with pytest.raises(Unreadable):
        read(request_, dialect="truroute")


def test_a_screen_can_not_break_out_of_its_element() -> None:
    heard = read(ussd("2", "1"), dialect="truroute")
    answer = DIALECTS["truroute"].write(ScreenReply("</msg><type>3</type>\x00\x1b&", ends=False), heard)
    assert b"<ussd><type>2</type><msg>&lt;/msg&gt;&lt;type&gt;3&lt;/type&gt;&amp;</msg></ussd>" == answer.body


async def test_a_whole_session_over_the_wire_and_one_request_sent_twice() -> None:
    requests = [row[1] for row in TABLE]
    last = HttpRequest(body=b"<ussd/>")
    asked, answers = await over_the_wire(gateway("truroute"), [*requests, requests[3], last], GOES_ON, ENDS)
    assert [row[2] for row in TABLE] + [TABLE[3][2]] == asked
    assert b"<ussd><type>2</type><msg>1 Top\n2 Code\n0 Back &amp; &lt;home&gt;</msg></ussd>" == answers[0].body
    assert "<ussd><type>3</type><msg>Done. 再见</msg></ussd>".encode() == answers[-2].body
    assert (400, True) == (answers[-1].status, answers[-1].body.startswith(b"<ussd><type>3</type><msg>Not a request"))
