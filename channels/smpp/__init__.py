"""The binds with the operator's SMSCs: subscribers' texts in, their answers out, over SMPP 3.4.

`run` keeps all configured binds of a process bound until told to stop.  A text is answered ESME_ROK only once the
reception has it safe; answers are claimed from the postbox and leave within each bind's window and rate.
`Pdu`, `encode`, `decode` and `FrameReader` are the codec, for the simulator and for tools.
"""

from channels.smpp.listener import BindsDontFit, check, run
from channels.smpp.ports import OutgoingText, Postbox, Reception
from channels.smpp.protocol.codec import CannotEncode, decode, encode
from channels.smpp.protocol.frames import FrameReader, Unframeable
from channels.smpp.protocol.pdu import Malformed, Pdu
from channels.smpp.state import BindState, OnState

__all__ = [
    "BindState",
    "BindsDontFit",
    "CannotEncode",
    "FrameReader",
    "Malformed",
    "OnState",
    "OutgoingText",
    "Pdu",
    "Postbox",
    "Reception",
    "Unframeable",
    "check",
    "decode",
    "encode",
    "run",
]
