"""What was sent and answered in one phase of the load."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass, field

from load_pdus import TONE_CODE


@dataclass
class Phase:
    """One run's counts."""

    texts: int
    first_number: int = 0
    rate_per_s: float | None = None
    receipts: bool = False
    """Whether a receipt follows each answer that wants one, as it does in life."""
    sent: int = 0
    acknowledged: int = 0
    refused: int = 0
    answers: int = 0
    double_answers: int = 0
    strange_answers: int = 0
    begun: float = 0.0
    last_answer: float = 0.0
    due: list[float] = field(default_factory=list)
    latency_s: dict[bytes, float] = field(default_factory=dict)
    acknowledged_s: list[float] = field(default_factory=list)
    answered_at: list[float] = field(default_factory=list)
    waiting: deque[int] = field(default_factory=deque)
    """Numbers whose text was refused, to be sent again."""

    def answer(self, destination: bytes, text: bytes) -> None:
        now = time.monotonic()
        index = int(destination[5:]) - self.first_number if destination.isdigit() and len(destination) == 13 else -1
        if not 0 <= index < len(self.due) or TONE_CODE not in text:
            self.strange_answers += 1
        elif destination in self.latency_s:
            self.double_answers += 1
        else:
            self.latency_s[destination] = now - self.due[index]
            self.answers += 1
            self.answered_at.append(now)
            self.last_answer = now

    def result(self) -> dict[str, object]:
        """For the bench; seconds and texts per second."""
        latency, acknowledged = sorted(self.latency_s.values()), sorted(self.acknowledged_s)
        elapsed = (self.last_answer or time.monotonic()) - self.begun
        return {
            "texts": self.texts,
            "acknowledged": self.acknowledged,
            "refused": self.refused,
            "answers": self.answers,
            "double_answers": self.double_answers,
            "strange_answers": self.strange_answers,
            "elapsed_s": elapsed,
            "answers_per_s": self.answers / elapsed if elapsed else 0.0,
            "latency_s": {f"p{p}": _percentile(latency, p) for p in (50, 95, 99, 100)},
            "acknowledged_s": {f"p{p}": _percentile(acknowledged, p) for p in (50, 95, 99, 100)},
        }


def _percentile(ordered: list[float], percent: int) -> float:
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)] if ordered else 0.0
