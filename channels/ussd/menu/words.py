"""What the engine says by itself; a menu has each in every language, under `words:`."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

WORDS: Mapping[str, str] = MappingProxyType(
    {
        # behind their digits, on every screen
        "back": "0: to the screen before",
        "home": "00: to the first screen",
        "more": "98: to the next page",
        # above the screen, or in its place
        "wrong_key": "a key that the screen hasn't",
        "refused": "no, and no sentence came with it",
        "busy": "the core can't be asked now; nothing was charged",
        # the last word
        "by_text": "it takes too long: the answer comes by text message",
        "accepted": "it is safe and being done: the result comes by text message",
        "in_doubt": "whether it is safe is not known yet: the result, or a question, comes by text message in any case",
        "not_taken": "it could not be made safe: nothing was taken or charged",
        "too_many_tries": "three wrong inputs in a row",
        "over": "keys of a dial that has ended",
        "sorry": "the menu can't go on, which is our fault; nothing was charged",
        # where a menu asks whether to go on after a drop
        "resume_question": "a dial was interrupted",
        "resume_go_on": "key 1",
        "resume_start": "key 2",
    }
)
"""Each word's name, and when it is said."""
