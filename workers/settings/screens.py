"""How little a gateway's screen may hold."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

ScreenChars = Annotated[
    int,
    Field(
        ge=40,
        le=182,
        description=(
            "characters on one screen, navigation included: 182 of the 7-bit alphabet fit; fewer than 40, which are 17"
            " where one letter is of another alphabet, would hold little but the line `0 00 98` that leads on"
        ),
    ),
]
