"""Receipts on their way to the account that asked for them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from channels.simulator.conduct import Conduct
from channels.simulator.delivery import Delivery, Outcome
from channels.simulator.ledger import Count, Ledger
from channels.simulator.receipts import DELIVERY_RECEIPT, Receipt
from channels.simulator.routes import Wish
from channels.simulator.wrapping import Parcel
from channels.smpp.protocol.pdu import Value


class Notices:
    """Sends receipts as deliver_sm to any bind of the account that receives; waits where there is none."""

    def __init__(self, delivery: Delivery, ledger: Ledger, conduct: Conduct) -> None:
        self._delivery = delivery
        self._ledger = ledger
        self._conduct = conduct
        self._tasks: set[asyncio.Task[None]] = set()

    def send(self, receipt: Receipt, leaves: Callable[[], None] = lambda: None) -> None:
        """Set a receipt on its way; one too many for the store is dropped and counted.

        `leaves` is called just before it is sent, each time it is.
        """
        if len(self._tasks) >= self._conduct.store:
            self._ledger.add(Count.RECEIPTS_DROPPED)
            return
        task = asyncio.create_task(self._deliver(receipt, leaves))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def stop(self) -> None:
        """Leave off."""
        for task in self._tasks:
            task.cancel()

    async def _deliver(self, receipt: Receipt, leaves: Callable[[], None]) -> None:
        wish = Wish(system_id=receipt.system_id)
        fields: dict[str, Value] = {
            "source_addr_ton": receipt.handset_ton,
            "source_addr_npi": receipt.handset_npi,
            "source_addr": receipt.handset,
            "dest_addr_ton": receipt.service_ton,
            "dest_addr_npi": receipt.service_npi,
            "destination_addr": receipt.service,
            "esm_class": DELIVERY_RECEIPT,
        }
        tlvs = receipt.tlvs(self._conduct.receipt_form)
        text = receipt.short_message(self._conduct.receipt_form)
        if self._conduct.texts_by == "data_sm":
            tlvs["message_payload"] = text
        else:
            fields["short_message"] = text
        parcel = Parcel(self._conduct.texts_by, fields, tlvs)

        def begun() -> None:
            self._ledger.add(Count.RECEIPTS_ATTEMPTS)
            leaves()

        for attempt in range(1, self._conduct.receipt_attempts + 1):
            outcome = await self._delivery.once(wish, parcel, begun=begun)
            if outcome is Outcome.ACKNOWLEDGED:
                self._ledger.add(Count.RECEIPTS_ACKNOWLEDGED)
                return
            if outcome is Outcome.REJECTED:
                break
            await self._delivery.pause(attempt)
        self._ledger.add(Count.RECEIPTS_DROPPED)
