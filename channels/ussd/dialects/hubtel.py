"""Hubtel: JSON with a `Type`, of which the first message is all that was dialled.

    Mobile, SessionId, ServiceCode, Type, Message, Operator, Sequence, ClientState  →  Message, Type, ClientState

`Type` is Initiation, Response, Release (the subscriber left) or Timeout, in any case of letters; `ClientState` is
ours to set, and goes back as it came.  `Sequence` counts a session's requests, so it tells a repeat.
"""

from __future__ import annotations

from channels.ussd.dialects.answers import json_answer
from channels.ussd.dialects.fields import heard, json_object, told
from channels.ussd.dialects.shapes import Dialect, Heard, HttpAnswer, HttpRequest, Unreadable
from channels.ussd.ports import Kind, ScreenReply
from workers.settings import GatewaySettings

_KINDS = {"initiation": Kind.BEGIN, "response": Kind.INPUT, "release": Kind.ABORT, "timeout": Kind.TIMEOUT}


def _read(request: HttpRequest, gateway: GatewaySettings) -> Heard:
    said = json_object(request.body)
    kind = _KINDS.get(told(said, "Type").lower())
    if kind is None:
        raise Unreadable("Type is none of Initiation, Response, Release, Timeout")
    message = told(said, "Message", "")
    begins = kind is Kind.BEGIN
    return heard(
        gateway,
        kind,
        session=told(said, "SessionId"),
        number=told(said, "Mobile"),
        code=told(said, "ServiceCode", ""),
        dialled=message if begins else "",
        text="" if begins else message,
        request_id=told(said, "Sequence", ""),
        echo={"ClientState": told(said, "ClientState", "")},
    )


def _write(reply: ScreenReply, heard: Heard) -> HttpAnswer:
    answer = {"Message": reply.text, "Type": "Release" if reply.ends else "Response"}
    return json_answer(answer | {name: value for name, value in heard.echo.items() if value})


DIALECT = Dialect("hubtel", _read, _write)
