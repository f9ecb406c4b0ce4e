"""Safaricom: all inputs joined by `*` in a query or a form, answered by `CON` or `END`.

ORIG (the subscriber), DEST (what was dialled), SESSION_ID, USSD_PARAMS
"""

from __future__ import annotations

from channels.ussd.dialects.answers import con_or_end
from channels.ussd.dialects.fields import asked, told
from channels.ussd.dialects.joined import joined
from channels.ussd.dialects.shapes import Dialect, Heard, HttpAnswer, HttpRequest
from channels.ussd.ports import ScreenReply
from workers.settings import GatewaySettings


def _read(request: HttpRequest, gateway: GatewaySettings) -> Heard:
    said = asked(request)
    return joined(
        gateway,
        session=told(said, "SESSION_ID"),
        number=told(said, "ORIG"),
        code=told(said, "DEST", ""),
        inputs=told(said, "USSD_PARAMS", ""),
    )


def _write(reply: ScreenReply, _: Heard) -> HttpAnswer:
    return con_or_end(reply)


DIALECT = Dialect("safaricom", _read, _write, methods=("GET", "POST"))
