"""TruRoute: XML `<ussd>` both ways.

<ussd><msisdn/><sessionid/><type/><msg/></ussd>     type 1 new, 2 reply, 3 release, 4 time-out
<ussd><type/><msg/></ussd>                          type 2 goes on, 3 ends
"""

from __future__ import annotations

from channels.ussd.dialects import xml
from channels.ussd.dialects.answers import XML
from channels.ussd.dialects.fields import heard, told
from channels.ussd.dialects.shapes import Dialect, Heard, HttpAnswer, HttpRequest, Unreadable
from channels.ussd.ports import Kind, ScreenReply
from workers.settings import GatewaySettings

_KINDS = {"1": Kind.BEGIN, "2": Kind.INPUT, "3": Kind.ABORT, "4": Kind.TIMEOUT}


def _read(request: HttpRequest, gateway: GatewaySettings) -> Heard:
    said = {xml.local(child): child.text or "" for child in xml.root_of(request.body, "ussd")}
    kind = _KINDS.get(told(said, "type"))
    if kind is None:
        raise Unreadable("type is none of 1 to 4")
    message, begins = told(said, "msg", ""), kind is Kind.BEGIN
    return heard(
        gateway,
        kind,
        session=told(said, "sessionid"),
        number=told(said, "msisdn"),
        dialled=message if begins else "",
        text="" if begins else message,
    )


def _write(reply: ScreenReply, _: Heard) -> HttpAnswer:
    flow = 3 if reply.ends else 2
    return HttpAnswer(f"<ussd><type>{flow}</type><msg>{xml.written(reply.text)}</msg></ussd>".encode(), XML)


def _refuse(sentence: str) -> HttpAnswer:
    return HttpAnswer(f"<ussd><type>3</type><msg>{xml.written(sentence)}</msg></ussd>".encode(), XML, 400)


DIALECT = Dialect("truroute", _read, _write, refuse=_refuse)
