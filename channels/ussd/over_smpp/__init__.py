"""USSD over SMPP: on a bind of its own or on the one that carries texts, in the variant that its gateway speaks.

`DialDoor` stands before a bind's way in and takes what is a dial.  `VARIANTS` are the ones it can speak, by the name
of the setting `ussd_dialect`.
"""

from channels.ussd.over_smpp.door import DialDoor
from channels.ussd.over_smpp.variants import VARIANTS, Variant

__all__ = ["VARIANTS", "DialDoor", "Variant"]
