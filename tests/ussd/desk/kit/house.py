"""A desk with the shipped menu and real sessions; behind it a house in memory that does as the test says."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from channels.ussd.desk.desk import MenuDesk, Times
from channels.ussd.desk.funnel import FunnelCounter, Lapses
from channels.ussd.menu import MenuShelf
from channels.ussd.ports import Caller, DialOrder, DialRequest, Kind, Placed, ScreenReply
from channels.ussd.sessions import SessionStore
from tests.ussd.menu.kit.shipped import CODE, LANGUAGES, quote
from workers.dialogue import SHIPPED_TEMPLATES
from workers.dials.lookups import LookupFailed
from workers.journal.funnel import ScreenCount
from workers.reception import NotSafe

NUMBER = "8613800138000"
SHELF = MenuShelf(SHIPPED_TEMPLATES, LANGUAGES, "en")
RESULT = "Moon River is yours for 2.00."
PATIENT = Times(answer_within_s=240.0, look_within_s=240.0)
"""No gateway would wait so long; a test does, on a machine that does much else."""


@dataclass
class ToldLookups:
    """Answers quotes; `hangs` never does, `fails` says that nobody can say."""

    hangs: bool = False
    fails: bool = False
    language: str = "en"
    looks: list[str] = field(default_factory=list)

    async def look(self, function: str, caller: Caller, arguments: Mapping[str, str]) -> Any:
        self.looks.append(function)
        if self.hangs:
            await asyncio.Event().wait()
        if self.fails:
            raise LookupFailed("core_down")
        return quote(arguments.get("code", CODE))

    async def caller(self, number: str, service_code: str, gateway: str) -> Caller:
        return Caller(number, self.language, service_code, gateway)


@dataclass
class ToldOrders:
    """Keeps orders by their ids, as the journal does, and answers with `text`."""

    text: str = RESULT
    by_text_too: bool = True
    unsafe: bool = False
    in_doubt: bool = False
    open: asyncio.Event = field(default_factory=asyncio.Event)
    kept: dict[str, DialOrder] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    shown_of: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.open.set()

    async def place(
        self, order: DialOrder, caller: Caller, transaction_id: str, dial: str, *, within_s: float
    ) -> Placed:
        self.calls.append(transaction_id)
        self.waits.append(within_s)
        if self.unsafe:
            raise NotSafe("the journal is away")
        self.kept.setdefault(transaction_id, order)
        if self.in_doubt:
            return Placed(transaction_id, in_doubt=True)
        await self.open.wait()
        return Placed(transaction_id, self.text if within_s else "", self.by_text_too)

    async def shown(self, placed: Placed) -> None:
        if not placed.by_text_too:
            self.shown_of.append(placed.transaction_id)


@dataclass
class Counts:
    """The journal, as far as the funnel goes."""

    added: list[ScreenCount] = field(default_factory=list)

    def count_screens(self, counts: list[ScreenCount]) -> asyncio.Future[None]:
        self.added += counts
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        done.set_result(None)
        return done


class DeskHouse:
    """The desk, and what a gateway `hub` without ids for its requests sends to it."""

    def __init__(self, url: str, *, session_s: float = 180.0, times: Times | None = None) -> None:
        self.now_s = 1_800_000_000.0
        self.lookups, self.orders, self.counts = ToldLookups(), ToldOrders(), Counts()
        self.store = SessionStore(url, session_s)
        self.funnel = FunnelCounter(self.counts, clock=lambda: self.now_s)
        self.lapses = Lapses(self.store, self.funnel, clock=lambda: self.now_s)
        self.desk = self.another(times)

    def another(self, times: Times | None = None) -> MenuDesk:
        """Another process's desk over the same sessions."""
        return MenuDesk(
            SHELF, self.store, self.lookups, self.orders, self.funnel, times or PATIENT, clock=lambda: self.now_s
        )

    async def send(self, kind: Kind, text: str = "", session: str = "s-1", **more: Any) -> ScreenReply:
        """One request; each comes ten seconds after the one before, unless `after_s` says otherwise."""
        self.now_s += more.pop("after_s", 10.0)
        return await self.desk.answer(DialRequest(kind, "hub", session, NUMBER, "*123#", text, **more))

    async def dial(self, *keys: str, session: str = "s-1") -> ScreenReply:
        """Dial and press these keys; the last screen."""
        reply = await self.send(Kind.BEGIN, session=session)
        for key in keys:
            reply = await self.send(Kind.INPUT, key, session)
        return reply

    async def counted(self) -> dict[str, tuple[int, int, int, int]]:
        """By screen: entries, exits, drops, wrong keys."""
        await self.funnel.flush()
        found: dict[str, tuple[int, int, int, int]] = {}
        for one in self.counts.added:
            before = found.get(one.screen, (0, 0, 0, 0))
            more = (one.entries, one.exits, one.drops, one.wrong)
            found[one.screen] = tuple(map(sum, zip(before, more, strict=True)))  # type: ignore[assignment]
        return found
