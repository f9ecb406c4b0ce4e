"""What is looked at for a scrape: the journal, the binds, the verdict; and what processes have counted meanwhile."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import redis.asyncio
from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from workers.embedded import redis_url
from workers.journal import Database, Depth, JournalUnavailable, Reader
from workers.journal.holds import NAMES, Holds
from workers.journal.progress import Progress, progress
from workers.metrics import names, store
from workers.metrics.names import Metric
from workers.ops.bind_states import State, best, bind_states
from workers.ops.health import Nurse
from workers.ops.names import Names, host_in
from workers.ops.room import Room, room_beside
from workers.settings import Settings

_OFF = "switched off"


@dataclass(frozen=True, slots=True)
class Seen:
    """How everything was for one scrape."""

    depths: Sequence[Depth] | None
    """None where the journal can't be read."""
    paused: frozenset[str]
    binds: Mapping[str, State | None] | None
    """By each bind of the settings: its state where it is best, None where nobody tells; None without Redis."""
    well: bool
    moves: Sequence[Progress] = ()
    room: Room | None = None
    """On the disk of a SQLite journal, where it can be seen."""


def gauges(seen: Seen) -> list[GaugeMetricFamily]:
    """What was seen, as Prometheus has it.  Pure."""
    depths = seen.depths or ()
    messages, unsent = defaultdict[tuple[str, ...], list[float]](list), defaultdict[tuple[str, ...], list[float]](list)
    for depth in depths:
        if depth.box == "inbox":
            messages[depth.name, depth.channel, depth.state] += [depth.count, depth.oldest_s]
        else:
            unsent[depth.name, depth.state] += [depth.count, depth.oldest_s]
    rooms = [seen.room] if seen.room else []
    overdue = [(one.box, (one.name,), one.overdue_s) for one in seen.moves]
    binds = [((bind,), _status(state)) for bind, state in (seen.binds or {}).items()]
    found: list[tuple[Metric, Iterable[tuple[tuple[str, ...], float]]]] = [
        (names.JOURNAL_UP, [((), float(seen.depths is not None))]),
        (names.JOURNAL_DISK_FREE, [((), float(one.free)) for one in rooms]),
        (names.JOURNAL_DISK_SIZE, [((), float(one.whole)) for one in rooms]),
        (names.MESSAGES, ((key, one[0]) for key, one in messages.items())),
        (names.OLDEST_MESSAGE, ((key, one[1]) for key, one in messages.items())),
        (names.ANSWERS, ((key, one[0]) for key, one in unsent.items())),
        (names.OLDEST_ANSWER, ((key, one[1]) for key, one in unsent.items())),
        (names.MESSAGE_OVERDUE, ((key, value) for box, key, value in overdue if box == "inbox")),
        (names.ANSWER_OVERDUE, ((key, value) for box, key, value in overdue if box == "outbox")),
        (names.REDIS_UP, [((), float(seen.binds is not None))]),
        (names.BIND_UP, ((key, float(status == "bound")) for key, status in binds)),
        (names.BIND_WANTED, ((key, float(status != _OFF)) for key, status in binds)),
        (names.PAUSED, (((name,), float(name in seen.paused)) for name in NAMES)),
        (names.HEALTHY, [((), float(seen.well))]),
    ]
    return [_family(metric, values) for metric, values in found]


def _family(metric: Metric, values: Iterable[tuple[tuple[str, ...], float]]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(metric.name, metric.help, labels=metric.labels)
    for labels, value in values:
        family.add_metric(labels, value)
    return family


def _status(state: State | None) -> object:
    return state and state["status"]


async def see(settings: Settings, database: Database, nurse: Nurse) -> Seen:
    """Look around; what can't be seen is missing, and never an error."""
    health = await nurse.ask()
    depths: Sequence[Depth] | None = None
    paused: frozenset[str] = frozenset()
    moves: Sequence[Progress] = ()
    room: Room | None = None
    if not nurse.waits:  # else it would be waited for here, too
        room = await asyncio.to_thread(room_beside, database)
        try:
            depths = await asyncio.to_thread(Reader(database).depths)
            paused = frozenset(await asyncio.to_thread(Holds(database).read))
            moves = await asyncio.to_thread(progress, database)
        except JournalUnavailable:
            pass  # the gauge of the journal says so
    states = await _states(redis_url(settings), nurse.names)
    binds = None if states is None else _binds(settings, states)
    return Seen(depths, paused, binds, health.well, moves, room)


async def _states(url: str, names: Names) -> Sequence[State] | None:
    if await names.trouble(host_in(url), "[redis] url"):
        return None
    async with redis.asyncio.Redis.from_url(url, socket_timeout=2.0, socket_connect_timeout=2.0) as client:
        return await bind_states(client)


def _binds(settings: Settings, states: Sequence[State]) -> dict[str, State | None]:
    return {bind.name: best(one for one in states if one["name"] == bind.name) for bind in settings.smpp.binds}


class _Whole(Collector):
    def __init__(self, families: Iterable[object]) -> None:
        self._families = families

    def collect(self):  # type: ignore[no-untyped-def]
        return self._families


async def scrape(settings: Settings, database: Database, nurse: Nurse, accept: str) -> tuple[bytes, str]:
    """All metrics, and their content type, as `accept` (the request's header) asks for them."""
    seen = await see(settings, database, nurse)
    return await asyncio.to_thread(_written, settings, gauges(seen), accept)


def _written(settings: Settings, seen: Sequence[GaugeMetricFamily], accept: str) -> tuple[bytes, str]:
    registry = CollectorRegistry()
    registry.register(_Whole([*store.counted(store.folder_of(settings)), *seen]))
    encode, content_type = choose_encoder(accept)
    return encode(registry), content_type
