"""The door's application: a path for each gateway."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence

from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from channels.ussd.dialects import dialect_of
from channels.ussd.http.door import Door, Ending
from channels.ussd.ports import Desk
from channels.ussd.trust import Trust, networks
from workers.settings import GatewaySettings

_DRAIN_S = 3.0
_NOBODY = PlainTextResponse("Not Found", 404)


class Doors:
    """All gateways' doors as one ASGI application: what belongs to none is not found."""

    def __init__(self, doors: Sequence[tuple[str, Door]]) -> None:
        # The longest path first: /ussd/hub is a gateway's own before it is something behind /ussd.
        each = sorted(doors, key=lambda one: -len(one[0]))
        self._doors = [(path, f"{path.rstrip('/')}/", door) for path, door in each]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        asked = scope["path"]
        found = (door for path, behind, door in self._doors if asked == path or asked.startswith(behind))
        await next(found, _NOBODY)(scope, receive, send)

    async def drained(self, within_s: float = _DRAIN_S) -> None:
        """Wait for what desks still do for requests that have had their answer."""
        await asyncio.gather(*(door.drained(within_s) for _, _, door in self._doors))


def create_app(
    gateways: Sequence[GatewaySettings],
    desk: Desk,
    ending: Ending,
    *,
    behind: Sequence[str] = (),
    within_s: float = 4.0,
    clock: Callable[[], float] = time.time,
) -> Doors:
    """The door of these gateways; ValueError for a dialect that nobody speaks (`channels.ussd.checks` tells sooner).

    `behind` are the proxies before it; `clock` is seconds since the epoch.
    """
    proxies = networks(behind)
    doors = []
    for gateway in gateways:
        dialect = dialect_of(gateway.dialect)
        if dialect is None:
            raise ValueError(f"gateway {gateway.name}: no dialect {gateway.dialect}")
        trust = Trust(gateway.allow, gateway.secret.get_secret_value() if gateway.secret else "", clock=clock)
        door = Door(gateway, dialect, desk, ending, trust, behind=proxies, within_s=within_s)
        doors.append((gateway.path, door))
    return Doors(doors)
