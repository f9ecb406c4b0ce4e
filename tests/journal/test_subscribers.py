"""The language that a number has chosen: kept with the answer that promises it, and there with each of its messages."""

from __future__ import annotations

from tests.journal.kit.messages import LEASE_S, NUMBER, OTHER, accept, answers, claim, message
from tests.journal.kit.turned_clock import TurnedClock
from tests.journal.test_plans import plan_of, statements
from workers.journal import Answer, Ending, InboxState, Journal
from workers.journal.subscribers import Subscribers
from workers.journal.sweep import Sweep


async def choose(journal: Journal, language: str, number: str = NUMBER) -> None:
    """Text LANG."""
    await accept(journal, message(f"LANG {language}", number))
    (row,) = await claim(journal)
    await journal.finish(
        Ending(row, InboxState.DONE, answers=(Answer(number, f"{language} it is"),), language=language)
    )


async def test_each_message_comes_with_what_its_own_number_chose_last(journal: Journal) -> None:
    """Promise 4: an answer in the subscriber's language."""
    await choose(journal, "fr")
    await choose(journal, "sw")
    await accept(journal, message(), message(number=OTHER))
    assert {NUMBER: "sw", OTHER: ""} == {row.number: row.language for row in await claim(journal)}
    kept = Subscribers(journal.database)
    assert ["sw", ""] == [kept.language(NUMBER), kept.language(OTHER)]


async def test_what_its_number_says_of_other_things_changes_nothing(journal: Journal) -> None:
    await choose(journal, "fr")
    await accept(journal, message())
    (row,) = await claim(journal)
    await journal.finish(Ending(row, InboxState.DONE))
    assert "fr" == Subscribers(journal.database).language(NUMBER)


async def test_a_choice_that_is_not_ours_any_more_is_neither_kept_nor_answered(
    journal: Journal, clock: TurnedClock
) -> None:
    await accept(journal, message("LANG fr"))
    (row,) = await claim(journal)
    clock.turn(LEASE_S + 1)
    await journal.sweep(Sweep(60.0, 3, "sweeper", lambda *_: "dead"))
    done = await journal.finish(Ending(row, InboxState.DONE, answers=(Answer(NUMBER, "fr"),), language="fr"))
    assert (False, "", []) == (done.mine, Subscribers(journal.database).language(NUMBER), answers(journal))


async def test_who_died_in_work_is_told_so_in_the_language_that_its_number_chose(
    journal: Journal, clock: TurnedClock
) -> None:
    await choose(journal, "fr")
    await accept(journal, message(), message(number=OTHER))
    await claim(journal)
    clock.turn(LEASE_S + 1)
    wish = Sweep(60.0, 1, "sweeper", lambda number, language: f"dead {number} {language}")
    assert 2 == (await journal.sweep(wish)).died
    told = {(answer["destination"], answer["text"]) for answer in answers(journal)}
    assert {(NUMBER, "fr it is"), (NUMBER, f"dead {NUMBER} fr"), (OTHER, f"dead {OTHER} ")} == told


async def test_what_its_last_messages_came_to_is_found_newest_first_since_a_moment(
    journal: Journal, clock: TurnedClock
) -> None:
    for no, number in enumerate((NUMBER, NUMBER, OTHER, NUMBER)):
        clock.turn(10)
        await accept(journal, message(f"FIND {no}", number))
        (row,) = await claim(journal)
        await journal.finish(Ending(row, InboxState.DONE, results=f"result {no}" if no else ""))
    await accept(journal, message("MORE"))
    kept = Subscribers(journal.database)
    assert ["result 3", "result 1"] == kept.results(NUMBER, 0.0)
    assert ["result 3"] == kept.results(NUMBER, clock() - 15)
    with statements(journal, "SELECT inbox.results") as seen:
        kept.results(NUMBER, 0.0)
    assert "inbox_number" in (plan := plan_of(journal, *seen[0])), plan


async def test_a_claim_finds_the_language_by_its_key(journal: Journal) -> None:
    await choose(journal, "fr")
    await accept(journal, message())
    with statements(journal, "SELECT inbox.id, inbox.number") as seen:
        await claim(journal)
    plan = plan_of(journal, *seen[0])
    assert "subscribers_pkey" in plan or "sqlite_autoindex_subscribers" in plan, plan
    assert "SCAN subscribers" not in plan


async def test_what_a_number_sent_after_a_message_is_its_own_and_has_ended_the_newest_first(
    journal: Journal, clock: TurnedClock
) -> None:
    sent = {"STOP": "", "in the same batch": "ordered", "by ourselves": "renewed", "newer": "refused", "waits": ""}
    ends, ids = {"STOP": InboxState.DEAD, "newer": InboxState.REFUSED}, dict[str, int]()
    for text in sent:
        await accept(journal, message(text, channel="renewal" if text == "by ourselves" else "sms"))
    await accept(journal, message("another's", number=OTHER))
    for _ in range(len(sent) - 1):
        for row in await claim(journal):
            ids[row.text] = row.id
            state, written = ends.get(row.text, InboxState.DONE), sent.get(row.text, row.text)
            await journal.finish(Ending(row, state, results=written))
        clock.turn(1.0)
    kept = Subscribers(journal.database)
    assert ["refused", "ordered"] == kept.results_after(NUMBER, ids["STOP"])
    assert ["refused"] == kept.results_after(NUMBER, ids["in the same batch"])
    assert [] == kept.results_after(NUMBER, ids["newer"])
