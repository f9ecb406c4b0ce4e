"""The binds with SMSCs, and what they have in common: `[smpp]`."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from workers.settings.binds import BindSettings
from workers.settings.table import Table


class SmppSettings(Table):
    """The binds with SMSCs."""

    pdu_log: Path | None = Field(
        None,
        description=(
            "a file to which every PDU is written, decoded, with numbers, texts and passwords masked: for an"
            " operator's support; none by default, since it grows"
        ),
    )
    binds: list[BindSettings] = Field(default=[], description="one table `[[smpp.binds]]` for each")
