"""The sandbox core itself: what happens between a message read and an answer written.

The checks come in the order of the real core: credentials, right, parameters, procedure; each has its own code.
"""

from __future__ import annotations

import asyncio
import logging
import random
import secrets
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace

from sqlalchemy import Connection, delete, insert, select, update

from core_client.contract import Operation
from core_client.envelope import Message, write_answer
from core_client.sandbox import tables
from core_client.sandbox.accounts import Accounts, seed_accounts
from core_client.sandbox.catalogue import CatalogueTone, starting_catalogue
from core_client.sandbox.faults import Dice, Faults
from core_client.sandbox.library import moment, profile_of, store
from core_client.sandbox.numbers import masked
from core_client.sandbox.procedure import Limits, Reply, Request, World, parameter_fault
from core_client.sandbox.renewals import renew_due
from core_client.sandbox.transactions import perform
from core_client.sandbox.writer import Writer

_log = logging.getLogger(__name__)


class SandboxCore:
    """Database, accounts, catalogue and faults of one sandbox."""

    def __init__(
        self,
        url: str,
        faults: Faults,
        *,
        clock: Callable[[], float],
        limits: Limits,
        keys: random.Random | None = None,
    ) -> None:
        """Opens the database, and fills it if it is new. Raises what SQLAlchemy raises for one that won't open."""
        self.dice = Dice(faults)
        self._clock = clock
        self._ahead_s = 0.0
        self._in_flight: Counter[tuple[str, str]] = Counter()
        engine = tables.open_database(url)
        with engine.begin() as connection:
            seed_accounts(connection)
            self.accounts = Accounts(connection)
            known = {row.code: row.price for row in connection.execute(select(tables.offers))}
            self.world = World(_catalogue(connection), limits, keys or secrets.SystemRandom(), known)
        self.writer = Writer(engine)

    def close(self) -> None:
        """Finish what is being written and let go of the database."""
        self.writer.close()

    async def handle(self, operation: Operation, message: Message) -> bytes:
        """The answer's envelope; it is on the disk when this returns."""
        fields = message.fields
        account = await self.accounts.verify(fields.get("portalAccount", ""), fields.get("portalPwd", ""))
        if account is None:
            _log.warning("%s: account or password refused", operation.name)
            return _render(operation, fields, Reply("200007"))
        if operation.name not in account.rights:
            _log.warning("%s: account %s has no right to it", operation.name, account.name)
            return _render(operation, fields, Reply("200008"))
        wrong = parameter_fault(operation, fields, account.name)
        if wrong is not None:
            return _render(operation, fields, Reply(wrong))
        request = Request(operation, account.name, fields, self.now())
        with self._working(request):
            reply = await self._work(request)
        if _log.isEnabledFor(logging.DEBUG):
            _log.debug("%s %s: %s", operation.name, masked(fields.get("phoneNumber", "")), reply.code)
        return _render(operation, fields, reply if reply.operation_id else _named(reply, request))

    @property
    def in_flight(self) -> int:
        """How many changes are being worked on."""
        return self._in_flight.total()

    def now(self) -> float:
        """Seconds since 1970, by this core's clock."""
        return self._clock() + self._ahead_s

    async def set_clock(self, ahead_s: float) -> None:
        """Go so much ahead of the true time, or behind it where it is negative; what renews by then has renewed."""
        self._ahead_s = ahead_s
        await self.writer.run(lambda connection: renew_due(connection, self.world, self.now()))

    async def set_balance(self, number: str, balance: int) -> bool:
        """Give a number other money; False where it is another operator's."""

        def change(connection: Connection) -> bool:
            profile = profile_of(connection, number)
            if profile is not None:
                store(connection, replace(profile, balance=balance))
            return profile is not None

        return await self.writer.run(change)

    async def set_price(self, code: str, price: int) -> bool:
        """Change a tone's price; False where there is no such tone."""

        def change(connection: Connection) -> bool:
            tone = self.world.catalogue.get(code)
            if tone is None:
                return False
            connection.execute(update(tables.tones).where(tables.tones.c.code == code).values(price=price))
            self.world.catalogue[code] = replace(tone, price=price)
            return True

        return await self.writer.run(change)

    async def set_offer(self, code: str, price: int | None) -> None:
        """Know an offer by its own price; None withdraws it."""

        def change(connection: Connection) -> None:
            connection.execute(delete(tables.offers).where(tables.offers.c.code == code))
            connection.execute(insert(tables.offers).values(code=code, price=price))
            self.world.offers[code] = price

        await self.writer.run(change)

    @contextmanager
    def _working(self, request: Request) -> Iterator[None]:
        """While it is worked on, queryTransaction says so."""
        if not (request.operation.changes and request.transaction_id):
            yield
            return
        slot = request.account, request.transaction_id
        self._in_flight[slot] += 1
        try:
            yield
        finally:
            self._in_flight[slot] -= 1
            if not self._in_flight[slot]:
                del self._in_flight[slot]

    async def _work(self, request: Request) -> Reply:
        if self.dice.faults.slow:
            await asyncio.sleep(self.dice.faults.slow)
        if self.dice.hit(self.dice.faults.busy):
            return Reply("100002")
        remember = not self.dice.faults.forget_transactions
        if request.operation.name == "queryTransaction":
            if not remember:
                return Reply("000000", fields={"transactionState": "unseen"})
            if self._in_flight[request.account, request.transaction_id]:
                return Reply("000000", fields={"transactionState": "inProgress"})
        try:
            return await self.writer.run(lambda connection: self._perform(connection, request, remember=remember))
        except Exception as error:  # whatever the database did is one code for the portal (100005)
            _log.error("%s failed: %s", request.operation.name, type(error).__name__)
            return Reply("100005")

    def _perform(self, connection: Connection, request: Request, *, remember: bool) -> Reply:
        renew_due(connection, self.world, request.now)
        return perform(connection, request, self.world, remember=remember)


def _named(reply: Reply, request: Request) -> Reply:
    return replace(reply, operation_id=request.operation_id)


def _render(operation: Operation, fields: dict[str, str], reply: Reply) -> bytes:
    answer = {
        "returnCode": reply.code,
        "resultCode": reply.code,
        "resultInfo": reply.info,
        "operationID": reply.operation_id,
        "transactionID": fields.get("transactionID", ""),
        "eventClassName": operation.event_class,
        "amountCharged": "" if reply.amount is None else str(reply.amount),
        "fromUserPhoneNumber": reply.giver,
        "resourceCode": reply.tone,
        "validUntil": "" if reply.until is None else moment(reply.until),
        **reply.fields,
    }
    rows = [
        {
            "resourceCode": tone.code,
            "toneName": tone.name,
            "singerName": tone.singer,
            "price": str(tone.price),
            "validityDays": str(tone.validity_days),
            "expired": "true" if tone.expired else "false",
            **more,
        }
        for tone, more in zip(reply.tones, reply.of_tones or ({},) * len(reply.tones), strict=True)
    ]
    boxes = [
        {
            "resourceCode": box.code,
            "boxName": box.name,
            "price": str(box.price),
            "validityDays": str(box.validity_days),
            "toneCount": str(len(box.tones)),
        }
        for box in reply.boxes
    ]
    return write_answer(operation, answer, {"toneInfos": rows, "boxInfos": boxes, "settingInfos": reply.settings})


def _catalogue(connection: Connection) -> dict[str, CatalogueTone]:
    rows = connection.execute(select(tables.tones)).all()
    if not rows:
        connection.execute(insert(tables.tones), [asdict(tone) for tone in starting_catalogue()])
        rows = connection.execute(select(tables.tones)).all()
    return {row.code: CatalogueTone(**row._asdict()) for row in rows}
