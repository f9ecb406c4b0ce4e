"""Operations pause the core or a channel: nothing is lost, nothing is called, and afterwards all is done once."""

from __future__ import annotations

from channels.simulator import Count
from tests.house import Handsets, House, until

TONE, NUMBER = "600902000009", "8613800000001"
CHILDREN = 2  # of a house's worker


def seen_by_both(house: House) -> bool:
    return house.worker.log.read_text().count("core_paused") >= CHILDREN


async def test_while_the_core_is_paused_messages_wait_and_use_up_no_attempt(handsets: Handsets, house: House) -> None:
    """Promise 1 and 4: taken and kept, answered where no call is needed, done once the core may be called again."""
    assert (await house.tonegate("pause", "core", "--reason", "a test"))[0] == 0
    _, held = await house.tonegate("pause")
    assert [("core", "a test")] == [(one["name"], one["reason"]) for one in held]
    handsets.text("8613800000002", "HELP")
    await until(lambda: bool(handsets.heard("8613800000002")), "who asks for help hears it")
    # They look twice a second; an order that one has had before it looked is not what is tested.
    await until(lambda: seen_by_both(house), "both children have seen it")
    handsets.text(NUMBER, TONE)

    def waits() -> bool:
        return ("waiting", "core_paused", 0) in {
            (row["state"], row["outcome"], row["attempts"]) for row in house.messages()
        }

    await until(waits, lambda: f"the order waits: {house.messages()}")
    assert 0 == house.core.orders()[NUMBER, TONE]
    assert (await house.tonegate("resume", "core"))[0] == 0
    await until(lambda: bool(handsets.heard(NUMBER)), "the order is answered")
    await until(house.finished, lambda: f"all done: {house.unfinished()}")
    assert 1 == house.core.orders()[NUMBER, TONE]
    assert (0, []) == await house.tonegate("pause")


async def test_what_comes_by_a_paused_channel_is_kept_by_the_smsc(handsets: Handsets, house: House) -> None:
    """Promise 1: no ESME_ROK without a row; the SMSC keeps the text and brings it again."""
    assert (await house.tonegate("pause", "sms"))[0] == 0
    handsets.text(NUMBER, TONE)
    await until(lambda: handsets.count(Count.DELIVERIES_REFUSED) > 0, "the SMSC is told to keep it")
    assert (0, []) == (handsets.count(Count.TEXTS_ACCEPTED), house.messages())
    assert (await house.tonegate("resume", "sms"))[0] == 0
    await until(handsets.all_acknowledged, "it is taken")
    await until(lambda: bool(handsets.heard(NUMBER)), "it is answered")
    assert 1 == house.core.orders()[NUMBER, TONE]


async def test_a_waiting_message_that_operations_give_up_is_answered(handsets: Handsets, house: House) -> None:
    """Promise 4: its subscriber hears that it won't be done and that nothing was charged; and nothing is, later."""
    await house.tonegate("pause", "core")
    await until(lambda: seen_by_both(house), "both children have seen it")
    handsets.text(NUMBER, TONE)
    await until(lambda: [row["state"] for row in house.messages()] == ["waiting"], "the order waits")
    code, told = await house.tonegate("bury", str(house.messages()[0]["id"]), "--reason", "a test")
    assert (0, ["given up, and told so"]) == (code, [one["why"] for one in told["messages"]])
    await until(lambda: handsets.told(NUMBER, "Nothing was charged"), "its subscriber is told")
    await house.tonegate("resume", "core")
    await until(house.finished, lambda: f"all done: {house.unfinished()}")
    assert (0, "buried") == (house.core.orders()[NUMBER, TONE], house.messages()[0]["outcome"])
