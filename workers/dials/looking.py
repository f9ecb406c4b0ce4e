"""The looks that screens take, by the core's client, the same prices as a worker's, and the journal.

Nothing is changed anywhere.  Each look is one row of `_LOOKS`; what it takes and gives is in `lookups.FUNCTIONS`.
A price comes from `Calls.quote`, as a worker's does, so that what a screen shows is what is charged.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from core_client import CoreError
from workers import brands
from workers.calls import Calls
from workers.dialogue import Action, Languages, Result, ToneFacts, Verdict, Words, language_of, reply
from workers.dialogue.offers import Offers
from workers.dials.caller import Caller
from workers.dials.lookups import FUNCTIONS, LookupFailed, LookupRefused
from workers.journal import Database, JournalUnavailable
from workers.journal.gifts import GiftBook
from workers.journal.memberships import Memberships
from workers.journal.subscribers import Subscribers
from workers.steps import Step

_OFFERED_AT_MOST = 10
"""Rows of offers: each costs the core a question or two."""

Said = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Asked:
    """One look: who takes it, and by what."""

    caller: Caller
    said: Said
    member_of: str = ""

    def step(self, action: Action, code: str = "") -> Step:
        """The step that it would come to, were it an order."""
        return Step(
            1,
            action,
            self.caller.number,
            "",
            code or self.said.get("code", ""),
            self.said.get("number", ""),
            query=self.said.get("query", ""),
            member_of=self.member_of,
            on_screen=True,
        )


class DialLookups:
    """One door's looks."""

    def __init__(
        self,
        calls: Calls,
        database: Database,
        words: Callable[[], Words],
        languages: Languages,
        offers: Callable[[], Offers] = Offers,
    ) -> None:
        self._calls = calls
        self._words = words
        self._languages = languages
        self._offers = offers
        self._clock = database.now
        self._gifts = GiftBook(database)
        self._subscribers = Subscribers(database)
        self._memberships = Memberships(database)
        self._looks: dict[str, Callable[[Asked], Awaitable[Any]]] = {
            "top": lambda asked: self._tones(asked, Action.TOP),
            "new": lambda asked: self._tones(asked, Action.NEW),
            "find": lambda asked: self._tones(asked, Action.FIND),
            "my_tones": lambda asked: self._tones(asked, Action.LIST),
            "gifts": self._presented,
            "packs": self._packs,
            "offers": self._offered,
            "club": self._club,
            "quote": self._quote,
            "status": self._status,
        }

    async def caller(self, number: str, service_code: str, gateway: str) -> Caller:
        """Return who dials, in the language that he has chosen, or that his number tells."""
        try:
            chosen = await asyncio.to_thread(self._subscribers.language, number)
        except JournalUnavailable:
            chosen = ""
        return Caller(number, language_of(chosen, (), number, self._languages), service_code, gateway)

    async def look(self, function: str, caller: Caller, arguments: Said) -> Any:
        """Return the answer, plain JSON; raises `LookupRefused` with its reason, or `LookupFailed`."""
        missing = [name for name in FUNCTIONS[function].takes if not arguments.get(name)]
        if missing:
            raise LookupFailed(f"{function} needs {', '.join(missing)}")
        try:
            known = await asyncio.to_thread(self._memberships.of, caller.number)
            with brands.listening():
                return await self._looks[function](Asked(caller, arguments, known.level if known else ""))
        except CoreError as error:
            raise LookupFailed(error.reason) from error
        except JournalUnavailable as error:
            raise LookupFailed("journal") from error

    async def _tones(self, asked: Asked, action: Action) -> dict[str, Any]:
        result = self._done(asked, await self._calls.make(asked.step(action)))
        tones = result.owned or result.found
        return {"rows": [_tone(tone) for tone in tones], "count": result.found_in_all or len(tones)}

    async def _packs(self, asked: Asked) -> dict[str, Any]:
        bundles = self._done(asked, await self._calls.make(asked.step(Action.PACK))).bundles
        rows = [
            {"code": one.code, "name": one.name, "price": one.price, "days": one.validity_days, "tones": one.tones}
            for one in bundles
        ]
        return {"rows": rows, "count": len(rows)}

    async def _club(self, asked: Asked) -> dict[str, Any]:
        result = self._done(asked, await self._calls.make(asked.step(Action.CLUB)))
        language, levels = asked.caller.language, result.levels
        own, others = (levels[0].name(language), levels[1:]) if result.member_of else ("", levels)
        rows = [
            {"code": one.code, "name": one.name(language), "price": one.price, "days": one.validity_days}
            for one in others
        ]
        return {"rows": rows, "count": len(rows), "member_of": own}

    async def _presented(self, asked: Asked) -> dict[str, Any]:
        found = await asyncio.to_thread(self._gifts.open_to, asked.caller.number)
        rows = []
        for gift in found:
            tone = ToneFacts(**json.loads(gift.tone)) if gift.tone else ToneFacts(gift.tone_code, "", "", 0, 0)
            rows.append(
                {"key": gift.key, "name": tone.name, "code": tone.code, "giver": gift.giver, "days": tone.validity_days}
            )
        return {"rows": rows, "count": len(rows)}

    async def _status(self, asked: Asked) -> dict[str, Any]:
        result = await self._calls.make(asked.step(Action.STATUS))
        if result.verdict is not Verdict.DONE and result.reason != "no_service":
            raise self._refusal(asked, result)
        state = "none" if result.reason else "paused" if result.paused else "active"
        return {
            "state": state,
            "fee": result.monthly_fee or 0,
            "tones": len(result.owned),
            "member_of": result.levels[0].name(asked.caller.language) if result.levels else "",
            "text": self._text(asked, result),
        }

    async def _quote(self, asked: Asked) -> dict[str, Any]:
        action = Action(asked.said["action"])
        return self._price(self._asked(asked, await self._calls.quote(asked.step(action))))

    async def _offered(self, asked: Asked) -> dict[str, Any]:
        """The tones that some offer makes cheaper for this number now, the cheapest first."""
        now, open_now = self._clock(), self._offers()
        named = [
            code
            for offer in open_now.offers
            if not offer.bundle and offer.when.open_at(now)
            for code in offer.tones
            if code.isdecimal()
        ]
        wide = [offer for offer in open_now.offers if not (offer.bundle or all(map(str.isdecimal, offer.tones or "*")))]
        if any(offer.when.open_at(now) for offer in wide):
            top = await self._calls.make(asked.step(Action.TOP))  # some are for many tones: shown for the best of them
            named += [tone.code for tone in top.found]
        codes = list(dict.fromkeys(named))[:_OFFERED_AT_MOST]
        quotes = await asyncio.gather(*(self._calls.quote(asked.step(Action.ORDER, code)) for code in codes))
        rows = []
        for result in quotes:
            # Also without the service: what is on offer is a reason to open it, and the price's screen asks for that.
            priced = result.verdict is Verdict.ASKED or result.reason == "no_service"
            offer = open_now.offer(result.offer) if priced and result.offer else None
            if offer:
                told = self._price(result)
                row = {name: told[name] for name in ("code", "name", "price", "days")}
                rows.append({"id": offer.id, **row, "until": offer.when.ends(now)})
        return {"rows": sorted(rows, key=lambda row: row["price"]), "count": len(rows)}

    @staticmethod
    def _price(result: Result) -> dict[str, Any]:
        tone, fee = result.tone, result.monthly_fee or 0
        if tone is None:
            return {"code": "", "name": "", "price": fee, "days": 0, "fee": 0, "offer": result.offer}
        return _tone(tone) | {"fee": fee, "offer": result.offer}

    def _done(self, asked: Asked, result: Result) -> Result:
        if result.verdict is not Verdict.DONE:
            raise self._refusal(asked, result)
        return result

    def _asked(self, asked: Asked, result: Result) -> Result:
        if result.verdict is not Verdict.ASKED:
            raise self._refusal(asked, result)
        return result

    def _refusal(self, asked: Asked, result: Result) -> LookupRefused:
        return LookupRefused(result.reason or str(result.verdict), self._text(asked, result))

    def _text(self, asked: Asked, result: Result) -> str:
        return reply([result], asked.caller.language, self._words().wording)


def _tone(tone: ToneFacts) -> dict[str, Any]:
    return {
        "code": tone.code,
        "name": tone.name,
        "singer": tone.singer,
        "price": tone.price,
        "days": tone.validity_days,
    }
