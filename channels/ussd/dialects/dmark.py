"""Dmark: a query, answered by JSON.

    transactionId, transactionTime, msisdn, ussdServiceCode, ussdRequestString, response
        →  responseString, action (request, end)

`response` is false in a session's first request; without it a first one is known by the dialled string.
"""

from __future__ import annotations

from channels.ussd.dialects.answers import json_answer
from channels.ussd.dialects.fields import asked, flag, heard, told
from channels.ussd.dialects.shapes import Dialect, Heard, HttpAnswer, HttpRequest
from channels.ussd.ports import Kind, ScreenReply
from workers.settings import GatewaySettings


def _read(request: HttpRequest, gateway: GatewaySettings) -> Heard:
    said = asked(request)
    given = told(said, "ussdRequestString", "")
    answers = flag(said, "response")
    begins = (not given or given.startswith("*")) if answers is None else not answers
    return heard(
        gateway,
        Kind.BEGIN if begins else Kind.INPUT,
        session=told(said, "transactionId"),
        number=told(said, "msisdn"),
        code=told(said, "ussdServiceCode", ""),
        dialled=given if begins and given.startswith("*") else "",
        text="" if begins else given,
    )


def _write(reply: ScreenReply, _: Heard) -> HttpAnswer:
    return json_answer({"responseString": reply.text, "action": "end" if reply.ends else "request"})


DIALECT = Dialect("dmark", _read, _write, methods=("GET", "POST"))
