"""Questions between the dialogue, which decides, and the journal, which keeps: both ways, and what a change of one is.

What was asked is kept as JSON that people can read, for it stands in the record of consents, too.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from workers.dialogue import Action, Command, Question, Result, ToneFacts, Verdict, Way, next_key, superseded
from workers.dials import DialOrder
from workers.journal import ClaimedRow, ConsentChange, NewConsent, NewQuestion, StoredQuestion
from workers.journal.questions import GRANTED, OPEN, REFUSED, REPLACED, WITHDRAWN


def open_questions(row: ClaimedRow) -> tuple[Question, ...]:
    """Return what its number has been asked and nobody has answered yet, the oldest first."""
    return tuple(_question(one) for one in row.questions if one.state == OPEN)


def agreed_by(row: ClaimedRow) -> Question | None:
    """Return the question that this very message has said yes to, once that is in the record."""
    granted = _granted_by(row)
    return granted if granted and not granted.meant else None


def granted_outside(row: ClaimedRow) -> int:
    """Return how often the operator's own gateway has said yes to this very message."""
    return sum(one.state == GRANTED and one.closed_by == row.id and one.way == Way.EXTERNAL for one in row.questions)


def meant_by(row: ClaimedRow) -> str:
    """Return the text that this very message has said yes to having meant; empty where it has not."""
    granted = _granted_by(row)
    return granted.meant if granted else ""


def asked_in(row: ClaimedRow) -> str:
    """Return the language of the question that a YES or NO answers: of the one it closed, else of the last open one."""
    stored = [one for one in row.questions if one.state == GRANTED and one.closed_by == row.id] or [
        one for one in row.questions if one.state == OPEN and one.asked_at <= row.received_at <= one.expires_at
    ]
    return stored[-1].language if stored else ""


def _granted_by(row: ClaimedRow) -> Question | None:
    stored = [one for one in row.questions if one.state == GRANTED and one.closed_by == row.id]
    return _question(stored[-1]) if stored else None


def key_for(row: ClaimedRow) -> int:
    """Return the next question's key."""
    last = row.questions[-1].key if row.questions else 0
    return next_key(last, [one.key for one in row.questions if one.state == OPEN])


def asking(
    row: ClaimedRow, asked: Sequence[Result], way: Way, *, language: str, expires_in_s: float, text_if_expired: str
) -> ConsentChange:
    """Open a question, in the place of those that it makes pointless."""
    question = NewQuestion(
        key_for(row), way, asked[0].action, _written(asked), asked[0].other_number, language, expires_in_s,
        text_if_expired,
    )  # fmt: skip
    replaced = superseded(_about(asked), open_questions(row))
    return ConsentChange(ask=question, close=tuple((one.id, REPLACED) for one in replaced))


def _about(asked: Sequence[Result]) -> Command:
    """What a yes to a question asks for."""
    return Question(0, 0, Way.REPLY, "", asked[0].action, tuple(asked), asked[0].other_number, 0, 0).command


def suggesting(row: ClaimedRow, text: str, meant: Command, *, language: str, expires_in_s: float) -> ConsentChange:
    """Ask whether `text` was meant; a yes to that agrees to no price."""
    asked = json.dumps([{"code": code, "meant": text} for code in meant.tone_codes or ("",)], ensure_ascii=False)
    question = NewQuestion(key_for(row), Way.REPLY, meant.action, asked, meant.recipient, language, expires_in_s)
    replaced = superseded(meant, [one for one in open_questions(row) if one.meant])
    return ConsentChange(ask=question, close=tuple((one.id, REPLACED) for one in replaced))


def granting(row: ClaimedRow, question: Question) -> ConsentChange:
    """Close a question with a yes, and keep that for the record where it was about a price."""
    return _answering(row, (question,), GRANTED)


def refusing(row: ClaimedRow, questions: Sequence[Question]) -> ConsentChange:
    """Close questions with a no, and keep that for the record."""
    return _answering(row, questions, REFUSED)


def withdrawing(row: ClaimedRow) -> ConsentChange | None:
    """Close all: their number wants no more of it."""
    close = tuple((one.id, WITHDRAWN) for one in open_questions(row))
    return ConsentChange(close=close) if close else None


def answered_outside(
    row: ClaimedRow, asked: Sequence[Result], *, granted: bool, reference: str, language: str, good_for_s: float
) -> ConsentChange:
    """Keep what the operator's own gateway said; its yes is this message's."""
    written, recipient, action = _written(asked), asked[0].other_number, asked[0].action
    record = NewConsent(
        GRANTED if granted else REFUSED, Way.EXTERNAL, action, row.short_code, written, recipient, language,
        reference=reference,
    )  # fmt: skip
    if not granted:
        return ConsentChange(record=(record,))
    question = NewQuestion(key_for(row), Way.EXTERNAL, action, written, recipient, language, good_for_s, granted=True)
    return ConsentChange(ask=question, record=(record,))


def confirmed_on_screen(
    row: ClaimedRow, asked: Sequence[Result], order: DialOrder, *, good_for_s: float
) -> ConsentChange:
    """Keep the yes that was given on a dial's screen, by this very message, with the prices that stood there.

    It takes the place of a text's question about the same: a YES to that would buy it once more.
    """
    written, recipient, action, language = _written(asked), asked[0].other_number, asked[0].action, order.language
    record = NewConsent(
        GRANTED, Way.DIAL, action, row.short_code, written, recipient, language, asked_at=order.told_at,
        reference=order.screen,
    )  # fmt: skip
    question = NewQuestion(
        key_for(row), Way.DIAL, action, written, recipient, language, good_for_s, granted=True, asked_at=order.told_at
    )
    about = _about(asked)
    same = tuple((one.id, REPLACED) for one in open_questions(row) if one.command == about)
    return ConsentChange(ask=question, close=same, record=(record,))


def _answering(row: ClaimedRow, questions: Sequence[Question], event: str) -> ConsentChange:
    stored = {one.id: one for one in row.questions}
    record = tuple(
        NewConsent(
            event,
            question.way,
            question.action,
            question.short_code,
            stored[question.id].asked,
            question.recipient,
            stored[question.id].language,
            question.asked_at,
            question.expires_at,
            question.id,
        )
        for question in questions
        if not question.meant
    )
    return ConsentChange(close=tuple((question.id, event) for question in questions), record=record)


def _written(asked: Sequence[Result]) -> str:
    return json.dumps([_facts(result) for result in asked], ensure_ascii=False, separators=(",", ":"))


def _facts(result: Result) -> dict[str, object]:
    tone = result.tone
    if tone is None:
        return {"monthly_fee": result.monthly_fee}
    return {
        "tone": tone.code, "name": tone.name, "singer": tone.singer, "price": tone.price,
        "validity_days": tone.validity_days,
    } | ({} if result.monthly_fee is None else {"monthly_fee": result.monthly_fee})  # fmt: skip


def _question(stored: StoredQuestion) -> Question:
    action = Action(stored.action)
    asked = json.loads(stored.asked)
    return Question(
        stored.id,
        stored.key,
        Way(stored.way),
        stored.short_code,
        action,
        tuple(_result(action, facts, stored.recipient) for facts in asked),
        stored.recipient,
        stored.asked_at,
        stored.expires_at,
        str(asked[0].get("meant", "")),
        stored.unsent,
    )


def _result(action: Action, facts: dict[str, object], recipient: str) -> Result:
    if "meant" in facts:
        return Result(action, Verdict.ASKED, tone_code=str(facts["code"]), other_number=recipient)
    if "tone" not in facts:
        fee = facts["monthly_fee"]
        return Result(action, Verdict.ASKED, monthly_fee=fee if isinstance(fee, int) else None)
    tone = ToneFacts(
        str(facts["tone"]),
        str(facts["name"]),
        str(facts["singer"]),
        int(str(facts["price"])),
        int(str(facts["validity_days"])),
    )
    fee = facts.get("monthly_fee")
    return Result(
        action,
        Verdict.ASKED,
        tone_code=tone.code,
        tone=tone,
        other_number=recipient,
        monthly_fee=fee if isinstance(fee, int) else None,
    )
