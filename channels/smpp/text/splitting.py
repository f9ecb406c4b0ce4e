"""An outgoing text as the messages that carry it, in the shortest coding that holds it.

smpplib's `make_parts` cuts between an escape and its character and inside surrogate pairs, and picks the
reference by chance, so that two texts to one handset may share it and be mixed up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from channels.smpp.text import gsm, packing
from channels.smpp.text.codings import EIGHT_BIT, Coding, national_codings, plain_codings
from channels.smpp.text.cutting import Cut, bodies, cut, fits_alone
from channels.smpp.text.habits import Habits
from channels.smpp.text.parts import PARTS_AT_MOST, NoAlphabet, Part, Sar, Split, TooLong
from channels.smpp.text.plans import REFERENCE_AT_MOST, Plan, read_plan
from channels.smpp.text.udh import UDHI, concatenation_element

_PAYLOAD_OCTETS_AT_MOST = 0xFFFF  # what a TLV's length can say


def split(text: str, habits: Habits, next_reference: Callable[[], int]) -> Split:
    """The text's parts: as few as can be, then of the fewest octets, then in the plainest alphabet.

    National tables are used only where they save a part, since not every handset knows them.  A reference is taken
    only where there is more than one part.  Raises TooLong, and NoAlphabet where nothing that is allowed holds the
    text.
    """
    chosen = _plain_gsm(text, habits) or _choose(text, habits)
    if chosen.parts_on_air > PARTS_AT_MOST or (chosen.method == "payload" and chosen.octets > _PAYLOAD_OCTETS_AT_MOST):
        raise TooLong(f"a text of {len(text)} characters needs more than {PARTS_AT_MOST} parts")
    largest = REFERENCE_AT_MOST[chosen.method]
    reference = next_reference() & largest if largest else 0
    return _build(Plan(chosen.coding, chosen.method, reference, len(chosen.bodies)), chosen.bodies)


def split_as(text: str, plan: str) -> Split:
    """The same parts as `split` made when it gave this plan, under whatever habits.

    Raises ValueError where the plan can't be read, or is another text's.
    """
    read = read_plan(plan)
    characters = read.coding.characters(text)
    if characters is None:
        raise ValueError(f"a text of {len(text)} characters can't be written as {plan!r} says")
    parts = bodies(characters, read.coding, read.method)
    if len(parts) != read.total or (read.method == "one" and not fits_alone(parts[0], read.coding)):
        raise ValueError(f"a text of {len(text)} characters does not fit into the parts of {plan!r}")
    return _build(read, parts)


def _plain_gsm(text: str, habits: Habits) -> Cut | None:
    """The ordinary case at once: one part of GSM text that no other alphabet could write in fewer octets."""
    codings = plain_codings(habits)
    if not codings or codings[0].alphabet != "gsm" or codings[0].packed or len(text) > codings[0].room(0):
        return None
    try:
        septets = b"".join(map(gsm.SEPTETS.__getitem__, text))
    except KeyError:
        return None
    if len(septets) > codings[0].room(0):
        return None
    if len(septets) > len(text) and any(coding.alphabet in EIGHT_BIT for coding in codings):
        return None
    return Cut(codings[0], "one", (septets,), 1)


def _choose(text: str, habits: Habits) -> Cut:
    plain = _shortest(text, plain_codings(habits), habits)
    if plain is not None and plain.parts_on_air == 1:
        return plain
    national = _shortest(text, national_codings(habits), habits)
    if national is None or (plain is not None and not _saves_a_part(national, plain)):
        if plain is None:
            raise NoAlphabet(f"no alphabet that may be used holds the text: {_what_is_missing(text, habits)}")
        return plain
    return national


def _shortest(text: str, codings: Iterable[Coding], habits: Habits) -> Cut | None:
    """The best of the codings, which come with the plainest first; those that bear the message class go before.

    UCS2 is the last and tried only where nothing else will do: no other takes more parts.
    """
    best: Cut | None = None
    for coding in codings:
        if coding.alphabet == "ucs2" and best is not None and not _loses_class(best, habits):
            continue
        found = cut(text, coding, habits.long_texts)
        if found is not None and (best is None or _cost(found, habits) < _cost(best, habits)):
            best = found
    return best


def _cost(one: Cut, habits: Habits) -> tuple[bool, int, int]:
    return _loses_class(one, habits), one.parts_on_air, one.octets


def _loses_class(one: Cut, habits: Habits) -> bool:
    """Neither Latin-1 nor ASCII has a data_coding with a message class."""
    return habits.message_class is not None and one.coding.alphabet in EIGHT_BIT


def _saves_a_part(national: Cut, plain: Cut) -> bool:
    """Not in a payload of several parts: whether an SMSC repeats a header in the parts it makes is anybody's guess."""
    return national.parts_on_air < plain.parts_on_air and national.method != "payload"


def _what_is_missing(text: str, habits: Habits) -> str:
    allowed = [coding.alphabet for coding in plain_codings(habits)]
    lacking = next((c for c in text if all(one.characters(c) is None for one in plain_codings(habits))), None)
    names = ", ".join(allowed) or "none that the SMSC has a data_coding for"
    return f"U+{ord(lacking):04X} is in none of them ({names})" if lacking else f"not one of them has all ({names})"


def _build(plan: Plan, parts: tuple[bytes, ...]) -> Split:
    return Split(str(plan), tuple(_part(plan, number, body) for number, body in enumerate(parts, start=1)))


def _part(plan: Plan, number: int, body: bytes) -> Part:
    coding = plan.coding
    elements = coding.elements
    if plan.method in ("udh", "udh16"):
        elements = concatenation_element(plan.reference, plan.total, number, wide=plan.method == "udh16") + elements
    header = bytes([len(elements)]) + elements if elements else b""
    return Part(
        header + (packing.pack(body, len(header)) if coding.packed else body),
        coding.data_coding,
        UDHI if header else 0,
        Sar(plan.reference, plan.total, number) if plan.method == "sar" else None,
        plan.method == "payload",
    )
