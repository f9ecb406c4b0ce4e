"""query_sm, cancel_sm and replace_sm, asked by npm's smpp: answered by what really became of the message."""

from __future__ import annotations

import pytest

from tests.simulator import wire
from tests.simulator.conftest import Running, Start
from tests.simulator.wire import connect, until
from tests.smpp.peers.npm_esme import NpmEsme

pytestmark = pytest.mark.node

ENROUTE, DELIVERED, EXPIRED, DELETED, UNDELIVERABLE = 1, 2, 3, 4, 5
RINVMSGID, RCANCELFAIL, RREPLACEFAIL, RQUERYFAIL = 0x0C, 0x11, 0x13, 0x67
NUMBER = "8613800000001"


async def submitted(esme: NpmEsme, text: str = "hello", **fields: object) -> str:
    """Submit a text; its message id."""
    asked = {"source_addr": "5000", "destination_addr": NUMBER, "short_message": text, **fields}
    answer = await esme.ask("submit_sm", **asked)
    assert answer["command_status"] == 0
    return str(answer["message_id"])


def shown(sim: Running) -> list[str]:
    """The answers on the handset."""
    return [bubble.text for bubble in sim.smsc.bubbles.all()]


@pytest.mark.parametrize(
    ("state", "faults", "fields"),
    [
        (DELIVERED, "", {}),
        (UNDELIVERABLE, "undelivered=1", {}),
        (ENROUTE, "delay=60", {}),
        (ENROUTE, "", {"schedule_delivery_time": "000000010000000R"}),
        (ENROUTE, "delay=60", {"validity_period": "000000010000000R"}),
    ],
)
async def test_a_query_tells_what_became_of_a_message(
    start: Start, state: int, faults: str, fields: dict[str, str]
) -> None:
    sim = await start(faults)
    async with NpmEsme(sim.address[1]) as esme:
        await esme.bind()
        message_id = await submitted(esme, **fields)
        answer = await esme.ask("query_sm", message_id=message_id, source_addr="5000")
        assert (answer["command_status"], answer["message_id"], answer["message_state"]) == (0, message_id, state)
        assert bool(answer["final_date"]) == (state != ENROUTE)
        assert answer["error_code"] == (state == UNDELIVERABLE)
    assert sim.counts("operations")["query_sm"] == 1


async def test_a_message_whose_validity_is_over_before_it_is_due_expires_with_a_receipt(start: Start) -> None:
    sim = await start("delay=60")
    async with NpmEsme(sim.address[1]) as esme:
        await esme.bind()
        message_id = await submitted(esme, registered_delivery=1, validity_period="000000000001000R")
        receipt = await esme.next("deliver_sm")
        assert "stat:EXPIRED" in receipt["short_message"]
        assert (await esme.ask("query_sm", message_id=message_id, source_addr="5000"))["message_state"] == EXPIRED
    assert (shown(sim), sim.counts("answers")["expired"]) == ([], 1)


@pytest.mark.parametrize(("status", "field"), [(0x62, "validity_period"), (0x61, "schedule_delivery_time")])
async def test_a_time_that_cannot_be_read_is_refused(start: Start, status: int, field: str) -> None:
    sim = await start()
    async with connect(sim.address) as esme:
        await esme.bind()
        assert (await esme.submit(**{field: "tomorrow"})).status == status
    assert sim.counts("answers")["invalid"] == 1


async def test_a_cancelled_message_never_arrives_and_its_receipt_says_deleted(start: Start) -> None:
    sim = await start("delay=60")
    async with NpmEsme(sim.address[1]) as esme:
        await esme.bind()
        message_id = await submitted(esme, registered_delivery=1)
        named = {"message_id": message_id, "source_addr": "5000", "destination_addr": NUMBER}
        assert (await esme.ask("cancel_sm", **named))["command_status"] == 0
        assert "stat:DELETED" in (await esme.next("deliver_sm"))["short_message"]
        assert (await esme.ask("query_sm", message_id=message_id, source_addr="5000"))["message_state"] == DELETED
        assert (await esme.ask("cancel_sm", **named))["command_status"] == RCANCELFAIL
    assert (shown(sim), sim.counts("answers")["cancelled"]) == ([], 1)


async def test_a_cancel_without_id_takes_back_all_of_that_way(start: Start) -> None:
    sim = await start("delay=60")
    async with NpmEsme(sim.address[1]) as esme:
        await esme.bind()
        for destination in (NUMBER, NUMBER, "8613800000002"):
            await submitted(esme, destination_addr=destination)
        answer = await esme.ask("cancel_sm", source_addr="5000", destination_addr=NUMBER)
        assert (answer["command_status"], sim.counts("answers")["cancelled"]) == (0, 2)


async def test_a_replaced_message_arrives_with_the_new_words(start: Start) -> None:
    sim = await start("delay=0.5")
    async with NpmEsme(sim.address[1]) as esme:
        await esme.bind()
        message_id = await submitted(esme, "old words")
        fields = {"message_id": message_id, "source_addr": "5000"}
        assert (await esme.ask("replace_sm", short_message_hex=b"new words".hex(), **fields))["command_status"] == 0
        await until(lambda: shown(sim) == ["new words"])
        late = await esme.ask("replace_sm", short_message_hex=b"newer".hex(), **fields)
        assert (late["command_status"], shown(sim)) == (RREPLACEFAIL, ["new words"])


@pytest.mark.parametrize(
    ("status", "command", "changed"),
    [
        (RINVMSGID, "query_sm", {"message_id": "nobodys"}),
        (RINVMSGID, "cancel_sm", {"message_id": "nobodys"}),
        (RINVMSGID, "replace_sm", {"message_id": "nobodys"}),
        (RQUERYFAIL, "query_sm", {"source_addr": "6000"}),
        (RCANCELFAIL, "cancel_sm", {"source_addr": "6000"}),
        (RREPLACEFAIL, "replace_sm", {"source_addr": "6000"}),
    ],
)
async def test_an_operation_on_no_message_of_ones_own_fails(
    start: Start, status: int, command: str, changed: dict[str, str]
) -> None:
    sim = await start("delay=60")
    async with NpmEsme(sim.address[1]) as esme:
        await esme.bind()
        named = {"message_id": await submitted(esme), "source_addr": "5000", **changed}
        assert (await esme.ask(command, **named))["command_status"] == status


async def test_another_account_is_told_nothing(start: Start) -> None:
    sim = await start()
    async with NpmEsme(sim.address[1]) as esme, NpmEsme(sim.address[1]) as stranger:
        await esme.bind()
        await stranger.bind(system_id="stranger")
        message_id = await submitted(esme)
        answer = await stranger.ask("query_sm", message_id=message_id, source_addr="5000")
        assert answer["command_status"] == RINVMSGID


async def test_a_receiver_may_not_ask(start: Start) -> None:
    sim = await start()
    async with NpmEsme(sim.address[1]) as esme:
        await esme.bind("receiver")
        answer = await esme.ask("query_sm", message_id="1", source_addr="5000")
        assert answer["command_status"] == wire.RINVBNDSTS
