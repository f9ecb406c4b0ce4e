"""A worker ends at each step between a gift's call and its end: one gift each, one charge each, both told."""

from __future__ import annotations

import re
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
        pairs = [(GIVER.format(no), RECIPIENT.format(no)) for no in range(1, len(STEPS) + 1)]

        def all_heard(numbers: list[str], words: str) -> bool:
            house.start_what_died()
            return all(any(words in text for text in handsets.heard(number)) for number in numbers)

        for giver, recipient in pairs:
            handsets.text(giver, f"GIFT {TONE} {recipient}")
        recipients = [recipient for _, recipient in pairs]
        await until(
            lambda: all_heard(recipients, "gives you"), lambda: f"all asked: {house.unfinished()}", within_s=patience_s
        )
        for recipient in recipients:
            key = re.search(r"YES (\d{6})", " ".join(handsets.heard(recipient)))
            assert key
            handsets.text(recipient, f"YES {key[1]}")
        await until(
            lambda: all_heard(recipients, "is yours") and all_heard([giver for giver, _ in pairs], "took your gift"),
            lambda: f"all ended: {house.unfinished()}",
            within_s=patience_s,
        )
        deaths = [what for no, (what, *_) in enumerate(STEPS) if _died(house, pairs[no])]
        assert [what for what, *_ in STEPS] == deaths
        charges = sorted((row["number"], row["action"]) for row in house.core.charges())
        assert [(giver, "gift") for giver, _ in pairs] == charges
        assert sorted((recipient, TONE) for recipient in recipients) == sorted(house.core.owned())
        told = [sum("took your gift" in text for text in handsets.heard(giver)) for giver, _ in pairs]
        assert [1] * len(pairs) == told


def _died(house: House, pair: tuple[str, str]) -> bool:
    return any((house.folder / f"died-{number}").exists() for number in pair)
