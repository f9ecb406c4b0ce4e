"""Which renewals are to be expected, by what a message has bought, renewed or listed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from workers.dialogue import Action, Result, ToneFacts, Verdict
from workers.dialogue.renewals import DAY_S, RenewalRules
from workers.journal.renewing import ExpectedRenewal

_BOUGHT = (Action.ORDER, Action.COPY, Action.JOIN)


@dataclass(frozen=True, slots=True)
class Expecting:
    """Which renewals are to be expected after a message; without notices none are."""

    rules: RenewalRules
    clock: Callable[[], float]

    def of(self, results: Sequence[Result]) -> tuple[ExpectedRenewal, ...]:
        """By what was bought, renewed or listed."""
        if self.rules.notice_before_s <= 0:
            return ()
        return tuple(
            ExpectedRenewal(tone.code, at, self.rules.notice_at(at, tone.validity_days * DAY_S))
            for result in results
            if result.verdict is Verdict.DONE
            for tone, at in self._renewing(result)
        )

    def _renewing(self, result: Result) -> Iterator[tuple[ToneFacts, float]]:
        tones = (result.tone, *result.owned) if result.action is not Action.INFO else ()
        for tone in tones:
            if tone is None:
                continue
            if tone.renews_at is not None:
                yield tone, tone.renews_at
            elif result.action in _BOUGHT:  # the core doesn't say: it is asked before anybody is told
                yield tone, self.clock() + tone.validity_days * DAY_S
