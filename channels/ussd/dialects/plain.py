"""Our own: JSON, for gateways made to measure, for tests and for trying by hand.

    session, msisdn, code, input  →  text, end

The first request has no `input`; its `code` is all that was dialled, `*123*2#`, and later ones may leave it away.
`event` may be `abort` or `timeout` where the subscriber has left, and `request` an id of this very request.
"""

from __future__ import annotations

from channels.ussd.dialects.answers import json_answer
from channels.ussd.dialects.fields import heard, json_object, told
from channels.ussd.dialects.shapes import Dialect, Heard, HttpAnswer, HttpRequest, Unreadable
from channels.ussd.ports import Kind, ScreenReply
from workers.settings import GatewaySettings

_ENDS = {"abort": Kind.ABORT, "timeout": Kind.TIMEOUT}


def _read(request: HttpRequest, gateway: GatewaySettings) -> Heard:
    said = json_object(request.body)
    given, event = told(said, "input", ""), told(said, "event", "").lower()
    if event and event not in _ENDS:
        raise Unreadable("event is neither abort nor timeout")
    kind = _ENDS.get(event) or (Kind.INPUT if given else Kind.BEGIN)
    return heard(
        gateway,
        kind,
        session=told(said, "session"),
        number=told(said, "msisdn"),
        dialled=told(said, "code", ""),
        text=given,
        request_id=told(said, "request", ""),
    )


def _write(reply: ScreenReply, _: Heard) -> HttpAnswer:
    return json_answer({"text": reply.text, "end": reply.ends})


def _refuse(sentence: str) -> HttpAnswer:
    return json_answer({"error": sentence}, 400)


DIALECT = Dialect("plain", _read, _write, refuse=_refuse)
