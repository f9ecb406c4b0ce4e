"""An SMSC's customs, from a bind's settings to what the rooms of texts, addresses and receipts are told."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from channels.smpp.addresses import Addresses
from channels.smpp.receiving.terms import InboundTerms
from channels.smpp.text import Habits
from workers.settings import BindSettings

SPOKEN = "spoken"


def habits_of(settings: BindSettings, spoken: Sequence[str]) -> Habits:
    """How this SMSC means its data codings; `spoken` are the languages of the dialogue, ISO 639-1."""
    named = settings.national_tables
    national = [*(spoken if SPOKEN in named else ()), *(code for code in named if code != SPOKEN)]
    return Habits(
        default_alphabet=settings.default_alphabet,
        gsm_data_coding=settings.gsm_data_coding,
        gsm_packed=settings.gsm_packed,
        alphabets=tuple(settings.alphabets),
        national=tuple(dict.fromkeys(national)),
        message_class=settings.message_class,
        long_texts=settings.long_texts,
    )


def addresses_of(settings: BindSettings) -> Addresses:
    """How this SMSC writes numbers and wants them written."""
    return Addresses(
        country=settings.country,
        number_format=settings.number_format,
        source_ton=settings.source_ton,
        source_npi=settings.source_npi,
        dest_ton=settings.dest_ton,
        dest_npi=settings.dest_npi,
    )


def same_smsc(bind: BindSettings, binds: Sequence[BindSettings]) -> tuple[str, ...]:
    """The binds with the same SMSC, this one first: their message ids are of one kind, their receipts come by any."""
    others = (one.name for one in binds if one.name != bind.name and _smsc(one) == _smsc(bind))
    return (bind.name, *others)


def _smsc(bind: BindSettings) -> tuple[str, ...]:
    return (bind.smsc,) if bind.smsc else (bind.outbind_listen or bind.host, str(bind.port))


def way_in_of(
    settings: BindSettings, habits: Habits, addresses: Addresses, smsc_binds: Callable[[], tuple[str, ...]]
) -> InboundTerms:
    """What the bind's way in is told."""
    return InboundTerms(
        bind=settings.name,
        short_codes=frozenset(addresses.short_code(code) for code in settings.short_codes),
        smsc_binds=smsc_binds,
        habits=habits,
        addresses=addresses,
        ack_within_s=settings.ack_within_s,
        parts_within_s=settings.parts_within_s,
        receipt_ids=settings.receipt_ids,
        receipt_part=settings.receipt_part,
    )
