"""The core's catalogue, remembered for a while: each order needs its tone's name and price."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable

from core_client import CoreClient, Tone

_KEEP_S = 60.0
_KEEP_TONES = 20_000


class Catalogue:
    """Tones by code.  A price that changes is noticed at the next order: the core refuses the old one."""

    def __init__(self, core: CoreClient, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._core = core
        self._clock = clock
        self._kept: OrderedDict[str, tuple[float, Tone]] = OrderedDict()

    async def find(self, code: str) -> Tone | None:
        """Return the tone, None where there is none; raises what the core's client raises."""
        kept = self._kept.get(code)
        if kept and self._clock() - kept[0] < _KEEP_S:
            return kept[1]
        tone = await self._core.find_tone(code)
        if tone is None:
            self._kept.pop(code, None)
            return None
        self._kept[code] = (self._clock(), tone)
        self._kept.move_to_end(code)
        while len(self._kept) > _KEEP_TONES:
            self._kept.popitem(last=False)
        return tone

    def forget(self, code: str) -> None:
        """Ask again next time."""
        self._kept.pop(code, None)
