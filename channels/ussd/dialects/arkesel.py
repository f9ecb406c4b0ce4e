"""Arkesel: JSON with `newSession`, of which the first `userData` is all that was dialled.

    sessionID, userID, newSession, msisdn, userData, network  →  sessionID, userID, msisdn, message, continueSession

Read from its clients' code: it has no word for a session that was left.
"""

from __future__ import annotations

from channels.ussd.dialects.answers import json_answer
from channels.ussd.dialects.fields import flag, heard, json_object, told
from channels.ussd.dialects.shapes import Dialect, Heard, HttpAnswer, HttpRequest, Unreadable
from channels.ussd.ports import Kind, ScreenReply
from workers.settings import GatewaySettings


def _read(request: HttpRequest, gateway: GatewaySettings) -> Heard:
    said = json_object(request.body)
    begins = flag(said, "newSession")
    if begins is None:
        raise Unreadable("newSession is neither true nor false")
    session, number, data = told(said, "sessionID"), told(said, "msisdn"), told(said, "userData", "")
    return heard(
        gateway,
        Kind.BEGIN if begins else Kind.INPUT,
        session=session,
        number=number,
        dialled=data if begins else "",
        text="" if begins else data,
        echo={"sessionID": session, "userID": told(said, "userID", ""), "msisdn": number},
    )


def _write(reply: ScreenReply, heard: Heard) -> HttpAnswer:
    return json_answer({**heard.echo, "message": reply.text, "continueSession": not reply.ends})


DIALECT = Dialect("arkesel", _read, _write)
