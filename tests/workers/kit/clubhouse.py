"""A worker whose core sells memberships, with who is remembered and what was charged in a real journal."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from core_client import CoreClient
from tests.journal.kit.turned_clock import TurnedClock
from tests.workers.kit.counter import Counter, MortalCore
from tests.workers.kit.office import INTERPRETER
from workers.breaker import Breaker
from workers.calls import Calls
from workers.catalogue import Catalogue
from workers.club import JournalRegister, Members
from workers.consent import Consent
from workers.dialogue import Rules, Way
from workers.dialogue.club import Club, Level, MembersList
from workers.dialogue.limits import NumberLimits
from workers.dialogue.offers import Offers, Price
from workers.errand import Errand, Limits
from workers.journal import ClaimedRow, Ending, Journal
from workers.pricing import JournalBook, Pricing
from workers.reconcile import Reconciler

SILVER = Level("silver", "201", 500, 30, {"en": "Silver"}, free=1, then=Price(percent=80))
GOLD = Level("gold", "202", 1000, 30, {"en": "Gold", "zh": "金卡"}, free=2, then=Price(50))
CLUB = Club((SILVER, GOLD))
BOXES = {"201": 500, "202": 1000, "101": 400}


@dataclass
class ClubCore(MortalCore):
    """Everybody has the service; memberships stay in `boxes` until they are taken out."""

    boxes: dict[str, list[str]] = field(default_factory=dict)
    """By number, codes; what ends there by itself is taken out by the test."""
    unpaid: set[str] = field(default_factory=set)
    """Numbers whose memberships were not renewed for lack of money."""
    sold: list[tuple[str, str, int, str, bool]] = field(default_factory=list)
    """Number, thing, minor units, offerCode, and whether it had a membership then."""

    def _do(self, name: str, fields: dict[str, str]) -> Any:
        number, code = fields.get("roleCode") or fields.get("phoneNumber", ""), fields.get("resourceCode", "")
        known = self._past.get(fields.get("transactionID", ""))
        if name == "queryTbTone":
            rows = [_box(code, price) | {"toneCount": "0"} for code, price in BOXES.items()]
            return "000000", {}, {"boxInfos": rows}
        if name == "querySetting":
            return "000000", {}, {}
        if name == "orderTone" and fields["resourceType"] == "1":
            return self._tone(name, fields, number, code)
        if fields.get("resourceType") != "2" or known:
            return super()._do(name, fields)
        held = self.boxes.setdefault(number, [])
        match name:
            case "queryInboxTone":
                state = {"renewal": "unpaid" if number in self.unpaid else "renews"}
                rows = [_row(code, BOXES[code]) | state for code in held]
                return "000000", {}, {"toneInfos": rows}
            case "delInboxTone":
                if code not in held:
                    return "302003", {"amountCharged": "0"}, {}
                held.remove(code)
                return "000000", {"amountCharged": "0"}, {}
            case _:
                if code in held:
                    return "302011", {"amountCharged": "0"}, {}
                if fields["expectedPrice"] != str(BOXES[code]):
                    return "310002", {}, {}
                held.append(code)
                self.sold.append((number, code, BOXES[code], "", False))
                return self._done(name, number, BOXES[code])

    def _tone(self, name: str, fields: dict[str, str], number: str, code: str) -> Any:
        before = len(self.ledger)
        done = super()._do(name, fields)
        if len(self.ledger) > before:
            member = bool(self.boxes.get(number)) and number not in self.unpaid
            self.sold.append((number, code, self.ledger[-1][2], fields.get("offerCode", ""), member))
        return done


def _row(code: str, price: int) -> dict[str, str]:
    return {
        "resourceCode": code, "toneName": f"Box {code}", "singerName": "", "price": str(price), "validityDays": "30",
        "expired": "false",
    }  # fmt: skip


def _box(code: str, price: int) -> dict[str, str]:
    return {"resourceCode": code, "boxName": f"Box {code}", "price": str(price), "validityDays": "30"}


class ClubHouse:
    """One worker; `club` and `offers` may be changed while it is open, as files are."""

    attempts = 5

    def __init__(
        self, journal: Journal, clock: TurnedClock, *, way: Way = Way.REPLY, knows: bool = True, opens: bool = False
    ) -> None:
        """`knows`: the core can be asked what became of a transaction; `opens`: an order opens the service."""
        self.core = ClubCore()
        self.club, self.offers = CLUB, Offers()
        self.now_s = clock()
        client = CoreClient(
            "http://core.invalid/usdp",
            "portal",
            "secret",
            transport=self.core,
            query_transaction=knows,
            order_opens_service=opens,
        )
        members = Members(client, lambda: self.club, JournalRegister(journal), clock=clock)
        self.pricing = Pricing(lambda: self.offers, NumberLimits(), JournalBook(journal), benefits=members, clock=clock)
        breaker = Breaker(lambda: None, clock=clock, spread=lambda: 0.5)
        calls = Calls(client, Catalogue(client, clock=clock), breaker, self.pricing, members=members, clock=clock)
        ways = dict.fromkeys(("open", "order", "join", "gift", "copy"), way)
        self._errand = Errand(
            calls,
            Reconciler(client, calls, breaker),
            INTERPRETER,
            Limits(10.0, self.attempts),
            Consent(Rules((), ways), clock),
            clock=clock,
            spread=lambda: 0.5,
        )

    async def run(self, row: ClaimedRow) -> Ending:
        """Run the message once."""
        return self.pricing.settled(await self._errand.run(row))


def opened(url: str, journal: Journal, clock: TurnedClock, *, careless: bool = False, **more: Any) -> Counter:
    """Texts to such a worker."""
    house = ClubHouse(journal, clock, **more)
    return Counter(url, house, clock, careless=careless)  # type: ignore[arg-type]  # as good as an office


def house_of(counter: Counter) -> ClubHouse:
    """The worker behind a counter."""
    return counter.office  # type: ignore[return-value]


def list_of(*tones: str, levels: frozenset[str] = frozenset({"gold"})) -> MembersList:
    """A list that is members' alone, always and everywhere."""
    return MembersList("first", levels, tones, GOLD.when)
