"""The binds with SMSCs, stopped and started; a channel, or all calls to the core, paused and gone on with."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from workers.journal.holds import NAMES, Holds
from workers.journal.switches import Switch, Switches
from workers.ops.bind_states import UNSEEN, UNTOLD, State, in_words
from workers.ops.console.asking import Asked, CannotDoError, Moved, Page, Shown
from workers.ops.console.surroundings import Surroundings
from workers.ops.users import Role
from workers.settings import BindSettings

_PAUSES = {
    "core": {"what": "All calls to the core", "about": "messages are taken and wait; no attempt is used up"},
    "sms": {"what": "Texts", "about": "none is taken: the SMSCs are told to keep them; answers go out as before"},
    "ussd": {"what": "USSD", "about": "nothing that is confirmed on a screen is taken, and the screen says so"},
}
"""What can be paused, and what comes of it."""


async def binds(around: Surroundings, _asked: Asked) -> Shown:
    """A row for each bind on each host, and for those that no listener tells of."""
    switches = await asyncio.to_thread(Switches(around.database).read)
    seen = around.watch.latest.binds
    told, words = seen or (), UNTOLD if seen is not None else UNSEEN
    known = {str(state["name"]) for state in told}
    rows = [_told(state, switches) for state in told]
    rows += [_silent(bind, switches, words) for bind in around.settings.smpp.binds if bind.name not in known]
    held = await asyncio.to_thread(Holds(around.database).read)
    pauses = [{"name": name, "hold": held.get(name), **_PAUSES[name]} for name in NAMES]
    return Shown("binds.html", {"binds": sorted(rows, key=lambda row: (row["name"], row["host"])), "pauses": pauses})


async def turn(around: Surroundings, asked: Asked) -> Moved:
    """Want a bind on or off: its listeners come up to it by themselves."""
    name, wanted, reason = asked.path["name"], asked.one("wanted"), asked.reason()
    told = around.watch.latest.binds or ()
    known = {bind.name for bind in around.settings.smpp.binds} | {str(one["name"]) for one in told}
    if name not in known or wanted not in ("on", "off"):
        raise CannotDoError("There is no such bind.", 404)
    await asyncio.to_thread(
        Switches(around.database).turn, [name], on=wanted == "on", author=asked.who.author, reason=reason
    )
    now = "bound again" if wanted == "on" else "stopped"
    return Moved("/binds", f"{name} is to be {now}: its listener sees to it.")


async def pause(around: Surroundings, asked: Asked) -> Moved:
    """Pause a channel or all calls to the core, or go on."""
    name, wanted, reason = asked.path["name"], asked.one("wanted"), asked.reason()
    if name not in NAMES or wanted not in ("on", "off"):
        raise CannotDoError("That can't be paused.", 404)
    on = wanted == "on"
    await asyncio.to_thread(Holds(around.database).turn, [name], on=on, author=asked.who.author, reason=reason)
    what = _PAUSES[name]["what"]
    return Moved("/binds", f"{what}: {'gone on with' if on else 'paused'}, which holds on every host within a second.")


def _told(state: State, switches: dict[str, Switch]) -> dict[str, Any]:
    return {
        "name": str(state["name"]),
        "host": str(state["host"]),
        "smsc": state.get("smsc"),
        "mode": state["mode"],
        "words": in_words(state),
        "well": state["status"] == "bound",
        "since": state.get("since"),
        "window": f"{state.get('window_used', '–')}/{state['window']}",
        "received": state.get("received"),
        "sent": state.get("sent"),
        "error": state.get("settings_error") or state.get("last_error") or "",
        **_switch(switches.get(str(state["name"]))),
    }


def _silent(bind: BindSettings, switches: dict[str, Switch], words: str) -> dict[str, Any]:
    return {
        "name": bind.name,
        "host": "",
        "smsc": f"{bind.host}:{bind.port}",
        "mode": bind.mode,
        "words": words,
        "well": False,
        "since": None,
        "window": f"–/{bind.window}",
        "received": None,
        "sent": None,
        "error": "",
        **_switch(switches.get(bind.name)),
    }


def _switch(switch: Switch | None) -> dict[str, Any]:
    """Whether it is wanted, and who last said so."""
    if switch is None:
        return {"on": True, "by": "", "why": "", "switched_at": None}
    return {"on": switch.on, "by": switch.author, "why": switch.reason, "switched_at": switch.at}


PAGES: Sequence[Page] = (
    Page("/binds", binds, name="Binds and pauses"),
    Page("/binds/{name}", turn, Role.OPERATOR, changes=True),
    Page("/pauses/{name}", pause, Role.OPERATOR, changes=True),
)
