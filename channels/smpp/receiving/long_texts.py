"""Long texts that are handed on: at once where the last part has come, later where it never does."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import structlog

from channels.smpp.clock import Clock
from channels.smpp.ports import InboundText, LongText, Reception
from channels.smpp.text import Habits, join, read_header

LOOK_EVERY_S = 5.0
"""How often it is looked for long texts whose time is over; a part that is lost is no matter of seconds."""
_ACCEPT_WITHIN_S = 30.0


def handed_on(long_text: LongText, habits: Habits, now: float) -> InboundText:
    """The text that a long text's parts make, marked where some are missing; `now` is Unix seconds."""
    header = read_header(long_text.parts[0].header if long_text.parts else b"")
    return InboundText(
        channel="sms",
        bind=long_text.bind,
        session=long_text.session,
        number=long_text.number,
        short_code=long_text.short_code,
        text=join(long_text.parts, long_text.total, habits),
        received_at=now,
        incomplete=long_text.incomplete,
        source_port=header.source_port,
        destination_port=header.destination_port,
        long_text=long_text.id,
    )


class Overdue:
    """Looks, as long as it runs, for what a crash left lying or a lost part holds up."""

    def __init__(self, habits: Callable[[], Mapping[str, Habits]], reception: Reception, clock: Clock) -> None:
        """`habits` gives those of each bind that this process has now."""
        self._habits = habits
        self._reception = reception
        self._clock = clock
        self._log = structlog.get_logger(__name__)

    async def run(self) -> None:
        """For ever; a journal that is gone is tried again at the next look."""
        while True:
            try:
                await self._look()
            except Exception as error:  # whatever it is, the parts are safe and the next look finds them
                self._log.warning("long texts can't be looked for", error=type(error).__name__)
            await self._clock.sleep(LOOK_EVERY_S)

    async def _look(self) -> None:
        habits = self._habits()
        for long_text in await self._reception.long_texts_due(tuple(habits)):
            try:
                await self._hand_on(long_text, habits.get(long_text.bind, Habits()))
            except Exception as error:  # it is given out again; the others must not wait for it
                self._log.warning("a long text was not handed on", id=long_text.id, error=type(error).__name__)

    async def _hand_on(self, long_text: LongText, habits: Habits) -> None:
        text = handed_on(long_text, habits, self._clock.time())
        await self._reception.accept(text, within_s=_ACCEPT_WITHIN_S)
        if text.incomplete:
            self._log.warning("a long text is handed on without all its parts", parts=text.incomplete)
