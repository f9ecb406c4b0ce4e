"""By which bind, and from which short code, those who dialled are told by text what became of it."""

from __future__ import annotations

from collections.abc import Iterator

from workers.settings.lines import Key
from workers.settings.models import Settings


def text_route(settings: Settings) -> tuple[str, str]:
    """The bind's name and the short code; empty where there is none."""
    ussd, binds = settings.ussd, settings.smpp.binds
    sending = [bind for bind in binds if bind.mode != "receiver" and ussd.reply_via in ("", bind.name)]
    if not sending:
        return "", ussd.text_from
    return sending[0].name, ussd.text_from or next(iter(sending[0].short_codes), "")


def route_problems(settings: Settings) -> Iterator[tuple[Key, str]]:
    """What must stop the start."""
    via, binds = settings.ussd.reply_via, {bind.name: bind for bind in settings.smpp.binds}
    if via and via not in binds:
        yield ("ussd", "reply_via"), f'= "{via}" must be the name of one of [[smpp.binds]]: {", ".join(binds)}'
    elif via and binds[via].mode == "receiver":
        yield ("ussd", "reply_via"), f'= "{via}" is a receiver: name a bind that also sends'


def route_warnings(settings: Settings) -> Iterator[tuple[Key, str]]:
    """What works, but not as whoever dials expects."""
    if not settings.ussd.gateways and not any(bind.ussd_dialect for bind in settings.smpp.binds):
        return
    bind, short_code = text_route(settings)
    if not bind:
        yield ("ussd", "reply_via"), "has no bind that sends: what a screen can't wait for is never told"
    elif not short_code:
        yield ("ussd", "text_from"), f'is empty, and bind "{bind}" names no short_codes: nobody can answer its texts'
