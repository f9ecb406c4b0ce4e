"""`binds move` at a prompt: first what would go over another bind, then it does; never behind a listener's back."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable

import pytest

from tests.journal.kit.answers import PLAN, answered, postponed, sent, take
from tests.journal.kit.messages import OTHER, answers
from tests.workers.ops.test_burying import Bell
from workers.journal import Journal
from workers.journal.deeds import Deeds
from workers.journal.switches import Switches
from workers.ops.bind_states import State
from workers.ops.binds import NoSuchBind
from workers.ops.moving import CannotMove, move
from workers.settings import Settings

GONE, HERE = "gone", "main"
"""The settings name the second alone."""
BOUND: State = {"name": HERE, "host": "h1", "status": "bound"}
WHO = {"author": "asha", "reason": "ticket 7"}

Move = Callable[..., Awaitable[bool]]


@pytest.fixture
def listeners() -> list[State] | None:
    """What listeners tell, whatever it is when it is asked for."""
    return [BOUND]


@pytest.fixture
def moved(settings: Settings, listeners: list[State] | None, monkeypatch: pytest.MonkeyPatch) -> Move:
    """Asks for it as the command does, beside the loop of the test."""

    async def told(_: Settings) -> list[State] | None:
        return listeners

    async def ask(old: str = GONE, new: str = HERE, *, as_json: bool = False, bell: Bell | None = None) -> bool:
        bells = bell.of if bell else None
        return await asyncio.to_thread(move, settings, old, new, **WHO, json=as_json, bells=bells)  # type: ignore[arg-type]

    monkeypatch.setattr("workers.ops.moving.states_told", told)
    return ask


def binds(journal: Journal) -> list[str]:
    return [row["bind"] for row in answers(journal)]


async def half_sent(journal: Journal, number: str) -> None:
    await answered(journal, "a long text", number=number, bind=GONE)
    (text,) = await take(journal, 1, GONE)
    await journal.begin(text.id, PLAN, 2)
    await sent(journal, text, "m1", 1)
    await postponed(journal, text, delay_s=60.0)


def said(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return capsys.readouterr().out.splitlines()


async def test_first_it_says_what_would_go_and_since_when_it_waits(
    moved: Move, journal: Journal, capsys: pytest.CaptureFixture[str]
) -> None:
    await answered(journal, "1", "2", bind=GONE)
    await answered(journal, "3", number=OTHER, bind=GONE)
    assert await moved()
    first, *rest = said(capsys)
    assert "3 answers to 2 numbers would go over main instead of gone, the oldest of 20" == first[:-17]
    assert ["nothing is done yet: they go with --yes"] == rest
    assert ([GONE] * 3, []) == (binds(journal), Deeds(journal.database).page().rows)


async def test_then_they_go_and_the_senders_hear_of_it_at_once(
    moved: Move, journal: Journal, capsys: pytest.CaptureFixture[str]
) -> None:
    """Promise 4: the answers come.  Whoever says the same again has it as asked."""
    await answered(journal, "1", "2", bind=GONE)
    bell = Bell()
    assert await moved(bell=bell)
    assert (["moved 2 answers from gone to main"], [HERE] * 2, 1) == (said(capsys), binds(journal), bell.senders)
    assert (HERE, "asha", "ticket 7") == (
        (deed := Deeds(journal.database).page().rows[0])["detail"]["to"], deed["author"], deed["detail"]["reason"],
    )  # fmt: skip
    assert await moved(bell=bell)
    assert ["nothing to do: over gone waits no answer that can be moved; answers wait over main"] == said(capsys)
    assert 1 == bell.senders


async def test_what_stays_is_told_with_its_reason_and_is_not_as_asked(
    moved: Move, journal: Journal, capsys: pytest.CaptureFixture[str]
) -> None:
    """Promise 2 for the text: neither what a sender has nor what is half sent leaves a second time."""
    await half_sent(journal, "8613800138003")
    await answered(journal, "1", number=OTHER, bind=GONE)
    await take(journal, 1, GONE)
    await answered(journal, "2", bind=GONE)
    assert await moved()  # what would be done is told, as asked
    mend = "bind gone once more until the rest is out"
    stays = [
        f"1 answer stays with gone: half sent, and a handset joins only what was split once: {mend}",
        "1 answer stays with gone: in a sender's hand: should that one be gone, say the same again in a minute",
    ]
    assert stays == said(capsys)[1:3]
    assert not await moved(bell=Bell())
    assert ["moved 1 answer from gone to main", *stays] == said(capsys)
    assert [GONE, GONE, HERE] == binds(journal)


async def test_a_script_hears_the_same(moved: Move, journal: Journal, capsys: pytest.CaptureFixture[str]) -> None:
    await half_sent(journal, OTHER)
    await answered(journal, "1", bind=GONE)
    kept = {"from": GONE, "to": HERE, "in_hand": 0, "half_sent": 1}
    oldest = answers(journal)[1]["created_at"]
    assert await moved(as_json=True)
    would = {"dry_run": True, "moved": 0, "answers": 1, "numbers": 1, "oldest_at": oldest}
    assert would | kept == json.loads(capsys.readouterr().out)
    assert not await moved(as_json=True, bell=Bell())
    did = {"dry_run": False, "moved": 1, "answers": 0, "numbers": 0, "oldest_at": None}
    assert did | kept == json.loads(capsys.readouterr().out)


@pytest.mark.parametrize(
    ("listeners", "why"),
    [
        (None, "whether a listener has gone bound can't be seen: Redis can't be asked; run `tonegate check`"),
        (
            [BOUND, {"name": GONE, "host": "h2", "status": "bound"}],
            "gone is bound on h2, which sends its answers: `tonegate binds stop gone` first",
        ),
        (
            [BOUND, {"name": GONE, "host": "h2", "status": "waiting"}],
            "gone is waiting on h2, which sends its answers: `tonegate binds stop gone` first",
        ),
    ],
)
async def test_nothing_goes_from_a_bind_that_is_somebodys_or_may_be(
    moved: Move, journal: Journal, listeners: list[State] | None, why: str
) -> None:
    """Promise 2 for the text: who has it bound sends them."""
    await answered(journal, "1", bind=GONE)
    for bell in (None, Bell()):
        with pytest.raises(CannotMove) as refused:
            await moved(bell=bell)
        assert why == str(refused.value)
    assert [GONE] == binds(journal)


@pytest.mark.parametrize("listeners", [[{"name": GONE, "host": "h2", "status": "switched off", "switched_by": "ben"}]])
async def test_what_a_bind_has_that_is_stopped_may_go_and_waits_where_the_other_is_down(
    moved: Move, journal: Journal, capsys: pytest.CaptureFixture[str]
) -> None:
    await answered(journal, "1", bind=GONE)
    assert await moved(bell=Bell())
    down = "no listener has main bound now: they wait until one has"
    assert (["moved 1 answer from gone to main", down], [HERE]) == (said(capsys), binds(journal))


@pytest.mark.parametrize("listeners", [[{"name": GONE, "host": "h2", "status": "bound"}]])
async def test_from_a_bind_that_the_settings_name_they_go_once_it_is_stopped(
    moved: Move, journal: Journal, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its listener is down now, and would bind it as it comes up."""
    await answered(journal, "1", bind=HERE)
    with pytest.raises(CannotMove, match=r"main is in these settings, .*: `tonegate binds stop main` first"):
        await moved(HERE, GONE, bell=Bell())
    Switches(journal.database).turn([HERE], on=False, author="ben", reason="")
    assert await moved(HERE, GONE, bell=Bell())
    assert ["moved 1 answer from main to gone"] == said(capsys)


async def test_a_bind_that_nobody_knows_is_told_with_those_that_there_are(
    moved: Move, journal: Journal, capsys: pytest.CaptureFixture[str]
) -> None:
    await answered(journal, "1", bind=GONE)
    with pytest.raises(NoSuchBind, match=r"^no bind mian; did you mean main\? there are: main$"):
        await moved(GONE, "mian")
    assert await moved("gon", HERE)
    assert ["nothing to do: over gon waits no answer that can be moved; answers wait over gone"] == said(capsys)
    with pytest.raises(CannotMove, match="they wait over main already"):
        await moved(HERE, HERE)


async def test_who_stopped_the_bind_that_is_to_send_them_is_told(
    moved: Move, journal: Journal, capsys: pytest.CaptureFixture[str]
) -> None:
    Switches(journal.database).turn([HERE], on=False, author="ben", reason="")
    await answered(journal, "1", bind=GONE)
    assert await moved()
    assert "main is switched off by ben: they wait until `tonegate binds start main`" == said(capsys)[1]
