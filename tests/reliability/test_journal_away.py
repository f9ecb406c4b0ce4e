"""The journal's database locked or gone: no text is acknowledged with ESME_ROK."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from smpplib import consts

from tests.house import PATIENCE_S, House, until
from tests.smpp.peers.smpp34_server import Smpp34Smsc
from workers.journal import migrate

NUMBER, TONE = "8613800000001", "600902000002"
KEEP_IT = consts.SMPP_ESME_RX_T_APPN


@pytest.fixture
async def smsc() -> AsyncIterator[Smpp34Smsc]:
    async with Smpp34Smsc() as peer:
        yield peer


@pytest.fixture
async def house(tmp_path: Path, smsc: Smpp34Smsc) -> AsyncIterator[House]:
    async with House(tmp_path, smsc.port, {"bind": {"ack_within_s": 0.5}}) as house:
        await smsc.bound()
        yield house


async def redelivered(smsc: Smpp34Smsc, number: str) -> None:
    """Bring it again, as an SMSC does, until it is taken."""
    async with asyncio.timeout(PATIENCE_S):
        while (status := await smsc.deliver(number, "8888", TONE)) != consts.SMPP_ESME_ROK:
            assert status == KEEP_IT
            await asyncio.sleep(0.2)


async def answered(smsc: Smpp34Smsc, number: str) -> None:
    while (answer := await smsc.next_submit()).destination != number:
        pass
    assert f"DEL {TONE}" in answer.text


async def test_with_the_journal_locked_the_smsc_is_told_to_keep_the_text(smsc: Smpp34Smsc, house: House) -> None:
    """With the journal's database locked, no text is acknowledged with ESME_ROK; afterwards it is done, once."""
    lock = house.hold_journal()
    try:
        statuses = await asyncio.gather(*(smsc.deliver(f"861380000000{n}", "8888", TONE) for n in range(1, 6)))
        assert statuses == [KEEP_IT] * 5
        assert await smsc.deliver(NUMBER, "8888", TONE) == KEEP_IT
        assert smsc.nothing_submitted()
    finally:
        lock.close()
    await redelivered(smsc, NUMBER)
    await answered(smsc, NUMBER)
    await until(house.finished, lambda: f"all done: {house.unfinished()}")
    orders = house.core.orders()
    assert orders[NUMBER, TONE] == 1
    assert set(orders.values()) == {1}


async def test_with_the_journals_file_removed_the_smsc_is_told_to_keep_the_text(smsc: Smpp34Smsc, house: House) -> None:
    """With the journal gone, no text is acknowledged with ESME_ROK; a new one serves without a restart."""
    await redelivered(smsc, "8613800000002")
    await answered(smsc, "8613800000002")
    for file in house.folder.glob("journal.db*"):
        if file.name in ("journal.db", "journal.db-wal", "journal.db-shm"):
            file.unlink()
    assert [await smsc.deliver(NUMBER, "8888", TONE) for _ in range(3)] == [KEEP_IT] * 3
    assert house.core.orders()[NUMBER, TONE] == 0
    migrate(house.settings.journal.url)
    await redelivered(smsc, NUMBER)
    await answered(smsc, NUMBER)
    assert house.core.orders()[NUMBER, TONE] == 1
