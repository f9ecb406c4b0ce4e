"""Beem: JSON with a `command`, and the input in a `payload` whose `request_id` goes back as it came.

    command, msisdn, operator, session_id, payload {request_id, response}
        →  msisdn, operator, session_id, command (continue, terminate), payload {request_id, request}

Read from its clients' code: some send 0 as every `request_id`, which then tells no repeat.
"""

from __future__ import annotations

import json

from channels.ussd.dialects.answers import json_answer
from channels.ussd.dialects.fields import heard, inner, json_object, told
from channels.ussd.dialects.shapes import Dialect, Heard, HttpAnswer, HttpRequest, Unreadable
from channels.ussd.ports import Kind, ScreenReply
from workers.settings import GatewaySettings

_KINDS = {"initiate": Kind.BEGIN, "continue": Kind.INPUT, "terminate": Kind.ABORT, "timeout": Kind.TIMEOUT}
_NO_ID = ("", "0")


def _read(request: HttpRequest, gateway: GatewaySettings) -> Heard:
    said = json_object(request.body)
    kind = _KINDS.get(told(said, "command").lower())
    if kind is None:
        raise Unreadable("command is none of initiate, continue, terminate")
    payload = inner(said, "payload")
    request_id, response = told(payload, "request_id", ""), told(payload, "response", "")
    session, number = told(said, "session_id"), told(said, "msisdn")
    begins = kind is Kind.BEGIN
    return heard(
        gateway,
        kind,
        session=session,
        number=number,
        dialled=response if begins and response not in _NO_ID else "",
        text="" if begins else response,
        request_id="" if request_id in _NO_ID else request_id,
        echo={
            "msisdn": number,
            "operator": told(said, "operator", ""),
            "session_id": session,
            "request_id": json.dumps(payload.get("request_id", "")),
        },
    )


def _write(reply: ScreenReply, heard: Heard) -> HttpAnswer:
    bears = dict(heard.echo)
    request_id = json.loads(bears.pop("request_id"))  # a number stays one
    return json_answer(
        {
            **bears,
            "command": "terminate" if reply.ends else "continue",
            "payload": {"request_id": request_id, "request": reply.text},
        }
    )


DIALECT = Dialect("beem", _read, _write)
