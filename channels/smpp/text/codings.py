"""What a text can be written in: an alphabet, how it is labelled, and national tables or none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from smpplib import consts

from channels.smpp.text import national
from channels.smpp.text.habits import Alphabet, Habits
from channels.smpp.text.udh import national_elements

USER_DATA_OCTETS = 140
"""What one message carries, its header included (3GPP 23.040 §9.2.3.24)."""
EIGHT_BIT: tuple[Alphabet, ...] = ("ascii", "latin-1")
"""An octet to each character, and no data_coding with a message class."""
_GSM_BY_CLASS, _UCS2_BY_CLASS = 0xF0, 0x18
"""To which the message class is added (3GPP 23.038 §4); SMPP 3.4 §5.2.19 has only the group that GSM text goes in."""
_UCS2_MARK = b"\xfe\xff"


@dataclass(frozen=True, slots=True)
class Coding:
    """One way to write a text."""

    alphabet: Alphabet
    data_coding: int
    packed: bool = False
    language: str = ""
    """Whose national tables, in ISO 639-1; empty for none."""
    locking: bool = False
    single: bool = False

    @property
    def elements(self) -> bytes:
        """The information elements that name the national tables."""
        identifiers = self._identifiers
        return national_elements(*identifiers) if any(identifiers) else b""

    @property
    def is_septets(self) -> bool:
        return self.alphabet == "gsm"

    @property
    def unit(self) -> int:
        """Octets or septets of the shortest character."""
        return 2 if self.alphabet == "ucs2" else 1

    def room(self, header_octets: int) -> int:
        """Septets or octets beside a header of so many octets: 160 septets or 140 octets beside none."""
        left = USER_DATA_OCTETS - header_octets
        if self.is_septets:
            return left * 8 // 7
        return left // self.unit * self.unit

    def characters(self, text: str) -> list[bytes] | None:
        """Each character's septets or octets, which are not to be cut; None where one has none."""
        if self.is_septets:
            septets = national.tables(*self._identifiers).septets
            return list(map(septets.__getitem__, text)) if all(map(septets.__contains__, text)) else None
        if self.alphabet == "ucs2":
            # what reads takes a byte order mark at the beginning away: a text that begins like one gets another
            mark = [_UCS2_MARK] if text[:1] in ("\ufeff", "\ufffe") else []
            return mark + [character.encode("utf-16-be", "surrogatepass") for character in text]
        try:
            octets = text.encode(self.alphabet)
        except UnicodeEncodeError:
            return None
        return [octets[at : at + 1] for at in range(len(octets))]

    @property
    def _identifiers(self) -> tuple[int, int]:
        identifier = national.LANGUAGES.index(self.language) + 1 if self.language else 0
        return identifier if self.locking else 0, identifier if self.single else 0


@lru_cache(maxsize=256)
def plain_codings(habits: Habits) -> tuple[Coding, ...]:
    """What the habits allow without national tables, the plainest first."""
    return tuple(coding for coding in _plain(habits) if coding.alphabet in habits.alphabets)


def _plain(habits: Habits) -> Iterator[Coding]:
    """Each alphabet that has a label; what the SMSC means by 0 is labelled 0."""
    gsm = _gsm_label(habits)
    if gsm is not None:
        yield Coding("gsm", gsm, habits.gsm_packed)
    if habits.default_alphabet == "ascii":
        yield Coding("ascii", consts.SMPP_ENCODING_DEFAULT)
    elif habits.gsm_data_coding != consts.SMPP_ENCODING_IA5:
        yield Coding("ascii", consts.SMPP_ENCODING_IA5)
    own = habits.default_alphabet == "latin-1"
    yield Coding("latin-1", consts.SMPP_ENCODING_DEFAULT if own else consts.SMPP_ENCODING_ISO88591)
    by_class = habits.message_class
    yield Coding("ucs2", consts.SMPP_ENCODING_ISO10646 if by_class is None else _UCS2_BY_CLASS | by_class)


@lru_cache(maxsize=256)
def national_codings(habits: Habits) -> tuple[Coding, ...]:
    """GSM with the national tables that the habits allow: of each language single, locking, both."""
    gsm = _gsm_label(habits)
    if gsm is None or "gsm" not in habits.alphabets:
        return ()
    return tuple(
        Coding("gsm", gsm, habits.gsm_packed, language, locking, single)
        for language in habits.national
        if language in national.LANGUAGES
        for locking, single in ((False, True), (True, False), (True, True))
        if not locking or national.languages()[language].locking
    )


def _gsm_label(habits: Habits) -> int | None:
    """How GSM text is told from other text; None where the SMSC means another alphabet by 0 and has no label for it."""
    if habits.message_class is not None:
        return _GSM_BY_CLASS | habits.message_class
    if habits.gsm_data_coding or habits.default_alphabet == "gsm":
        return habits.gsm_data_coding
    return None
