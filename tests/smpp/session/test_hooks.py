"""What a session tells besides messages: the SMSC's load, handsets that are there again, every PDU."""

from __future__ import annotations

import struct
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from structlog.testing import capture_logs

from channels.smpp.protocol.fields import COMMAND_IDS
from channels.smpp.protocol.pdu import Pdu
from channels.smpp.session.hooks import Hooks
from channels.smpp.session.session import Session
from channels.smpp.session.terms import State, Terms
from tests.smpp.kit.near_smsc import NearSmsc, deliver_sm, made
from tests.smpp.kit.turned_clock import TurnedClock, settled

Told = Callable[[Hooks], Awaitable[tuple[Session, NearSmsc]]]


@pytest.fixture
def telling(clock: TurnedClock) -> Told:
    async def make(hooks: Hooks) -> tuple[Session, NearSmsc]:
        smsc = NearSmsc()
        session = Session(Terms("main"), clock, hooks)
        await session.open(smsc.connect)
        await session.bind("tonegate", "secret", "", _take)
        return session, smsc

    return make


def congested(command: str, state: int, sequence: int = 5, status: int = 0, body: bytes = b"") -> bytes:
    body += struct.pack(">HHB", 0x0428, 1, state)
    return struct.pack(">LLLL", 16 + len(body), COMMAND_IDS[command], status, sequence) + body


@pytest.mark.parametrize(
    ("told", "frame"),
    [
        ([90], congested("submit_sm_resp", 90, body=b"7f\0")),
        ([0], congested("submit_sm_resp", 0, body=b"7f\0")),
        ([100], congested("submit_sm_resp", 100, status=0x58)),
        ([30], congested("enquire_link_resp", 30)),
        ([30], congested("data_sm_resp", 30, body=b"7f\0")),
        ([30], congested("generic_nack", 30, status=3)),
        ([30], congested("unbind_resp", 30)),
        ([], congested("submit_sm_resp", 101, body=b"7f\0")),
        ([], made("submit_sm_resp", 5, message_id="7f")),
        ([], congested("deliver_sm", 90, body=deliver_sm(b"LIST")[16:])),
    ],
)
async def test_the_congestion_state_of_any_response_is_told(telling: Told, told: list[int], frame: bytes) -> None:
    """SMPP 5.0 §4.8.4.7: 0 is idle, 100 congested, what is above is reserved."""
    heard: list[int] = []
    session, smsc = await telling(Hooks(on_congestion=heard.append))
    smsc.say(frame)
    await settled()
    assert (told, State.BOUND) == (heard, session.state)


_ALERT: dict[str, Any] = {"source_addr_ton": 1, "source_addr_npi": 6, "source_addr": "8613800000001"}


@pytest.mark.parametrize(
    ("told", "fields"),
    [
        ([("8613800000001", 1, 6)], {}),
        ([("8613800000001", 1, 6)], {"ms_availability_status": 0}),
        ([], {"ms_availability_status": 1}),
        ([], {"ms_availability_status": 2}),
    ],
)
async def test_an_alert_is_told_where_the_handset_is_there_again_and_never_answered(
    telling: Told, told: list[tuple[str, int, int]], fields: dict[str, int]
) -> None:
    alerts: list[tuple[str, int, int]] = []
    session, smsc = await telling(Hooks(on_alert=lambda *alert: alerts.append(alert)))
    smsc.heard.clear()
    smsc.say(made("alert_notification", 5, esme_addr="8888", **_ALERT, **fields))
    await settled()
    assert (told, [], State.BOUND) == (alerts, smsc.heard, session.state)


@pytest.mark.parametrize("body", [b"", b"\x01", b"\x01\x01861380", b"\x01\x01" + b"8" * 70 + b"\0\0\0\0"])
async def test_an_alert_that_cannot_be_read_is_survived_in_silence(telling: Told, body: bytes) -> None:
    alerts: list[tuple[str, int, int]] = []
    session, smsc = await telling(Hooks(on_alert=lambda *alert: alerts.append(alert)))
    smsc.heard.clear()
    smsc.say(struct.pack(">LLLL", 16 + len(body), COMMAND_IDS["alert_notification"], 0, 5) + body)
    await settled()
    assert ([], [], State.BOUND) == (alerts, smsc.heard, session.state)


async def test_every_pdu_in_and_out_is_told_whole_and_in_order(telling: Told, clock: TurnedClock) -> None:
    told: list[tuple[str, int]] = []
    session, smsc = await telling(
        Hooks(
            on_heard=lambda frame: told.append(("heard", int.from_bytes(frame[4:8], "big"))),
            on_said=lambda frame: told.append(("said", int.from_bytes(frame[4:8], "big"))),
        )
    )
    smsc.say(deliver_sm(b"LIST"), struct.pack(">LLLL", 16, 0x777, 0, 6), struct.pack(">LLLL", 17, 5, 0, 7) + b"x")
    await settled()
    session.submit({"source_addr": "8888", "destination_addr": "861"})
    smsc.say(struct.pack(">LLLL", 8, 5, 0, 8))
    assert [
        ("said", 0x00000009),
        ("heard", 0x80000009),
        ("heard", 0x00000005),
        ("heard", 0x00000777),
        ("said", 0x80000000),
        ("heard", 0x00000005),
        ("said", 0x80000005),
        ("said", 0x80000005),
        ("said", 0x00000004),
        ("said", 0x80000000),
    ] == told


async def test_a_hook_that_fails_ends_no_bind_and_loses_no_message(telling: Told) -> None:
    """Keeps promise 1: what is told of a message on the way must not cost the message."""

    def broken(*_: object) -> None:
        raise RuntimeError("disk full of 8613800000001")

    with capture_logs() as lines:
        session, smsc = await telling(Hooks(broken, broken, broken, broken))
        smsc.heard.clear()
        smsc.say(
            deliver_sm(b"LIST", 1),
            made("alert_notification", 2, esme_addr="8888", **_ALERT),
            congested("submit_sm_resp", 90, body=b"7f\0"),
        )
        await settled()
    assert ([("deliver_sm_resp", 0)], State.BOUND) == ([(p.command, p.status) for p in smsc.heard], session.state)
    assert "8613800000001" not in repr(lines)


async def _take(_: Pdu) -> int:
    return 0
