"""The client: one method for each thing a portal asks of the ringtone core; here those that change something."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime

from core_client.answers import Answer
from core_client.asking import Asking
from core_client.codes import ResultCodes
from core_client.door import Call, Door
from core_client.errors import NotSupported
from core_client.reads import CoreReads
from core_client.transport import HttpTransport, Transport


class CoreClient(CoreReads):
    """A portal's way to the core.

    Takes all it needs as arguments and knows nothing of who uses it.  Phone numbers are E.164 digits without +, prices
    are minor units.  A change carries the caller's `transaction_id`: the same one on every repeat of the same change.
    Every method raises the errors of `core_client.errors` and no other.
    """

    def __init__(  # noqa: PLR0913 (each is a setting that some core needs)
        self,
        url: str,
        account: str,
        password: str,
        *,
        timeout_s: float = 5.0,
        portal_type: str = "SMS",
        module_code: str = "tonegate",
        flavour: str = "document",
        query_transaction: bool = True,
        expects_price: bool = True,
        gift_opens_service: bool = True,
        gift_needs_service: bool = True,
        order_opens_service: bool = False,
        renew_tone: bool = True,
        codes: ResultCodes | None = None,
        connections: int = 100,
        keepalive_s: float = 4.0,
        transport: Transport | None = None,
        observe: Callable[[Call], None] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`keepalive_s` must be shorter than the core's own; `connections` is how many calls run at once.

        Raises ValueError for a url that can't be one, and for a flavour that isn't built.
        """
        if flavour != "document":
            raise ValueError(
                f"core flavour {flavour!r} is not built: this release speaks document/literal alone; set "
                'flavour = "document"'
            )
        self._name = f"CoreClient({url!r}, account={account!r})"
        self._transport = transport or HttpTransport(
            url, timeout_s=timeout_s, connections=connections, keepalive_s=keepalive_s
        )
        self.expects_price = expects_price
        """Whether the core takes `expectedPrice` and `offerCode`; else neither is sent."""
        self.gift_opens_service = gift_opens_service and expects_price
        """Whether a gift may open its recipient's service, too: the core takes `expectedFee`."""
        self.gift_needs_service = gift_needs_service
        """Whether a giver must have the service himself, else that is refused (301001)."""
        self.order_opens_service = order_opens_service
        """Whether an order opens the service of a number that has none; else that is refused (301001)."""
        self.renews = renew_tone
        """Whether the core has `renewTone`; else `renew_tone` raises NotSupported."""
        portal = {
            "portalAccount": account,
            "portalPwd": password,
            "portalType": portal_type,
            "moduleCode": module_code,
        }
        door = Door(self._transport, portal, observe=observe, clock=clock)
        asking = Asking(door, codes or ResultCodes.shipped(), expects_price=expects_price)
        super().__init__(asking, query_transaction=query_transaction)

    def __repr__(self) -> str:
        return self._name

    async def close(self) -> None:
        """Close the connections."""
        await self._transport.close()

    # UserManage

    async def subscribe(
        self, phone_number: str, *, brand: str = "", transaction_id: str, expected_price: int | None = None
    ) -> Answer:
        """Open the service; `expected_price` is the monthly fee agreed to, charged at once."""
        return await self._asking.change(
            "subscribe", phone_number, transaction_id, tradeMark=brand, expectedPrice=_price(expected_price)
        )

    async def unsubscribe(self, phone_number: str, *, transaction_id: str) -> Answer:
        """Close the service; where it isn't open the answer is `already`."""
        return await self._asking.change("unSubscribe", phone_number, transaction_id)

    async def play(self, phone_number: str, *, plays: bool, transaction_id: str) -> Answer:
        """Play the number's tones again, or pause them."""
        return await self._asking.change("activateAndPause", phone_number, transaction_id, type="1" if plays else "2")

    # UserToneManage

    async def order_tone(
        self,
        phone_number: str,
        tone_code: str,
        *,
        transaction_id: str,
        expected_price: int | None,
        offer_code: str = "",
    ) -> Answer:
        """Buy a tone at the price agreed to; another price is `Refused("price_changed")`."""
        return await self._asking.change(
            "orderTone",
            phone_number,
            transaction_id,
            resourceCode=tone_code,
            resourceType="1",
            expectedPrice=_price(expected_price),
            offerCode=offer_code,
        )

    async def order_bundle(
        self,
        phone_number: str,
        bundle_code: str,
        *,
        transaction_id: str,
        expected_price: int | None,
        offer_code: str = "",
    ) -> Answer:
        """Buy all tones of a bundle at the price agreed to; where all are owned the answer is `already`."""
        return await self._asking.change(
            "orderTone",
            phone_number,
            transaction_id,
            resourceCode=bundle_code,
            resourceType="2",
            expectedPrice=_price(expected_price),
            offerCode=offer_code,
        )

    async def renew_tone(
        self,
        phone_number: str,
        tone_code: str,
        *,
        transaction_id: str,
        expected_price: int | None,
        offer_code: str = "",
        expected_until: float | None = None,
    ) -> Answer:
        """Renew a tone of the library for one more period at the price agreed to.

        `expected_until` is until when it was valid before, seconds since 1970: a core that finds another date answers
        `already`, and charges nothing.
        """
        if not self.renews:
            raise NotSupported("not_supported", operation="renewTone", attempt=False)
        return await self._asking.change(
            "renewTone",
            phone_number,
            transaction_id,
            resourceCode=tone_code,
            expectedPrice=_price(expected_price),
            offerCode=offer_code,
            expectedUntil="" if expected_until is None else _written(expected_until),
        )

    async def delete_tone(self, phone_number: str, tone_code: str, *, transaction_id: str) -> Answer:
        """Remove a tone from the library; where it isn't there the answer is `already`."""
        return await self._asking.change(
            "delInboxTone", phone_number, transaction_id, resourceCode=tone_code, resourceType="1"
        )

    async def delete_box(self, phone_number: str, box_code: str, *, transaction_id: str) -> Answer:
        """End a membership, which is a box that stays; where it isn't there the answer is `already`."""
        return await self._asking.change(
            "delInboxTone", phone_number, transaction_id, resourceCode=box_code, resourceType="2"
        )

    async def set_tone(
        self,
        phone_number: str,
        tone_code: str,
        *,
        caller: str = "",
        hours: tuple[str, ...] = (),
        transaction_id: str,
    ) -> Answer:
        """Play an owned tone: to one `caller` or to all, between two `hours` (HH:MM) or always."""
        begin, end = _times(hours)
        return await self._asking.change(
            "setTone",
            phone_number,
            transaction_id,
            resourceCode=tone_code,
            setType="4" if caller else "2",
            callerNumber=caller,
            timeType="2" if hours else "1",
            startTime=begin,
            endTime=end,
        )

    async def clear_settings(
        self,
        phone_number: str,
        *,
        tone_code: str = "",
        caller: str = "",
        hours: tuple[str, ...] = (),
        transaction_id: str,
    ) -> Answer:
        """Take back the settings that have all of these, one at least; where there is none the answer is `already`."""
        begin, end = _times(hours)
        return await self._asking.change(
            "delSetting",
            phone_number,
            transaction_id,
            resourceCode=tone_code,
            callerNumber=caller,
            startTime=begin,
            endTime=end,
        )

    async def copy_tone(
        self,
        phone_number: str,
        owner: str,
        tone_code: str,
        *,
        transaction_id: str,
        expected_price: int | None,
        offer_code: str = "",
    ) -> Answer:
        """Buy the tone that another number plays, as `copyable_tone` told it, at the price agreed to."""
        return await self._asking.change(
            "copyTone",
            phone_number,
            transaction_id,
            fromUserPhoneNumber=owner,
            resourceCode=tone_code,
            expectedPrice=_price(expected_price),
            offerCode=offer_code,
        )

    # CRBTPresent

    async def present_tone(
        self,
        giver: str,
        recipient: str,
        tone_code: str,
        *,
        transaction_id: str,
        expected_price: int | None,
        offer_code: str = "",
        expected_fee: int | None = None,
    ) -> Answer:
        """Offer a tone as a gift: `accepted`, with the key its recipient answers with. Charged on acceptance.

        `expected_fee` offers the service with it, at the first month's fee agreed to, to a number that has none.
        """
        return await self._asking.change(
            "presentTone",
            giver,
            transaction_id,
            fromUserPhoneNumber=giver,
            toUserPhoneNumber=recipient,
            resourceCode=tone_code,
            expectedPrice=_price(expected_price),
            offerCode=offer_code,
            expectedFee=_price(expected_fee),
        )

    async def affirm_present(self, phone_number: str, key: str, *, accept: bool, transaction_id: str) -> Answer:
        """The recipient takes or declines a gift; the answer tells giver and tone where the core does."""
        return await self._asking.change(
            "presentToneAffirm", phone_number, transaction_id, key=key, affirmFlag="1" if accept else "2"
        )


def _times(hours: tuple[str, ...]) -> tuple[str, str]:
    begin, end = (f"{hour}:00" for hour in hours) if hours else ("", "")
    return begin, end


def _written(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _price(amount: int | None) -> str:
    return "" if amount is None else str(amount)
