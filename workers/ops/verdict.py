"""Whether all is well, in words: from what was looked at to what is wrong and what to do.  Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from rich.filesize import decimal

from workers.journal import Depth
from workers.journal.holds import CORE, Hold
from workers.journal.progress import Progress
from workers.ops.bind_states import State, best, in_words
from workers.ops.line import Line
from workers.ops.room import Room
from workers.ops.shown import age, moment

STALE_S = 30.0
"""A look as old as that says nothing about now."""
SLOW_S = 60.0
"""Nothing that is due waits as long as that for a worker or a sender that makes progress."""
_PARKED = ("unknown", "dead")


@dataclass(frozen=True, slots=True)
class Look:
    """How everything was at one moment."""

    at: float
    """Seconds since the epoch; 0: nobody has looked yet."""
    lines: Sequence[Line] = ()
    """What `check` found, binds apart."""
    wanted: Sequence[str] = ()
    """The binds that the settings name."""
    binds: Sequence[State] | None = field(default=(), repr=False)
    """What listeners tell of theirs; None where that can't be seen."""
    depths: Sequence[Depth] = ()
    holds: Sequence[Hold] = ()
    """What operations have paused."""
    progress: Sequence[Progress] = ()
    """Whether what waits is being worked on."""
    room: Room | None = None
    """On the disk of a SQLite journal."""


@dataclass(frozen=True, slots=True)
class Concern:
    """One thing that is not as it should be."""

    what: str
    mend: str
    link: str = ""
    """The page to do it on."""
    urgent: bool = True
    """Whether subscribers feel it now; otherwise it waits for somebody's decision."""
    meant: bool = False
    """Whether operations have decided so themselves."""


@dataclass(frozen=True, slots=True)
class Stray:
    """Answers over a bind that nobody seems to have."""

    bind: str
    count: int
    oldest_s: float
    """How long ago the oldest of them was written."""

    @property
    def what(self) -> str:
        """In words."""
        many = f"{self.count:,} answers wait" if self.count > 1 else "1 answer waits"
        since = f"{many} over the bind {self.bind}, {'the oldest ' if self.count > 1 else ''}for {age(self.oldest_s)}"
        return f"{since}: no settings here name it, and no listener tells of it."

    @property
    def mend(self) -> str:
        """Whose it is isn't known here: each host's settings name its own."""
        gone = f"if it is gone for good, `tonegate binds move {self.bind} NEW` lets another send them"
        return f"If it is another host's, start its listener; {gone}, and what waits behind them."


def strays(depths: Sequence[Depth], wanted: Sequence[str], states: Sequence[State] | None) -> list[Stray]:
    """What is queued over binds that neither these settings nor any listener names; nothing where that can't be seen.

    A number's later answers wait behind it, over whichever bind.
    """
    if states is None:
        return []
    known = {*wanted, *(str(state["name"]) for state in states)}
    queued = [one for one in depths if one.box == "outbox" and one.state == "queued" and one.name not in known]
    return [Stray(one.name, one.count, one.oldest_s) for one in queued]


def concerns(look: Look, now: float) -> list[Concern]:
    """What is wrong, the urgent first; nothing where all is well."""
    if not look.at:
        return [Concern("The console has just begun to look.", "Wait a few seconds.", urgent=False)]
    found = []
    if now - look.at > STALE_S:
        told = f"What is shown here is {age(now - look.at)} old: the console can't look any more."
        found.append(Concern(told, "See its log, and start it again."))
    found += [
        Concern(sentence(f"{line.what}: {line.found}"), sentence(line.mend)) for line in look.lines if not line.well
    ]
    found += [concern] if look.room and (concern := scarce(look.room)) else []
    found += _binds(look.wanted, look.binds)
    found += [_paused(hold) for hold in look.holds]
    stray = strays(look.depths, look.wanted, look.binds)
    found += [_stray(one, look.progress) for one in stray if one.oldest_s > SLOW_S]
    told_of = {("outbox", one.bind) for one in stray if one.oldest_s > SLOW_S}
    slow = (one for one in look.progress if one.overdue_s > SLOW_S and (one.box, one.name) not in told_of)
    found += [_slow(one, look.binds or ()) for one in slow]
    if not any(hold.name == CORE for hold in look.holds):
        found += [_without_core(one) for one in look.progress if one.for_core_s > SLOW_S and not _moves(one)]
    found += _parked(look.depths)
    return sorted(found, key=lambda concern: not concern.urgent)


def scarce(room: Room) -> Concern | None:
    """What is to be said of a disk that is full, or nearly so."""
    if not room.is_scarce:
        return None
    left = f"{decimal(room.free)} of {decimal(room.whole)} are left on the disk of the journal, {room.file}"
    if room.is_spent:
        told = f"{left}: it may be unable to keep anything."
        return Concern(told, "Make room there: until then texts stay with their SMSC, and nothing is done.")
    return Concern(f"{left}.", "Make room there: once it is full, nothing can be kept or done.", urgent=False)


def _binds(wanted: Sequence[str], states: Sequence[State] | None) -> list[Concern]:
    if states is None:
        told = "Redis can't be asked how the binds are: they go on without it."
        return [Concern(told, "Run `tonegate check`.", urgent=False)] if wanted else []
    return [concern for name in wanted if (concern := _bind(name, states))]


def _bind(name: str, states: Sequence[State]) -> Concern | None:
    """One host that has it bound is enough."""
    state = best(one for one in states if one["name"] == name)
    if state is None:
        told = f"No listener tells of the bind {name}: no text arrives over it, no answer leaves."
        return Concern(told, "See that `tonegate up` or `tonegate smpp` runs.", "/binds")
    if state["status"] in ("bound", "switched off"):
        return None
    error = state.get("last_error")
    told = f"The bind {name} is {in_words(state)}{f': {error}' if error else ''}."
    return Concern(told, f"See host, port, system_id and password of [[smpp.binds]] {name}.", "/binds")


def sentence(text: str) -> str:
    """As it stands for itself: with a capital letter and a full stop; empty stays empty."""
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith(('.', '!')) else '.'}" if text else ""


def _paused(hold: Hold) -> Concern:
    what = {"core": "All calls to the core are", "sms": "Texts are", "ussd": "USSD is"}[hold.name]
    told = f"{what} paused by {hold.author} since {moment(hold.at)}{f': {hold.reason}' if hold.reason else ''}."
    return Concern(told, "Go on with it when its reason is over.", "/binds", meant=True)


def _moves(one: Progress) -> bool:
    return one.ended_s is not None and one.ended_s <= SLOW_S


def _slow(one: Progress, states: Sequence[State]) -> Concern:
    """What waits behind others that are being done waits in a long line, and not in vain."""
    urgent = not _moves(one)
    if one.box == "inbox":
        what = f"A message of the queue {one.name} has waited for {age(one.overdue_s)}."
        mend = "See that `tonegate up` or `tonegate worker` runs, and that the core answers."
        return Concern(what, mend if urgent else "Others of it are being done: see how fast.", urgent=urgent)
    what = f"An answer of the bind {one.name} has waited for {age(one.overdue_s)}."
    state = best(state for state in states if state["name"] == one.name)
    off = state is not None and state["status"] == "switched off"
    return Concern(what, "See how that bind is.", "/binds", urgent=urgent and not off, meant=off)


def _stray(one: Stray, progress: Sequence[Progress]) -> Concern:
    """It is felt once one of them should have left: before, its host may just be starting again."""
    late = any(
        (moves.box, moves.name) == ("outbox", one.bind) and moves.overdue_s > SLOW_S and not _moves(moves)
        for moves in progress
    )
    return Concern(one.what, one.mend, urgent=late)


def _without_core(one: Progress) -> Concern:
    what = f"Messages of the queue {one.name} have waited for the core for {age(one.for_core_s)}, and none is done."
    return Concern(what, "See that the core answers; they go on by themselves when it does.")


def _parked(depths: Sequence[Depth]) -> list[Concern]:
    count = sum(depth.count for depth in depths if depth.box == "inbox" and depth.state in _PARKED)
    if not count:
        return []
    many = f"{count:,} messages are" if count > 1 else "1 message is"
    return [Concern(f"{many} unknown or dead.", "Look at the causes and replay them.", "/parked", urgent=False)]
