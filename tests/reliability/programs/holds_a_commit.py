"""A door whose first yes is in its transaction and stays there: until there is a file `free`, or the door is killed.

`held` is there once it is so; a door that is started again holds nothing.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from workers.dials import placing
from workers.dials.orders import CHANNEL
from workers.journal import Ticket
from workers.journal.intake import Intake

HELD, FREE = Path("held"), Path("free")
_LOOK_S = 0.02
placing.KEPT_WITHIN_S = 6.0  # a busy machine may let the door stand for two seconds before the commit is begun

_accept = Intake.accept


def _held(intake: Intake, connection: Connection, tickets: Sequence[Ticket], now: float) -> list[Any]:
    done = _accept(intake, connection, tickets, now)
    if any(ticket.message.channel == CHANNEL for ticket in tickets) and not HELD.exists():
        HELD.touch()
        while not FREE.exists():
            time.sleep(_LOOK_S)
    return done


if __name__ == "__main__":
    Intake.accept = _held  # type: ignore[method-assign, assignment]

    from tonegate import main

    main()
