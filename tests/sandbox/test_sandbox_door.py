"""The order of the checks: credentials, right, parameters, procedure; and what is no call at all."""

from __future__ import annotations

import asyncio
import logging

import aiohttp
import pytest

from core_client import AccountRefused, CoreClient, Refused
from core_client.contract import operations
from core_client.envelope import read, write_call
from core_client.sandbox import PATH
from tests.sandbox.conftest import House
from tests.sandbox.words import FOREIGN, FRIEND, FUNDED, MISSING, TONE

RIGHT = {
    "portalAccount": "tonegate",
    "portalPwd": "tonegate",
    "portalType": "SMS",
    "moduleCode": "m",
    "role": "1",
    "roleCode": FUNDED,
    "phoneNumber": FUNDED,
    "resourceCode": TONE,
    "resourceType": "1",
}


async def post(house: House, body: bytes) -> tuple[int, bytes]:
    async with (
        aiohttp.ClientSession() as session,
        session.post(house.url + PATH, data=body, headers={"Content-Type": "text/xml"}) as response,
    ):
        return response.status, await response.read()


async def code_of(house: House, changed: dict[str, str], operation: str = "orderTone") -> str:
    status, body = await post(house, write_call(operations()[operation], RIGHT | changed))
    assert status == 200
    return read(body).fields["resultCode"]


@pytest.mark.parametrize(
    ("code", "changed"),
    [
        ("200007", {"portalPwd": "wrong"}),
        ("200007", {"portalAccount": "nobody"}),
        ("200007", {"portalAccount": "", "portalPwd": ""}),
        ("200008", {"portalAccount": "lookup", "portalPwd": "lookup"}),
        ("200001", {"moduleCode": ""}),
        ("200001", {"resourceCode": ""}),
        ("201001", {"phoneNumber": "13800"}),
        ("201001", {"phoneNumber": "+8613800138001"}),
        ("202002", {"resourceCode": "abc"}),
        ("200002", {"role": "9"}),
        ("200002", {"expectedPrice": "-1"}),
        ("200003", {"roleCode": FRIEND}),
        ("200003", {"role": "3", "roleCode": FUNDED}),
        ("000000", {"role": "3", "roleCode": "tonegate"}),
        ("302003", {"resourceType": "2"}),
        ("301001", {"phoneNumber": FOREIGN, "roleCode": FOREIGN}),
        ("302003", {"resourceCode": MISSING}),
        ("000000", {}),
    ],
)
async def test_each_check_has_its_own_code(house: House, code: str, changed: dict[str, str]) -> None:
    assert await code_of(house, changed) == code


BROKEN = [
    ("200007", {"portalPwd": "wrong"}),
    ("200008", {"portalAccount": "lookup", "portalPwd": "lookup"}),
    ("202002", {"resourceCode": "abc"}),
    ("301001", {"phoneNumber": FOREIGN, "roleCode": FOREIGN}),
]


@pytest.mark.parametrize("first", range(len(BROKEN)))
async def test_the_first_check_that_fails_speaks_and_the_later_ones_are_silent(house: House, first: int) -> None:
    changed: dict[str, str] = {}
    for _, wrong in reversed(BROKEN[first:]):
        changed |= wrong
    assert await code_of(house, changed) == BROKEN[first][0]


async def test_the_second_account_reads_but_changes_nothing(house: House) -> None:
    lookup = house.client("lookup", "lookup")
    assert await lookup.find_tone(TONE)
    with pytest.raises(AccountRefused, match="right"):
        await lookup.order_tone(FUNDED, TONE, transaction_id="t", expected_price=None)
    assert await house.ledger() == []


async def test_a_verified_password_does_not_open_the_door_for_another(house: House) -> None:
    await house.client().ping()
    with pytest.raises(AccountRefused, match="account_or_password"):
        await house.client(password="guess").ping()
    await house.client().ping()


async def test_a_changed_password_is_asked_for_at_once(house: House) -> None:
    old = house.client()
    await old.ping()
    assert (await house.admin("PUT", "password", {"account": "tonegate", "password": "new"}))[0] == 204
    with pytest.raises(AccountRefused):
        await old.ping()
    await house.client(password="new").ping()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"hello",
        b"<a/>",
        write_call(operations()["orderTone"], RIGHT).replace(b"orderTone", b"orderTune"),
        b'<!DOCTYPE x [<!ENTITY a "b">]>' + write_call(operations()["orderTone"], RIGHT),
        b" " * 70_000,
    ],
)
async def test_what_is_no_call_gets_a_soap_fault_that_blames_the_client(house: House, body: bytes) -> None:
    status, answer = await post(house, body)
    assert (status, read(answer).fields["faultcode"]) == (500, "soap:Client")


async def test_without_wsdl_in_the_address_a_visitor_is_told_what_this_is(house: House) -> None:
    async with aiohttp.ClientSession() as session, session.get(house.url + PATH) as response:
        assert (response.status, "?wsdl" in await response.text()) == (400, True)


async def test_logs_hold_no_full_number_and_no_password(
    house: House, core: CoreClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        await core.order_tone(FUNDED, TONE, transaction_id="t", expected_price=None)
        with pytest.raises(Refused):
            await core.present_tone(FUNDED, FUNDED, TONE, transaction_id="u", expected_price=None)
        with pytest.raises(AccountRefused):
            await house.client(password="s3cret").ping()
    text = caplog.text
    assert ("86138******01" in text, FUNDED in text, "s3cret" in text) == (True, False, False)


async def test_strangers_guessing_passwords_do_not_keep_an_account_from_ordering(house: House) -> None:
    core = house.client()
    await core.ping()
    guesses = [house.client("nobody", f"guess{n}").ping() for n in range(20)]
    crowd = asyncio.gather(*guesses, return_exceptions=True)
    await core.find_tone(TONE)
    assert not crowd.done()
    assert {type(result) for result in await crowd} == {AccountRefused}
