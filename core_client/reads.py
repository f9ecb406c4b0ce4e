"""What a portal asks of the ringtone core without changing anything there: a lost answer is simply asked for again."""

from __future__ import annotations

from contextlib import suppress
from typing import Literal

from core_client.answers import Bundle, Setting, Subscriber, Tone, TransactionState
from core_client.asking import Asking
from core_client.errors import NotSupported, Refused
from core_client.values import bundle_of, money, setting_of, state_of, subscriber_of, tone_of

_PAGE = 200
_PAGES = 10


class CoreReads:
    """The client's reads, for whoever only looks; made as a `CoreClient`."""

    def __init__(self, asking: Asking, *, query_transaction: bool) -> None:
        """`query_transaction`: whether the core has that operation."""
        self._asking = asking
        self._query_transaction = query_transaction

    # UserManage

    async def query_subscriber(self, phone_number: str) -> Subscriber | None:
        """Status, brand and fee of a number; None where it has no service.

        Some cores answer 301001 for that, others with what they keep of who had it once: status 4, deleted.
        """
        response = await self._asking.find("query", "no_service", phoneNumber=phone_number)
        subscriber = None if response is None else subscriber_of(response)
        return None if subscriber and subscriber.status == "deleted" else subscriber

    async def monthly_fee(self, phone_number: str) -> int | None:
        """What the service costs this number a month, also before it is opened; None where the core doesn't say."""
        response = await self._asking.read("query", unless="no_service", phoneNumber=phone_number)
        return money(response, "monthlyFee")

    # UserToneManage

    async def owned_tones(self, phone_number: str) -> list[Tone]:
        """The library, oldest first. Raises Refused("no_service") where there is none."""
        return await self._library(phone_number, "1")

    async def owned_boxes(self, phone_number: str) -> list[Tone]:
        """The boxes that stay, as memberships do, oldest first. Raises Refused("no_service") where there is none."""
        return await self._library(phone_number, "2")

    async def _library(self, phone_number: str, resource_type: str) -> list[Tone]:
        tones: list[Tone] = []
        for page in range(_PAGES):
            response = await self._asking.read(
                "queryInboxTone",
                phoneNumber=phone_number,
                resourceType=resource_type,
                startRecordNum=str(page * _PAGE + 1),
                endRecordNum=str((page + 1) * _PAGE),
            )
            rows = response.rows.get("toneInfos", [])
            tones += [tone_of(response, row) for row in rows]
            if len(rows) < _PAGE:
                break
        return tones

    async def settings(self, phone_number: str) -> list[Setting]:
        """What plays to whom and when, as far as a text can tell it: what is for all callers first."""
        response = await self._asking.read("querySetting", phoneNumber=phone_number)
        found = [setting_of(row) for row in response.rows.get("settingInfos", [])]
        return [one for one in found if one]

    async def copyable_tone(self, phone_number: str, owner: str) -> Tone:
        """The tone that copying from `owner` would bring; raises Refused("owner_forbids"), ("copy_refused") …"""
        response = await self._asking.read("queryCopy", phoneNumber=phone_number, fromUserPhoneNumber=owner)
        rows = response.rows.get("toneInfos", [])
        if not rows:
            raise Refused("copy_refused", operation="queryCopy")
        return tone_of(response, rows[0])

    async def bundles(self) -> list[Bundle]:
        """The bundles on sale."""
        response = await self._asking.read("queryTbTone", startRecordNum="1", endRecordNum=str(_PAGE))
        return [bundle_of(response, row) for row in response.rows.get("boxInfos", [])]

    # ToneProvide

    async def find_tone(self, tone_code: str) -> Tone | None:
        """A tone of the catalogue; None where there is none of that code."""
        response = await self._asking.find("queryTone", "tone_missing", resourceCode=tone_code)
        if response is None:
            return None
        rows = response.rows.get("toneInfos", [])
        return tone_of(response, rows[0]) if rows else None

    async def find_tones(
        self, words: str = "", *, order_by: Literal["name", "top", "new"] = "name", first: int = 1, last: int = 10
    ) -> tuple[int, list[Tone]]:
        """How many tones on sale have these words in name or singer, and those from `first` to `last` (from 1)."""
        response = await self._asking.read(
            "searchTone", words=words, orderBy=order_by, startRecordNum=str(first), endRecordNum=str(last)
        )
        tones = [tone_of(response, row) for row in response.rows.get("toneInfos", [])]
        return max(money(response, "recordSum") or 0, len(tones)), tones

    # System

    async def query_transaction(self, transaction_id: str) -> TransactionState:
        """What became of a change. A refusal is a value here: `answer.outcome == "refused"`.

        A transaction that ended in "busy" counts as unseen, since nothing was done; one that ended in a code which
        leaves it open counts as in progress.  Raises NotSupported where the core lacks the operation.
        """
        if not self._query_transaction:
            raise NotSupported("not_supported", operation="queryTransaction", attempt=False)
        response = await self._asking.find("queryTransaction", "transaction_unknown", transactionID=transaction_id)
        return TransactionState("unseen") if response is None else state_of(response, self._asking.codes)

    async def ping(self) -> None:
        """Prove address, account and password by a read that finds nothing. Raises what is wrong, and only that."""
        with suppress(Refused):  # the door let us in, which is all that was asked
            await self.find_tone("0")
