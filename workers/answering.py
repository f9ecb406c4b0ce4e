"""An answer as it goes into the journal: the text, and how the file of deliveries has it delivered."""

from __future__ import annotations

from workers.dialogue import Wording
from workers.journal import Answer


def answer_as(wording: Wording, number: str, text: str, name: str) -> Answer:
    """An answer that is delivered as the text of that name says."""
    how = wording.delivery(name)
    return Answer(number, text, how.receipt, how.valid_s, how.urgent)
