"""`binds move`: what waits over a bind that is gone goes over another, or first what would.

Which binds other hosts' settings name can't be seen from here: who calls this knows that the old one is gone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from workers.journal.moving import Moving, Waiting
from workers.journal.switches import Switch, Switches
from workers.ops.apart import run
from workers.ops.bind_states import UNSEEN, State, in_words
from workers.ops.binds import require_known, states_told
from workers.ops.look import opened
from workers.ops.shown import as_json, moment
from workers.settings import Settings

if TYPE_CHECKING:
    from workers.ops.mend import Bells

_AT_REST = ("switched off", "stopped")


class CannotMove(RuntimeError):
    """Nothing is moved; the text says why, and what is to be done first."""


def move(
    settings: Settings, old: str, new: str, *, author: str, reason: str, json: bool, bells: Bells | None = None
) -> bool:
    """Move what waits over `old` to `new`; False where something stays.  Without `bells` it only says what would move.

    Raises `NoSuchBind`, `CannotMove`.
    """
    states = run(states_told(settings))
    if states is None:
        raise CannotMove(f"whether a listener has {old} bound {UNSEEN}; run `tonegate check`")
    with opened(settings) as database:
        moving, switches = Moving(database), Switches(database).read()
        _require(settings, old, new, states)
        _require_at_rest(settings, old, states, switches)
        moved, waiting = 0, moving.waiting(old)
        if bells and waiting.answers:
            with bells(settings) as bell:
                moved = moving.move(old, new, author=author, reason=reason, stepped=bell.wake_senders)
            waiting = moving.waiting(old)
        others = [bind for bind in moving.binds() if bind != old]
    if json:
        as_json({"dry_run": bells is None, "from": old, "to": new, "moved": moved, **asdict(waiting)})
    else:
        print(_planned(waiting, old, new) if waiting.answers and bells is None else _done(moved, old, new, others))
        for line in _staying(waiting, old):
            print(line)
        for line in _waited_for(new, switches, states) if moved or waiting.answers else ():
            print(line)
        if bells is None and waiting.answers:
            print("nothing is done yet: they go with --yes")
    return bells is None or not (waiting.answers or waiting.in_hand or waiting.half_sent)


def _require(settings: Settings, old: str, new: str, states: Sequence[State]) -> None:
    if old == new:
        raise CannotMove(f"they wait over {old} already: name another bind to send them")
    known = {bind.name for bind in settings.smpp.binds} | {str(state["name"]) for state in states}
    require_known([new], sorted(known))


def _require_at_rest(settings: Settings, old: str, states: Sequence[State], switches: Mapping[str, Switch]) -> None:
    """Whoever has it bound sends them himself, and what comes of its messages meanwhile would wait over it again."""
    stop = f"`tonegate binds stop {old}` first"
    for state in states:
        if state["name"] == old and state["status"] not in _AT_REST:
            raise CannotMove(f"{old} is {in_words(state)} on {state['host']}, which sends its answers: {stop}")
    switch = switches.get(old)
    if old in {bind.name for bind in settings.smpp.binds} and (switch is None or switch.on):
        raise CannotMove(f"{old} is in these settings, and a listener that begins would bind it: {stop}")


def _planned(waiting: Waiting, old: str, new: str) -> str:
    would = f"{_many(waiting.answers, 'answer')} to {_many(waiting.numbers, 'number')} would go over {new} instead"
    return f"{would} of {old}, the oldest of {moment(waiting.oldest_at)}"


def _done(moved: int, old: str, new: str, others: Sequence[str]) -> str:
    """The old bind may be known to nobody any more, or be written wrongly: where others wait is told beside."""
    if moved:
        return f"moved {_many(moved, 'answer')} from {old} to {new}"
    wait = f"; answers wait over {', '.join(others)}" if others else ""
    return f"nothing to do: over {old} waits no answer that can be moved{wait}"


def _staying(waiting: Waiting, old: str) -> Iterator[str]:
    if count := waiting.half_sent:
        why = f"half sent, and a handset joins only what was split once: bind {old} once more until the rest is out"
        yield f"{_many(count, 'answer')} {'stays' if count == 1 else 'stay'} with {old}: {why}"
    if count := waiting.in_hand:
        why = "in a sender's hand: should that one be gone, say the same again in a minute"
        yield f"{_many(count, 'answer')} {'stays' if count == 1 else 'stay'} with {old}: {why}"


def _waited_for(new: str, switches: Mapping[str, Switch], states: Sequence[State]) -> Iterator[str]:
    switch = switches.get(new)
    if switch and not switch.on:
        yield f"{new} is switched off by {switch.author}: they wait until `tonegate binds start {new}`"
    elif not any(state["name"] == new and state["status"] == "bound" for state in states):
        yield f"no listener has {new} bound now: they wait until one has"


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"
