"""An SMSC to try Tonegate against, with handsets in the browser and faults on demand.

It speaks real SMPP, 3.4 or 5.0, to any number of ESMEs: it delivers what handsets text, shows what is submitted for
them, and sends receipts.  It keeps a text until it is acknowledged.  What it saw it tells as counts, so that a
test can hold its ledger against the other side's.  `run` is the whole; `Smsc` is the part without the page, for
tests and benchmarks in one process.  `Conduct` is which SMSC it is, `Faults` what goes wrong; `parse` of each reads
`--conduct` and `--fault`.
"""

from channels.simulator.conduct import Conduct
from channels.simulator.faults import Faults
from channels.simulator.ledger import Count
from channels.simulator.service import HTTP_ADDRESS, SHORT_CODE, SMPP_ADDRESS, Listening, run
from channels.simulator.smsc import Smsc
from channels.simulator.texts import StoreFullError

__all__ = [
    "HTTP_ADDRESS",
    "SHORT_CODE",
    "SMPP_ADDRESS",
    "Conduct",
    "Count",
    "Faults",
    "Listening",
    "Smsc",
    "StoreFullError",
    "run",
]
