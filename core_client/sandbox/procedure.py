"""What procedures take and give, and the checks of parameters before them."""

from __future__ import annotations

import random
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

from core_client.contract import Operation
from core_client.sandbox.catalogue import CatalogueBox, CatalogueTone


@dataclass(frozen=True, slots=True)
class Request:
    """A call that the door let in."""

    operation: Operation
    account: str
    fields: Mapping[str, str]
    now: float
    """Seconds since 1970."""
    operation_id: str = field(default_factory=lambda: secrets.token_hex(8))

    @property
    def transaction_id(self) -> str:
        """The portal's, or empty."""
        return self.fields.get("transactionID", "")


@dataclass(frozen=True, slots=True)
class Reply:
    """What a procedure answers."""

    code: str
    info: str = ""
    amount: int | None = None
    """Minor units charged."""
    giver: str = ""
    tone: str = ""
    until: float | None = None
    """Until when the tone is the subscriber's, seconds since 1970."""
    fields: Mapping[str, str] = field(default_factory=dict)
    """What else the operation's answer holds."""
    tones: tuple[CatalogueTone, ...] = ()
    of_tones: tuple[Mapping[str, str], ...] = ()
    """What else is told of each of them."""
    boxes: tuple[CatalogueBox, ...] = ()
    settings: tuple[Mapping[str, str], ...] = ()
    """What plays to whom: the fields of each."""
    operation_id: str = ""
    """Of the first time, where this is a remembered reply."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Caps of a subscriber."""

    library: int = 100
    """Tones owned."""
    open_gifts: int = 100
    """Gifts of one giver that nobody has answered yet."""
    gift_s: float = 5 * 3600.0
    """How long a gift waits for its answer."""
    renewal_retry_s: float = 86_400.0
    """How long after a renewal that could not be paid it is tried again."""
    unpaid_s: float = 7 * 86_400.0
    """How long a tone whose renewal is not paid is kept."""


@dataclass(slots=True)
class World:
    """What procedures know beside the database."""

    catalogue: dict[str, CatalogueTone]
    """By code."""
    limits: Limits
    random: random.Random
    """Makes gift keys."""
    offers: dict[str, int | None] = field(default_factory=dict)
    """Offers the core knows, with their price in minor units; None is withdrawn."""
    renewals_from: float = 0.0
    """Before then no tone renews: there is nothing to look for."""


_BAD_FORM = {"PhoneNumber": "201001", "ToneCode": "202002"}
_ACTORS = ("phoneNumber", "fromUserPhoneNumber")


def parameter_fault(operation: Operation, fields: Mapping[str, str], account: str) -> str | None:
    """The result code of the first parameter that is wrong; None if all are right."""
    for known in operation.event_fields:
        value = fields.get(known.name, "")
        if not value:
            if known.required:
                return "200001"
        elif not known.form.fullmatch(value):
            return _BAD_FORM.get(known.type_name, "200002")
    if operation.changes:
        actor = next((fields[name] for name in _ACTORS if fields.get(name)), fields["roleCode"])
        if fields["roleCode"] != (actor if fields["role"] == "1" else account):
            return "200003"
    return None
