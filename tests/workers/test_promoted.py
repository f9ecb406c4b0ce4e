"""What marketing promotes comes first in TOP, NEW and help, by date and brand, once each and only while it is sold."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from core_client import CoreClient
from core_client.sandbox import PATH, create_app, running
from tests.dialogue.offers.kit.rules import when
from tests.workers.kit.office import row_of
from tests.workers.kit.shop import NOON
from workers.breaker import Breaker
from workers.calls import Calls
from workers.catalogue import Catalogue
from workers.dialogue import Action, Command
from workers.dialogue.offers import PromotedList, Promotions
from workers.steps import steps_of

HIDDEN, EXPIRED, MISSING = "600902000033", "600902000040", "600902999999"
PLAIN, GOLD = "8613800138001", "8613800138002"


class Desk:
    """One worker before a sandbox; `lists` are in force."""

    def __init__(self, client: CoreClient) -> None:
        self.lists: tuple[PromotedList, ...] = ()
        self.client = client
        self.calls = Calls(
            client,
            Catalogue(client),
            Breaker(lambda: None),
            promotions=lambda: Promotions(self.lists),
            clock=lambda: NOON,
        )

    async def shown(self, action: Action, number: str = PLAIN, *, on_screen: bool = False) -> list[str]:
        (step,) = steps_of(Command(action), row_of("", number=number))
        step = replace(step, on_screen=on_screen)
        return [tone.code for tone in (await self.calls.make(step)).found]


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with running(create_app(f"sqlite:///{tmp_path / 'sandbox.db'}")) as url:
        client = CoreClient(url + PATH, "tonegate", "tonegate")
        for no in range(1, 4):  # what nobody has bought is no top tone
            await client.order_tone(PLAIN, f"60090200000{no}", transaction_id=f"o{no}", expected_price=None)
        yield Desk(client)
        await client.close()


@pytest.mark.parametrize("action", [Action.TOP, Action.NEW])
async def test_promoted_tones_come_first_and_once(desk: Desk, action: Action) -> None:
    usual = await desk.shown(action)
    assert HIDDEN not in usual
    desk.lists = (PromotedList("spring", (HIDDEN, usual[2], EXPIRED, MISSING), when()),)
    shown = await desk.shown(action)
    assert [HIDDEN, usual[2], usual[0], usual[1], *usual[3:]][:10] == shown


async def test_a_list_is_shown_where_and_while_it_says(desk: Desk) -> None:
    usual = await desk.shown(Action.TOP)
    desk.lists = (
        PromotedList("help", (HIDDEN,), when(), places=frozenset({"help"})),
        PromotedList("over", (HIDDEN,), when(last="2027-02-05 12:00")),
    )
    assert usual == await desk.shown(Action.TOP)
    assert HIDDEN == desk.calls.shown_first("help")
    assert "" == desk.calls.shown_first("top")


@pytest.mark.parametrize("action", [Action.TOP, Action.NEW])
async def test_a_list_for_the_menu_is_shown_to_who_dials_and_not_to_who_texts(desk: Desk, action: Action) -> None:
    """It was taken, and shown nowhere."""
    usual = await desk.shown(action)
    desk.lists = (PromotedList("dialled", (HIDDEN,), when(), places=frozenset({"menu"})),)
    assert (usual, HIDDEN) == (await desk.shown(action), (await desk.shown(action, on_screen=True))[0])


async def test_a_list_of_a_brand_is_shown_to_who_has_it(desk: Desk) -> None:
    await desk.client.unsubscribe(GOLD, transaction_id="u")
    await desk.client.subscribe(GOLD, brand="Gold", transaction_id="s")
    desk.lists = (PromotedList("gold", (HIDDEN,), when(), brands=frozenset({"gold"})),)
    assert HIDDEN == (await desk.shown(Action.TOP, GOLD))[0]
    assert HIDDEN not in await desk.shown(Action.TOP, PLAIN)
