"""Gifts over a real journal and a core in memory: refused before their call, ended once, told to both."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest

from core_client import NothingSentError, Refused
from tests.journal.kit.turned_clock import TurnedClock
from tests.workers.kit.counter import Counter
from tests.workers.kit.gift_core import FileDesk, GiftCore
from tests.workers.kit.office import FRIEND, NUMBER, Office, row_of
from tests.workers.kit.shop import NOON, Shop
from tests.workers.kit.small_core import FEE, PRICE, Lost
from workers.dialogue import Action, Command, Way
from workers.dialogue.limits import NumberLimits
from workers.dialogue.offers import Thing
from workers.journal import Journal
from workers.journal.gifts import GiftBook
from workers.journal.tables import gifts
from workers.steps import steps_of

TONE, OTHER = "600902000001", "600902000002"
THIRD, STRANGER = "8613800138003", "8613900138004"
GIFT = f"GIFT {TONE} {FRIEND}"
HOUR = 3600.0
LATE = 5 * HOUR + 11


@pytest.fixture
def core() -> GiftCore:
    core = GiftCore()
    core.without.add(STRANGER)
    return core


@pytest.fixture(params=[Way.REPLY])
def counter(sqlite_url: str, core: GiftCore, request: pytest.FixtureRequest) -> Iterator[Counter]:
    counter = open_counter(sqlite_url, core, request.param)
    yield counter
    counter.close()


def open_counter(url: str, core: GiftCore, way: Way = Way.REPLY, **more: object) -> Counter:
    office = Office(core=core, way=way, **more)  # type: ignore[arg-type]
    counter = Counter(url, office, TurnedClock())
    office.gift_desk = FileDesk(counter.database)
    office.__post_init__()
    return counter


def give(counter: Counter, giver: str = NUMBER, recipient: str = FRIEND, tone: str = TONE) -> str:
    """Give a tone, with the yes to its price; the key that the recipient is sent."""
    counter.ask(giver, f"GIFT {tone} {recipient}")
    counter.clock.turn(1)
    counter.ask(giver, "YES")
    counter.clock.turn(1)
    found = re.search(r"YES (\d{6})", counter.heard(recipient)[-1])
    assert found, counter.heard(recipient)
    return found[1]


def states(counter: Counter) -> list[str]:
    return [row["state"] for row in counter._rows(gifts)]


def later(counter: Counter, seconds: float) -> None:
    counter.clock.turn(seconds)
    counter.sweep()
    counter.work()


def presented(core: GiftCore) -> int:
    return len([name for name, _ in core.calls if name == "presentTone"])


# Before the call


def test_the_recipient_is_asked_with_the_time_there_is_and_nothing_is_charged_yet(
    counter: Counter, core: GiftCore
) -> None:
    give(counter)
    asked = counter.heard(FRIEND)[-1]
    assert [] == [words for words in (f"+{NUMBER}", "Song 1", "free for you", "5 hours", "NO") if words not in asked]
    assert ([], ["presented"]) == (core.charges, states(counter))


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("to yourself", f"GIFT {TONE} {NUMBER}"),
        ("offered this gift already", GIFT),
        ("want to be offered", f"GIFT {OTHER} {THIRD}"),
    ],
    ids=["self", "repeat", "do not disturb"],
)
def test_what_cannot_be_is_told_before_any_call_and_costs_nothing(
    counter: Counter, core: GiftCore, words: str, text: str
) -> None:
    give(counter)
    GiftBook(counter.database).leave_alone([THIRD], "operations")
    before = presented(core)
    told = counter.ask(NUMBER, text)
    assert words in told
    assert "othing was charged" in told or "can't give" in told
    assert (before, [], []) == (presented(core), core.charges, counter.heard(THIRD))


def test_who_wants_no_gifts_says_so_by_text_whatever_the_core_does_and_may_take_it_back(
    counter: Counter, core: GiftCore
) -> None:
    """Promise 4: never a no, and nothing that costs."""
    core.faults["query"] = core.faults["presentTone"] = [NothingSentError("refused")] * 9
    assert "GIFTS ON" in counter.ask(FRIEND, "STOP GIFTS")
    assert "GIFTS ON" in counter.ask(FRIEND, "stop gifts please")
    assert [] == core.calls
    core.faults.clear()
    assert "does not want to be offered" in counter.ask(NUMBER, GIFT)
    assert [(FRIEND, "subscriber")] == [(row.number, row.author) for row in GiftBook(counter.database).undisturbed()]
    assert "STOP GIFTS" in counter.ask(FRIEND, "GIFTS ON")
    counter.clock.turn(1)
    assert "Reply YES to give it" in counter.ask(NUMBER, GIFT)


def test_a_stop_that_goes_on_after_the_gifts_closes_the_service(counter: Counter, core: GiftCore) -> None:
    """Promise 3: stopping never needs a second try."""
    assert "ringback tone service is not open" in counter.ask(NUMBER, "STOP GIFTS AND ALL THE REST")
    assert ["unSubscribe"] == [name for name, _ in core.calls]
    assert [] == GiftBook(counter.database).undisturbed()


def test_a_number_that_is_left_alone_meanwhile_is_not_asked(counter: Counter, core: GiftCore) -> None:
    counter.ask(NUMBER, GIFT)
    GiftBook(counter.database).leave_alone([FRIEND], "operations")
    counter.clock.turn(1)
    assert "does not want to be offered" in counter.ask(NUMBER, "YES")
    assert (0, []) == (presented(core), counter.heard(FRIEND))


def test_a_gift_that_is_over_may_be_given_again(counter: Counter) -> None:
    key = give(counter)
    counter.ask(FRIEND, f"NO {key}")
    assert key != give(counter)


def test_a_journal_that_is_away_leaves_the_gift_waiting(counter: Counter, core: GiftCore) -> None:
    counter.ask(NUMBER, GIFT)
    counter.clock.turn(1)
    desk = counter.office.gift_desk
    assert isinstance(desk, FileDesk)
    desk.away = True
    counter.text(NUMBER, "YES")
    counter.work()
    assert 0 == presented(core)
    desk.away = False
    later(counter, 60)
    assert ["presented"] == states(counter)


# Its end


@pytest.mark.parametrize("with_key", [True, False], ids=["with the key", "bare"])
def test_a_gift_that_is_taken_is_paid_by_its_giver_and_both_hear_of_it(
    counter: Counter, core: GiftCore, with_key: bool
) -> None:
    """Promise 3: charged at the price that its giver said yes to, once its recipient has said yes, too."""
    key = give(counter)
    told = counter.ask(FRIEND, f"YES {key}" if with_key else "YES")
    assert [] == [words for words in ("Song 1", "You paid nothing", f"DEL {TONE}") if words not in told]
    assert [] == [
        words for words in (f"+{FRIEND}", "took your gift", "2.00 yuan") if words not in counter.heard(NUMBER)[-1]
    ]
    assert ([(NUMBER, TONE, PRICE)], ["accepted"]) == ([charge[1:] for charge in core.charges], states(counter))


@pytest.mark.parametrize("with_key", [True, False], ids=["with the key", "bare"])
def test_a_gift_that_is_turned_down_costs_nothing_and_both_hear_of_it(
    counter: Counter, core: GiftCore, with_key: bool
) -> None:
    key = give(counter)
    assert "Nothing was charged" in counter.ask(FRIEND, f"NO {key}" if with_key else "NO")
    assert "turned your gift down" in counter.heard(NUMBER)[-1]
    assert ([], ["refused"]) == (core.charges, states(counter))


def test_a_gift_that_nobody_answers_is_refused_at_the_core_at_its_deadline_and_both_hear_of_it(
    counter: Counter, core: GiftCore
) -> None:
    key = give(counter)
    later(counter, LATE)
    assert ("did not answer in time" in counter.heard(NUMBER)[-1], "waits no longer" in counter.heard(FRIEND)[-1]) == (
        True, True,
    )  # fmt: skip
    assert ("declined", [], ["expired"]) == (core.gifts[key].state, core.charges, states(counter))
    assert "time for this gift is over" in counter.ask(FRIEND, f"YES {key}")
    assert [] == core.charges


def test_a_yes_after_the_deadline_takes_nothing_though_the_core_still_would(counter: Counter, core: GiftCore) -> None:
    key = give(counter)
    counter.clock.turn(LATE)
    assert "time for this gift is over" in counter.ask(FRIEND, f"YES {key}")
    assert [] == core.charges


@pytest.mark.parametrize(
    ("state", "said", "owned"),
    [("accepted", "took your gift", [TONE]), ("refused", "turned your gift down", [])],
)
def test_what_was_answered_at_another_door_is_told_at_the_deadline(
    counter: Counter, core: GiftCore, state: str, said: str, owned: list[str]
) -> None:
    key = give(counter)
    core.gifts[key].state = "declined"
    core.owned[FRIEND] += owned
    later(counter, LATE)
    assert ([state], True) == (states(counter), said in counter.heard(NUMBER)[-1])


@pytest.mark.parametrize("forgets", [False, True], ids=["a core that tells", "a core that forgets"])
def test_what_was_taken_at_another_door_is_told_though_the_answer_to_its_end_was_lost(
    counter: Counter, core: GiftCore, forgets: bool
) -> None:
    """Promise 4: who paid for his gift never reads that nothing was charged."""
    core.forgets = forgets
    key = give(counter)
    core.gifts[key].state = "accepted"
    core.owned[FRIEND].append(TONE)
    core.faults["presentToneAffirm"].append(Lost())
    later(counter, LATE)
    counter.settle()
    assert (["accepted"], True) == (states(counter), "took your gift" in counter.heard(NUMBER)[-1])


def test_a_giver_who_cannot_pay_is_told_once_and_the_gift_waits_until_he_can(counter: Counter, core: GiftCore) -> None:
    key = give(counter)
    core.poor.add(NUMBER)
    for _ in range(2):
        assert "could not be paid for" in counter.ask(FRIEND, f"YES {key}")
        counter.clock.turn(1)
    assert 1 == sum("Top up" in text for text in counter.heard(NUMBER))
    core.poor.clear()
    counter.ask(FRIEND, f"YES {key}")
    assert (["accepted"], [PRICE]) == (states(counter), [charge[3] for charge in core.charges])


def test_a_gift_that_could_not_be_paid_by_its_deadline_has_failed(counter: Counter, core: GiftCore) -> None:
    key = give(counter)
    core.poor.add(NUMBER)
    counter.ask(FRIEND, f"YES {key}")
    later(counter, LATE)
    assert ("did not work" in counter.heard(NUMBER)[-1], ["failed"]) == (True, states(counter))


def test_a_yes_whose_answer_was_lost_is_about_its_gift_however_late_operations_have_it_done_again(
    counter: Counter, core: GiftCore
) -> None:
    """Promise 2: and never told that nothing waited for it, and that nothing was charged (promise 4)."""
    core.forgets = True
    give(counter)
    core.faults["presentToneAffirm"].append(Lost())
    yes = counter.text(FRIEND, "YES")
    counter.settle()
    later(counter, LATE)
    counter.settle()
    assert (["accepted"], [PRICE]) == (states(counter), [charge[3] for charge in core.charges])
    counter.clock.turn(48 * HOUR)
    before = len(counter.heard(FRIEND))
    counter.replay(yes)
    counter.settle()
    assert [] == [text for text in counter.heard(FRIEND)[before:] if "othing was charged" in text]
    assert "unknown" in [row["state"] for row in counter.messages() if row["transaction_id"] == yes]


# Several things open


def test_with_two_gifts_open_a_yes_lists_them_and_a_key_takes_one(counter: Counter, core: GiftCore) -> None:
    first, second = give(counter), give(counter, THIRD, tone=OTHER)
    told = counter.ask(FRIEND, "YES")
    assert [] == [words for words in (f"YES {first}", f"YES {second}", "Song 1", "Song 2") if words not in told]
    assert [] == core.charges
    counter.ask(FRIEND, f"YES {second}")
    assert ["presented", "accepted"] == states(counter)


def test_with_a_gift_and_a_price_open_a_yes_lists_both_and_charges_nobody(counter: Counter, core: GiftCore) -> None:
    key = give(counter)
    counter.ask(FRIEND, OTHER)
    counter.clock.turn(1)
    told = counter.ask(FRIEND, "YES")
    number = re.search(r"YES (\d{1,3}):", told)
    assert number, told
    assert f"YES {key}" in told
    assert [] == core.charges
    counter.clock.turn(1)
    counter.ask(FRIEND, f"YES {number[1]}")
    assert [(FRIEND, OTHER)] == [charge[1:3] for charge in core.charges]
    assert ["presented"] == states(counter)


# A recipient without the service


def test_the_giver_is_asked_with_both_prices_and_pays_both_when_it_is_taken(counter: Counter, core: GiftCore) -> None:
    asked = counter.ask(NUMBER, f"GIFT {TONE} {STRANGER}")
    for words in ("no ringback tone service", "2.00 yuan", "8.00 yuan", "10.00 yuan in all", "Nothing is charged yet"):
        assert words in asked
    counter.clock.turn(1)
    counter.ask(NUMBER, "YES")
    offer = counter.heard(STRANGER)[-1]
    for words in ("opens the ringback tone service", "8.00 yuan a month", "STOP"):
        assert words in offer
    assert (True, []) == (STRANGER in core.without, core.charges)
    counter.clock.turn(1)
    assert "service is open" in counter.ask(STRANGER, "YES")
    assert ([(NUMBER, PRICE + FEE)], False) == (
        [(charge[1], charge[3]) for charge in core.charges],
        STRANGER in core.without,
    )
    assert "10.00 yuan" in counter.heard(NUMBER)[-1]


def test_the_record_of_the_yes_has_both_prices(counter: Counter) -> None:
    """Promise 3: what was agreed to can be proved."""
    counter.ask(NUMBER, f"GIFT {TONE} {STRANGER}")
    counter.clock.turn(1)
    counter.ask(NUMBER, "YES")
    (content,) = [json.loads(row["content"]) for row in counter.record()]
    assert [(PRICE, FEE)] == [(one["price"], one["monthly_fee"]) for one in content["asked"]]


@pytest.mark.parametrize("way", [Way.NONE, Way.REPLY])
def test_whoever_lost_his_service_meanwhile_is_not_paid_for_without_another_yes(
    sqlite_url: str, core: GiftCore, way: Way
) -> None:
    """Promise 3: no setting makes an order for a tone a yes to a month of service."""
    counter = open_counter(sqlite_url, core, way)
    if way is Way.NONE:
        asked = counter.ask(NUMBER, f"GIFT {TONE} {STRANGER}")
    else:
        counter.ask(NUMBER, GIFT)
        core.without.add(FRIEND)
        counter.clock.turn(1)
        asked = counter.ask(NUMBER, "YES")
    recipient = STRANGER if way is Way.NONE else FRIEND
    assert ("10.00 yuan in all" in asked, {}, []) == (True, core.gifts, core.charges)
    counter.clock.turn(1)
    counter.ask(NUMBER, "YES")
    assert [(recipient, FEE)] == [(one.recipient, one.fee) for one in core.gifts.values()]
    counter.close()


def test_a_core_that_opens_no_service_for_another_refuses_and_nothing_is_asked(sqlite_url: str, core: GiftCore) -> None:
    counter = open_counter(sqlite_url, core, expects_price=False)
    assert "has no ringback tone service" in counter.ask(NUMBER, f"GIFT {TONE} {STRANGER}")
    assert (0, []) == (presented(core), counter.questions())
    counter.close()


def test_a_core_that_tells_no_fee_of_its_recipient_refuses_and_the_same_is_not_asked_again(
    counter: Counter, core: GiftCore
) -> None:
    """Promise 4: why not, in the place of the question that was just said yes to."""
    core.faults["query"] = ["201001"] * 9
    assert "8.00" not in counter.ask(NUMBER, f"GIFT {TONE} {STRANGER}")
    counter.clock.turn(1)
    heard = counter.ask(NUMBER, "YES")
    for words in ("has no ringback tone service", "Nothing was charged"):
        assert words in heard
    assert ({}, ["granted"]) == (core.gifts, [row["state"] for row in counter.questions()])


@pytest.mark.parametrize(("spending", "reason"), [(PRICE + FEE, ""), (PRICE + FEE - 1, "spending_limit")])
async def test_what_is_paid_for_the_service_counts_among_what_a_number_may_spend(
    sqlite_url: str, spending: int, reason: str
) -> None:
    with Journal(sqlite_url, clock=lambda: NOON) as journal:
        shop = Shop(journal, limits=NumberLimits(spending_per_day=spending))
        both = Command(Action.GIFT, tone_codes=(TONE,), recipient=STRANGER)
        (step,) = steps_of(both, row_of(""), {TONE: PRICE, "": FEE})
        refused = ""
        for _ in range(2):  # the same again for the same step
            try:
                quote = await shop.pricing.reserve(step, Thing(TONE, PRICE), Shop.no_brand)
                assert (PRICE, PRICE) == (quote.price, await shop.pricing.priced(step))
            except Refused as error:
                refused = error.reason
        assert (reason, [] if reason else [("reserved", PRICE + FEE, "")]) == (refused, shop.charges())


# What goes wrong


@pytest.mark.parametrize("forgets", [False, True], ids=["remembers", "forgets"])
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_worker_that_dies_at_the_call_presents_one_gift_or_leaves_it_to_operations(
    counter: Counter, core: GiftCore, when: str, forgets: bool
) -> None:
    """Promise 2: no gift twice."""
    core.forgets = forgets
    counter.ask(NUMBER, GIFT)
    counter.clock.turn(1)
    core.dies = when
    counter.text(NUMBER, "YES")
    counter.settle()
    assert len(core.gifts) == 1
    assert states(counter) == ["confirmed" if forgets and when == "after" else "presented"]


def test_a_gift_that_may_have_been_presented_is_not_asked_about_anew_when_its_price_changed(
    counter: Counter, core: GiftCore
) -> None:
    """Promise 2, at a core that forgets: found by the machine of gifts."""
    core.forgets = True
    counter.ask(NUMBER, GIFT)
    counter.clock.turn(1)
    core.dies = "after"
    counter.text(NUMBER, "YES")
    counter.step()  # the yes is in the record
    counter.step()  # the call
    core.tones[TONE] = PRICE + 100
    counter.settle()
    assert (1, ["confirmed"]) == (len(core.gifts), states(counter))
    assert "not sure yet" in counter.heard(NUMBER)[-1]


@pytest.mark.parametrize("fault", ["before affirm", "after affirm"])
@pytest.mark.parametrize("said", ["YES", "NO"])
def test_a_worker_that_dies_at_the_answer_ends_the_gift_once_and_both_hear_it(
    counter: Counter, core: GiftCore, said: str, fault: str
) -> None:
    """Promises 2 and 4."""
    give(counter)
    core.dies = fault
    counter.text(FRIEND, said)
    counter.settle()
    assert ["accepted" if said == "YES" else "refused"] == states(counter)
    assert int(said == "YES") == len(core.charges)
    assert 1 == sum("your gift" in text for text in counter.heard(NUMBER))


@pytest.mark.parametrize("fault", ["before affirm", "after affirm"])
def test_a_worker_that_dies_at_the_deadline_ends_the_gift_once_and_both_hear_it(
    counter: Counter, core: GiftCore, fault: str
) -> None:
    key = give(counter)
    core.dies = fault
    later(counter, LATE)
    counter.settle()
    assert (["expired"], "declined", []) == (states(counter), core.gifts[key].state, core.charges)
    assert (1, 1) == (
        sum("did not answer in time" in text for text in counter.heard(NUMBER)),
        sum("waits no longer" in text for text in counter.heard(FRIEND)),
    )


@pytest.mark.parametrize(
    "fault", [NothingSentError("refused"), Lost(), Lost(done=False), "100002"], ids=["away", "lost", "not done", "busy"]
)
def test_a_core_that_is_away_at_the_deadline_is_asked_until_it_says(
    counter: Counter, core: GiftCore, fault: NothingSentError | Lost | str
) -> None:
    give(counter)
    core.faults["presentToneAffirm"] = [fault] * 7 if not isinstance(fault, Lost) else [fault]
    later(counter, LATE)
    counter.settle()
    assert ["expired"] == states(counter)


def test_a_gift_that_waits_for_its_end_holds_up_nobody(counter: Counter, core: GiftCore) -> None:
    """Promise 5: one's own messages don't wait for ours."""
    give(counter)
    core.faults["presentToneAffirm"] = [NothingSentError("refused")] * 3
    later(counter, LATE)
    assert "GIFT code number" in counter.ask(FRIEND, "HELP")
