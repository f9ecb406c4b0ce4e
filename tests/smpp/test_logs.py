"""Nothing of a subscriber and no secret is in a log."""

from __future__ import annotations

import asyncio
import logging

import pytest
from smpplib import consts
from structlog.testing import capture_logs

from channels.smpp.clock import SystemClock
from tests.smpp.conftest import Bound
from tests.smpp.kit.in_and_out import way_in, way_out
from tests.smpp.kit.memory import MemoryPostbox, MemoryReception, Row
from tests.smpp.kit.near_smsc import deliver_sm, made
from tests.smpp.kit.turned_clock import TurnedClock, settled

_SECRETS = ("8613800000001", "GET 600902000001", "secret", "You have")


async def test_no_number_text_or_password_is_logged_whatever_goes_wrong(
    bound: Bound, clock: TurnedClock, caplog: pytest.LogCaptureFixture
) -> None:
    """Guards smpplib: its DEBUG log holds whole PDUs, passwords included."""
    reception = MemoryReception(broken=RuntimeError("INSERT … '8613800000001', 'GET 600902000001'"))
    postbox = MemoryPostbox(Row(1, "You have it."), Row(2, "You have it.", destination="8613800000001" * 2))
    inbound = way_in(reception, postbox, SystemClock(), short_codes=["8888"])
    with capture_logs() as lines, caplog.at_level(logging.DEBUG):
        session, smsc = await bound(inbound.take)
        smsc.answer_submits = lambda pdu: made("submit_sm_resp", pdu.sequence, consts.SMPP_ESME_RINVDSTADR)
        outbound = way_out(postbox, clock)
        text = deliver_sm(b"GET 600902000001")
        smsc.say(text, deliver_sm(b"GET 600902000001", destination_addr="9999"), deliver_sm(b"hi", source="BANK"))
        smsc.say((len(text) - 4).to_bytes(4, "big") + text[4:-4], made("submit_sm_resp", 99, message_id="x"))
        await settled()
        sending = asyncio.create_task(outbound.run(session))
        await clock.turn(1)
        session.close("over")
        await clock.turn(2)
        await sending
    said = repr(lines) + caplog.text
    assert len(lines) >= 5
    assert not [secret for secret in _SECRETS if secret in said]
