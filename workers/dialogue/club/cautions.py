"""What can be said against a club that works all the same: the core sells it otherwise, a level brings nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from workers.dialogue.club.levels import Club
from workers.dialogue.sources import Finding


def cautions(club: Club, file: Path, boxes: Mapping[str, tuple[int, int]] | None = None) -> Iterator[Finding]:
    """Every caution, in the order of lines.

    `boxes` has price (minor units) and period (days) of each box that the core sells, by code; None where it can't be
    asked.
    """
    for level in club.levels:
        if not (level.free or level.then) and not any(one.is_for(level.id) for one in club.lists):
            what = f"'{level.id}' brings its members nothing"
            yield Finding(file, level.line, what, "give it `tones`, or a list that is its own")
        if boxes is None:
            continue
        if level.code not in boxes:
            what = f"'{level.id}' is the box {level.code}, which the core does not sell"
            yield Finding(file, level.line, what, "see its code: joining would be refused")
        elif boxes[level.code] != (level.price, level.validity_days):
            price, days = boxes[level.code]
            what = (
                f"'{level.id}' costs {price} for {days} days at the core, {level.price} for {level.validity_days} here"
            )
            yield Finding(file, level.line, what, "write the core's: that is what is told and charged")
