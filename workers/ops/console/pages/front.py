"""The front page: in one look whether all is well."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from workers.ops.bind_states import State, in_words
from workers.ops.console import charts
from workers.ops.console.asking import Asked, Page, Shown
from workers.ops.console.pulse import DAY_S, HOUR_S, Span
from workers.ops.console.surroundings import Surroundings
from workers.ops.verdict import concerns

_MINUTE_S, _QUARTER_S = 60, 900
_FIRST_LOOK_S = 5.0


async def front(around: Surroundings, _asked: Asked) -> Shown:
    """Verdict, binds, core, queues, rates and charts, as they were at the last look."""
    try:
        async with asyncio.timeout(_FIRST_LOOK_S):
            await around.watch.looked.wait()
    except TimeoutError:
        pass  # the page says that nobody has looked yet
    look, pulse = around.watch.latest, around.watch.pulse
    hour, day = pulse.spans(_MINUTE_S, HOUR_S), pulse.spans(_QUARTER_S, DAY_S)
    found = concerns(look, around.database.now())
    return Shown(
        "front.html",
        {
            "look": look,
            "urgent": [concern for concern in found if concern.urgent],
            "waiting": [concern for concern in found if not concern.urgent],
            "per_minute": pulse.per_minute(),
            "now": _lately(hour),
            "binds": [_bind(state) for state in look.binds or ()],
            "lines": look.lines,
            "charts": [
                _received("The last hour", "one minute", hour, 10),
                _waits("The last hour", hour, 10),
                _received("The last day", "a quarter of an hour", day, 16),
                _waits("The last day", day, 16),
            ],
        },
    )


def _lately(hour: Sequence[Span]) -> Span:
    """The newest minute in which somebody was answered, else the newest."""
    return next((span for span in reversed(hour) if span.median_s is not None), hour[-1])


def _bind(state: State) -> dict[str, Any]:
    return {
        "name": state["name"],
        "host": state["host"],
        "well": state["status"] == "bound",
        "off": state["status"] == "switched off",
        "words": in_words(state),
        "window": f"{state.get('window_used', '–')}/{state['window']}",
        "received": state.get("received"),
        "sent": state.get("sent"),
        "error": state.get("settings_error") or state.get("last_error") or "",
    }


def _received(title: str, one: str, spans: Sequence[Span], every: int) -> dict[str, Any]:
    total, most = sum(span.received for span in spans), max(span.received for span in spans)
    said = f"{title}: {total:,} messages" + (f", at most {most:,} in {one}" if total else "")
    parts = {
        "received": [float(span.received) for span in spans],
        "refused": [float(span.refused) for span in spans],
        "unknown or dead": [float(span.parked) for span in spans],
    }
    chart = charts.lines(said, [span.begins_at for span in spans], parts, every=every)
    return {"title": title, "what": "Messages", "said": said, "chart": chart, "legend": [*parts]}


def _waits(title: str, spans: Sequence[Span], every: int) -> dict[str, Any]:
    worst = max((span.p95_s for span in spans if span.p95_s is not None), default=None)
    said = f"{title}" + (f", p95 at most {worst:.2f} seconds" if worst is not None else "")
    parts = {"median": [span.median_s for span in spans], "p95": [span.p95_s for span in spans]}
    begins = [span.begins_at for span in spans]
    chart = charts.lines(said, begins, parts, every=every, formatter=lambda value: f"{value:g} s")
    return {"title": title, "what": "Text in to answer out", "said": said, "chart": chart, "legend": [*parts]}


PAGES = (Page("/", front, name="Front"),)
