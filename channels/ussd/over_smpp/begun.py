"""What a bind has heard begin: the session of each number, and whether its gateway counts the messages of a session."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from channels.ussd.over_smpp.hearing import Heard, Thread
from channels.ussd.over_smpp.variants import Variant
from channels.ussd.ports import Kind

_KEPT = 20_000


@dataclass(frozen=True, slots=True)
class _Begin:
    session: str
    info: int | None


class Begun:
    """One bind's; a number that it knows nothing of is followed as its gateway says."""

    def __init__(self, variant: Variant) -> None:
        self._counts = "session" in variant.keys
        self._begins: OrderedDict[str, _Begin] = OrderedDict()

    def begins(self, number: str, session: str, thread: Thread) -> None:
        """A dial of this number begins."""
        self._begins[number] = _Begin(session, thread.info)
        self._begins.move_to_end(number)
        if len(self._begins) > _KEPT:
            self._begins.popitem(last=False)

    def session(self, heard: Heard, number: str) -> str:
        """The gateway's session; that of the number's begin where the gateway calls it another on the way."""
        if heard.kind is Kind.BEGIN:
            self.begins(number, heard.session, heard.thread)
            return heard.session
        if heard.kind is Kind.ABORT and heard.session:  # of an old session: it must not end the one begun since
            return heard.session
        begin = self._begins.get(number)
        return begin.session if begin else heard.session

    def request_id(self, heard: Heard, number: str) -> str:
        """The message's count within its session (SMPP 3.4 §5.3.2.43), where the gateway is known to count.

        By it the same key twice is two keys, and the same message twice is one.  Who sends the same as at the begin
        does not count: then only time tells.
        """
        begin, info = self._begins.get(number), heard.thread.info
        counts = self._counts and begin is not None and info is not None and info != begin.info
        return f"{info:04x}" if counts else ""
