"""What is not usual about a message's stay, for its history: an event's name and its detail as JSON.

No detail holds a number or a text.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from workers.dialogue import Action, Result, Verdict

Events = tuple[tuple[str, str], ...]


def event(name: str, **detail: object) -> Events:
    """Return one event, to be added to others."""
    return ((name, json.dumps(detail) if detail else ""),)


def surprises(results: Sequence[Result]) -> Events:
    """Note where the core charged another amount than the price it was told."""
    return tuple(
        ("charged_otherwise", json.dumps({"price": result.tone.price, "charged": result.charged}))
        for result in results
        if result.action is Action.ORDER
        and result.verdict is Verdict.DONE
        and result.tone
        and result.charged not in (None, result.tone.price)
    )
