"""Getting one deliver_sm acknowledged: find a bind, send, wait, and try again with growing pauses."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from enum import Enum

from smpplib import consts

from channels.simulator.conduct import Conduct
from channels.simulator.ledger import Count, Ledger
from channels.simulator.routes import Routes, Wish
from channels.simulator.session import Session
from channels.simulator.speech import CutError, UnansweredError
from channels.simulator.wrapping import Parcel

_REFUSED_FOR_GOOD = frozenset({consts.SMPP_ESME_RX_P_APPN, consts.SMPP_ESME_RX_R_APPN})


class Outcome(Enum):
    """What became of one deliver_sm."""

    ACKNOWLEDGED = "acknowledged"
    REJECTED = "rejected"  # ESME_RX_P_APPN, ESME_RX_R_APPN: trying again can't help (SMPP 3.4 §5.1.3)
    AGAIN = "again"


class Delivery:
    """Delivers through whichever bind serves the wish."""

    def __init__(
        self,
        routes: Routes[Session],
        ledger: Ledger,
        conduct: Conduct,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._routes = routes
        self._ledger = ledger
        self._conduct = conduct
        self._sleep = sleep

    async def once(self, wish: Wish, parcel: Parcel, *, begun: Callable[[], None] = lambda: None) -> Outcome:
        """Wait for a bind with room, send, and return what came of it; `begun` is called before sending."""
        session = await self._routes.take(wish)
        begun()
        try:
            status = await session.deliver(parcel)
        except UnansweredError:
            self._ledger.add(Count.DELIVERIES_UNANSWERED)
            return Outcome.AGAIN
        except CutError:
            self._ledger.add(Count.DELIVERIES_CUT)
            return Outcome.AGAIN
        finally:
            self._routes.give_back(session)
        if status == consts.SMPP_ESME_ROK:
            return Outcome.ACKNOWLEDGED
        self._ledger.add(Count.DELIVERIES_REFUSED)
        return Outcome.REJECTED if status in _REFUSED_FOR_GOOD else Outcome.AGAIN

    async def pause(self, attempts: int) -> None:
        """Wait as long as so many failed attempts ask for."""
        await self._sleep(self._conduct.pause_s(attempts))
