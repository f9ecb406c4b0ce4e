"""Texts as octets: alphabets, headers and parts, both ways (3GPP 23.038, 3GPP 23.040 §9.2.3.24).

In: `split_header` and `read_header` take the header off, `decode_text` reads one message, `join` a long text.  Out:
`split` makes the messages that carry a text, `split_as` the same again.  What SMSCs differ in is in `Habits`.

Pure: nothing here knows of PDUs, binds or the journal.
"""

from channels.smpp.text.alphabets import decode_text
from channels.smpp.text.habits import Habits
from channels.smpp.text.joining import MISSING, ReceivedPart, join
from channels.smpp.text.parts import NoAlphabet, Part, References, Sar, Split, TooLong
from channels.smpp.text.splitting import split, split_as
from channels.smpp.text.udh import Concatenation, Header, read_header, split_header

__all__ = [
    "MISSING",
    "Concatenation",
    "Habits",
    "Header",
    "NoAlphabet",
    "Part",
    "ReceivedPart",
    "References",
    "Sar",
    "Split",
    "TooLong",
    "decode_text",
    "join",
    "read_header",
    "split",
    "split_as",
    "split_header",
]
