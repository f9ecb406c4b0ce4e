"""Questions that a screen may show before they go by text: each given out once, and never lost (promise 4)."""

from __future__ import annotations

from tests.journal.kit.answers import sent, take
from tests.journal.kit.messages import NUMBER, accept, answers, claim, message
from tests.journal.kit.turned_clock import TurnedClock
from workers.journal import Answer, Ending, InboxState, Journal, Queue

WAIT_S = 30.0


async def asked(journal: Journal, *, push: str = "{}", number: str = NUMBER) -> None:
    """Have a message answered with a question that a screen may show."""
    await accept(journal, message(number=number))
    (row,) = await claim(journal, Queue.ORDERS)
    question = Answer(number, "A gift: …", held_s=WAIT_S, push=push)
    await journal.finish(Ending(row, InboxState.DONE, answers=(question,)))


async def test_a_question_waits_for_its_screen_and_is_given_out_once(journal: Journal) -> None:
    await asked(journal)
    assert [] == await take(journal)
    (push,) = await journal.claim_pushes(["smsc"], 10)
    assert ("smsc", NUMBER, "10086", "A gift: …", "{}") == (
        push.bind,
        push.number,
        push.short_code,
        push.text,
        push.push,
    )
    assert [] == await journal.claim_pushes(["smsc"], 10)


async def test_what_was_answered_on_its_screen_is_no_text_any_more(journal: Journal, clock: TurnedClock) -> None:
    await asked(journal)
    (push,) = await journal.claim_pushes(["smsc"], 10)
    await journal.pushed(push.id, answered=True)
    clock.turn(WAIT_S + 1)
    assert [] == await take(journal)
    assert ["shown"] == [row["state"] for row in answers(journal)]


async def test_what_waits_behind_an_answered_question_goes_at_once(journal: Journal) -> None:
    await asked(journal)
    await accept(journal, message("LIST", queue=Queue.INTERACTIVE))
    (row,) = await claim(journal, Queue.INTERACTIVE)
    await journal.finish(Ending(row, InboxState.DONE, answers=(Answer(NUMBER, "You have none."),)))
    (push,) = await journal.claim_pushes(["smsc"], 10)
    await journal.pushed(push.id, answered=True)
    assert ["You have none."] == [text.text for text in await take(journal)]


async def test_what_was_not_answered_goes_by_text_at_once(journal: Journal) -> None:
    await asked(journal)
    (push,) = await journal.claim_pushes(["smsc"], 10)
    await journal.pushed(push.id, answered=False)
    assert ["A gift: …"] == [text.text for text in await take(journal)]


async def test_a_question_whose_listener_died_goes_by_text_when_its_wait_is_over(
    journal: Journal, clock: TurnedClock
) -> None:
    await asked(journal)
    await journal.claim_pushes(["smsc"], 10)
    clock.turn(WAIT_S + 1)
    (text,) = await take(journal)
    await sent(journal, text)
    await journal.pushed(text.id, answered=True)  # he answers after all, and late: it stays sent
    assert ["sent"] == [row["state"] for row in answers(journal)]


async def test_a_text_that_is_due_is_not_given_out_for_a_screen(journal: Journal, clock: TurnedClock) -> None:
    await asked(journal)
    clock.turn(WAIT_S)
    assert [] == await journal.claim_pushes(["smsc"], 10)


async def test_an_answer_without_a_screen_is_none_of_it(journal: Journal) -> None:
    await asked(journal, push="")
    assert [] == await journal.claim_pushes(["smsc"], 10)


async def test_another_binds_questions_are_not_given_out(journal: Journal) -> None:
    await asked(journal)
    assert [] == await journal.claim_pushes(["another"], 10)
    assert 1 == len(await journal.claim_pushes(["another", "smsc"], 10))
