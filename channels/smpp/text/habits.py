"""How one SMSC means its data codings, and how texts are sent to it: SMSCs differ in both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Alphabet = Literal["gsm", "ascii", "latin-1", "ucs2"]
LongTexts = Literal["udh", "udh16", "sar", "payload"]


@dataclass(frozen=True, slots=True)
class Habits:
    """One SMSC's habits; the defaults are an ordinary SMSC's."""

    default_alphabet: Literal["gsm", "ascii", "latin-1"] = "gsm"
    """What it means by data_coding 0 (SMPP 3.4 §5.2.19)."""
    gsm_data_coding: Literal[0, 1] = 0
    """How it labels text in the GSM alphabet; 1 is properly ASCII."""
    gsm_packed: bool = False
    """Whether GSM text is packed, eight septets to seven octets (3GPP 23.038 §6.1.2.1)."""
    alphabets: tuple[Alphabet, ...] = ("gsm", "ucs2")
    """What we may send in."""
    national: tuple[str, ...] = ()
    """ISO 639-1 codes of the languages whose shift tables we may use (3GPP 23.038 §6.2.1.2), the preferred first."""
    message_class: Literal[0, 1, 2, 3] | None = None
    """The message class of what we send (3GPP 23.038 §4)."""
    long_texts: LongTexts = "udh"
    """How a text of several parts goes out: headers with 8- or 16-bit references, sar TLVs, message_payload."""


ORDINARY = Habits()
