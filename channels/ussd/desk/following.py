"""What a request is to the dial that is remembered of its number: the next key, the last one again, or neither.

Pure.  A gateway may say which request it is, by an id or by sending all inputs joined; where it says neither, the
same input within `repeat_s` of a screen is the gateway repeating itself.
"""

from __future__ import annotations

from enum import Enum, auto

from channels.ussd.ports import DialRequest, Kind
from channels.ussd.sessions import Kept


class Following(Enum):
    """What is to be done with a request."""

    BEGINS = auto()
    """Nothing is remembered, or nothing that could go on: the first screen."""
    RESUMES = auto()
    """A dial while the last one had come to no end: as the menu says."""
    GOES_ON = auto()
    """The next key."""
    REPEATS = auto()
    """The last request, or an older one: the last screen again, and nothing changes."""
    SKIPS = auto()
    """Inputs before it never arrived: the last screen again, and from here on in step."""
    OVER = auto()
    """Of a dial that has ended, or that another has taken the place of."""
    DROPS = auto()
    """He hung up."""
    NOTHING = auto()
    """Hung up what is no more."""


def following(kept: Kept | None, request: DialRequest, now: float, repeat_s: float) -> Following:
    """Decide what a request is; `now` in seconds since the epoch."""
    if request.kind in (Kind.ABORT, Kind.TIMEOUT):
        # Also after the last screen: he may not have read it, and then what it told goes by text.
        return Following.DROPS if kept and not kept.dropped and _same(kept, request) else Following.NOTHING
    if request.kind is Kind.BEGIN:
        if kept and _begins_again(kept, request, now, repeat_s):
            return Following.REPEATS
        return Following.RESUMES if kept and not kept.ends else Following.BEGINS
    if kept is None:
        return Following.BEGINS
    if not _same(kept, request):
        # With inputs joined nothing else marks the begin of a shortcut dial.
        over = kept.ends or kept.dropped or request.all_inputs is not None
        return Following.BEGINS if over else Following.OVER
    return _step(kept, request, now, repeat_s)


def _step(kept: Kept, request: DialRequest, now: float, repeat_s: float) -> Following:
    if request.request_id and request.request_id == kept.request_id:
        return Following.REPEATS
    if request.all_inputs is not None:
        ahead = len(request.all_inputs) - kept.before - kept.step
        if ahead <= 0:
            return Following.REPEATS
        if ahead > 1 and not (kept.ends or kept.dropped):
            return Following.SKIPS
    elif not request.request_id and kept.step and kept.input == request.text and now - kept.shown_at <= repeat_s:
        return Following.REPEATS
    return Following.OVER if kept.ends or kept.dropped else Following.GOES_ON


def _begins_again(kept: Kept, request: DialRequest, now: float, repeat_s: float) -> bool:
    if kept.step or kept.dropped or kept.input != request.text or not _same(kept, request):
        return False
    if request.request_id and request.request_id == kept.request_id:
        return True
    # A gateway's session number may recur, but not while he still looks at its first screen.
    return now - kept.shown_at <= repeat_s and not (request.request_id and kept.request_id)


def _same(kept: Kept, request: DialRequest) -> bool:
    return (kept.gateway, kept.gateway_session) == (request.gateway, request.gateway_session)
