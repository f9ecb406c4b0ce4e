"""A figure's growth over the year before, as a sign and words: nobody has to tell colours apart.  Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from workers.ops.statistics import Figure


@dataclass(frozen=True, slots=True)
class Growth:
    """How a figure stands beside that of a year before."""

    sign: str
    words: str


def growth(figure: Figure, written: Callable[[float], str]) -> Growth:
    """`▲ 12.5 % more`; where there is no percentage, what there was, as `written`, or why it isn't known."""
    percent = figure.growth
    if figure.before is None:
        return Growth("", "not known a year before")
    if figure.now == figure.before:
        return Growth("=", "as a year before")
    if percent is None:
        sign = "▲" if figure.now > figure.before else "▼"
        return Growth(sign, f"{written(figure.before)} a year before" if figure.before else "none a year before")
    sign, word = ("▲", "more") if percent > 0 else ("▼", "less")
    return Growth(sign, f"{_percent(abs(percent))} {word}")


def _percent(value: float) -> str:
    return f"{value:,.0f} %" if value >= 100 else f"{value:.1f} %" if value >= 0.05 else "under 0.1 %"
