"""The PDU log: what an integrator sends to an operator's support, every PDU in a line, nothing of a subscriber in it.

`lines` is pure: a frame in, its line out, with numbers, texts and passwords masked.  `PduLog` writes them to a file
from a thread of its own, so that no disk holds up a bind.
"""

from channels.smpp.pdu_log.writing import PduLog

__all__ = ["PduLog"]
