"""RestComm: MAP dialogues as XML, texts in attributes, the number in the first request alone."""

from __future__ import annotations

import pytest
from lxml import etree

from channels.ussd.dialects import DIALECTS, HttpRequest, Unreadable
from channels.ussd.ports import DialRequest, Kind, ScreenReply
from tests.ussd.dialects.kit.gateway import ENDS, GOES_ON, dial, gateway, over_the_wire, read
from tests.ussd.dialects.kit.hostile_xml import HOSTILE

ADDRESSES = (
    '<localAddress pc="1" ssn="8"><ai value="67"/></localAddress>'
    '<remoteAddress pc="2" ssn="8"><ai value="67"/></remoteAddress>'
    '<destinationReference nai="international_number" npi="land_mobile" number="8613800000999"/>'
)


def dialog(kind: str, inside: str, more: str = "") -> HttpRequest:
    return HttpRequest(
        body=(
            '<?xml version="1.0" encoding="UTF-8" ?><dialog appCntx="networkUnstructuredSsContext_version2" '
            f'localId="s-1" remoteId="37" mapMessagesSize="1" prearrangedEnd="false" type="{kind}"{more}>'
            f"{ADDRESSES}{inside}</dialog>"
        ).encode()
    )


def dialled(string: str) -> HttpRequest:
    return dialog(
        "Begin",
        f'<processUnstructuredSSRequest_Request dataCodingScheme="15" invokeId="7" string="{string}">'
        '<msisdn nai="international_number" npi="ISDN" number="8613800000001"/></processUnstructuredSSRequest_Request>',
    )


def answered(string: str) -> HttpRequest:
    return dialog("Continue", f'<unstructuredSSRequest_Response dataCodingScheme="15" invokeId="8" string="{string}"/>')


TABLE = [
    ("a session begins", dialled("*123#"), dial(Kind.BEGIN, service_code="*123#", named_once=True)),
    (
        "it begins with a shortcut",
        dialled("*123*2*600902000001#"),
        dial(Kind.BEGIN, "2*600902000001", service_code="*123#", named_once=True),
    ),
    ("he answers", answered("2"), dial(Kind.INPUT, "2", number="")),
    ("he goes back", answered("0"), dial(Kind.INPUT, "0", number="")),
    (
        "he leaves",
        dialog("Abort", '<mapUserAbortChoice isUserSpecificReason="true"/>'),
        dial(Kind.ABORT, number=""),
    ),
    ("the network refuses", dialog("Continue", "<errComponents/>"), dial(Kind.ABORT, number="")),
    (
        "the network waits no longer",
        dialog("Continue", "", ' dialogTimedOut="true"'),
        dial(Kind.TIMEOUT, number=""),
    ),
]


@pytest.mark.parametrize(("request_", "expected"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_what_it_sends_is_understood(request_: HttpRequest, expected: DialRequest) -> None:
    assert expected == read(request_, dialect="restcomm").dial


@pytest.mark.parametrize(
    "request_",
    [
        HttpRequest(),
        HttpRequest(body=b"<dialog/>"),
        HttpRequest(body=b"<ussd/>"),
        HttpRequest(body=b'<dialog localId="s-1"><processUnstructuredSSRequest_Request string="*1#"/></dialog>'),
        *(HttpRequest(body=one.replace(b"ROOT", b"dialog")) for one in HOSTILE),
    ],
)
def test_garbage_is_unreadable(request_: HttpRequest) -> None:
    with pytest.raises(Unreadable):
        read(request_, dialect="restcomm")


def test_a_screen_keeps_its_lines_and_can_not_break_out_of_its_attribute() -> None:
    text = "a \"b\" 'c'\n<d> & \x01雨"
    answer = DIALECTS["restcomm"].write(ScreenReply(text, ends=False), read(answered("1"), dialect="restcomm"))
    request = etree.fromstring(answer.body)[0]
    assert ("unstructuredSSRequest_Request", "a \"b\" 'c'\n<d> & 雨") == (request.tag, request.get("string"))


async def test_a_whole_session_over_the_wire_and_one_request_sent_twice() -> None:
    requests = [row[1] for row in TABLE]
    last = HttpRequest(body=b"<dialog/>")
    asked, answers = await over_the_wire(gateway("restcomm"), [*requests, requests[2], last], GOES_ON, ENDS)
    assert [row[2] for row in TABLE] + [TABLE[2][2]] == asked
    first, second = etree.fromstring(answers[0].body), etree.fromstring(answers[1].body)
    assert ("Continue", None, "s-1", "37") == tuple(map(first.get, ("type", "prearrangedEnd", "localId", "remoteId")))
    assert ("unstructuredSSRequest_Request", "15", GOES_ON.text) == (
        first[0].tag,
        first[0].get("dataCodingScheme"),
        first[0].get("string"),
    )
    assert ("End", "false") == (second.get("type"), second.get("prearrangedEnd"))
    assert ("processUnstructuredSSRequest_Response", "72", "7", ENDS.text) == (
        second[0].tag,
        *map(second[0].get, ("dataCodingScheme", "invokeId", "string")),
    )
    assert [0, 0, 0] == [len(etree.fromstring(one.body)) for one in answers[4:7]]
    assert 400 == answers[-1].status
