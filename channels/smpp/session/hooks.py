"""What a session tells besides messages, to whoever wants to know."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import structlog


def _nobody(*_: Any) -> None: ...


@dataclass(frozen=True, slots=True)
class Hooks:
    """Called on the loop, in the order of events.  They must not block; what they raise is logged and harms nothing."""

    on_congestion: Callable[[int], None] = _nobody
    """The SMSC's load in per cent, as a response told it: 100 is congested (SMPP 5.0 §4.8.4.7)."""
    on_alert: Callable[[str, int, int], None] = _nobody
    """A handset that can be reached again: source_addr, TON and NPI of an alert_notification (SMPP 3.4 §4.12)."""
    on_heard: Callable[[bytes], None] = _nobody
    """Every PDU that came in, whole and as it came, before it is acted on."""
    on_said: Callable[[bytes], None] = _nobody
    """Every PDU that goes out."""


def harmless(hooks: Hooks, bind: str) -> Hooks:
    """The same hooks, which no longer raise: an exception would end the connection it came from."""

    def guarded(hook: Callable[..., None]) -> Callable[..., None]:
        def call(*what: Any) -> None:
            try:
                hook(*what)
            except Exception as error:
                _log.warning("what was told of a PDU failed", bind=bind, error=type(error).__name__)

        return hook if hook is _nobody else call

    return Hooks(guarded(hooks.on_congestion), guarded(hooks.on_alert), guarded(hooks.on_heard), guarded(hooks.on_said))


_log = structlog.get_logger(__name__)
