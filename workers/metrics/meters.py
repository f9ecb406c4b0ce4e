"""The counters and histograms of one process."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from workers.metrics import names
from workers.metrics.names import Metric

_MOST_COUNTERS, _MOST_HISTOGRAMS = 1_000, 100
"""Sets of labels that a process counts under, which take less than a file's room (`store`); there are some dozens."""


class Meters:
    """Made once for a process, after `store.open_in`; with a registry of its own where a test reads it."""

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        self.registry = registry or CollectorRegistry()
        self.received = self._counter(names.RECEIVED)
        self.duplicates = self._counter(names.DUPLICATES)
        self.not_taken = self._counter(names.NOT_TAKEN)
        self.outcomes = self._counter(names.OUTCOMES)
        self.work = self._histogram(names.WORK)
        self.core_calls = self._counter(names.CORE_CALLS)
        self.core_seconds = self._histogram(names.CORE_SECONDS)
        # Of the living alone, all together: how many have given the core up.
        self.breaker = Gauge(
            names.BREAKER.name, names.BREAKER.help, registry=self.registry, multiprocess_mode="livesum"
        )
        self.consents = self._counter(names.CONSENTS)
        self.gifts = self._counter(names.GIFTS)
        self.sent = self._counter(names.SENT)
        self.answer_seconds = self._histogram(names.ANSWER_SECONDS)
        self.receipts = self._counter(names.RECEIPTS)
        self.screens = self._counter(names.SCREENS)
        self.screen_seconds = self._histogram(names.SCREEN_SECONDS)
        self.replays = self._counter(names.REPLAYS)
        self._words: dict[str, set[str]] = {}
        self._counters: dict[tuple[Counter, tuple[str, ...]], Counter] = {}
        self._histograms: dict[tuple[Histogram, tuple[str, ...]], Histogram] = {}

    def count(self, counter: Counter, *labels: str) -> None:
        """Add one; the labels are looked up once and for all, which is a third of what counting costs."""
        key = counter, labels
        child = self._counters.get(key)
        if child is None:
            if len(self._counters) >= _MOST_COUNTERS:
                return
            child = self._counters[key] = counter.labels(*labels)
        child.inc()

    def time(self, histogram: Histogram, took_s: float, *labels: str) -> None:
        """Add a duration, likewise."""
        key = histogram, labels
        child = self._histograms.get(key)
        if child is None:
            if len(self._histograms) >= _MOST_HISTOGRAMS:
                return
            child = self._histograms[key] = histogram.labels(*labels)
        child.observe(took_s)

    def word(self, label: str, value: str, at_most: int = 200) -> str:
        """A label's value, or `other` once there were that many: what others make up must not fill a Prometheus."""
        known = self._words.setdefault(label, set())
        if value not in known:
            if len(known) >= at_most:
                return "other"
            known.add(value)
        return value

    def _counter(self, metric: Metric) -> Counter:
        return Counter(metric.name, metric.help, metric.labels, registry=self.registry)

    def _histogram(self, metric: Metric) -> Histogram:
        return Histogram(metric.name, metric.help, metric.labels, registry=self.registry, buckets=metric.buckets)
