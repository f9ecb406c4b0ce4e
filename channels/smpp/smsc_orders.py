"""query_sm, cancel_sm and replace_sm (SMPP 3.4 §4.8 to §4.10): asked by operations, done by the bind that sent."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Protocol

import structlog

from channels.smpp.bind import Bind
from channels.smpp.clock import Clock
from channels.smpp.customs import addresses_of, habits_of
from channels.smpp.protocol.pdu import Pdu, Value
from channels.smpp.protocol.statuses import status_name
from channels.smpp.receiving.receipt_text import date_in
from channels.smpp.roster import Roster
from channels.smpp.sending.submission import RECEIPT_FOR
from channels.smpp.session.terms import NotBound
from channels.smpp.session.window import NoResponse
from channels.smpp.text import Habits, split, split_as
from workers.journal.database import Database
from workers.journal.orders import Kind, Orders, SmscOrder
from workers.settings import BindSettings

LOOK_EVERY_S = 1.0
_RECORD_AGAIN_S = (0.5, 2.0, 8.0)
_STATES = (
    "scheduled",
    "en route",
    "delivered",
    "expired",
    "deleted",
    "undeliverable",
    "accepted",
    "unknown",
    "rejected",
    "skipped",
)
"""message_state from 0 (SMPP 3.4 §5.2.28; the first and the last only SMPP 5.0 §4.7.15)."""
_log = structlog.get_logger(__name__)


class OrderBook(Protocol):
    """Where orders are kept, each in one listener's hands."""

    async def take(self, binds: Sequence[str]) -> Sequence[SmscOrder]:
        """Take the open orders of these binds."""
        ...

    async def done(self, order: SmscOrder, *, succeeded: bool, result: str) -> None: ...


class JournalOrderBook:
    """The journal's, in a thread: a database that hangs holds up no bind."""

    def __init__(self, database: Database, owner: str) -> None:
        self._orders = Orders(database, owner)

    async def take(self, binds: Sequence[str]) -> Sequence[SmscOrder]:
        return await asyncio.to_thread(self._orders.take, binds)

    async def done(self, order: SmscOrder, *, succeeded: bool, result: str) -> None:
        await asyncio.to_thread(self._orders.done, order.id, succeeded=succeeded, result=result)


class CannotAsk(ValueError):
    """The SMSC can't be asked for this; the text says why."""


def request(order: SmscOrder, settings: BindSettings, habits: Habits) -> tuple[str, Mapping[str, Value]]:
    """The command and its fields: the addresses just as they were submitted, or the SMSC finds nothing.

    Raises CannotAsk.
    """
    if not order.message_id:
        raise CannotAsk("the SMSC gave it no message id")
    addresses = addresses_of(settings)
    source = addresses.source(order.source)
    fields: dict[str, Value] = {
        "message_id": order.message_id,
        "source_addr_ton": source.ton,
        "source_addr_npi": source.npi,
        "source_addr": source.addr,
    }
    if order.kind is Kind.CANCEL:  # service_type is empty where one message is meant, by its id (§4.9.1)
        destination = addresses.destination(order.destination)
        fields |= {
            "dest_addr_ton": destination.ton,
            "dest_addr_npi": destination.npi,
            "destination_addr": destination.addr,
        }
    elif order.kind is Kind.REPLACE:
        fields |= {
            "registered_delivery": RECEIPT_FOR[order.registered_delivery or settings.registered_delivery],
            "short_message": _replacement(order, settings, habits),
        }
    return f"{order.kind}_sm", fields


def _replacement(order: SmscOrder, settings: BindSettings, habits: Habits) -> bytes:
    """The new text in the coding of the old: replace_sm has neither data_coding nor TLVs (§4.10.1)."""
    if order.plan or settings.submit_with == "data_sm":
        raise CannotAsk("only an answer in one short_message can be replaced, and it was sent otherwise")
    try:
        sent = split(order.sent_text, habits, lambda: 0)
        new = split_as(order.text, sent.plan)
    except ValueError:
        why = "the new text does not fit into one message in the alphabet of the old one, which replace_sm can't change"
        raise CannotAsk(why) from None
    if len(new.parts) > 1 or new.parts[0].is_payload:
        raise CannotAsk("only an answer in one short_message can be replaced, and it was sent otherwise")
    return new.parts[0].octets


def told(order: SmscOrder, response: Pdu) -> tuple[bool, str]:
    """Whether the SMSC did it, and what it says, in words."""
    if response.status:
        return False, f"the SMSC refused: {status_name(response.status)}"
    if order.kind is not Kind.QUERY:
        return True, {Kind.CANCEL: "cancelled", Kind.REPLACE: "replaced"}[order.kind]
    state, error = response.number("message_state"), response.number("error_code")
    words = [_STATES[state] if state < len(_STATES) else f"message_state {state}"]
    if final := response.text("final_date"):
        words.append(f"final date {date_in(final) or final}")
    if error:
        words.append(f"error {error}")
    return True, ", ".join(words)


async def serve(roster: Roster, book: OrderBook, spoken: Sequence[str], clock: Clock) -> None:
    """Do the orders of the binds that are bound, for ever."""
    doing: set[asyncio.Task[None]] = set()
    try:
        while True:
            bound = roster.bound()
            try:
                orders = await book.take(list(bound))
            except Exception as error:  # the journal may be gone for a while
                _log.debug("orders can't be looked for", error=type(error).__name__)
                orders = ()
            for order in orders:
                settings, bind = bound[order.bind]
                task = asyncio.create_task(_do(order, settings, habits_of(settings, spoken), bind, book, clock))
                doing.add(task)
                task.add_done_callback(doing.discard)
            await clock.sleep(LOOK_EVERY_S)
    finally:
        for task in doing:
            task.cancel()


async def _do(
    order: SmscOrder, settings: BindSettings, habits: Habits, bind: Bind, book: OrderBook, clock: Clock
) -> None:
    succeeded, result = await _ask(order, settings, habits, bind)
    _log.info("an order is done", bind=order.bind, order=order.id, kind=str(order.kind), result=result)
    for again_in_s in (*_RECORD_AGAIN_S, None):
        try:
            await book.done(order, succeeded=succeeded, result=result)
        except Exception as error:  # tried again, then left to whoever settles what we have lost
            _log.warning("an order's result is not recorded", error=type(error).__name__)
        else:
            return
        if again_in_s is not None:
            await clock.sleep(again_in_s)


async def _ask(order: SmscOrder, settings: BindSettings, habits: Habits, bind: Bind) -> tuple[bool, str]:
    try:
        command, fields = request(order, settings, habits)
        response = await bind.ask(command, fields)
    except NotBound:
        return False, "the bind was lost before the SMSC was asked"
    except NoResponse:
        known = "" if order.kind is Kind.QUERY else ": a query tells what became of it"
        return False, f"the SMSC did not answer{known}"
    except ValueError as error:  # it can't be asked, or its fields can't be written
        return False, str(error)
    return told(order, response)
