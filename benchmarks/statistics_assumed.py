"""What is assumed of a service of ten million messages a month: shares, which are multiplied, and how large it is.

A mix is every combination with its `part` of a day's messages, whatever table it is for; its number, `n`, spreads those
that are expected less than once a day over the days.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

Mix = Iterator[dict[str, object]]

CHANNELS = {"sms": 0.7, "ussd": 0.3}
BRANDS = {"gotone": 0.3, "easyown": 0.4, "mzone": 0.2, "staff": 0.02, "": 0.08}
LANGUAGES = {"zh": 0.7, "en": 0.25, "fr": 0.05}
OFFERS = {"": 0.52, **{f"offer-{n}": 0.06 for n in range(8)}}
_PRICED = {
    "asked": 0.42, "done": 0.4, "balance": 0.08, "owned": 0.03, "missing": 0.02, "full": 0.02, "declined": 0.015,
    "barred": 0.01, "busy": 0.005,
}  # fmt: skip
_PLAIN = {"done": 0.93, "none": 0.05, "busy": 0.02}
ACTIONS: Mapping[str, tuple[float, Mapping[str, float]]] = {
    **{action: (share, _PRICED) for action, share in (
        ("order", 0.34), ("gift", 0.07), ("copy", 0.03), ("renew", 0.03), ("open", 0.04), ("join", 0.01))},
    **{action: (share, _PLAIN) for action, share in (
        ("close", 0.03), ("accept", 0.05), ("decline", 0.01), ("delete", 0.03), ("set", 0.04), ("clear", 0.01),
        ("pause", 0.01), ("resume", 0.01), ("list", 0.06), ("status", 0.04), ("find", 0.05), ("top", 0.03),
        ("new", 0.02), ("more", 0.02), ("info", 0.02), ("language", 0.01), ("help", 0.02))},
    "": (0.02, {"unknown": 1.0}),
}  # fmt: skip
"""Each action's share of the messages, and how those end."""
_WITH_OFFER = ("asked", "done", "balance")
_TONES_SOLD = {"order": 0.136, "gift": 0.028, "copy": 0.012, "renew": 0.012}
"""Of all messages those that were done with a tone, by action."""


@dataclass(frozen=True, slots=True)
class Assumed:
    """How large the service is."""

    messages_a_month: int
    persons: int
    """Whom a year sees; each on half of its days, every third pays."""
    tones: int
    """Sold at all; the n-th is sold an n-th as often as the first."""
    words: int
    """That nobody understands, as often likewise."""
    took_offer: float = 0.02
    """Of those persons, by each offer, in a year."""

    def said(self) -> str:
        """For whoever reads the figures."""
        return (
            f"assumed: {self.messages_a_month:,} messages a month by {self.persons:,} persons a year, each of"
            f" {len(OFFERS) - 1} offers taken by {self.took_offer:.0%} of them; {len(CHANNELS)} channels,"
            f" {len(BRANDS)} brands, {len(LANGUAGES)} languages, {len(ACTIONS)} actions with"
            f" {len({*_PRICED, *_PLAIN}) + 1} outcomes; {self.tones:,} tones, {self.words:,} words nobody understood"
        )


def messages() -> Mix:
    """Every end that messages come to."""
    numbers = itertools.count()
    for channel, brand, language in itertools.product(CHANNELS, BRANDS, LANGUAGES):
        who = CHANNELS[channel] * BRANDS[brand] * LANGUAGES[language]
        for action, (share, outcomes) in ACTIONS.items():
            for outcome, ends in outcomes.items():
                with_offer = outcomes is _PRICED and outcome in _WITH_OFFER
                for offer, taken in OFFERS.items() if with_offer else (("", 1.0),):
                    yield {
                        "n": next(numbers), "part": who * share * ends * taken, "channel": channel, "brand": brand,
                        "language": language, "offer": offer, "action": action, "outcome": outcome,
                        "price": 200 if outcomes is _PRICED and outcome == "done" else 0,
                    }  # fmt: skip


def tones(count: int) -> Mix:
    """What is done with tones: the n-th is sold an n-th as often as the first."""
    zipf = sum(1 / rank for rank in range(1, count + 1))
    numbers = itertools.count()
    for action, sold in _TONES_SOLD.items():
        for rank in range(1, count + 1):
            code, name = f"{600902000000 + rank}", f"Tone {rank}, by somebody"
            yield {"n": next(numbers), "part": sold / rank / zipf, "tone_code": code, "action": action, "name": name}


def words(count: int) -> Mix:
    """Words that nobody understands, as often likewise."""
    zipf = sum(1 / rank for rank in range(1, count + 1))
    languages = [*LANGUAGES]
    for rank in range(1, count + 1):
        part = ACTIONS[""][0] / rank / zipf
        yield {"n": rank, "part": part, "language": languages[rank % len(languages)], "word": f"word{rank:x}"}


def users() -> Mix:
    """One user to two messages."""
    numbers = itertools.count()
    for scope, channel, brand, language in itertools.product(OFFERS, CHANNELS, BRANDS, LANGUAGES):
        part = CHANNELS[channel] * BRANDS[brand] * LANGUAGES[language] * (0.5 * OFFERS[scope] * 0.2 if scope else 0.5)
        yield {
            "n": next(numbers), "part": part, "scope": scope, "channel": channel, "brand": brand, "language": language,
        }  # fmt: skip
