"""The music club by text: levels, joining, members' tones, changing, leaving; nothing is charged without a yes."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from structlog.testing import capture_logs

from core_client import CoreClient, NothingSentError
from tests.dialogue.offers.kit.rules import offer
from tests.house import until
from tests.journal.kit.turned_clock import TurnedClock
from tests.journals import journal_url, postgresql_url, sqlite_url  # noqa: F401 - fixtures
from tests.workers.kit.clubhouse import CLUB, ClubCore, house_of, list_of, opened
from tests.workers.kit.counter import Counter
from tests.workers.kit.office import FRIEND, NUMBER, WORDING
from tests.workers.kit.small_core import PRICE, Lost
from workers.composing import club_of
from workers.dialogue import Action, Result, ToneFacts, Verdict
from workers.dialogue.club import CLUB_FILE, Club
from workers.dialogue.offers import Offers
from workers.dialogue.replies import told
from workers.journal import InboxState, Journal
from workers.journal.memberships import Memberships
from workers.pricing import Pricing
from workers.renewal_calls import RenewalCalls
from workers.settings import Settings

TONE, OTHER, THIRD, FOURTH = (f"60090200000{no}" for no in range(1, 5))


@pytest.fixture
def clock() -> TurnedClock:
    return TurnedClock()


@pytest.fixture
def counter(sqlite_url: str, clock: TurnedClock) -> Iterator[Counter]:  # noqa: F811
    with Journal(sqlite_url, clock=clock) as journal:
        counter = opened(sqlite_url, journal, clock)
        yield counter
        counter.close()


def core_of(counter: Counter) -> ClubCore:
    return house_of(counter).core


def remembered(counter: Counter) -> str:
    found = Memberships(counter.database).of(NUMBER)
    return found.level if found else ""


def buy(counter: Counter, text: str) -> str:
    """Text it, and YES to its price; the price's text."""
    question = counter.ask(NUMBER, text)
    counter.ask(NUMBER, "YES")
    return question


def paid(counter: Counter) -> list[tuple[str, int, str]]:
    """Thing, minor units and offer of all that was charged."""
    return [(thing, amount, offer_code) for _, thing, amount, offer_code, _ in core_of(counter).sold]


def test_club_shows_each_level_with_its_price_and_what_it_brings(counter: Counter) -> None:
    answer = counter.ask(NUMBER, "CLUB")
    assert "Silver (5.00 yuan, 30 days: 1 free tone a month, others at 80% of the price)" in answer
    assert "Gold (10.00 yuan, 30 days: 2 free tones a month, others for 0.50 yuan)" in answer
    assert "JOIN Silver" in answer


def test_a_level_is_joined_only_after_a_yes_to_its_price_and_period(counter: Counter) -> None:
    """Promise 3: price, period and renewal are told, and nothing is charged before."""
    question = counter.ask(NUMBER, "join gold")
    assert "Gold costs 10.00 yuan for 30 days and renews at that price until you leave" in question
    assert ([], "") == (paid(counter), remembered(counter))
    answer = counter.ask(NUMBER, "YES")
    assert "You are in the music club: Gold. You paid 10.00 yuan for 30 days" in answer
    assert ([("202", 1000, "")], "gold") == (paid(counter), remembered(counter))
    assert [NUMBER] == [row["number"] for row in counter.record()], "the yes is in the record"


@pytest.mark.parametrize(
    ("opens", "question", "bought"),
    [(False, "Reply YES to open it", []), (True, "Gold costs 10.00 yuan", [("202", 1000, "")])],
    ids=["no", "it opens the service"],
)
def test_who_has_no_service_joins_at_once_only_where_an_order_opens_it(
    sqlite_url: str,  # noqa: F811
    clock: TurnedClock,
    opens: bool,
    question: str,
    bought: list[tuple[str, int, str]],
) -> None:
    """Promise 3: else the fee is asked about, and no level's price."""
    with Journal(sqlite_url, clock=clock) as journal:
        counter = opened(sqlite_url, journal, clock, opens=opens)
        house_of(counter).core.faults["queryInboxTone"] = ["301001"] * 2  # before the question and before the order
        house_of(counter).core.faults["query"] = ["301001"] * 2
        asked = counter.ask(NUMBER, "JOIN GOLD")
        assert (True, opens) == (question in asked, "10.00 yuan" in asked), asked
        counter.ask(NUMBER, "YES")
        assert bought == paid(counter)
        counter.close()


def test_a_no_joins_nothing(counter: Counter) -> None:
    counter.ask(NUMBER, "JOIN GOLD")
    assert "Nothing was charged" in counter.ask(NUMBER, "NO")
    assert ([], "") == (paid(counter), remembered(counter))


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ('no level "GOLP". Did you mean Gold? Then send JOIN Gold', "JOIN golp"),
        ('no level "GOLD BUT NOT NOW". Did you mean', "JOIN GOLD but not now"),
        ("Silver (5.00 yuan", "JOIN"),
        ("You are not in the music club. Nothing was charged", "LEAVE"),
        ("there is no bundle with that code", "PACK 202"),
    ],
)
def test_what_joins_or_leaves_nothing_says_what_to_send(counter: Counter, said: str, text: str) -> None:
    assert said in counter.ask(NUMBER, text)
    assert ([], []) == (paid(counter), counter.questions())


def test_a_membership_is_no_bundle_in_the_list_of_bundles(counter: Counter) -> None:
    answer = counter.ask(NUMBER, "PACK")
    assert (True, False) == ("101" in answer, "201" in answer)


def test_who_has_the_level_is_told_so_and_pays_nothing(counter: Counter) -> None:
    buy(counter, "JOIN GOLD")
    assert "You are in the music club already: Gold. Nothing was charged" in counter.ask(NUMBER, "JOIN 金卡")
    assert [("202", 1000, "")] == paid(counter)


def test_a_members_tones_are_free_as_often_as_agreed_then_cheaper(counter: Counter) -> None:
    """Promise 3: the price told is the price charged, and a month's free tones are never exceeded."""
    buy(counter, "JOIN GOLD")
    told = [buy(counter, f"GET {tone}") for tone in (TONE, OTHER, THIRD)]
    assert [True, True] == ["You paid 0.00 yuan" in text for text in told[:2]], "what is free needs no yes"
    assert "costs 0.50 yuan" in told[2]
    free = "club:gold:2027-01"
    assert [(TONE, 0, free), (OTHER, 0, free), (THIRD, 50, "club:gold")] == paid(counter)[1:]


def test_a_new_month_brings_new_free_tones(counter: Counter, clock: TurnedClock) -> None:
    buy(counter, "JOIN SILVER")
    for tone in (TONE, OTHER):
        buy(counter, f"GET {tone}")
    clock.turn(31 * 86_400)
    buy(counter, f"GET {THIRD}")
    assert [0, PRICE * 80 // 100, 0] == [amount for _, amount, _ in paid(counter)[1:]]


def test_a_free_tone_that_the_core_refuses_is_given_back(counter: Counter) -> None:
    buy(counter, "JOIN SILVER")
    core_of(counter).faults["orderTone"] = ["303023"]
    counter.ask(NUMBER, f"GET {TONE}")
    counter.ask(NUMBER, f"GET {OTHER}")
    assert [(OTHER, 0, "club:silver:2027-01")] == paid(counter)[1:]


def test_the_lower_price_wins_and_at_the_same_price_no_free_tone_is_used_up(counter: Counter) -> None:
    buy(counter, "JOIN SILVER")
    free_for_all, dear = offer("gratis", 0, tones=(TONE,)), offer("spring", 190, priority=9, tones=(OTHER,))
    house_of(counter).offers = Offers((free_for_all, dear, offer("sale", 100, tones=(THIRD,))))
    for tone in (TONE, OTHER, THIRD):
        buy(counter, f"GET {tone}")
    expected = [(TONE, 0, "gratis"), (OTHER, 0, "club:silver:2027-01"), (THIRD, 100, "sale")]
    assert expected == paid(counter)[1:]


def test_a_membership_that_has_ended_at_the_core_makes_nothing_cheaper(counter: Counter) -> None:
    """Promise 3: the journal's memory alone never makes a member's price, neither told nor charged."""
    buy(counter, "JOIN GOLD")
    core_of(counter).boxes[NUMBER].clear()
    assert "costs 2.00 yuan" in counter.ask(NUMBER, f"GET {TONE}")
    assert "" == remembered(counter), "the memory is set right"


def test_a_membership_that_ends_between_price_and_yes_asks_again_at_the_new_price(counter: Counter) -> None:
    buy(counter, "JOIN GOLD")
    for tone in (TONE, OTHER):
        counter.ask(NUMBER, f"GET {tone}")
    assert "costs 0.50 yuan" in counter.ask(NUMBER, f"GET {THIRD}")
    core_of(counter).unpaid.add(NUMBER)
    answer = counter.ask(NUMBER, "YES")
    assert "The price has just changed; nothing was charged" in answer
    assert "costs 2.00 yuan" in answer
    assert 3 == len(paid(counter))


def test_a_membership_made_elsewhere_counts_once_the_core_has_been_read(counter: Counter) -> None:
    core_of(counter).boxes[NUMBER] = ["202"]
    assert "You are in the music club: Gold, 10.00 yuan for 30 days" in counter.ask(NUMBER, "CLUB")
    counter.ask(NUMBER, f"GET {TONE}")
    assert [(TONE, 0, "club:gold:2027-01")] == paid(counter)


def test_who_is_no_member_costs_the_core_no_question_about_the_club(counter: Counter) -> None:
    buy(counter, f"GET {TONE}")
    before = len(core_of(counter).transactions("queryInboxTone"))
    buy(counter, f"GET {OTHER}")
    asked = len(core_of(counter).transactions("queryInboxTone")) - before
    house_of(counter).club = Club()
    buy(counter, f"GET {THIRD}")
    assert asked == len(core_of(counter).transactions("queryInboxTone")) - before - asked


def test_a_change_of_level_is_one_charge_and_tells_both(counter: Counter) -> None:
    buy(counter, "JOIN SILVER")
    question = counter.ask(NUMBER, "JOIN GOLD")
    assert ("Silver ends with it" in question, "10.00 yuan" in question) == (True, True)
    assert "You have changed from Silver to Gold" in counter.ask(NUMBER, "YES")
    assert (["202"], "gold") == (core_of(counter).boxes[NUMBER], remembered(counter))
    assert [("201", 500, ""), ("202", 1000, "")] == paid(counter)


def test_a_change_that_is_refused_leaves_the_old_level(counter: Counter) -> None:
    buy(counter, "JOIN SILVER")
    core_of(counter).faults["orderTone"] = ["310001"]
    counter.ask(NUMBER, "JOIN GOLD")
    assert "your balance is too low. Nothing was charged" in counter.ask(NUMBER, "YES")
    assert (["201"], "silver") == (core_of(counter).boxes[NUMBER], remembered(counter))


def test_leave_ends_the_membership_and_its_prices(counter: Counter) -> None:
    """Stopping never needs a yes."""
    buy(counter, "JOIN GOLD")
    assert "You have left the music club (Gold). Nothing more will be charged for it" in counter.ask(NUMBER, "LEAVE")
    assert ([], "") == (core_of(counter).boxes[NUMBER], remembered(counter))
    assert "costs 2.00 yuan" in counter.ask(NUMBER, f"GET {TONE}")


def test_an_unpaid_membership_can_be_left_so_that_it_is_never_charged_again(counter: Counter) -> None:
    buy(counter, "JOIN GOLD")
    core_of(counter).unpaid.add(NUMBER)
    assert "You have left the music club (Gold)" in counter.ask(NUMBER, "LEAVE")
    assert [] == core_of(counter).boxes[NUMBER]


def test_stop_ends_the_membership_with_the_service_and_says_so(counter: Counter) -> None:
    core_of(counter).open.add(NUMBER)
    buy(counter, "JOIN GOLD")
    answer = counter.ask(NUMBER, "STOP")
    assert "is closed, and with it your membership of the music club (Gold)" in answer
    assert ([], "") == (core_of(counter).boxes[NUMBER], remembered(counter))


def test_a_members_tone_is_refused_to_others_with_the_level_that_may(counter: Counter) -> None:
    house_of(counter).club = replace(CLUB, lists=(list_of(TONE),))
    refused = counter.ask(NUMBER, f"GET {TONE}")
    assert "this tone is only for members of Gold in the music club. Nothing was charged" in refused
    assert [] == counter.questions()
    buy(counter, "JOIN SILVER")
    assert "only for members of Gold" in counter.ask(NUMBER, f"GET {TONE}")
    buy(counter, "JOIN GOLD")
    counter.ask(NUMBER, f"GET {TONE}")
    assert (TONE, 0, "club:gold:2027-01") == paid(counter)[-1]


@pytest.mark.parametrize("knows", [True, False], ids=["core tells", "core tells nothing"])
@pytest.mark.parametrize("done", [True, False], ids=["done", "not done"])
@pytest.mark.parametrize("text", ["JOIN GOLD", "LEAVE"])
def test_a_lost_answer_neither_joins_nor_leaves_twice(
    sqlite_url: str,  # noqa: F811
    clock: TurnedClock,
    text: str,
    done: bool,
    knows: bool,
) -> None:
    """Promise 2: the library tells where the core can't be asked."""
    with Journal(sqlite_url, clock=clock) as journal:
        counter = opened(sqlite_url, journal, clock, knows=knows)
        buy(counter, "JOIN SILVER")
        joins = text != "LEAVE"
        if joins:
            counter.ask(NUMBER, text)
        core_of(counter).faults["orderTone" if joins else "delInboxTone"] = [Lost(done=done)]
        counter.ask(NUMBER, "YES" if joins else text)
        counter.settle()
        heard = counter.heard(NUMBER)[-1]
        assert ("Silver to Gold" if joins else "You have left the music club") in heard
        assert (["202"] if joins else []) == core_of(counter).boxes[NUMBER]
        assert (["201", "202"] if joins else ["201"]) == [thing for thing, _, _ in paid(counter)]
        counter.close()


@pytest.mark.parametrize("fault", ["100002", NothingSentError("refused"), Lost(), Lost(done=False)], ids=str)
def test_the_old_level_is_taken_out_in_the_end_whatever_fails_after_the_order(counter: Counter, fault: object) -> None:
    """Promise 3: nobody goes on paying for what was given up; promise 2: the new one is charged once."""
    buy(counter, "JOIN SILVER")
    counter.ask(NUMBER, "JOIN GOLD")
    core_of(counter).faults["delInboxTone"] = [fault]  # type: ignore[list-item]
    counter.ask(NUMBER, "YES")
    counter.settle()
    assert (["202"], "gold") == (core_of(counter).boxes[NUMBER], remembered(counter))
    assert [("201", 500, ""), ("202", 1000, "")] == paid(counter)
    assert [] == [row for row in counter.messages() if row["state"] not in (InboxState.DONE, InboxState.REFUSED)]


def test_without_a_club_its_words_say_so(counter: Counter) -> None:
    house_of(counter).club = Club()
    for text in ("CLUB", "JOIN", "JOIN GOLD"):
        assert "There is no music club now. Nothing was charged" in counter.ask(NUMBER, text)


async def test_a_change_of_the_file_is_live_and_a_broken_one_is_refused_while_the_old_goes_on(tmp_path: Path) -> None:
    file, beside = tmp_path / CLUB_FILE, tmp_path / "new"

    def rewrite(old: str, new: str) -> None:
        """At one stroke: whoever watches it never sees half of it."""
        beside.write_text(file.read_text().replace(old, new))
        beside.replace(file)

    file.write_text("levels:\n  gold: {code: '202', price: 1000, validity_days: 30, tones: 50%}\n")
    settings = Settings.model_validate({"dialogue": {"templates": tmp_path}})
    club = club_of(settings)
    watching = asyncio.create_task(club.watch())
    try:
        rewrite("1000", "900")
        await until(lambda: [900] == [level.price for level in club.current().levels], "the new price is in force")
        with capture_logs() as logs:
            rewrite("'202'", "two")
            await until(lambda: bool(logs), "the broken file is told")
        assert f"{file}:2: 'gold': code: 'two' is no box's code" in logs[0]["finding"]
        assert [900] == [level.price for level in club.current().levels]
    finally:
        watching.cancel()


async def test_a_membership_is_looked_at_and_told_as_a_tone_that_renews() -> None:
    core = ClubCore(boxes={NUMBER: ["202"]})
    client = CoreClient("http://core.invalid/usdp", "portal", "secret", transport=core)
    renewals = RenewalCalls(client, Pricing(clock=TurnedClock()), None, ZoneInfo("UTC"))
    held = await renewals.owned(NUMBER, "202")
    assert ("202", "renews") == (held and held.code, held and held.renewal)
    assert (await renewals.owned(FRIEND, "202")) is None
    facts = ToneFacts("202", "Gold", "", 1000, 30)
    said = Result(Action.RENEW, Verdict.DONE, tone_code="202", tone=facts, until="2027-03-07")
    text = told("club_renewal_notice", said, "en", WORDING)
    assert "(Gold) renews by itself on 7 Mar 2027 for 10.00 yuan (30 days). To stop it, send LEAVE." in text


@pytest.mark.parametrize("elsewhere", [False, True], ids=["joined by text", "joined elsewhere"])
def test_status_names_the_level_of_a_member(counter: Counter, elsewhere: bool) -> None:
    """Promise 4: what renews by itself is told to whoever asks how things stand."""
    assert "club" not in counter.ask(NUMBER, "STATUS")
    if elsewhere:
        core_of(counter).boxes[NUMBER] = ["202"]
    else:
        buy(counter, "JOIN GOLD")
    assert "Music club: Gold." in counter.ask(NUMBER, "STATUS")
    assert "gold" == remembered(counter)
    core_of(counter).unpaid.add(NUMBER)
    assert "club" not in counter.ask(NUMBER, "STATUS")
    counter.ask(NUMBER, "LEAVE")
    assert "club" not in counter.ask(NUMBER, "STATUS")


def test_a_core_that_knows_of_no_memberships_has_a_status_all_the_same(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Promise 4: silence is no answer, and nor is trying again for ever."""
    core = core_of(counter)
    does = core._do

    def does_no_boxes(name: str, fields: dict[str, str]) -> Any:
        return ("100010", {}, {}) if fields.get("resourceType") == "2" else does(name, fields)

    monkeypatch.setattr(core, "_do", does_no_boxes)
    assert "Your service is open" in counter.ask(NUMBER, "STATUS")
