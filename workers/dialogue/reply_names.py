"""Which text tells which end: tables, so that no end is without words."""

from __future__ import annotations

from collections.abc import Callable

from workers.dialogue.outcomes import Action, Result, Verdict
from workers.dialogue.phrases import reason_words

PAGED = (Action.FIND, Action.TOP, Action.NEW)
"""Lists that MORE goes on with."""

_PAYING = ("balance", "charge_failed", "arrears", "spending_limit")

BY_REASON: dict[tuple[Action, Verdict, str], str] = {
    # The core says no, and what was asked for is so all the same.
    (Action.ORDER, Verdict.REFUSED, "owned"): "order_already",
    (Action.DELETE, Verdict.REFUSED, "tone_missing"): "delete_already",
    (Action.OPEN, Verdict.REFUSED, "subscribed"): "open_already",
    (Action.CLOSE, Verdict.REFUSED, "no_service"): "close_already",
    (Action.ACCEPT, Verdict.REFUSED, "gift_answered"): "answer_already",
    (Action.DECLINE, Verdict.REFUSED, "gift_answered"): "answer_already",
    (Action.SET, Verdict.REFUSED, "tone_missing"): "set_not_owned",
    (Action.RENEW, Verdict.REFUSED, "tone_missing"): "set_not_owned",
    # To whom asks how things stand, no service is an answer.
    (Action.STATUS, Verdict.REFUSED, "no_service"): "status_none",
    # A gift is paid for by its giver: "your balance is too low" would be a lie to the recipient.
    **{(Action.ACCEPT, Verdict.REFUSED, reason): "accept_unpaid" for reason in _PAYING},
    (Action.JOIN, Verdict.REFUSED, "level_missing"): "join_unknown",
    # What is our fault is said first.
    **{(action, Verdict.REFUSED, "our_side"): "refused_our_side" for action in Action if action is not Action.CLOSE},
}

BY_ACTION: dict[tuple[Action, Verdict], str] = {
    (Action.ORDER, Verdict.DONE): "order_done",
    (Action.ORDER, Verdict.ALREADY): "order_already",
    (Action.GIFT, Verdict.DONE): "gift_done",
    (Action.GIFT, Verdict.ACCEPTED): "gift_offered",
    (Action.DELETE, Verdict.DONE): "delete_done",
    (Action.DELETE, Verdict.ALREADY): "delete_already",
    (Action.OPEN, Verdict.DONE): "open_done",
    (Action.OPEN, Verdict.ALREADY): "open_already",
    (Action.CLOSE, Verdict.DONE): "close_done",
    (Action.CLOSE, Verdict.ALREADY): "close_already",
    (Action.CLOSE, Verdict.REFUSED): "close_refused",
    (Action.ACCEPT, Verdict.DONE): "accept_done",
    (Action.ACCEPT, Verdict.ALREADY): "answer_already",
    (Action.DECLINE, Verdict.DONE): "decline_done",
    (Action.GIFTS_OFF, Verdict.DONE): "gifts_off_done",
    (Action.GIFTS_ON, Verdict.DONE): "gifts_on_done",
    (Action.DECLINE, Verdict.ALREADY): "answer_already",
    (Action.LIST, Verdict.DONE): "list_empty",
    (Action.HELP, Verdict.DONE): "help",
    (Action.COPY, Verdict.DONE): "copy_done",
    (Action.RENEW, Verdict.DONE): "renew_done",
    (Action.COPY, Verdict.ALREADY): "order_already",
    (Action.SET, Verdict.DONE): "set_done",
    (Action.CLEAR, Verdict.DONE): "clear_done",
    (Action.CLEAR, Verdict.ALREADY): "clear_already",
    (Action.PAUSE, Verdict.DONE): "pause_done",
    (Action.RESUME, Verdict.DONE): "resume_done",
    (Action.STATUS, Verdict.DONE): "status_open",
    (Action.FIND, Verdict.DONE): "find_empty",
    (Action.TOP, Verdict.DONE): "top_empty",
    (Action.NEW, Verdict.DONE): "new_empty",
    (Action.MORE, Verdict.DONE): "more_none",
    (Action.INFO, Verdict.DONE): "info_done",
    (Action.PACK, Verdict.DONE): "bundles_empty",
    (Action.LANGUAGE, Verdict.DONE): "language_done",
    (Action.CLUB, Verdict.DONE): "club_none",
    (Action.JOIN, Verdict.DONE): "club_none",
    (Action.JOIN, Verdict.ALREADY): "join_already",
    (Action.LEAVE, Verdict.DONE): "leave_done",
    (Action.LEAVE, Verdict.ALREADY): "leave_already",
}

BY_WHAT: tuple[tuple[Action, Callable[[Result], object], str], ...] = (
    # A key means that somebody still has to say yes, whatever the core calls it.
    (Action.GIFT, lambda result: result.gift_key, "gift_offered"),
    (Action.LIST, lambda result: result.owned, "list_tones"),
    *((action, lambda result: result.first and not result.found, "more_none") for action in PAGED),
    (Action.FIND, lambda result: result.found, "find_tones"),
    (Action.TOP, lambda result: result.found, "top_tones"),
    (Action.NEW, lambda result: result.found, "new_tones"),
    (Action.PACK, lambda result: result.bundles, "bundles"),
    (Action.PACK, lambda result: result.tone_code, "bundle_done"),
    (Action.SET, lambda result: result.other_number and result.hours, "set_caller_hours_done"),
    (Action.SET, lambda result: result.other_number, "set_caller_done"),
    (Action.SET, lambda result: result.hours, "set_hours_done"),
    (Action.CLUB, lambda result: result.member_of, "club_member"),
    (Action.CLUB, lambda result: result.levels, "club_levels"),
    (Action.JOIN, lambda result: result.tone_code and len(result.levels) > 1, "join_changed"),
    (Action.JOIN, lambda result: result.tone_code, "join_done"),
    (Action.JOIN, lambda result: result.levels, "club_levels"),
    (Action.CLOSE, lambda result: result.levels, "close_club_done"),
    (Action.CLEAR, lambda result: result.other_number and result.hours, "clear_caller_hours_done"),
    (Action.CLEAR, lambda result: result.other_number, "clear_caller_done"),
    (Action.CLEAR, lambda result: result.hours, "clear_hours_done"),
    (Action.STATUS, lambda result: result.paused, "status_paused"),
    (Action.STATUS, lambda result: result.playing, "status_playing"),
)
"""Of what was done: the text where the result has that."""

BY_VERDICT: dict[Verdict, str] = {
    Verdict.DONE: "done",
    Verdict.ALREADY: "already",
    Verdict.ACCEPTED: "accepted",
    Verdict.REFUSED: "refused",
    Verdict.CANCELLED: "cancelled",
    Verdict.CHECKING: "checking",
    Verdict.DELAYED: "delayed",
    Verdict.FAILED: "failed",
    Verdict.ASKED: "consent_asked",
}
"""The last resort, and the usual one for whatever went not quite as it should."""


def reply_name(result: Result) -> str:
    """The name of the text that tells this end."""
    if result.verdict is Verdict.DONE:
        for action, has, name in BY_WHAT:
            if result.action is action and has(result):
                return name
    if result.verdict is Verdict.REFUSED:
        by_reason = BY_REASON.get((result.action, result.verdict, reason_words(result.reason)))
        if by_reason:
            return by_reason
    return BY_ACTION.get((result.action, result.verdict)) or BY_VERDICT[result.verdict]
