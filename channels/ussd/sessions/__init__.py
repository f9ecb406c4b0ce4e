"""What is remembered of dials between two screens: one for each number, in Redis, as JSON, as long as a session lives.

`SessionStore.held` gives a number's dial to one request at a time; `Kept` is what there is to remember.
"""

from channels.ussd.sessions.kept import Kept
from channels.ussd.sessions.store import Busy, Held, SessionStore, StoreGone

__all__ = ["Busy", "Held", "Kept", "SessionStore", "StoreGone"]
