"""An outgoing text is split by the method that the SMSC wants, never inside a character."""

from __future__ import annotations

from dataclasses import replace

import pytest
import smpplib.gsm

from channels.smpp.text import Habits, Part, References, Sar, TooLong, decode_text, split, split_header

_PLAIN = Habits()
_TURKISH = Habits(national=("tr",))
_LATIN_1 = Habits(alphabets=("latin-1",))
_PACKED = Habits(gsm_packed=True)


def parts_of(text: str, habits: Habits = _PLAIN, reference: int = 7) -> tuple[Part, ...]:
    return split(text, habits, lambda: reference).parts


def read(part: Part) -> str:
    header, body = split_header(part.octets, part.esm_class)
    return decode_text(body, part.data_coding, header)


@pytest.mark.parametrize(
    ("one", "udh", "udh16", "character", "habits"),
    [
        (160, 153, 152, "a", _PLAIN),
        (80, 76, 76, "€", _PLAIN),
        (155, 149, 148, "ş", _TURKISH),
        (140, 134, 133, "é", _LATIN_1),
        (70, 67, 66, "订", _PLAIN),
        (35, 33, 33, "🎵", _PLAIN),
        (160, 153, 152, "a", _PACKED),
        (80, 76, 76, "€", _PACKED),
        (155, 149, 148, "ş", replace(_TURKISH, gsm_packed=True)),
    ],
)
def test_a_part_holds_as_much_as_there_is_room_beside_its_header(
    one: int, udh: int, udh16: int, character: str, habits: Habits
) -> None:
    """3GPP 23.040 §9.2.3.24.1: 140 octets, header and all; with SAR the SMSC's own header may be the longer one."""
    assert 1 == len(parts_of(character * one, habits))
    for method, each in (("udh", udh), ("udh16", udh16), ("sar", udh16)):
        by_method = replace(habits, long_texts=method)
        counts = [len(parts_of(character * count, by_method)) for count in (one + 1, 2 * each, 2 * each + 1, 3 * each)]
        assert [2, 2, 3, 3] == counts


@pytest.mark.parametrize(
    ("character", "habits"),
    [("a", _PACKED), ("@", _PACKED), ("ş", replace(_TURKISH, gsm_packed=True)), ("订", _PACKED), ("é", _LATIN_1)],
)
@pytest.mark.parametrize("method", ["udh", "udh16", "sar"])
def test_no_part_is_longer_on_air_than_a_message(character: str, habits: Habits, method: str) -> None:
    for count in range(68, 170):
        parts = parts_of(character * count, replace(habits, long_texts=method))
        assert max(len(part.octets) for part in parts) <= 140


@pytest.mark.parametrize(
    ("octets", "esm_class", "sar", "text", "habits"),
    [
        ([b"a" * 160], 0, [None], "a" * 160, _PLAIN),
        (
            [b"\5\0\3\7\2\1" + b"a" * 153, b"\5\0\3\7\2\2" + b"a" * 8],
            0x40,
            [None, None],
            "a" * 161,
            _PLAIN,
        ),
        (
            [b"\6\x08\4\x12\7\2\1" + b"a" * 152, b"\6\x08\4\x12\7\2\2" + b"a" * 9],
            0x40,
            [None, None],
            "a" * 161,
            Habits(long_texts="udh16"),
        ),
        (
            [b"a" * 152, b"a" * 9],
            0,
            [Sar(0x1207, 2, 1), Sar(0x1207, 2, 2)],
            "a" * 161,
            Habits(long_texts="sar"),
        ),
        ([b"a" * 161], 0, [None], "a" * 161, Habits(long_texts="payload")),
        ([b"\3\x25\1\1" + b"\x1d" * 155], 0x40, [None], "ş" * 155, _TURKISH),
        (
            [b"\x08\0\3\7\2\1\x25\1\1" + b"\x1d" * 149, b"\x08\0\3\7\2\2\x25\1\1" + b"\x1d" * 7],
            0x40,
            [None, None],
            "ş" * 156,
            _TURKISH,
        ),
        (
            [b"\3\x25\1\1" + b"\x1d" * 148, b"\3\x25\1\1" + b"\x1d" * 8],
            0x40,
            [Sar(0x1207, 2, 1), Sar(0x1207, 2, 2)],
            "ş" * 156,
            replace(_TURKISH, long_texts="sar"),
        ),
    ],
)
def test_each_method_says_in_its_own_way_which_part_it_is(
    octets: list[bytes], esm_class: int, sar: list[Sar | None], text: str, habits: Habits
) -> None:
    parts = parts_of(text, habits, reference=0x1207)
    assert octets == [part.octets for part in parts]
    assert {esm_class} == {part.esm_class for part in parts}
    assert sar == [part.sar for part in parts]


@pytest.mark.parametrize(
    ("is_payload", "text"), [(False, "a" * 160), (True, "a" * 161), (False, "订" * 70), (True, "订" * 71), (False, "")]
)
def test_a_payload_is_for_what_one_message_does_not_hold(is_payload: bool, text: str) -> None:
    assert [is_payload] == [part.is_payload for part in parts_of(text, Habits(long_texts="payload"))]


def test_smpplib_splits_an_escape_and_a_surrogate_pair_and_ours_does_not() -> None:
    """Guards smpplib: `make_parts` cuts by octets."""
    escape, _, _ = smpplib.gsm.make_parts("a" * 152 + "€" + "a" * 100)
    assert escape[0].endswith(b"\x1b")
    assert not parts_of("a" * 152 + "€" + "a" * 100)[0].octets.endswith(b"\x1b")
    pair, _, _ = smpplib.gsm.make_parts("订" * 66 + "🎵" + "订" * 20, encoding=8)
    assert pair[0][-2:] == "🎵".encode("utf-16-be")[:2]
    assert read(parts_of("订" * 66 + "🎵" + "订" * 20)[0]) == "订" * 66


def test_the_reference_is_cut_to_the_bits_that_there_are() -> None:
    assert 0x07 == parts_of("a" * 161, reference=0x1207)[0].octets[3]
    assert b"\x12\x07" == parts_of("a" * 161, Habits(long_texts="udh16"), reference=0x1207)[0].octets[3:5]


@pytest.mark.parametrize("habits", [_PLAIN, Habits(long_texts="payload"), Habits(long_texts="sar")])
def test_a_text_in_one_part_takes_no_reference(habits: Habits) -> None:
    def never() -> int:
        raise AssertionError("taken")

    assert split("short", habits, never).parts[0].esm_class == 0


@pytest.mark.parametrize(("method", "each"), [("udh", 153), ("udh16", 152), ("sar", 152), ("payload", 152)])
def test_a_text_of_more_than_255_parts_is_refused(method: str, each: int) -> None:
    habits = Habits(long_texts=method)  # type: ignore[arg-type]
    assert len(parts_of("a" * each * 255, habits)) == (1 if method == "payload" else 255)
    with pytest.raises(TooLong):
        parts_of("a" * (each * 255 + 1), habits)


def test_references_follow_one_another_for_each_destination() -> None:
    """Guards smpplib: it picks one of 256 by chance, so two texts to one handset may be mixed up."""
    references = References(lambda: 65534)
    assert [references.next("86138") for _ in range(4)] == [65534, 65535, 0, 1]
    assert references.next("86139") == 65534
