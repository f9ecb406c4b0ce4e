"""A whole host for tests: real processes on free ports, each of which can be killed and started again.

`House` starts embedded Redis, sandbox core, workers and listener as `tonegate` commands with a settings file in
tmp_path, and ends every one of them whatever happens.  The SMSC is the test's: `Handsets`, a simulator that writes
down what it was handed, or a peer from tests/smpp/peers.  `Books` holds the ledgers of SMSC, journal and core
against each other.
"""

from tests.house.books import Books
from tests.house.handsets import Handsets
from tests.house.house import PATIENT_CORE, House
from tests.house.process import Running
from tests.house.until import PATIENCE_S, until

__all__ = ["PATIENCE_S", "PATIENT_CORE", "Books", "Handsets", "House", "Running", "until"]
