"""The national tables are the standard's, and every character of each round-trips."""

from __future__ import annotations

import pytest
from gsmcodecs.charmaps import GSMCHARMAPS

from channels.smpp.text import Habits, decode_text, gsm, national, split, split_header

_LOCKING = [code for code, language in national.languages().items() if language.locking]
_INDIC_AND_URDU = ("bn", "gu", "hi", "kn", "ml", "or", "pa", "ta", "te", "ur")

_THEIRS_IS_WRONG = {
    **{(code, "locking", 0x2C): "'" for code in _INDIC_AND_URDU},  # a comma in the standard, Android and Mozilla
    ("kn", "locking", 0x24): "ಪ",  # the standard's misprint: it is 0x3D as well, and ಡ would be nowhere
    ("te", "single", 0x65): None,  # the euro sign is there in the standard
}
"""Where gsmcodecs differs from the standard, or follows it where it is at odds with itself."""


def test_the_languages_are_those_of_the_standard_in_its_order() -> None:
    """3GPP 23.038 §6.2.1.2.4."""
    assert list(national.LANGUAGES) == list(national.languages())
    assert list(range(1, 14)) == [language.identifier for language in national.languages().values()]
    assert [code for code in national.LANGUAGES if code != "es"] == _LOCKING


@pytest.mark.parametrize("code", national.LANGUAGES)
def test_each_table_is_the_one_that_gsmcodecs_took_from_release_18(code: str) -> None:
    language = national.languages()[code]
    theirs = GSMCHARMAPS[language.identifier]
    locking = dict(enumerate(language.locking))
    for kind, their_kind, ours in (("locking", "locking", locking), ("single", "singleShift", language.single)):
        for septet in range(128) if ours else ():
            if septet != gsm.ESCAPE:  # a space to them
                point = theirs[their_kind]["decode"].get(septet)
                expected = _THEIRS_IS_WRONG.get((code, kind, septet), ours.get(septet))
                assert expected == (None if point is None else chr(point)), (kind, f"{septet:02X}")


@pytest.mark.parametrize(
    ("code", "kind", "septet", "character"),
    [
        *((code, "locking", 0x2C, ",") for code in _INDIC_AND_URDU),
        ("kn", "locking", 0x24, "ಡ"),
        ("kn", "locking", 0x3D, "ಪ"),
        ("te", "single", 0x65, "€"),
        ("ta", "single", 0x24, "௮"),
        ("ta", "single", 0x25, "௯"),
        ("te", "single", 0x1C, "౦"),
        ("te", "single", 0x22, "౬"),
        ("te", "single", 0x23, "౭"),
    ],
)
def test_where_sources_differ_it_is_what_handsets_do(code: str, kind: str, septet: int, character: str) -> None:
    """Guards gsmcodecs, and misprints of 3GPP 23.038 that Android and Mozilla correct alike."""
    language = national.languages()[code]
    assert character == (language.locking if kind == "locking" else language.single)[septet]


@pytest.mark.parametrize("code", national.LANGUAGES)
def test_every_character_of_each_table_round_trips(code: str) -> None:
    identifier = national.languages()[code].identifier
    for locking, single in ((0, identifier), (identifier, 0), (identifier, identifier)):
        tables = national.tables(locking, single)
        for character in tables.septets:
            assert character == gsm.decode(gsm.encode(character, tables), tables)


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("code", national.LANGUAGES)
def test_every_character_of_each_language_can_be_sent_and_read(code: str, packed: bool) -> None:
    habits = Habits(alphabets=("gsm",), national=(code,), gsm_packed=packed)
    language = national.languages()[code]
    for character in {*filter(None, language.locking), *language.single.values()}:
        (part,) = split(character, habits, lambda: 0).parts
        header, body = split_header(part.octets, part.esm_class)
        assert character == decode_text(body, part.data_coding, header, habits)
