"""A core in memory at which nobody has the service before it was opened: by its own call, or by the first order."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.workers.kit.gift_core import GiftCore
from tests.workers.kit.small_core import FEE, PRICE

BUNDLE, BUNDLE_PRICE = "101", 400
_NEEDS_SERVICE = ("queryInboxTone", "orderTone", "copyTone")


@dataclass
class ClosedCore(GiftCore):
    """Numbers in `open` have the service; what `tones` has besides tones are bundles."""

    tones: dict[str, int] = field(
        default_factory=lambda: {f"60090200000{no}": PRICE for no in range(1, 8)} | {BUNDLE: BUNDLE_PRICE}
    )
    opens_by_order: bool = False
    """An order opens it, and charges the tone or the bundle alone."""
    gives_without: bool = False
    """A giver needs no service."""
    fee: int = FEE
    """The first month's, as it is now."""
    asked_about: list[str] = field(default_factory=list)
    """The numbers whose service was looked at."""

    def _do(self, name: str, fields: dict[str, str]) -> Any:
        number = fields.get("roleCode") or fields.get("phoneNumber", "")
        past = self._past.get(fields.get("transactionID", ""))
        if name == "query":
            self.asked_about.append(number)
            status = ("000000", "2") if number in self.open else ("301001", "4")
            return status[0], {"status": status[1], "monthlyFee": str(self.fee), "tradeMark": self.brand}, {}
        if name == "queryTbTone":
            return "000000", {}, {"boxInfos": [self._box(code) for code in self.tones if len(code) < 12]}
        if name == "subscribe" and number not in self.open and not past:
            if fields.get("expectedPrice", str(self.fee)) != str(self.fee):
                return "310002", {}, {}
            self.open.add(number)
            self.charges.append((fields["transactionID"], number, "", self.fee))
            return self._done(name, number, self.fee)
        if name == "presentTone" and not past:
            if number not in self.open and not self.gives_without:
                return "301001", {}, {}
            self._know(fields["toUserPhoneNumber"])
        if name == "presentToneAffirm" and not past:
            return self._answered(fields, number)
        if name in _NEEDS_SERVICE and number not in self.open and not past:
            if name != "orderTone" or not self.opens_by_order:
                return "301001", {}, {}
            self.open.add(number)
        if name == "queryCopy":
            return "000000", {}, {"toneInfos": [self._row("600902000001")]}
        return super()._do(name, fields)

    def _answered(self, fields: dict[str, str], number: str) -> Any:
        gift, takes = self.gifts.get(fields["key"]), fields["affirmFlag"] == "1"
        is_his = gift is not None and (gift.recipient, gift.state) == (number, "open")
        if gift and is_his and takes and gift.giver not in self.open and not self.gives_without:
            return "302010", {"fromUserPhoneNumber": gift.giver, "resourceCode": gift.tone}, {}
        self._know(number)
        answer = super()._do("presentToneAffirm", fields)
        self.open |= set() if number in self.without else {number}
        return answer

    def _know(self, number: str) -> None:
        (self.without.discard if number in self.open else self.without.add)(number)

    def _box(self, code: str) -> dict[str, str]:
        return {
            "resourceCode": code, "boxName": f"Box {code}", "price": str(self.tones[code]), "validityDays": "30",
            "toneCount": "3",
        }  # fmt: skip
