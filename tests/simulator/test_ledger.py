"""The sums that always hold, and that a test elsewhere may lean on."""

from __future__ import annotations

import asyncio

from tests.simulator import wire
from tests.simulator.conftest import Start
from tests.simulator.wire import Esme, connect, until

FAULTS = "throttle=0.1,queue_full=0.1,no_resp=0.2,deliver_twice=0.3,undelivered=0.1,malformed=0.1,disconnect=60,seed=11"


async def carry(esme: Esme) -> None:
    """Bind, answer each text with an answer, sometimes refuse one; until the link is cut."""
    await esme.bind()
    count = 0
    while True:
        seen = await esme.read_command(wire.DELIVER_SM)
        if seen.sequence >= 0x7000_0000:
            continue
        count += 1
        status = {0: wire.RX_T_APPN, 1: wire.RX_P_APPN}.get(count % 7, wire.ROK)
        esme.acknowledge(seen, status)
        esme.send(
            wire.SUBMIT_SM, wire.submit_body(b"answer", destination_addr="" if count % 9 == 0 else "8613800000001")
        )


async def test_the_sums_hold_under_every_fault_at_once(start: Start) -> None:
    sim = await start(FAULTS)
    for count in range(300):
        sim.smsc.text(f"86138000000{count % 40:02d}", "5000", f"text {count}")

    async def reconnect_for_ever() -> None:
        while True:
            async with connect(sim.address) as esme:
                try:
                    await carry(esme)
                except (asyncio.IncompleteReadError, ConnectionError):
                    continue

    carrying = asyncio.create_task(reconnect_for_ever())
    await until(lambda: sim.smsc.waiting == 0)
    carrying.cancel()
    ledger = sim.smsc.ledger_now()
    texts, answers, deliveries = ledger["texts"], ledger["answers"], ledger["deliveries"]
    assert texts["taken"] == 300 == texts["waiting"] + texts["accepted"] + texts["rejected"]
    assert answers["submits"] == sum(answers[name] for name in ("accepted", "throttled", "queue_full", "invalid"))
    assert answers["accepted"] == answers["shown"] + answers["undelivered"]
    assert deliveries["attempts"] == 300 + deliveries["repeated"]
    assert all(answers[name] for name in ("throttled", "queue_full", "invalid", "unanswered", "undelivered"))
    assert all((deliveries["refused"], deliveries["cut"], texts["rejected"], ledger["faults"]["disconnect"]))
