"""RestComm USSD gateway: MAP dialogues as XML `<dialog>` (3GPP 29.002 §11), a text being an attribute `string`.

    type="Begin"     <processUnstructuredSSRequest_Request string="*123#"><msisdn number="861380…"/>
    type="Continue"  <unstructuredSSRequest_Response string="1"/>
    type="Abort", or an error: he hung up; dialogTimedOut="true": the network waited too long

The answer is a <unstructuredSSRequest_Request> that goes on, or a <processUnstructuredSSRequest_Response> with
`prearrangedEnd="false"` that ends.  Only a Begin is sure to name the subscriber: `localId` is the session.
"""

from __future__ import annotations

from lxml import etree

from channels.ussd.dialects import xml
from channels.ussd.dialects.answers import XML
from channels.ussd.dialects.fields import heard
from channels.ussd.dialects.shapes import Dialect, Heard, HttpAnswer, HttpRequest, Unreadable
from channels.ussd.ports import Kind, ScreenReply
from workers.settings import GatewaySettings

_BEGIN, _INPUT = "processUnstructuredSSRequest_Request", "unstructuredSSRequest_Response"
_KINDS = {_BEGIN: Kind.BEGIN, _INPUT: Kind.INPUT}
_GSM, _UCS2 = 15, 72
"""Data codings of USSD (3GPP 23.038 §5): the 7-bit alphabet in an unspecified language, UCS2."""
_ECHOED = ("localId", "remoteId")


def _read(request: HttpRequest, gateway: GatewaySettings) -> Heard:
    dialog = xml.root_of(request.body, "dialog")
    session = dialog.get("localId", "")
    echo = {name: dialog.get(name, "") for name in _ECHOED if dialog.get(name)}
    said = next((child for child in dialog if xml.local(child) in _KINDS), None)
    if dialog.get("dialogTimedOut") == "true":
        return heard(gateway, Kind.TIMEOUT, session=session, number=None, echo=echo)
    if said is None:
        return heard(gateway, Kind.ABORT, session=session, number=None, echo=echo)
    kind, given = _KINDS[xml.local(said)], said.get("string", "")
    begins = kind is Kind.BEGIN
    number = _number(said)
    if begins and not number:
        raise Unreadable("msisdn is missing")
    return heard(
        gateway,
        kind,
        session=session,
        number=number or None,
        dialled=given if begins else "",
        text="" if begins else given,
        echo=echo | {"invokeId": said.get("invokeId", "")},
        named_once=begins,
    )


def _number(said: etree._Element) -> str:
    return next((child.get("number", "") for child in said if xml.local(child) == "msisdn"), "")


def _write(reply: ScreenReply, heard: Heard) -> HttpAnswer:
    ids = "".join(f" {name}={xml.attribute(heard.echo[name])}" for name in _ECHOED if name in heard.echo)
    if heard.dial.kind in (Kind.ABORT, Kind.TIMEOUT):
        return HttpAnswer(f'<dialog type="End" mapMessagesSize="0" prearrangedEnd="true"{ids}/>'.encode(), XML)
    coding = _GSM if reply.text.isascii() else _UCS2
    string = f'dataCodingScheme="{coding}" string={xml.attribute(reply.text)}'
    if not reply.ends:
        asks = f"<unstructuredSSRequest_Request {string}/>"
        return HttpAnswer(f'<dialog type="Continue" mapMessagesSize="1"{ids}>{asks}</dialog>'.encode(), XML)
    invoke = heard.echo.get("invokeId", "") if heard.dial.kind is Kind.BEGIN else ""
    answers = f" invokeId={xml.attribute(invoke)}" if invoke else ""
    ends = f"<processUnstructuredSSRequest_Response{answers} {string}/>"
    return HttpAnswer(
        f'<dialog type="End" mapMessagesSize="1" prearrangedEnd="false"{ids}>{ends}</dialog>'.encode(), XML
    )


DIALECT = Dialect("restcomm", _read, _write)
