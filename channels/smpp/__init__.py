"""The binds with the operator's SMSCs: subscribers' texts in, their answers out, over SMPP 3.4.

`listener.run` keeps all configured binds of a process bound until told to stop; `service.serve` is that process.  A
text is answered ESME_ROK only once the reception has it safe; answers are claimed from the postbox and leave within
each bind's window and rate.  `Pdu`, `encode`, `decode` and `FrameReader` are the codec, for the simulator and for
tools: here stand only names of the language itself, so that who speaks it loads no bind and no journal.
"""

from channels.smpp.protocol.codec import CannotEncode, decode, encode
from channels.smpp.protocol.frames import FrameReader, Unframeable
from channels.smpp.protocol.pdu import Malformed, Pdu
from channels.smpp.state import BindState, OnState

__all__ = [
    "BindState",
    "CannotEncode",
    "FrameReader",
    "Malformed",
    "OnState",
    "Pdu",
    "Unframeable",
    "decode",
    "encode",
]
