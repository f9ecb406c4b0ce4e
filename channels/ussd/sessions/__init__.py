"""What is remembered of dials between two screens: one for each number, in Redis, as JSON, as long as a session lives.

`SessionStore.held` gives a number's dial to one request at a time; `Kept` is what there is to remember.  Beside them
stands on which screen each dial awaits a key, by dial and not by number: what simply stops is found there, once.
"""

from channels.ussd.sessions.kept import Awaited, Kept
from channels.ussd.sessions.line import StoreGone
from channels.ussd.sessions.store import Busy, Held, SessionStore

__all__ = ["Awaited", "Busy", "Held", "Kept", "SessionStore", "StoreGone"]
