"""The desk: answers every request of every gateway from the dial that is remembered, the menu engine and the house.

    request ─▶ the number's dial, for this request alone ─▶ what is it? ─▶ engine ─▶ look │ place ─▶ screen ─▶ kept

`following` decides what a request is, `own` has the dials that need not be asked for, `effects` does what the engine
wants done, `funnel` counts, `afterwards` waits for who hangs up on an order's words, `opening` makes all of it from
the settings.
"""

from channels.ussd.desk.desk import MenuDesk
from channels.ussd.desk.funnel import FunnelCounter
from channels.ussd.desk.opening import OpenedDesk, opened_desk

__all__ = ["FunnelCounter", "MenuDesk", "OpenedDesk", "opened_desk"]
