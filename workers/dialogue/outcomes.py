"""What became of one action, as values: the meeting point of the core's answers and the words for them.

The worker makes these from the core's answers; `replies` turns them into a text.  Money is in minor units
(fen, cents) as integers, validity in whole days, everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Action(StrEnum):
    """What a subscriber can ask for."""

    ORDER = "order"
    GIFT = "gift"
    DELETE = "delete"
    OPEN = "open"
    CLOSE = "close"
    ACCEPT = "accept"
    DECLINE = "decline"
    GIFTS_OFF = "gifts_off"
    GIFTS_ON = "gifts_on"
    COPY = "copy"
    RENEW = "renew"
    SET = "set"
    CLEAR = "clear"
    PAUSE = "pause"
    RESUME = "resume"
    LIST = "list"
    STATUS = "status"
    FIND = "find"
    TOP = "top"
    NEW = "new"
    MORE = "more"
    INFO = "info"
    PACK = "pack"
    CLUB = "club"
    JOIN = "join"
    LEAVE = "leave"
    LANGUAGE = "language"
    HELP = "help"


class Verdict(StrEnum):
    """How one action ended, for the subscriber."""

    DONE = "done"
    ALREADY = "already"
    """It was so before: nothing changed and nothing was charged."""
    ACCEPTED = "accepted"
    """The core took it and tells the result later."""
    REFUSED = "refused"
    """The core, or our own check, said no: nothing was charged."""
    CANCELLED = "cancelled"
    """The subscriber's own STOP came before it was sent to the core."""
    CHECKING = "checking"
    """Nobody can say yet whether it took effect: operations look into it."""
    DELAYED = "delayed"
    """Not done yet; it is kept and will be."""
    FAILED = "failed"
    """Given up after all attempts, and known not to have taken effect."""
    ASKED = "asked"
    """Its price is told and a yes is waited for: nothing is charged before."""


@dataclass(frozen=True, slots=True)
class ToneFacts:
    """A tone as the catalogue has it."""

    code: str
    name: str
    singer: str
    price: int
    """Minor units for one validity period."""
    validity_days: int
    renews_at: float | None = None
    """In a subscriber's library: when it renews by itself, seconds since the epoch; None where it doesn't."""


@dataclass(frozen=True, slots=True)
class BundleFacts:
    """Several tones at one price, as the catalogue has them."""

    code: str
    name: str
    price: int
    """Minor units for one validity period."""
    validity_days: int
    tones: int
    """How many there are in it."""


@dataclass(frozen=True, slots=True)
class LevelFacts:
    """A level of the music club, as it is told."""

    id: str
    names: dict[str, str] = field(hash=False)
    """By language."""
    price: int
    """Minor units for one period."""
    validity_days: int
    free: int = 0
    """Tones a month that cost nothing."""
    then_price: int | None = None
    """Minor units of any other tone."""
    then_percent: int | None = None
    """Likewise, as hundredths of its price; neither: what it costs everybody."""
    code: str = field(default="", compare=False)
    """The core's, of the box that the membership is."""

    def name(self, language: str) -> str:
        """What it is called in a language: there, else as its file calls it first, else its id."""
        return self.names.get(language) or next(iter(self.names.values()), self.id.upper())


@dataclass(frozen=True, slots=True)
class SettingFacts:
    """What plays to whom and when."""

    code: str
    name: str
    """The tone's."""
    caller: str = field(default="", repr=False)
    """E.164 digits; empty: all callers."""
    begin: str = ""
    end: str = ""
    """HH:MM; empty: always."""


@dataclass(frozen=True, slots=True)
class Result:
    """One action's end."""

    action: Action
    verdict: Verdict
    reason: str = ""
    """Why not: a class of `core_client`'s result-code table such as `balance` or `tone_missing`, or our own
    (`price_changed`); empty where it was done."""
    tone_code: str = ""
    tone: ToneFacts | None = None
    charged: int | None = None
    """Minor units the core says it charged; None where it doesn't say."""
    charge_unknown: bool = False
    """Found done after its answer was lost, and perhaps it was so before: nobody can tell whether it was charged."""
    other_number: str = ""
    """The gift's recipient, or its giver where the recipient acts; whose tone is copied; the caller it is set for."""
    gift_key: str = ""
    owned: tuple[ToneFacts, ...] = ()
    """For LIST: the subscriber's tones."""
    monthly_fee: int | None = None
    """For OPEN and STATUS: what the service costs a month, minor units."""
    until: str = ""
    """For RENEW and its notices: the date until which the tone is valid, YYYY-MM-DD in the operator's time zone."""
    lower_price: int | None = None
    """For the notice of a renewal: what is tried where the balance is too low, minor units."""
    hours: tuple[str, ...] = ()
    """For SET and CLEAR: from and until when, HH:MM; empty for all day."""
    playing: tuple[SettingFacts, ...] = ()
    """For STATUS: what plays to whom; empty where nothing is set, and where the core can't tell."""
    query: str = ""
    """For FIND: what was looked for."""
    found: tuple[ToneFacts, ...] = ()
    """For FIND, TOP, NEW: tones of the catalogue, the first of them."""
    found_in_all: int = 0
    first: int = 0
    """How many of them were shown before these, by an answer that this one goes on from."""
    shown: int = 0
    """How many of `found` the answer had room for."""
    bundles: tuple[BundleFacts, ...] = ()
    """For PACK alone: those on sale."""
    paused: bool = False
    """For STATUS: the service is open and plays nothing."""
    language: str = ""
    """For LANG: the one that is written from now on."""
    offer: str = ""
    """The offer that the price asked about comes from; empty for the catalogue's."""
    levels: tuple[LevelFacts, ...] = ()
    """Of the music club: the one that is meant first; behind it the one it takes the place of, or the others."""
    member_of: str = ""
    """For CLUB and STATUS: the id of the level that the number has, which is the first of `levels`."""


@dataclass(frozen=True, slots=True)
class Command:
    """A text understood."""

    action: Action
    tone_codes: tuple[str, ...] = ()
    """Of PACK: the bundle's code."""
    recipient: str = ""
    """E.164 digits without +: the gift's recipient, whose tone is copied, or the caller a tone is set for."""
    gift_key: str = ""
    question_key: str = ""
    """With a yes or a no: the number of our own question, 1 to 3 digits; neither key where none was sent."""
    hours: tuple[str, ...] = ()
    """From and until when, HH:MM; past midnight where the end is the lower."""
    query: str = ""
    """Of FIND: a part of a name; of JOIN: the level, as it was written."""
    first: int = 0
    """Of a list that goes on: how many were shown before."""
    language: str = ""
    """Of LANG: the one that is asked for, a folder under templates/."""
    languages: tuple[str, ...] = field(default=(), compare=False)
    """Those that have the words used; empty where that tells nothing."""


@dataclass(frozen=True, slots=True)
class Misunderstood:
    """A text that is no command: the reply that helps, by its name in the language's answers file."""

    reply: str
    variables: dict[str, object]
    meant: Command | None = field(default=None, compare=False)
    """With `did_you_mean`: what would be done if the sender said yes."""
    languages: tuple[str, ...] = field(default=(), compare=False)
    """Those that have the words or the letters used; empty where that tells nothing."""
