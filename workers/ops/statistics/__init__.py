"""What came of messages in a span of days, as values: for `tonegate stats`, the console and tests alike.

Each function takes a `Statistics` of the journal and blocks: it reads a few thousand rows of what was counted, never
messages.  It raises `JournalUnavailable`.  Money is in minor units.  Nobody's number is in any of it.
"""

from workers.ops.statistics.dimensions import By, Dimension, Row, by
from workers.ops.statistics.figures import AsOf, Figure, as_of
from workers.ops.statistics.funnels import Screen, Screens, Steps, StepsBy, commands_funnel, screens_funnel
from workers.ops.statistics.lists import (
    OfferRow,
    OfferRows,
    ToneRow,
    Tones,
    WordRow,
    Words,
    offers,
    tones,
    words,
)
from workers.ops.statistics.overviews import Overview, overview

__all__ = [
    "AsOf",
    "By",
    "Dimension",
    "Figure",
    "OfferRow",
    "OfferRows",
    "Overview",
    "Row",
    "Screen",
    "Screens",
    "Steps",
    "StepsBy",
    "ToneRow",
    "Tones",
    "WordRow",
    "Words",
    "as_of",
    "by",
    "commands_funnel",
    "offers",
    "overview",
    "screens_funnel",
    "tones",
    "words",
]
