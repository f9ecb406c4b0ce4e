"""A process ends at each named step of accept, claim, order, outbox and send."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from tests.house import Books, Handsets, House, until
from tests.reliability.programs.dies_at_each_step import NUMBER, STEPS

_DIES = Path(__file__).parent / "programs" / "dies_at_each_step.py"
TONE = "600902000009"


@pytest.mark.parametrize("references", [True, False], ids=["with references", "without references"])
async def test_a_death_at_any_step_loses_no_text_and_doubles_no_order(
    tmp_path: Path, patience_s: float, references: bool
) -> None:
    """kill9_at_each_line: 0 lost, 0 double at every step, whether or not a redelivery can be known by its reference;
    only what was in the SMSC's hands already may be answered twice.
    """
    async with (
        Handsets(references=references) as handsets,
        House(
            tmp_path,
            handsets.port,
            {"worker": {"attempts": 20}, "sandbox": {"faults": "forget_transactions"}},
            {"worker": _DIES, "listener": _DIES},
        ) as house,
    ):
        await until(handsets.bound, "the listener is bound")
        numbers = [NUMBER.format(no) for no in range(1, len(STEPS) + 1)]

        def done(number: str) -> bool:
            house.start_what_died()
            return _died(house, number) and handsets.all_acknowledged() and house.finished()

        def left(what: str) -> str:
            return f"dead once {what}, and all done: {house.unfinished()}"

        for number, (what, *_) in zip(numbers, STEPS, strict=True):
            # One after the other: a process that dies with another's text may have done the step already and not have
            # come to its own death, and what it was sending is sent again.  A text may also be done before its death.
            handsets.text(number, TONE)
            await until(partial(done, number), partial(left, what), within_s=patience_s)
        assert Books.of_orders(handsets, house).faults() == {}
        assert {row["state"] for row in house.messages()} == {"done"}
        assert dict.fromkeys(numbers, 1) | {numbers[-1]: 2} == {
            number: len(handsets.heard(number)) for number in numbers
        }


def _died(house: House, number: str) -> bool:
    return (house.folder / f"died-{number}").exists()
