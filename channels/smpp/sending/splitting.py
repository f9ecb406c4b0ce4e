"""How an answer is split: as its first try was, else as the bind's habits say."""

from __future__ import annotations

from dataclasses import replace

from channels.smpp.ports import OutgoingText
from channels.smpp.text import Habits, References, Split, split, split_as


class Splitting:
    """Of one bind; `references` are shared by the binds of a process, since handsets don't know which bind it was."""

    def __init__(self, habits: Habits, references: References) -> None:
        self._habits = habits
        # Without TLVs a text can't be joined by them: the header, which every handset reads, does it then.
        self._without_tlvs = replace(habits, long_texts="udh") if habits.long_texts in ("sar", "payload") else habits
        self._references = references

    def of(self, row: OutgoingText, *, takes_tlvs: bool) -> Split:
        """The parts of a row.  Raises ValueError where it can't be sent in any way the bind allows.

        A row that was split before is split the same again, whoever sends it now and however the bind is set.
        """
        if row.plan:
            return split_as(row.text, row.plan)
        habits = self._habits if takes_tlvs else self._without_tlvs
        return split(row.text, habits, lambda: self._references.next(row.destination))
