"""The client: one method for each thing a portal asks of the ringtone core."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Literal

from core_client.answers import SUBSCRIBER_STATUS, Answer, Bundle, Setting, Subscriber, Tone, TransactionState
from core_client.codes import CodeOutcome, ResultCodes
from core_client.door import Call, Door
from core_client.errors import AnswerLost, NotSupported, Refused
from core_client.reading import Response, answer_of, bundle_of, error_of, money, setting_of, tone_of
from core_client.transport import HttpTransport, Transport

_OUR_FIELDS = frozenset({"expectedPrice", "offerCode", "expectedFee", "expectedUntil"})
"""Beyond what every core of the kind takes."""
_PAGE = 200
_PAGES = 10


class CoreClient:
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
        self._query_transaction = query_transaction
        self.expects_price = expects_price
        """Whether the core takes `expectedPrice` and `offerCode`; else neither is sent."""
        self.gift_opens_service = gift_opens_service and expects_price
        """Whether a gift may open its recipient's service, too: the core takes `expectedFee`."""
        self.renews = renew_tone
        """Whether the core has `renewTone`; else `renew_tone` raises NotSupported."""
        self._codes = codes or ResultCodes.shipped()
        portal = {
            "portalAccount": account,
            "portalPwd": password,
            "portalType": portal_type,
            "moduleCode": module_code,
        }
        self._door = Door(self._transport, portal, observe=observe, clock=clock)

    def __repr__(self) -> str:
        return self._name

    async def close(self) -> None:
        """Close the connections."""
        await self._transport.close()

    # Changes

    async def subscribe(
        self, phone_number: str, *, brand: str = "", transaction_id: str, expected_price: int | None = None
    ) -> Answer:
        """Open the service; `expected_price` is the monthly fee agreed to, charged at once."""
        return await self._change(
            "subscribe", phone_number, transaction_id, tradeMark=brand, expectedPrice=_price(expected_price)
        )

    async def unsubscribe(self, phone_number: str, *, transaction_id: str) -> Answer:
        """Close the service; where it isn't open the answer is `already`."""
        return await self._change("unSubscribe", phone_number, transaction_id)

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
        return await self._change(
            "orderTone",
            phone_number,
            transaction_id,
            resourceCode=tone_code,
            resourceType="1",
            expectedPrice=_price(expected_price),
            offerCode=offer_code,
        )

    async def delete_tone(self, phone_number: str, tone_code: str, *, transaction_id: str) -> Answer:
        """Remove a tone from the library; where it isn't there the answer is `already`."""
        return await self._change(
            "delInboxTone", phone_number, transaction_id, resourceCode=tone_code, resourceType="1"
        )

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
        return await self._change(
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
        return await self._change(
            "presentToneAffirm", phone_number, transaction_id, key=key, affirmFlag="1" if accept else "2"
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
        return await self._change(
            "copyTone",
            phone_number,
            transaction_id,
            fromUserPhoneNumber=owner,
            resourceCode=tone_code,
            expectedPrice=_price(expected_price),
            offerCode=offer_code,
        )

    async def delete_box(self, phone_number: str, box_code: str, *, transaction_id: str) -> Answer:
        """End a membership, which is a box that stays; where it isn't there the answer is `already`."""
        return await self._change("delInboxTone", phone_number, transaction_id, resourceCode=box_code, resourceType="2")

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
        return await self._change(
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
        return await self._change(
            "renewTone",
            phone_number,
            transaction_id,
            resourceCode=tone_code,
            expectedPrice=_price(expected_price),
            offerCode=offer_code,
            expectedUntil="" if expected_until is None else _written(expected_until),
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
        return await self._change(
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
        return await self._change(
            "delSetting",
            phone_number,
            transaction_id,
            resourceCode=tone_code,
            callerNumber=caller,
            startTime=begin,
            endTime=end,
        )

    async def play(self, phone_number: str, *, plays: bool, transaction_id: str) -> Answer:
        """Play the number's tones again, or pause them."""
        return await self._change("activateAndPause", phone_number, transaction_id, type="1" if plays else "2")

    # Reads

    async def query_subscriber(self, phone_number: str) -> Subscriber | None:
        """Status, brand and fee of a number; None where it has no service."""
        response = await self._door.call("query", {"phoneNumber": phone_number})
        if self._reason(response) == "no_service":
            return None
        self._raise_error(response)
        status = SUBSCRIBER_STATUS.get(response.fields.get("status", ""), "unknown")
        return Subscriber(status, response.fields.get("tradeMark", ""), money(response, "monthlyFee"))

    async def monthly_fee(self, phone_number: str) -> int | None:
        """What the service costs this number a month, also before it is opened; None where the core doesn't say."""
        response = await self._door.call("query", {"phoneNumber": phone_number})
        if self._reason(response) != "no_service":
            self._raise_error(response)
        return money(response, "monthlyFee")

    async def owned_tones(self, phone_number: str) -> list[Tone]:
        """The library, oldest first. Raises Refused("no_service") where there is none."""
        return await self._library(phone_number, "1")

    async def owned_boxes(self, phone_number: str) -> list[Tone]:
        """The boxes that stay, as memberships do, oldest first. Raises Refused("no_service") where there is none."""
        return await self._library(phone_number, "2")

    async def _library(self, phone_number: str, resource_type: str) -> list[Tone]:
        tones: list[Tone] = []
        for page in range(_PAGES):
            response = await self._door.call(
                "queryInboxTone",
                {
                    "phoneNumber": phone_number,
                    "resourceType": resource_type,
                    "startRecordNum": str(page * _PAGE + 1),
                    "endRecordNum": str((page + 1) * _PAGE),
                },
            )
            self._raise_error(response)
            rows = response.rows.get("toneInfos", [])
            tones += [tone_of(response, row) for row in rows]
            if len(rows) < _PAGE:
                break
        return tones

    async def settings(self, phone_number: str) -> list[Setting]:
        """What plays to whom and when, as far as a text can tell it: what is for all callers first."""
        response = await self._door.call("querySetting", {"phoneNumber": phone_number})
        self._raise_error(response)
        found = [setting_of(row) for row in response.rows.get("settingInfos", [])]
        return [one for one in found if one]

    async def find_tone(self, tone_code: str) -> Tone | None:
        """A tone of the catalogue; None where there is none of that code."""
        response = await self._door.call("queryTone", {"resourceCode": tone_code})
        if self._reason(response) == "tone_missing":
            return None
        self._raise_error(response)
        rows = response.rows.get("toneInfos", [])
        return tone_of(response, rows[0]) if rows else None

    async def find_tones(
        self, words: str = "", *, order_by: Literal["name", "top", "new"] = "name", first: int = 1, last: int = 10
    ) -> tuple[int, list[Tone]]:
        """How many tones on sale have these words in name or singer, and those from `first` to `last` (from 1)."""
        response = await self._door.call(
            "searchTone",
            {"words": words, "orderBy": order_by, "startRecordNum": str(first), "endRecordNum": str(last)},
        )
        self._raise_error(response)
        tones = [tone_of(response, row) for row in response.rows.get("toneInfos", [])]
        return max(money(response, "recordSum") or 0, len(tones)), tones

    async def bundles(self) -> list[Bundle]:
        """The bundles on sale."""
        response = await self._door.call("queryTbTone", {"startRecordNum": "1", "endRecordNum": str(_PAGE)})
        self._raise_error(response)
        return [bundle_of(response, row) for row in response.rows.get("boxInfos", [])]

    async def copyable_tone(self, phone_number: str, owner: str) -> Tone:
        """The tone that copying from `owner` would bring; raises Refused("owner_forbids"), ("copy_refused") …"""
        response = await self._door.call("queryCopy", {"phoneNumber": phone_number, "fromUserPhoneNumber": owner})
        self._raise_error(response)
        rows = response.rows.get("toneInfos", [])
        if not rows:
            raise Refused("copy_refused", operation="queryCopy")
        return tone_of(response, rows[0])

    async def query_transaction(self, transaction_id: str) -> TransactionState:
        """What became of a change. A refusal is a value here: `answer.outcome == "refused"`.

        A transaction that ended in "busy" counts as unseen, since nothing was done; one that ended in a code which
        leaves it open counts as in progress.  Raises NotSupported where the core lacks the operation.
        """
        if not self._query_transaction:
            raise NotSupported("not_supported", operation="queryTransaction", attempt=False)
        response = await self._door.call("queryTransaction", {"transactionID": transaction_id})
        if self._reason(response) == "transaction_unknown":
            return TransactionState("unseen")
        self._raise_error(response)
        return self._state(response)

    async def ping(self) -> None:
        """Prove address, account and password by a read that finds nothing. Raises what is wrong, and only that."""
        with suppress(Refused):  # the door let us in, which is all that was asked
            await self.find_tone("0")

    # What they share

    async def _change(self, name: str, phone_number: str, transaction_id: str, **fields: str) -> Answer:
        own = {"role": "1", "roleCode": phone_number, "phoneNumber": phone_number, "transactionID": transaction_id}
        if not self.expects_price:
            fields = {field: value for field, value in fields.items() if field not in _OUR_FIELDS}
        response = await self._door.call(name, own | fields)
        self._raise_error(response)
        return answer_of(response, self._codes)

    def _reason(self, response: Response) -> str:
        return self._codes.meaning(response.code, response.operation.name).reason

    def _raise_error(self, response: Response) -> None:
        error = error_of(response, self._codes)
        if error is not None:
            raise error

    def _state(self, response: Response) -> TransactionState:
        match response.fields.get("transactionState"):
            case "unseen":
                return TransactionState("unseen")
            case "inProgress":
                return TransactionState("in_progress")
            case "result":
                past = response.past()
            case _:
                raise AnswerLost("malformed", operation="queryTransaction")
        match self._codes.meaning(past.code, past.operation.name).outcome:
            case CodeOutcome.BUSY:
                return TransactionState("unseen")
            case CodeOutcome.DOUBTFUL:
                return TransactionState("in_progress")
            case _:
                return TransactionState("result", answer_of(past, self._codes))


def _times(hours: tuple[str, ...]) -> tuple[str, str]:
    begin, end = (f"{hour}:00" for hour in hours) if hours else ("", "")
    return begin, end


def _written(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _price(amount: int | None) -> str:
    return "" if amount is None else str(amount)
