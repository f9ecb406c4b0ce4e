"""Which SMPP each side says it speaks, and what follows from it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from smpplib import consts

from channels.smpp.protocol.codec import CannotEncode
from channels.smpp.protocol.pdu import Pdu
from channels.smpp.session.session import Session
from channels.smpp.session.terms import BindFailed, State, Terms, Version, terms_of
from tests.smpp.kit.near_smsc import NearSmsc, made
from tests.smpp.kit.turned_clock import TurnedClock, settled
from workers.settings import BindSettings

_TEXT = {"source_addr": "8888", "destination_addr": "8613800000001"}


async def bound_to(clock: TurnedClock, terms: Terms, status: int = 0, **told: Any) -> tuple[Session, NearSmsc]:
    """A session whose bind was answered with these fields; raises BindFailed where the status is no ROK."""
    smsc = NearSmsc(bind_status=None)
    session = Session(terms, clock)
    await session.open(smsc.connect)
    binding = asyncio.create_task(session.bind("tonegate", "secret", "", _never))
    await settled()
    smsc.say(made("bind_transceiver_resp", smsc.heard[0].sequence, status, system_id="smsc", **told))
    await binding
    return session, smsc


@pytest.mark.parametrize(("octet", "version"), [(0x34, "3.4"), (0x50, "5.0")])
async def test_the_bind_says_the_version_of_its_terms(clock: TurnedClock, octet: int, version: Version) -> None:
    session, smsc = await bound_to(clock, Terms("main", interface_version=version))
    assert (octet, State.BOUND) == (smsc.heard[0].interface_version, session.state)


async def test_the_bind_names_the_range_of_addresses_of_its_terms(clock: TurnedClock) -> None:
    _, smsc = await bound_to(clock, Terms("main", addr_ton=1, addr_npi=9, address_range="^88"))
    bind = smsc.heard[0]
    assert (1, 9, b"^88") == (bind.addr_ton, bind.addr_npi, bind.address_range)


@pytest.mark.parametrize(
    ("version", "takes_tlvs", "told"),
    [
        (None, True, {}),
        (0x33, False, {"sc_interface_version": 0x33}),
        (0x34, True, {"sc_interface_version": 0x34}),
        (0x50, True, {"sc_interface_version": 0x50}),
    ],
)
async def test_the_smscs_version_is_kept_and_one_below_3_4_has_no_tlvs(
    clock: TurnedClock, version: int | None, takes_tlvs: bool, told: dict[str, int]
) -> None:
    session, _ = await bound_to(clock, Terms("main"), **told)
    assert (version, takes_tlvs) == (session.peer_version, session.takes_tlvs)


async def test_tlvs_are_not_sent_to_an_smsc_that_has_none(clock: TurnedClock) -> None:
    """A text in message_payload would arrive empty: better that the sender hears of it."""
    session, smsc = await bound_to(clock, Terms("main"), sc_interface_version=0x33)
    with pytest.raises(CannotEncode, match=r"SMPP 3\.3"):
        session.submit(_TEXT, {"message_payload": b"x"})
    session.submit(_TEXT)
    await settled()
    assert ["bind_transceiver", "submit_sm"] == smsc.commands()
    assert 1 == session.window.used


@pytest.mark.parametrize(
    ("says", "version", "status"),
    [
        ("ESME_RBINDFAIL; it may not serve SMPP 5.0: set interface_version to 3.4", "5.0", consts.SMPP_ESME_RBINDFAIL),
        ("ESME_RINVCMDID; it may not serve SMPP 5.0: set interface_version to 3.4", "5.0", consts.SMPP_ESME_RINVCMDID),
        ("0x00000432; it may not serve SMPP 5.0: set interface_version to 3.4", "5.0", 0x432),
        ("ESME_RINVPASWD", "5.0", consts.SMPP_ESME_RINVPASWD),
        ("ESME_RALYBND", "5.0", consts.SMPP_ESME_RALYBND),
        ("ESME_RBINDFAIL", "3.4", consts.SMPP_ESME_RBINDFAIL),
    ],
)
async def test_a_refusal_says_whether_the_version_may_be_why(
    clock: TurnedClock, says: str, version: Version, status: int
) -> None:
    with pytest.raises(BindFailed) as refused:
        await bound_to(clock, Terms("main", interface_version=version), status)
    assert f"the SMSC refused the bind: {says}" == str(refused.value)


async def test_a_refusal_tells_what_the_smsc_told(clock: TurnedClock) -> None:
    smsc = NearSmsc(bind_status=None)
    session = Session(Terms("main"), clock)
    await session.open(smsc.connect)
    binding = asyncio.create_task(session.bind("tonegate", "secret", "", _never))
    await settled()
    told = b"\x00\x1d\x00\x0cno\x07 licence\0"
    head = made("bind_transceiver_resp", smsc.heard[0].sequence, 13, system_id="")[:16]
    smsc.say((16 + len(told)).to_bytes(4, "big") + head[4:] + told)
    with pytest.raises(BindFailed, match=r"ESME_RBINDFAIL \(no licence\)$"):
        await binding


def test_the_terms_follow_the_settings_and_one_time_out_holds_for_all_responses() -> None:
    settings = BindSettings(
        name="north",
        system_id="tonegate",
        mode="receiver",
        window=3,
        response_s=7.5,
        enquire_link_s=12,
        interface_version="5.0",
        address_range="^88",
    )
    terms = terms_of(settings)
    assert ("north", "receiver", 3, "5.0", "^88") == (
        terms.name,
        terms.mode,
        terms.window,
        terms.interface_version,
        terms.address_range,
    )
    limits = terms.limits
    assert (7.5, 7.5, 7.5, 12) == (terms.response_s, limits.answer_s, limits.session_init_s, limits.enquire_link_s)


async def _never(_: Pdu) -> int:
    raise AssertionError("nothing was delivered")
