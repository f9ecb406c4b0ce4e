"""A paused channel takes nothing new and loses nothing; the core's pause is seen by whoever asks."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from tests.journal.kit.messages import accept, message, rows
from workers.journal import Journal, Ticket
from workers.journal.holds import ChannelPaused, Hold, Holds

WHO = {"author": "asha", "reason": "the core moves"}


def paused(journal: Journal, *names: str) -> None:
    Holds(journal.database).turn(names, on=False, author="asha", reason="the core moves")


async def test_a_paused_channel_takes_nothing_and_the_others_go_on(journal: Journal) -> None:
    """Promise 1: what isn't taken is told so, so that the SMSC keeps it; what stands beside it is committed."""
    paused(journal, "sms")
    tickets = [Ticket(message(channel=channel)) for channel in ("sms", "ussd", "sms")]
    first, second, third = await asyncio.gather(*map(journal.accept, tickets), return_exceptions=True)
    assert [ChannelPaused, ChannelPaused] == [type(first), type(third)]
    assert [("ussd", getattr(second, "transaction_id", ""))] == [
        (row["channel"], row["transaction_id"]) for row in rows(journal)
    ]


@pytest.mark.parametrize("once", [{"once": True, "channel": "ussd"}, {"long_text": 7}], ids=["a dial", "a long text"])
async def test_what_is_kept_out_can_be_brought_again_after_the_pause(journal: Journal, once: dict[str, object]) -> None:
    paused(journal, "sms", "ussd")
    given = message(**once)
    with pytest.raises(ChannelPaused):
        await accept(journal, given)
    Holds(journal.database).turn(["sms", "ussd"], on=True, author="asha", reason="")
    if given.long_text is None:
        assert [False] == [one.duplicate for one in await accept(journal, given)]
        assert 1 == len(rows(journal))


async def test_what_the_smsc_brings_again_during_a_pause_still_finds_its_first_one(journal: Journal) -> None:
    """Promise 2: refused as if it were new, it would come once more after the pause, and be a second order."""
    given = message(network_reference="r1")
    (first,) = await accept(journal, given)
    paused(journal, "sms")
    (again,) = await accept(journal, replace(given, transaction_id="f" * 24))
    assert (first.transaction_id, True) == (again.transaction_id, again.duplicate)
    assert 1 == len(rows(journal))


def test_a_pause_has_its_author_and_reason_until_it_is_over(journal: Journal) -> None:
    holds = Holds(journal.database)
    assert (False, {}) == (holds.core_is_held(), holds.read())
    holds.turn(["core"], on=False, **WHO)
    assert holds.core_is_held()
    assert {"core": Hold("core", "asha", "the core moves", journal.database.now())} == holds.read()
    holds.turn(["core"], on=True, **WHO)
    assert (False, {}) == (holds.core_is_held(), holds.read())
