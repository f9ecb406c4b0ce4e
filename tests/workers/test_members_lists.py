"""Tones that are members' alone come first for members, in TOP, NEW and help, and are not there for others."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from core_client import CoreClient
from core_client.sandbox import PATH, create_app, running
from tests.workers.kit.clubhouse import CLUB, list_of
from tests.workers.kit.office import row_of
from tests.workers.kit.shop import NOON
from workers.breaker import Breaker
from workers.calls import Calls
from workers.catalogue import Catalogue
from workers.club import Members
from workers.dialogue import Action, Command
from workers.dialogue.offers import PromotedList, Promotions
from workers.steps import steps_of

THEIRS, NEWEST, PROMOTED = "600902000238", "600902000239", "600902000007"


class Desk:
    """One worker before a sandbox; the list is in force where it says."""

    def __init__(self, client: CoreClient) -> None:
        self.club = replace(CLUB, lists=(list_of(THEIRS),))
        self.promotions = Promotions()
        members = Members(client, lambda: self.club, clock=lambda: NOON)
        self.calls = Calls(
            client,
            Catalogue(client),
            Breaker(lambda: None),
            promotions=lambda: self.promotions,
            clock=lambda: NOON,
            members=members,
        )

    async def shown(self, action: Action, level: str) -> list[str]:
        """What a number is shown that is remembered to have that level."""
        (step,) = steps_of(Command(action), row_of("", member_of=level))
        return [tone.code for tone in (await self.calls.make(step)).found]


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with running(create_app(f"sqlite:///{tmp_path / 'sandbox.db'}")) as url:
        client = CoreClient(url + PATH, "tonegate", "tonegate")
        yield Desk(client)
        await client.close()


async def test_members_see_their_list_first_and_others_do_not_see_it(desk: Desk) -> None:
    assert [THEIRS, NEWEST] == (await desk.shown(Action.NEW, "gold"))[:2]
    for level in ("silver", ""):
        shown = await desk.shown(Action.NEW, level)
        assert (NEWEST, False) == (shown[0], THEIRS in shown)


async def test_a_promoted_tone_that_is_members_alone_is_shown_to_them_only(desk: Desk) -> None:
    desk.promotions = Promotions((PromotedList("spring", (THEIRS, PROMOTED), CLUB.levels[0].when),))
    assert [THEIRS, PROMOTED] == (await desk.shown(Action.TOP, "gold"))[:2]
    assert [PROMOTED] == (await desk.shown(Action.TOP, ""))[:1]
    assert [THEIRS, PROMOTED] == [desk.calls.shown_first("help", level) for level in ("gold", "silver")]


async def test_a_list_is_shown_only_where_it_says(desk: Desk) -> None:
    desk.club = replace(CLUB, lists=(replace(desk.club.lists[0], places=frozenset({"top"})),))
    assert NEWEST == (await desk.shown(Action.NEW, "gold"))[0]
    assert [THEIRS] == (await desk.shown(Action.TOP, "gold"))[:1]
    assert "" == desk.calls.shown_first("help", "gold")
