"""Random keys through the shipped menu, and a core behind it that answers anything: `make fuzz` dials 100,000 times.

Never an exception, never a screen over its limit, never a dead end, never a charged order without its price screen
(promise 3: nobody is charged without having said yes to that tone at that price).
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from channels.smpp.text import gsm
from channels.ussd.menu import (
    CONSENT,
    GIFT_OFFER,
    Step,
    answered,
    begin,
    failed,
    late,
    not_placed,
    placed,
    refused,
    reply,
    resumed,
)
from channels.ussd.ports import Ask, Place, Show
from tests.ussd.menu.kit.shipped import CODE, LANGUAGES, caller, kept, menu, wording
from workers.dialogue import Action
from workers.dials import Placed
from workers.dials.lookups import FUNCTIONS
from workers.steps import CHARGED

EXAMPLES = int(os.environ.get("TONEGATE_FUZZ_EXAMPLES", "1000"))
pytestmark = pytest.mark.timeout(EXAMPLES)  # a second for each: all of them take a minute on a machine of its own

TYPED = st.one_of(
    st.sampled_from(["0", "00", "98", CODE, CODE, "13900138001", "0900*1800", "1", "7", "moon"]), st.text(max_size=20)
)
NAMES = st.one_of(
    st.sampled_from(["Moon River", "月亮代表我的心月亮代表我的心", "{{ 7 * 7 }}", "[€]{~}" * 9]), st.text(max_size=60)
)
LEVELS = st.sampled_from(["", "Gold", "金卡会员"])
AMOUNTS = st.integers(0, 1_000_000)
TONES = st.fixed_dictionaries(
    {"code": st.just(CODE), "name": NAMES, "singer": NAMES, "price": AMOUNTS, "days": st.integers(0, 999)}
    | {"key": st.just("482193"), "giver": st.just("8613900138001"), "tones": st.integers(0, 50)}
    | {"id": st.just("night"), "until": st.just("2027-01-31")}
)


@dataclass
class Dial:
    """One subscriber, and what he was shown since the last price came."""

    draw: Any
    screen_chars: int
    language: str
    key: str = ""
    seen: list[str] = field(default_factory=list)
    price: dict[str, Any] | None = None
    led_by: str = ""

    def run(self) -> None:
        step = self.begun()
        for _ in range(self.draw(st.integers(1, 25))):
            step = self.to_screen(step)
            session, show = step
            if show.ends:
                return
            if self.draw(st.integers(0, 19)) == 7:
                step = resumed(menu(), kept(session), caller(self.language), screen_chars=self.screen_chars)
                self.key = ""
                continue
            self.key = self.pressed(show)
            step = reply(menu(), kept(session), self.key)

    def pressed(self, show: Show) -> str:
        """Mostly a key that is on the screen, or the last one again: so that the depths are reached."""
        on_screen = [line.split(" ")[0] for line in show.text.split("\n")[1:]]
        options = [key for key in on_screen if key.isdecimal() and key not in ("0", "00")]
        how = self.draw(st.integers(0, 9))
        if how < 6 and options:
            return str(self.draw(st.sampled_from(options)))
        if how == 6 and self.key:
            return self.key
        return str(self.draw(TYPED if options or how > 7 else st.sampled_from([CODE, "13900138001", "0918"])))

    def begun(self) -> Step:
        known = {"language": self.language}
        how = self.draw(st.sampled_from(["dial", "dial", "shortcut", "gift", "question"]))
        if how == "gift":
            given_ = {"giver": "8613900138001", "code": CODE, "key": "482193", "days": 30, "name": self.draw(NAMES)}
            return begin(menu(), caller(**known), screen=GIFT_OFFER, variables=given_, screen_chars=self.screen_chars)
        if how == "question":
            given_ = {"question": self.draw(st.text(min_size=1, max_size=400)), "question_key": "7"}
            return begin(menu(), caller(**known), screen=CONSENT, variables=given_, screen_chars=self.screen_chars)
        typed = (
            self.draw(st.sampled_from([f"2*{CODE}*1", "4*1*1", "6*13900138001", "9*9"])) if how == "shortcut" else ""
        )
        return begin(menu(), caller(**known), typed=typed, screen_chars=self.screen_chars)

    def to_screen(self, step: Step) -> tuple[Any, Show]:
        for _ in range(5):
            session, effect = step
            assert "" == session.fault
            if isinstance(effect, Show):
                self.check(session, effect)
                return session, effect
            step = self.asked(kept(session), effect) if isinstance(effect, Ask) else self.confirmed(session, effect)
        raise AssertionError("a screen asks for ever")

    def asked(self, session: Any, ask: Ask) -> Step:
        self.price, self.seen = None, []
        how = self.draw(st.sampled_from(["answer"] * 6 + ["refused", "no_service", "failed", "late"]))
        if how == "failed":
            return failed(menu(), session)
        if how == "late":
            assert ask.instead is None or ask.instead.prices is None
            return late(menu(), session, by_text=ask.instead is not None)
        if how != "answer":
            return refused(menu(), session, how, self.draw(st.text(max_size=200)))
        if ask.function == "quote":
            tone, fee = self.draw(TONES), self.draw(AMOUNTS)
            self.price, self.led_by = tone | {"fee": fee, "offer": ""}, self.key
            code = ask.arguments.get("code", "" if ask.arguments["action"] == "open" else CODE)
            self.price |= {"code": code}
            return answered(menu(), session, self.price, 5.0)
        if ask.function == "status":
            told = {"state": self.draw(st.sampled_from(["none", "active", "paused"])), "fee": self.draw(AMOUNTS)}
            told |= {"tones": 3, "text": "", "member_of": self.draw(LEVELS)}
        else:
            rows = self.draw(st.lists(TONES, max_size=12))
            told = {"rows": rows, "count": len(rows)}
            if ask.function == "club":
                told["member_of"] = self.draw(LEVELS)
        assert set(FUNCTIONS[ask.function].gives) == set(told)
        return answered(menu(), session, told, 5.0)

    def confirmed(self, session: Any, place: Place) -> Step:
        order = place.order
        if order.command.action in CHARGED:
            assert self.price is not None
            text = "\n".join(self.seen)
            price = (
                self.price["price"] or self.price["fee"] if order.command.action is Action.OPEN else self.price["price"]
            )
            assert wording().money(price, self.language) in text
            assert order.prices is not None
            assert price == order.prices[self.price["code"]]
            assert self.key != self.led_by
            self.price = None
        else:
            assert order.prices is None
        if self.draw(st.integers(0, 9)) == 7:
            return not_placed(menu(), session)
        return placed(menu(), kept(session), Placed("1", self.draw(st.text(max_size=300))))

    def check(self, session: Any, show: Show) -> None:
        self.language = session.language
        self.seen.append(show.text.replace("\n", " "))
        if gsm.can_encode(show.text):
            assert len(gsm.encode(show.text)) <= self.screen_chars
        else:
            assert len(show.text.encode("utf-16-be")) <= -(-self.screen_chars * 7 // 8)
        if not show.ends:
            lines = show.text.split("\n")
            assert any(line.split(" ")[0] in {"0", "00", "98", *map(str, range(1, 98))} for line in lines), show.text


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    data=st.data(), screen_chars=st.sampled_from([160, 160, 182, 140, 100, 60, 40]), language=st.sampled_from(LANGUAGES)
)
def test_random_keys_never_break_overflow_trap_or_charge_without_a_price(
    data: Any, screen_chars: int, language: str
) -> None:
    Dial(data.draw, screen_chars, language).run()
