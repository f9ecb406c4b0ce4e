"""A worker ends at each step between a gift's call and its end: one gift each, one charge each, both told."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path

from tests.house import Handsets, House, until
from tests.reliability.programs.dies_with_a_gift import GIVER, RECIPIENT, STEPS

_DIES = Path(__file__).parent / "programs" / "dies_with_a_gift.py"
TONE = "600902000009"


async def test_a_death_at_any_step_gives_no_tone_twice_and_leaves_no_gift_without_an_end(
    tmp_path: Path, patience_s: float
) -> None:
    """kill9_at_each_line, promises 2, 3 and 4."""
    async with (
        Handsets() as handsets,
        House(
            tmp_path,
            handsets.port,
            {"worker": {"attempts": 20}},
            {"worker": _DIES, "interactive": _DIES},
        ) as house,
    ):
        await until(handsets.bound, "the listener is bound")
        dying = {whose.format(no): what for no, (what, _, _, whose, _) in enumerate(STEPS, start=1)}
        pairs = [(GIVER.format(no), RECIPIENT.format(no)) for no in range(1, len(STEPS) + 1)]

        def all_heard(numbers: list[str], words: str) -> bool:
            house.start_what_died()
            return all(handsets.told(number, words) for number in numbers)

        def dead(number: str) -> bool:
            house.start_what_died()
            return (house.folder / f"died-{number}").exists()

        async def text(number: str, words: str) -> None:
            """A worker that dies with another's message may have done this one's step, and never come to its death."""
            handsets.text(number, words)
            if what := dying.get(number):
                await until(partial(dead, number), f"dead once {what}", within_s=patience_s)

        for giver, recipient in pairs:
            await text(giver, f"GIFT {TONE} {recipient}")
        recipients = [recipient for _, recipient in pairs]
        await until(
            lambda: all_heard(recipients, "gives you"), lambda: f"all asked: {house.unfinished()}", within_s=patience_s
        )
        for recipient in recipients:
            key = re.search(r"YES (\d{6})", " ".join(handsets.heard(recipient)))
            assert key
            await text(recipient, f"YES {key[1]}")
        await until(
            lambda: all_heard(recipients, "is yours") and all_heard([giver for giver, _ in pairs], "took your gift"),
            lambda: f"all ended: {house.unfinished()}",
            within_s=patience_s,
        )
        charges = sorted((row["number"], row["action"]) for row in house.core.charges())
        assert [(giver, "gift") for giver, _ in pairs] == charges
        assert sorted((recipient, TONE) for recipient in recipients) == sorted(house.core.owned())
        told = [sum("took your gift" in text for text in handsets.heard(giver)) for giver, _ in pairs]
        assert [1] * len(pairs) == told
