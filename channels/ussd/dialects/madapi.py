"""MTN MADAPI: JSON, answered in its envelope.

    sessionId, messageType, msisdn, serviceCode, ussdString
        →  statusCode, statusMessage, transactionId,
           data {inboundResponse, userInputRequired, messageType, serviceCode, msisdn}

`messageType` is 0 begin, 1 continue, 2 end, 4 cancel, 5 time-out, as a text or a number; in an answer 1 goes on and
2 ends.  `transactionId` is that of the request's header, else the session's id.
"""

from __future__ import annotations

from channels.ussd.dialects.answers import json_answer
from channels.ussd.dialects.fields import heard, json_object, told
from channels.ussd.dialects.shapes import Dialect, Heard, HttpAnswer, HttpRequest, Unreadable
from channels.ussd.ports import Kind, ScreenReply
from workers.settings import GatewaySettings

_KINDS = {"0": Kind.BEGIN, "1": Kind.INPUT, "2": Kind.ABORT, "4": Kind.ABORT, "5": Kind.TIMEOUT}
_DONE, _NOT_UNDERSTOOD = "0000", "4000"


def _read(request: HttpRequest, gateway: GatewaySettings) -> Heard:
    said = json_object(request.body)
    kind = _KINDS.get(told(said, "messageType"))
    if kind is None:
        raise Unreadable("messageType is none of 0, 1, 2, 4, 5")
    session, number, code = told(said, "sessionId"), told(said, "msisdn"), told(said, "serviceCode", "")
    given, begins = told(said, "ussdString", ""), kind is Kind.BEGIN
    return heard(
        gateway,
        kind,
        session=session,
        number=number,
        code=code,
        dialled=given if begins else "",
        text="" if begins else given,
        echo={
            "transactionId": request.headers.get("transactionid", "")[:128] or session,
            "serviceCode": code,
            "msisdn": number,
        },
    )


def _write(reply: ScreenReply, heard: Heard) -> HttpAnswer:
    return json_answer(
        {
            "statusCode": _DONE,
            "statusMessage": "Success",
            "transactionId": heard.echo["transactionId"],
            "data": {
                "inboundResponse": reply.text,
                "userInputRequired": not reply.ends,
                "messageType": "2" if reply.ends else "1",
                "serviceCode": heard.echo["serviceCode"],
                "msisdn": heard.echo["msisdn"],
            },
        }
    )


def _refuse(sentence: str) -> HttpAnswer:
    return json_answer({"statusCode": _NOT_UNDERSTOOD, "statusMessage": sentence, "transactionId": ""}, 400)


DIALECT = Dialect("madapi", _read, _write, known_as=("mtn", "mtn madapi"), refuse=_refuse)
