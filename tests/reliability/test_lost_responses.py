"""One submit_sm_resp in a hundred is lost: nothing is stuck, no text goes out more than twice, no order is made twice.

Promises 2 and 4.  The SMSC takes the text, the handset shows it, and we never hear of it: a gateway that requeues such
texts without a limit sends them for ever, one that gives them up leaves subscribers without an answer.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from channels.simulator import Count
from channels.simulator.answers import Respond
from channels.simulator.joining import read_piece
from channels.simulator.session import Session
from channels.smpp import Pdu
from tests.house import Books, Handsets, House, until

TONE = "600902000004"
_LOST = "no_resp=0.01,seed=1"  # with this seed one of the first twenty is lost, and two of the first hundred
_BIND = {"response_s": 15.0}
"""For the suite's patience, yet longer than a busy machine lets anybody stand: a late response counts as lost."""

_Part = tuple[str, int, bytes]
"""Destination, which part, and the octets of its text."""


def parts_sent(handsets: Handsets) -> Counter[_Part]:
    """How often the SMSC is sent each part of each answer from now on, its response withheld or not."""
    sent: Counter[_Part] = Counter()
    submit = handsets.smsc.submit

    def counting(session: Session, pdu: Pdu, respond: Respond) -> None:
        piece = read_piece(pdu)
        sent[pdu.text("destination_addr"), piece.number, piece.octets] += 1
        submit(session, pdu, respond)

    handsets.smsc.submit = counting  # type: ignore[method-assign]
    return sent


@pytest.mark.timeout(3600)
@pytest.mark.parametrize(
    ("parts", "alphabets"), [(1, ["gsm", "ucs2"]), (2, ["ucs2"])], ids=["texts of one part", "texts of two parts"]
)
async def test_a_lost_response_in_a_hundred_sticks_no_text_sends_none_thrice_and_makes_no_order_twice(
    tmp_path: Path, few: int, patience_s: float, parts: int, alphabets: list[str]
) -> None:
    async with (
        Handsets(faults=_LOST) as handsets,
        House(tmp_path, handsets.port, {"bind": {**_BIND, "alphabets": alphabets}}) as house,
    ):
        sent = parts_sent(handsets)
        await until(handsets.bound, "the listener is bound")
        for n in range(6 * few):
            handsets.text(f"86138{n:08d}", TONE)
        await until(handsets.all_acknowledged, "all texts acknowledged", within_s=patience_s)
        await until(house.finished, lambda: f"none stuck: {house.unfinished()}", within_s=patience_s)
        assert {"done"} == {row["state"] for row in house.messages()}
        assert Books.of_orders(handsets, house).faults() == {}
        assert {parts} == {max(n for to, n, _ in sent if to == number) for number, _ in handsets.sent}
        assert {1, 2} == set(sent.values()), "some twice, since responses were lost, and none a third time"
        assert 0 < sum(sent.values()) - len(sent) <= handsets.count(Count.ANSWERS_UNANSWERED), "none without a loss"
