"""A core in memory at which nobody has the service before it was opened: by its own call, or by the first order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.workers.kit.counter import MortalCore
from tests.workers.kit.small_core import FEE

_NEEDS_SERVICE = ("queryInboxTone", "orderTone", "copyTone")


@dataclass
class ClosedCore(MortalCore):
    """Numbers in `open` have the service."""

    opens_by_order: bool = False
    """An order opens it, and charges the tone alone."""

    def _do(self, name: str, fields: dict[str, str]) -> Any:
        number = fields.get("roleCode") or fields.get("phoneNumber", "")
        if number not in self.open:
            if name == "query":
                return "301001", {"status": "4", "monthlyFee": str(FEE)}, {}
            if name == "orderTone" and self.opens_by_order:
                self.open.add(number)
            elif name in _NEEDS_SERVICE:
                return "301001", {}, {}
        if name == "queryCopy":
            return "000000", {}, {"toneInfos": [self._row("600902000001")]}
        return super()._do(name, fields)
