"""`binds list`, `stop`, `start` and `reload`: how the binds are, and what operations want of them.

A wish is written to the journal, with its author and reason; the listeners come up to it by themselves, and what
they tell is waited for.
"""

from __future__ import annotations

import asyncio
import dataclasses
import difflib
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import redis.asyncio

from workers.embedded import is_embedded, redis_url
from workers.journal.switches import Switch, Switches
from workers.ops.apart import run
from workers.ops.bind_states import UNSEEN, UNTOLD, State, bind_states, in_words
from workers.ops.look import opened
from workers.ops.prompt import author as whoever_calls
from workers.ops.shown import as_json, as_table, moment
from workers.settings import BindSettings, Settings

_LOOK_EVERY_S = 0.2
_SILENCE_S = 2.5
"""A listener that is up tells how its binds are within this time."""
_PASSING = ("connecting", "unbinding")


class NoSuchBind(ValueError):
    """No settings and no listener know it; the text names those that there are."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How far one bind on one host has come up to what is wanted of it."""

    bind: str
    host: str
    """Empty where no listener tells of the bind."""
    done: bool | None
    """None where there is nobody to do it: it holds for whoever comes up."""
    now: str
    """In words."""
    well: bool = True


# list


def show(settings: Settings, *, json: bool) -> None:
    """Show each bind on each host."""
    seen = run(states_told(settings))
    states, otherwise = seen or (), UNTOLD if seen is not None else UNSEEN
    with opened(settings) as database:
        switches = Switches(database).read()
    told = {str(state["name"]) for state in states}
    silent = [
        _untold(bind, switches.get(bind.name), otherwise) for bind in settings.smpp.binds if bind.name not in told
    ]
    rows = sorted([*states, *silent], key=lambda state: (str(state["name"]), str(state["host"])))
    if json:
        return as_json(rows)
    columns = ("bind", "host", "SMSC", "mode", "now", "since", "window", "in", "out", "SMPP", "sends for", "last error")
    return as_table(columns, [_row(state) for state in rows], "no [[smpp.binds]] in the settings")


def _untold(bind: BindSettings, switch: Switch | None, status: str) -> State:
    """A bind that no listener tells of: what the settings and the journal know."""
    off = switch if switch and not switch.on else None
    return {
        "name": bind.name,
        "host": "",
        "smsc": f"{bind.host}:{bind.port}",
        "mode": bind.mode,
        "status": status,
        "window": bind.window,
        "switched_by": off.author if off else "",
        "switched_why": off.reason if off else "",
        "switched_at": off.at if off else None,
    }


def _row(state: State) -> tuple[object, ...]:
    claims = state.get("claims")
    window = f"{state['window_used']}/{state['window']}" if "window_used" in state else f"–/{state['window']}"
    return (
        state["name"],
        state["host"],
        state.get("smsc"),
        state["mode"],
        in_words(state),
        moment(state.get("since")),
        window,
        state.get("received"),
        state.get("sent"),
        state.get("peer_version"),
        ", ".join(claims) if isinstance(claims, list) else "",
        state.get("settings_error") or state.get("last_error"),
    )


# stop and start


def turn(
    settings: Settings,
    names: Sequence[str],
    *,
    on: bool,
    reason: str,
    wait_s: float,
    json: bool,
    author: str = "",
) -> bool:
    """Switch binds on or off and wait until that is so; False where it isn't in time.  Raises `NoSuchBind`.

    `author` is whoever calls the command, where nobody is named.
    """
    known = {bind.name for bind in settings.smpp.binds}
    if not known.issuperset(names):
        known |= {str(state["name"]) for state in run(states_told(settings)) or ()}
        require_known(names, sorted(known))
    with opened(settings) as database:
        generations = Switches(database).turn(names, on=on, author=author or whoever_calls(), reason=reason)

    def judge(states: Sequence[State] | None) -> list[Outcome]:
        if states is None:
            return [Outcome(name, "", False, UNSEEN) for name in generations]
        return [
            outcome for name in generations for outcome in switched(name, states, on=on, generation=generations[name])
        ]

    return _tell(run(_wait(settings, judge, wait_s)), {"wanted": "on" if on else "off"}, json=json)


def switched(name: str, states: Iterable[State], *, on: bool, generation: int) -> list[Outcome]:
    """How far a bind has come up to being switched, on each host."""
    states = list(states)
    theirs = [state for state in states if state["name"] == name]
    if not theirs and states:
        known = "no listener that is up has this bind: `tonegate binds reload` tells them of new ones"
        return [Outcome(name, "", None, known)]
    if not theirs:
        return [Outcome(name, "", None, "no listener is up: it holds once one is")]
    return [_switched(state, on=on, generation=generation) for state in theirs]


def _switched(state: State, *, on: bool, generation: int) -> Outcome:
    come_up = _number(state, "switch") >= generation
    done = come_up and state["status"] == ("bound" if on else "switched off")
    error = "" if done or not on else state["last_error"]
    return Outcome(str(state["name"]), str(state["host"]), done, f"{in_words(state)}{f': {error}' if error else ''}")


def require_known(names: Sequence[str], known: Sequence[str]) -> None:
    """Raise `NoSuchBind` where one of `names` isn't there."""
    for name in names:
        if name not in known:
            near = difflib.get_close_matches(name, known, 1)
            meant = f"; did you mean {near[0]}?" if near else ";"
            raise NoSuchBind(f"no bind {name}{meant} there are: {', '.join(known) or 'none'}")


# reload


def reload(settings: Settings, *, reason: str, wait_s: float, json: bool) -> bool:
    """Have the listeners read their settings anew; `settings` are those of the file, so it can be used.

    False where a listener refuses them, or isn't done in time.
    """
    with opened(settings) as database:
        generation = Switches(database).reread(author=whoever_calls(), reason=reason)
    names = {bind.name for bind in settings.smpp.binds}

    def judge(states: Sequence[State] | None) -> list[Outcome]:
        if states is None:
            return [Outcome("", "", False, UNSEEN)]
        return set_anew(names, states, generation)

    return _tell(run(_wait(settings, judge, wait_s)), {"binds_set": sorted(names)}, json=json)


def set_anew(names: Iterable[str], states: Iterable[State], generation: int) -> list[Outcome]:
    """How far each bind that is told of has come up to the settings; `names` are those they have."""
    known = set(names)
    outcomes = []
    for state in states:
        name, host, status = str(state["name"]), str(state["host"]), state["status"]
        come_up, refused = _number(state, "settings") >= generation, state.get("settings_error")
        if come_up and refused:
            outcomes.append(Outcome(name, host, True, f"refused, goes on as before: {refused}", well=False))
        elif name not in known and status == "stopped":
            outcomes.append(Outcome(name, host, True, "taken out"))
        else:
            error = state["last_error"] if status == "waiting" else ""
            words = f"{in_words(state)}{f': {error}' if error else ''}"
            outcomes.append(Outcome(name, host, come_up and status not in _PASSING, words))
    return outcomes or [Outcome("", "", None, "no listener is up: the settings are read when one begins")]


# waiting


async def states_told(settings: Settings) -> list[State] | None:
    """What listeners tell of their binds; none where there is nobody to tell, None where that can't be seen."""
    url = redis_url(settings)
    async with redis.asyncio.Redis.from_url(url, socket_timeout=2.0, socket_connect_timeout=2.0) as client:
        states = await bind_states(client)
    # An embedded one that is down is so with all that `tonegate up` runs here: nobody is there to tell.
    return [] if states is None and is_embedded(settings) else states


async def _wait(
    settings: Settings, judge: Callable[[Sequence[State] | None], list[Outcome]], wait_s: float
) -> list[Outcome]:
    """Until all is done, or there is nobody to do it, or the time is over."""
    began = time.monotonic()
    while True:
        outcomes, waited_s = judge(await states_told(settings)), time.monotonic() - began
        nobody = any(outcome.done is None for outcome in outcomes) and waited_s < min(_SILENCE_S, wait_s)
        if waited_s >= wait_s or not (nobody or any(outcome.done is False for outcome in outcomes)):
            return outcomes
        await asyncio.sleep(_LOOK_EVERY_S)


def _tell(outcomes: Sequence[Outcome], wanted: dict[str, object], *, json: bool) -> bool:
    """Show them; False where one isn't done, or not well."""
    if json:
        as_json({**wanted, "binds": [dataclasses.asdict(outcome) for outcome in outcomes]})
    else:
        rows = [
            (outcome.bind, outcome.host, outcome.now if outcome.done is not False else f"not yet: {outcome.now}")
            for outcome in outcomes
        ]
        as_table(("bind", "host", "now"), rows, "")
        if any(outcome.done is False for outcome in outcomes):
            print("what isn't done goes on by itself: `tonegate binds list` shows it")
    return all(outcome.done is not False and outcome.well for outcome in outcomes)


def _number(state: State, key: str) -> int:
    value = state.get(key, 0)
    return value if isinstance(value, int) else 0
