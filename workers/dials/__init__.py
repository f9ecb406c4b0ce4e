"""What a dial needs behind its screens: looks at the core in time, and orders that are kept before they are rung for.

A screen never waits for a worker: what it shows is looked up here, by the process that answers it, within a deadline.
What the subscriber confirms becomes a message in the journal, done by workers exactly as a text is.
"""

from workers.dials.caller import Caller
from workers.dials.orders import DialOrder, Placed

__all__ = ["Caller", "DialOrder", "Placed"]
