"""Nalo: JSON in capital letters, at most 140 characters a screen, and often no session's id: the number is the key.

    USERID, MSISDN, USERDATA, MSGTYPE (true: new), NETWORK, SESSIONID (of late)  →  USERID, MSISDN, MSG, MSGTYPE

In an answer MSGTYPE is true where the session goes on.  Read from its clients' code.
"""

from __future__ import annotations

from channels.ussd.dialects.answers import json_answer
from channels.ussd.dialects.fields import flag, heard, json_object, told
from channels.ussd.dialects.shapes import Dialect, Heard, HttpAnswer, HttpRequest, Unreadable
from channels.ussd.ports import Kind, ScreenReply
from workers.settings import GatewaySettings

_MOST_CHARS = 140


def _read(request: HttpRequest, gateway: GatewaySettings) -> Heard:
    said = json_object(request.body)
    begins = flag(said, "MSGTYPE")
    if begins is None:
        raise Unreadable("MSGTYPE is neither true nor false")
    number, data = told(said, "MSISDN"), told(said, "USERDATA", "")
    session = told(said, "SESSIONID", "")
    echo = {"USERID": told(said, "USERID", ""), "MSISDN": number}
    return heard(
        gateway,
        Kind.BEGIN if begins else Kind.INPUT,
        session=session or None,
        number=number,
        dialled=data if begins else "",
        text="" if begins else data,
        most_chars=_MOST_CHARS,
        echo=echo | ({"SESSIONID": session} if session else {}),
    )


def _write(reply: ScreenReply, heard: Heard) -> HttpAnswer:
    return json_answer({**heard.echo, "MSG": reply.text, "MSGTYPE": not reply.ends})


DIALECT = Dialect("nalo", _read, _write, most_chars=_MOST_CHARS)
