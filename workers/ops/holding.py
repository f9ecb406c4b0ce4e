"""`pause` and `resume`: a channel, a bind, or all calls to the core; without a name, what is paused."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from workers.journal.holds import CORE, NAMES, Holds
from workers.ops import binds
from workers.ops.look import opened
from workers.ops.shown import as_json, as_table, moment
from workers.settings import Settings

_FOLLOWS = {
    True: {
        CORE: "workers call the core again within a second; what waited comes first",
        "sms": "texts are taken again: the SMSCs bring what they have kept",
        "ussd": "what is confirmed on a screen is taken again",
    },
    False: {
        CORE: "no call is made from within a second on; messages are taken and wait, no attempt is used up",
        "sms": "no new text is taken: the SMSCs are told to keep them; answers go out as before",
        "ussd": "nothing that is confirmed on a screen is taken, and the screen says so",
    },
}
"""What comes of going on, and of a pause."""


def show(settings: Settings, *, json: bool) -> None:
    """Show what is paused; binds are listed by `binds list`."""
    with opened(settings) as database:
        held = Holds(database).read()
    if json:
        return as_json([dataclasses.asdict(hold) for hold in held.values()])
    rows = [(hold.name, moment(hold.at), hold.author, hold.reason) for hold in held.values()]
    return as_table(("paused", "since", "by", "why"), rows, "nothing is paused; `tonegate binds list` shows the binds")


def turn(
    settings: Settings, names: Sequence[str], *, on: bool, author: str, reason: str, wait_s: float, json: bool
) -> bool:
    """Pause these, or go on; False where a bind isn't so in time.  Raises `binds.NoSuchBind`."""
    ours = [name for name in dict.fromkeys(names) if name in NAMES]
    others = [name for name in dict.fromkeys(names) if name not in NAMES]
    if others and not ours:
        return binds.turn(settings, others, on=on, author=author, reason=reason, wait_s=wait_s, json=json)
    if others:
        raise binds.NoSuchBind(f"{', '.join(others)}: binds are paused by a command of their own")
    with opened(settings) as database:
        Holds(database).turn(ours, on=on, author=author, reason=reason)
    if json:
        as_json({"wanted": "on" if on else "off", "held": [{"name": name, "paused": not on} for name in ours]})
    else:
        as_table(("", ""), [(name, _FOLLOWS[on][name]) for name in ours], "")
    return True
