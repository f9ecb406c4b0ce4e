"""From values to HTML: Jinja2 with everything escaped, and the few ways to write a value down."""

from __future__ import annotations

import time
from pathlib import Path

import jinja2
from markupsafe import Markup

from workers.ops.shown import age, in_words

TEMPLATES = Path(__file__).parent / "templates"


def environment() -> jinja2.Environment:
    """The templates, with `|moment`, `|clock`, `|age`, `|count`, `|seconds`, `|plain` and `|ticked`."""
    shelf = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    shelf.filters |= {
        "moment": _moment,
        "clock": _clock,
        "age": _age,
        "count": _count,
        "seconds": _seconds,
        "plain": in_words,
        "ticked": _ticked,
    }
    return shelf


def _ticked(text: str) -> Markup:
    """What stands in backticks as code."""
    parts = text.split("`")
    return Markup("").join(Markup("<code>{}</code>").format(part) if at % 2 else part for at, part in enumerate(parts))


def _moment(at: float | None) -> str | Markup:
    """Seconds since the epoch as local time, for people and for programs."""
    if at is None:
        return ""
    local = time.localtime(at)
    exact, shown = time.strftime("%Y-%m-%dT%H:%M:%S%z", local), time.strftime("%Y-%m-%d %H:%M:%S", local)
    return Markup('<time datetime="{}">{}</time>').format(exact, shown)


def _clock(at: float) -> Markup:
    """As `moment`, with milliseconds: what follows within a second stands in its order."""
    local = time.localtime(at)
    shown = f"{time.strftime('%Y-%m-%d %H:%M:%S', local)}.{int(at % 1 * 1000):03}"
    return Markup('<time datetime="{}">{}</time>').format(time.strftime("%Y-%m-%dT%H:%M:%S%z", local), shown)


def _age(seconds: float | None) -> str:
    return "" if seconds is None else age(seconds)


def _count(number: int | None) -> str:
    return "" if number is None else f"{number:,}"


def zone() -> str:
    """The zone that times are shown in, as it is now: `UTC+08:00 (CST)`."""
    at = time.strftime("%z")
    name = time.strftime("%Z")
    return f"UTC{at[:3]}:{at[3:]}" + (f" ({name})" if name.isalpha() and name != "UTC" else "")


def _seconds(value: float | None) -> str:
    """0.138 → `138 ms`, 2.6 → `2.6 s`."""
    if value is None:
        return "–"
    return f"{value * 1000:.0f} ms" if value < 1 else f"{value:.1f} s"
