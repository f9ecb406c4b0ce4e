"""Whether a question is shown on a screen first: network-initiated USSD, for who is asked about a gift or a price.

The text is held back for as long as the screen may take; whatever becomes of the screen, one of the two arrives.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from workers.dials.pushes import CONSENT, GIFT_OFFER, PushedScreen
from workers.journal import Answer

GIFT, QUESTION = "gift", "consent"


@dataclass(frozen=True, slots=True)
class Pushing:
    """The rule; by default nothing is pushed."""

    what: Collection[str] = ()
    """Of `gift` and `consent`."""
    wait_s: float = 30.0
    """How long a screen may take before the text goes."""

    def gift(self, answer: Answer, language: str, *, days: int, **variables: str) -> Answer:
        """The offer of a gift; `variables` are `giver`, `name`, `code` and `key`."""
        return self._pushed(GIFT, answer, PushedScreen(GIFT_OFFER, language, {**variables, "days": days}))

    def question(self, answer: Answer, language: str, key: int, channel: str) -> Answer:
        """A question before a charge, to who asked for it by `channel`: who dialled looks at a screen already."""
        if channel != "sms":
            return answer
        shown: Mapping[str, Any] = {"question": answer.text, "question_key": str(key)}
        return self._pushed(QUESTION, answer, PushedScreen(CONSENT, language, shown))

    def _pushed(self, kind: str, answer: Answer, screen: PushedScreen) -> Answer:
        if kind not in self.what:
            return answer
        return replace(answer, held_s=self.wait_s, push=screen.written())


NO_PUSHING = Pushing()
"""All goes by text."""
