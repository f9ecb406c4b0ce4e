"""Line charts of hours, days and months: from values to points, drawn by the template `chart.svg`.  Pure.

No library fits a page without inline style and script: pygal brings both into each picture, and puts an import hook
into the interpreter that breaks other programs' imports; the rest draw in the browser, or weigh more than all of ours.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 720, 190
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 8, 8, 22
_GUIDES = 4
_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True, slots=True)
class Guide:
    """A line across at a value, or below at a time."""

    at: float
    """In the picture's units, from above or from the left."""
    label: str


@dataclass(frozen=True, slots=True)
class Series:
    """One line: of as many pieces as it has gaps, and dots for values that stand alone."""

    name: str
    pieces: tuple[str, ...]
    """Points as SVG's polyline has them."""
    dots: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """All that the template draws."""

    title: str
    """Read to whoever can't see it."""
    values: tuple[Guide, ...]
    times: tuple[Guide, ...]
    series: tuple[Series, ...]


def lines(
    title: str,
    begins: Sequence[int],
    series: Mapping[str, Sequence[float | None]],
    *,
    every: int,
    formatter: Callable[[float], str] = lambda value: f"{value:,g}",
    label: Callable[[int], str] = lambda at: time.strftime("%H:%M", time.localtime(at)),
) -> Chart:
    """A line for each series over the same times, of which each `every`th is written by its `label`.

    Times are in any unit that it knows; by default seconds since the epoch.
    """
    known = [value for values in series.values() for value in values if value is not None]
    step = _step(max(known, default=0.0))
    top = step * _GUIDES
    xs = [_x(at, len(begins)) for at in range(len(begins))]
    return Chart(
        title,
        tuple(Guide(_y(step * at, top), formatter(step * at)) for at in range(_GUIDES + 1)),
        tuple(
            Guide(xs[at], label(begins[at]))
            for at in range(len(begins) - 1, -1, -1)
            if (len(begins) - 1 - at) % every == 0
        ),
        tuple(_series(name, xs, [None if one is None else _y(one, top) for one in ys]) for name, ys in series.items()),
    )


def _series(name: str, xs: Sequence[float], ys: Sequence[float | None]) -> Series:
    pieces: list[list[tuple[float, float]]] = [[]]
    for x, y in zip(xs, ys, strict=True):
        if y is None:
            pieces.append([])
        else:
            pieces[-1].append((x, y))
    return Series(
        name,
        tuple(" ".join(f"{x:.1f},{y:.1f}" for x, y in piece) for piece in pieces if len(piece) > 1),
        tuple(piece[0] for piece in pieces if len(piece) == 1),
    )


def _step(most: float) -> float:
    """A round number of which four reach the greatest value."""
    wanted = most / _GUIDES
    if wanted <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(wanted))
    return next(step * power for step in _STEPS if step * power >= wanted * 0.999_999)


def _x(at: int, count: int) -> float:
    return _LEFT + (WIDTH - _LEFT - _RIGHT) * at / max(count - 1, 1)


def _y(value: float, top: float) -> float:
    return HEIGHT - _BOTTOM - (HEIGHT - _TOP - _BOTTOM) * value / top
