"""A core in memory that keeps gifts until they are answered, and charges their givers then."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from core_client import Busy, HttpReply, Refused
from tests.workers.kit.counter import Died, MortalCore
from tests.workers.kit.small_core import FEE
from workers.journal import Database, NewGift
from workers.journal.gifts import GiftBook, confirm
from workers.steps import Step

ENDS = ("took your gift", "turned your gift down", "did not answer in time", "so it is over")
TO_GIVERS = "|".join((*ENDS, "could not be paid for"))
"""Told of a gift besides the answer to the text that gave it."""


@dataclass
class KeptGift:
    """One gift as the core has it."""

    giver: str
    recipient: str
    tone: str
    price: int
    fee: int | None
    state: str = "open"


@dataclass
class GiftCore(MortalCore):
    """Everybody has the service but those in `without`."""

    without: set[str] = field(default_factory=set)
    poor: set[str] = field(default_factory=set)
    gifts: dict[str, KeptGift] = field(default_factory=dict)
    """By key."""

    async def post(self, action: str, body: bytes) -> HttpReply:
        affirms = "presentToneAffirm" in action
        if affirms and self.dies == "before affirm":
            self.dies = ""
            raise Died
        reply = await super().post(action, body)
        if affirms and self.dies == "after affirm":
            self.dies = ""
            raise Died
        return reply

    def _do(self, name: str, fields: dict[str, str]) -> Any:
        if name not in ("query", "presentTone", "presentToneAffirm"):
            return super()._do(name, fields)
        past = self._past.get(fields.get("transactionID", "")) if name != "query" else None
        if past and not self.forgets:
            return past[1]["code"], {key: value for key, value in past[1].items() if key != "code"}, {}
        match name:
            case "query":
                has = fields["phoneNumber"] not in self.without
                return "000000" if has else "301001", {"status": "2" if has else "4", "monthlyFee": str(FEE)}, {}
            case "presentTone":
                return self._present(fields)
            case _:
                return self._affirm(fields)

    def _present(self, fields: dict[str, str]) -> Any:
        giver, recipient, tone = fields["fromUserPhoneNumber"], fields["toUserPhoneNumber"], fields["resourceCode"]
        price, fee = self.tones[tone], fields.get("expectedFee")
        if fields.get("expectedPrice", str(price)) != str(price):
            return "310002", {}, {}
        if recipient in self.without and fee != str(FEE):
            return "308001", {}, {}
        if giver in self.poor:
            return "310001", {}, {}
        if any((one.recipient, one.tone, one.state) == (recipient, tone, "open") for one in self.gifts.values()):
            return "308023", {}, {}
        key = str(123456 + len(self.gifts))
        paid = int(fee) if fee and recipient in self.without else None
        self.gifts[key] = KeptGift(giver, recipient, tone, price, paid)
        self.ledger.append(("presentTone", giver, 0))
        return "000001", {"resultInfo": key, "amountCharged": "0"}, {}

    def _affirm(self, fields: dict[str, str]) -> Any:
        gift = self.gifts.get(fields["key"])
        if gift is None or gift.recipient != fields["roleCode"]:
            return "308020", {}, {}
        told = {"fromUserPhoneNumber": gift.giver, "resourceCode": gift.tone}
        if gift.state != "open":
            return "308026", told, {}
        if fields["affirmFlag"] == "2":
            gift.state = "declined"
            return "000000", told | {"amountCharged": "0"}, {}
        if gift.giver in self.poor:
            return "310001", told, {}
        gift.state = "accepted"
        self.without.discard(gift.recipient)
        self.owned[gift.recipient].append(gift.tone)
        amount = gift.price + (gift.fee or 0)
        self.ledger.append(("presentToneAffirm", gift.giver, amount))
        self.charges.append((fields["transactionID"], gift.giver, gift.tone, amount))
        return "000000", told | {"amountCharged": str(amount)}, {}


class FileDesk:
    """The desk over a journal that is used in one thread."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.away = False

    async def allow(self, step: Step) -> None:
        self._said(GiftBook(self._database).refusal(_new(step)))

    async def confirm(self, step: Step) -> None:
        now = self._database.now()
        self._said(self._database.write(lambda connection: confirm(connection, [_new(step)], now))[0])

    def _said(self, reason: str) -> None:
        if self.away:
            raise Busy("journal")
        if reason:
            raise Refused(reason)


def _new(step: Step) -> NewGift:
    return NewGift(step.transaction_id, step.number, step.recipient, step.tone_code)
