"""A core in memory behind the real client: it keeps a ledger and fails as the test says."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from core_client import AnswerLostError, HttpReply
from core_client.contract import event_class, operations
from core_client.envelope import read, write_answer

PRICE, FEE = 200, 800


@dataclass(frozen=True)
class Lost:
    """The answer is lost, after the core did it or before."""

    done: bool = True


Fault = str | Lost | Exception
"""A result code it answers with, doing nothing; a lost answer; or how the call can't be made at all."""


@dataclass
class SmallCore:
    """A transport.  `faults` are used up one by one, per operation."""

    tones: dict[str, int] = field(default_factory=lambda: {f"60090200000{no}": PRICE for no in range(1, 8)})
    owned: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    open: set[str] = field(default_factory=set)
    offered: dict[tuple[str, str, str], str] = field(default_factory=dict)
    """Giver, recipient, tone → key."""
    ledger: list[tuple[str, str, int]] = field(default_factory=list)
    """Operation, number, minor units: what took effect."""
    faults: dict[str, list[Fault]] = field(default_factory=lambda: defaultdict(list))
    calls: list[tuple[str, str]] = field(default_factory=list)
    """Operation, transaction id: what arrived or would have."""
    prices_asked: list[str] = field(default_factory=list)
    offers: list[str] = field(default_factory=list)
    """The offerCode of each order that took effect."""
    brand: str = ""
    forgets: bool = False
    in_progress: bool = False
    _past: dict[str, tuple[str, dict[str, str]]] = field(default_factory=dict)

    def transactions(self, operation: str) -> list[str]:
        """Return the transaction ids of the calls of one operation, in order."""
        return [transaction for name, transaction in self.calls if name == operation]

    async def post(self, action: str, body: bytes) -> HttpReply:
        message = read(body)
        name, fields = message.name, message.fields
        transaction = fields.get("transactionID", "")
        self.calls.append((name, transaction))
        fault = self.faults[name].pop(0) if self.faults[name] else None
        if isinstance(fault, Exception):
            raise fault
        if isinstance(fault, str):
            return _reply(name, fault)
        if fault == Lost(done=False):
            raise AnswerLostError("timeout")
        code, given, rows = self._do(name, fields)
        if operations()[name].changes and not self.forgets:
            self._past[transaction] = (name, {"code": code} | given)
        if fault:
            raise AnswerLostError("timeout")
        return _reply(name, code, given, rows)

    async def close(self) -> None:
        """Nothing to close."""

    def _do(  # noqa: C901, PLR0911, PLR0912 - a branch for each operation
        self, name: str, fields: dict[str, str]
    ) -> tuple[str, dict[str, str], dict[str, list[dict[str, str]]]]:
        number = fields.get("roleCode") or fields.get("phoneNumber", "")
        tone = fields.get("resourceCode", "")
        if operations()[name].changes and (past := self._past.get(fields["transactionID"])):
            return past[1]["code"], {key: value for key, value in past[1].items() if key != "code"}, {}
        match name:
            case "queryTone":
                rows = [self._row(tone)] if tone in self.tones else []
                return ("000000" if rows else "302003"), {}, {"toneInfos": rows}
            case "queryInboxTone":
                return "000000", {}, {"toneInfos": [self._row(code) for code in self.owned[number]]}
            case "query":
                return "000000", {"status": "2", "monthlyFee": str(FEE), "tradeMark": self.brand}, {}
            case "orderTone":
                if tone in self.owned[number]:
                    return "302011", {}, {}
                price = self.tones[tone]
                if fields.get("offerCode") and int(fields["expectedPrice"]) <= price:
                    price = int(fields["expectedPrice"])
                if fields.get("expectedPrice", str(price)) != str(price):
                    return "310002", {}, {}
                self.owned[number].append(tone)
                self.offers.append(fields.get("offerCode", ""))
                return self._done(name, number, price)
            case "delInboxTone":
                if tone not in self.owned[number]:
                    return "302003", {}, {}
                self.owned[number].remove(tone)
                return self._done(name, number, 0)
            case "presentTone":
                gift = (number, fields["toUserPhoneNumber"], tone)
                if gift in self.offered:
                    return "308023", {}, {}
                self.offered[gift] = str(123456 + len(self.offered))
                self.ledger.append((name, number, 0))
                return "000001", {"resultInfo": self.offered[gift]}, {}
            case "presentToneAffirm":
                for (giver, recipient, code), key in self.offered.items():
                    if (recipient, key) == (number, fields["key"]):
                        del self.offered[giver, recipient, code]
                        self.ledger.append((name, number, 0))
                        return "000000", {"fromUserPhoneNumber": giver, "resourceCode": code}, {}
                return "308020", {}, {}
            case "subscribe" | "unSubscribe":
                if (number in self.open) == (name == "subscribe"):
                    return ("301002" if name == "subscribe" else "301001"), {}, {}
                self.open.symmetric_difference_update({number})
                return self._done(name, number, FEE if name == "subscribe" else 0)
            case _:
                return "000000", self._state_of(fields["transactionID"]), {}

    def _done(self, name: str, number: str, amount: int) -> tuple[str, dict[str, str], dict[str, list[dict[str, str]]]]:
        self.ledger.append((name, number, amount))
        return "000000", {"amountCharged": str(amount)}, {}

    def _state_of(self, transaction: str) -> dict[str, str]:
        if self.in_progress:
            return {"transactionState": "inProgress"}
        if transaction not in self._past:
            return {"transactionState": "unseen"}
        name, past = self._past[transaction]
        return {
            "transactionState": "result",
            "transactionEvent": event_class(name),
            "transactionResultCode": past["code"],
            "transactionResultInfo": past.get("resultInfo", ""),
        } | {key: value for key, value in past.items() if key not in ("code", "resultInfo")}

    def _row(self, code: str) -> dict[str, str]:
        return {
            "resourceCode": code, "toneName": f"Song {code[-1]}", "singerName": "Ann", "price": str(self.tones[code]),
            "validityDays": "30", "expired": "false",
        }  # fmt: skip


def _reply(
    name: str,
    code: str,
    given: dict[str, str] | None = None,
    rows: dict[str, list[dict[str, str]]] | None = None,
) -> HttpReply:
    values = {"returnCode": code, "resultCode": code} | (given or {})
    return HttpReply(200, write_answer(operations()[name], values, rows or {}))
