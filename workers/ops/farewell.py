"""What a subscriber hears whose message operations give up: promise 4, silence is never an answer."""

from __future__ import annotations

from workers.answering import Interpreter
from workers.consenting import agreed_by, meant_by
from workers.dialogue import Misunderstood, Verdict, reply, text_name
from workers.journal import Answer, ClaimedRow
from workers.journal.gift_deadlines import CHANNEL as OUR_OWN
from workers.journal.replays import Farewell
from workers.settings import Settings
from workers.spoken import languages_of, words_of
from workers.steps import read_results, steps_of


def farewell_of(settings: Settings) -> Farewell:
    """Return what tells subscribers, in the words that the settings name; raises `TemplatesError`."""
    interpreter = Interpreter(words_of(settings).current, languages_of(settings))
    return lambda row: farewell(row, interpreter)


def farewell(row: ClaimedRow, interpreter: Interpreter) -> Answer | None:
    """Return the answer, None where nobody has sent the message but we.

    What took effect is told as such; the rest did not, or, of a doubtful message, nobody knows.
    """
    if row.channel == OUR_OWN:
        return None
    understood, voice = interpreter.read(row, meant_by(row))
    agreed = agreed_by(row)
    command = agreed.command if agreed else understood
    if isinstance(command, Misunderstood):  # it was never looked at by the core: there is nothing to be told of
        return None
    known = {no: one for no, one in read_results(row.results).items() if one.verdict is not Verdict.ASKED}
    verdict = Verdict.CHECKING if row.doubtful else Verdict.FAILED
    told = [known.get(step.no) or step.result(verdict) for step in steps_of(command, row)]
    return voice.answer(row.number, reply(told, voice.language, voice.wording), text_name(told))
