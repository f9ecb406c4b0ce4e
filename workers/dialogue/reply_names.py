"""Which text tells which end: tables, so that no end is without words."""

from __future__ import annotations

from workers.dialogue.outcomes import Action, Result, Verdict
from workers.dialogue.phrases import reason_words

_PAYING = ("balance", "charge_failed", "arrears", "spending_limit")

BY_REASON: dict[tuple[Action, Verdict, str], str] = {
    # The core says no, and what was asked for is so all the same.
    (Action.ORDER, Verdict.REFUSED, "owned"): "order_already",
    (Action.DELETE, Verdict.REFUSED, "tone_missing"): "delete_already",
    (Action.OPEN, Verdict.REFUSED, "subscribed"): "open_already",
    (Action.CLOSE, Verdict.REFUSED, "no_service"): "close_already",
    (Action.ACCEPT, Verdict.REFUSED, "gift_answered"): "answer_already",
    (Action.DECLINE, Verdict.REFUSED, "gift_answered"): "answer_already",
    # A gift is paid for by its giver: "your balance is too low" would be a lie to the recipient.
    **{(Action.ACCEPT, Verdict.REFUSED, reason): "accept_unpaid" for reason in _PAYING},
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
    (Action.DECLINE, Verdict.ALREADY): "answer_already",
    (Action.LIST, Verdict.DONE): "list_empty",
    (Action.HELP, Verdict.DONE): "help",
}

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
    """The name of the text that tells this end; a list that has tones is told by `listing` instead."""
    if result.action is Action.GIFT and result.verdict is Verdict.DONE and result.gift_key:
        # A key means that somebody still has to say yes, whatever the core calls it.
        return "gift_offered"
    if result.verdict is Verdict.REFUSED:
        by_reason = BY_REASON.get((result.action, result.verdict, reason_words(result.reason)))
        if by_reason:
            return by_reason
    return BY_ACTION.get((result.action, result.verdict)) or BY_VERDICT[result.verdict]
