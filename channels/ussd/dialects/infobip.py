"""Infobip: JSON to `/{sessionId}/start`, `/response` and `/end` behind the gateway's path.

    start, response   msisdn, text, shortCode, imsi  →  ussdMenu, shouldClose, responseExitCode, responseMessage
    end               exitCode, reason               →  responseExitCode, responseMessage

An end names no subscriber: the session's id alone tells whose it is.
"""

from __future__ import annotations

import re

from channels.ussd.dialects.answers import json_answer
from channels.ussd.dialects.fields import heard, json_object, told
from channels.ussd.dialects.shapes import Dialect, Heard, HttpAnswer, HttpRequest, Unreadable
from channels.ussd.ports import Kind, ScreenReply
from workers.settings import GatewaySettings

_REST = re.compile("/([^/]{1,128})/(start|response|end)/?")
_OK, _NOT_UNDERSTOOD = 200, 400


def _read(request: HttpRequest, gateway: GatewaySettings) -> Heard:
    found = _REST.fullmatch(request.rest)
    if found is None:
        raise Unreadable("the path is not /{sessionId}/start, response or end")
    session, step = found.groups()
    said = json_object(request.body)
    if step == "end":
        kind = Kind.TIMEOUT if "time" in told(said, "reason", "").lower() else Kind.ABORT
        return heard(gateway, kind, session=session, number=told(said, "msisdn", "") or None)
    text, begins = told(said, "text", ""), step == "start"
    return heard(
        gateway,
        Kind.BEGIN if begins else Kind.INPUT,
        session=session,
        number=told(said, "msisdn"),
        code=told(said, "shortCode", ""),
        dialled=text if begins else "",
        text="" if begins else text,
        named_once=begins,
    )


def _write(reply: ScreenReply, heard: Heard) -> HttpAnswer:
    if heard.dial.kind in (Kind.ABORT, Kind.TIMEOUT):
        return json_answer({"responseExitCode": _OK, "responseMessage": ""})
    return json_answer(
        {"ussdMenu": reply.text, "shouldClose": reply.ends, "responseExitCode": _OK, "responseMessage": ""}
    )


def _refuse(sentence: str) -> HttpAnswer:
    return json_answer(
        {"ussdMenu": "", "shouldClose": True, "responseExitCode": _NOT_UNDERSTOOD, "responseMessage": sentence}
    )


DIALECT = Dialect("infobip", _read, _write, methods=("POST", "PUT"), refuse=_refuse)
