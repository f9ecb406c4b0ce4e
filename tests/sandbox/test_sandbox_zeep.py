"""A peer nobody here wrote: zeep reads ?wsdl and drives every operation of the sandbox."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
import zeep

from core_client.contract import operations
from core_client.sandbox import PATH
from tests.sandbox.conftest import House
from tests.sandbox.words import FRIEND, FUNDED, NO_SERVICE, SECOND, TONE


class Portal:
    """A portal written with zeep alone."""

    def __init__(self, url: str) -> None:
        self._client = zeep.Client(f"{url}{PATH}?wsdl", settings=zeep.Settings(strict=True))
        self.called: set[str] = set()

    def call(self, name: str, number: str = "", transaction: str | None = None, **fields: Any) -> Any:
        operation = operations()[name]
        event = {"portalAccount": "tonegate", "portalPwd": "tonegate", "portalType": "WWW"} | fields
        if operation.changes:
            event |= {"moduleCode": "zeep", "role": "1", "roleCode": number, "transactionID": transaction}
        self.called.add(name)
        service = self._client.bind(operation.service, f"{operation.service}Port")
        return getattr(service, name)(event=event)


def drive(url: str) -> list[tuple[Any, ...]]:
    """Go through every operation; what came back, in short."""
    portal = Portal(url)
    ordered = portal.call(
        "orderTone", FUNDED, "z1", phoneNumber=FUNDED, resourceCode=TONE, resourceType="1", expectedPrice=200
    )
    listed = portal.call("queryInboxTone", phoneNumber=FUNDED, resourceType="1", startRecordNum=1, endRecordNum=10)
    renewed = portal.call(
        "renewTone", FUNDED, "z12", phoneNumber=FUNDED, resourceCode=TONE, expectedPrice=200,
        expectedUntil=listed.toneInfos[0].validUntil,
    )  # fmt: skip
    deleted = portal.call("delInboxTone", FUNDED, "z2", phoneNumber=FUNDED, resourceCode=TONE, resourceType="1")
    offered = portal.call(
        "presentTone", FUNDED, "z3", fromUserPhoneNumber=FUNDED, toUserPhoneNumber=FRIEND, resourceCode=SECOND
    )
    taken = portal.call("presentToneAffirm", FRIEND, "z4", key=offered.resultInfo, affirmFlag="1")
    opened = portal.call("subscribe", NO_SERVICE, "z5", phoneNumber=NO_SERVICE)
    status = portal.call("query", phoneNumber=NO_SERVICE)
    closed = portal.call("unSubscribe", NO_SERVICE, "z6", phoneNumber=NO_SERVICE)
    tone = portal.call("queryTone", resourceCode=TONE)
    paused = portal.call("activateAndPause", FRIEND, "z7", phoneNumber=FRIEND, type="2")
    played = portal.call("activateAndPause", FRIEND, "z8", phoneNumber=FRIEND, type="1")
    chosen = portal.call(
        "setTone", FRIEND, "z9", phoneNumber=FRIEND, resourceCode=SECOND, setType="4", callerNumber=FUNDED,
        timeType="2", startTime="09:00:00", endTime="18:00:00",
    )  # fmt: skip
    settings = portal.call("querySetting", phoneNumber=FRIEND)
    cleared = portal.call("delSetting", FRIEND, "z11", phoneNumber=FRIEND, callerNumber=FUNDED)
    copyable = portal.call("queryCopy", phoneNumber=FUNDED, fromUserPhoneNumber=FRIEND)
    copied = portal.call("copyTone", FUNDED, "z10", phoneNumber=FUNDED, fromUserPhoneNumber=FRIEND, resourceCode=SECOND)
    boxes = portal.call("queryTbTone", startRecordNum=1, endRecordNum=10)
    found = portal.call("searchTone", words="paper boats", orderBy="name", startRecordNum=1, endRecordNum=1)
    past = portal.call("queryTransaction", transactionID="z1")
    wrong = portal.call("queryTone", resourceCode=TONE, portalPwd="wrong")
    assert portal.called == set(operations())
    return [
        (ordered.resultCode, ordered.amountCharged, ordered.transactionID, ordered.eventClassName),
        (listed.resultCode, listed.recordSum, [(t.resourceCode, t.price, t.expired) for t in listed.toneInfos]),
        (listed.toneInfos[0].renewal, listed.toneInfos[0].validUntil == ordered.validUntil),
        (renewed.resultCode, renewed.amountCharged, (renewed.validUntil - ordered.validUntil).days),
        (deleted.resultCode, deleted.amountCharged),
        (offered.resultCode, len(offered.resultInfo)),
        (taken.resultCode, taken.fromUserPhoneNumber, taken.resourceCode, taken.amountCharged),
        (opened.resultCode, opened.amountCharged == status.monthlyFee),
        (status.resultCode, status.status),
        (closed.resultCode,),
        (tone.resultCode, tone.toneInfos.toneName, tone.toneInfos.validityDays),
        (paused.resultCode, played.resultCode, chosen.resultCode),
        [(one.setType, one.callerNumber, one.timeType, one.startTime) for one in settings.settingInfos],
        (cleared.resultCode, cleared.amountCharged),
        (copyable.resultCode, copyable.toneInfos.resourceCode, copied.resultCode, copied.amountCharged),
        [(box.resourceCode, box.price, box.toneCount) for box in boxes.boxInfos],
        (found.recordSum, [tone.resourceCode for tone in found.toneInfos]),
        (past.transactionState, past.transactionEvent, past.transactionResultCode, past.amountCharged),
        (wrong.resultCode,),
    ]


async def test_zeep_drives_every_operation(house: House) -> None:
    assert await asyncio.to_thread(drive, house.url) == [
        ("000000", 200, "z1", "OrderToneEvt"),
        ("000000", 1, [(TONE, 200, False)]),
        ("renews", True),
        ("000000", 200, 30),
        ("000000", 0),
        ("000001", 6),
        ("000000", FUNDED, SECOND, 300),
        ("000000", True),
        ("000000", "2"),
        ("000000",),
        ("000000", "Paper Boats", 30),
        ("000000", "000000", "000000"),
        [("4", FUNDED, "2", "09:00:00")],
        ("000000", 0),
        ("000000", SECOND, "000000", 300),
        [("101", 400, 3), ("102", 600, 4), ("103", 900, 5), ("201", 500, 0), ("202", 1000, 0)],
        (1, [TONE]),
        ("result", "OrderToneEvt", "000000", 200),
        ("200007",),
    ]


async def test_zeep_understands_our_faults(house: House) -> None:
    def call() -> None:
        client = zeep.Client(f"{house.url}{PATH}?wsdl")
        service = client.bind("ToneProvide", "ToneProvidePort")
        service._binding.process_reply(client, None, client.transport.post(f"{house.url}{PATH}", "nonsense", {}))

    with pytest.raises(zeep.exceptions.Fault, match="not a call of this contract"):
        await asyncio.to_thread(call)
