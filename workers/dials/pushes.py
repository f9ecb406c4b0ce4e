"""What is asked on a screen that we begin, as its text carries it: the menu's screen, and what stands on it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

GIFT_OFFER, CONSENT = "gift_offer_screen", "consent_screen"
"""Screens of the menu files."""


@dataclass(frozen=True, slots=True)
class PushedScreen:
    """One question."""

    screen: str
    language: str
    """A folder under templates/."""
    variables: Mapping[str, Any] = field(repr=False)

    def written(self) -> str:
        """Return it as JSON; `read` is its inverse."""
        values = {"screen": self.screen, "language": self.language, "variables": dict(self.variables)}
        return json.dumps(values, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def read(cls, text: str) -> PushedScreen:
        """Read what `written` wrote; raises ValueError where it is something else."""
        try:
            values = json.loads(text)
            return cls(values["screen"], values["language"], dict(values["variables"]))
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"no screen to push: {type(error).__name__}") from error
