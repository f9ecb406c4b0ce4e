"""Long texts through the running product: no part lost over a restart, none acted upon that is not whole."""

from __future__ import annotations

import asyncio
from itertools import islice
from pathlib import Path
from typing import get_args

import pytest
from smpplib import consts

from core_client.sandbox.catalogue import starting_catalogue
from tests.end_to_end.phones import SHORT_CODE, Phones
from tests.house import House, until
from tests.smpp.peers.smpp34_server import Smpp34Smsc
from tests.smpp.peers.smsc import PartsBy

TONES = [tone.code for tone in islice(starting_catalogue(), 3)]
TEXT = f"GET {' '.join(TONES)}".encode()
PARTS = (TEXT[:18], TEXT[18:30], TEXT[30:])
NUMBER = "8613805000001"


async def deliver(smsc: Smpp34Smsc, number: int, by: PartsBy = "udh", sender: str = NUMBER) -> None:
    """As an SMSC does: what it is told to keep, as by a busy machine's journal, it delivers again."""
    status = consts.SMPP_ESME_RX_T_APPN
    while status == consts.SMPP_ESME_RX_T_APPN:
        status = await smsc.deliver_part(sender, SHORT_CODE, PARTS[number - 1], (77, 3, number), by=by)
    assert status == consts.SMPP_ESME_ROK


def ordered(house: House, number: str = NUMBER) -> list[str]:
    return sorted(row["tone"] for row in house.core.charges() if row["number"] == number)


async def test_a_text_whose_listener_is_killed_between_its_parts_orders_once(tmp_path: Path) -> None:
    """Promises 1 and 2: an acknowledged part is safe, and the whole is one order whatever is delivered again."""
    async with Smpp34Smsc() as smsc, House(tmp_path, smsc.port) as house, Phones(smsc, house) as phones:
        await smsc.bound()
        await deliver(smsc, 3)
        house.listener.kill()
        await smsc.gone()
        house.listener.start()
        await smsc.bound()
        await deliver(smsc, 3)  # the SMSC is not sure that we had it
        await deliver(smsc, 1)
        await deliver(smsc, 2)
        await phones.heard(NUMBER, *TONES)
        await deliver(smsc, 2)
        await until(house.finished, "the journal has nothing left to do")
        assert (TONES, 1) == (ordered(house), len(house.messages()))


async def test_each_way_of_sending_parts_is_understood(tmp_path: Path) -> None:
    async with Smpp34Smsc() as smsc, House(tmp_path, smsc.port) as house, Phones(smsc, house) as phones:
        await smsc.bound()
        for way, by in enumerate(get_args(PartsBy)):
            sender = f"86138050001{way:02}"
            for part in (2, 3, 1):
                await deliver(smsc, part, by, sender)
            await phones.heard(sender, *TONES)
            assert TONES == ordered(house, sender)


async def test_half_a_text_is_no_order(tmp_path: Path) -> None:
    """Promise 3: what may have said more is not acted upon; promise 4: and its sender hears so."""
    settings = {"bind": {"parts_within_s": 5.0}}
    async with Smpp34Smsc() as smsc, House(tmp_path, smsc.port, settings) as house, Phones(smsc, house) as phones:
        await smsc.bound()
        await asyncio.gather(deliver(smsc, 1), deliver(smsc, 2))  # at once: one that came too late were another text
        await phones.heard(NUMBER, "only a part of your text", "Nothing was done or charged")
        assert [] == ordered(house)
        assert ["2 of 3"] == [row["incomplete"] for row in house.messages() if row["number"] == NUMBER]


@pytest.mark.parametrize("method", ["udh", "udh16", "sar", "payload"])
async def test_a_long_answer_arrives_by_each_method_and_each_part_has_its_receipt(tmp_path: Path, method: str) -> None:
    settings = {"bind": {"long_texts": method}}
    async with Smpp34Smsc() as smsc, House(tmp_path, smsc.port, settings) as house, Phones(smsc, house) as phones:
        await smsc.bound()
        await phones.ask(NUMBER, f"GET {' '.join(TONES)}", *TONES)
        await until(house.finished, "all is sent")
        answer = house.life(str(house.messages()[0]["id"])).answers[0]
        ids = [part["message_id"] for part in answer["parts"]] or [answer["message_id"]]
        for message_id in reversed(ids):
            receipt = f"id:{message_id} sub:001 dlvrd:001 stat:DELIVRD err:000 text:"
            assert 0 == await smsc.deliver_raw(NUMBER, SHORT_CODE, receipt.encode(), esm_class=4)
        states = house.life(str(house.messages()[0]["id"])).answers[0]
        assert "delivered" == states["state"]
        assert {"delivered"} >= {part["state"] for part in states["parts"]}
