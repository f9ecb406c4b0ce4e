"""What was dialled, parted into the service and the rest; and the names that dialects go by."""

from __future__ import annotations

import pytest

from channels.ussd.checks import GatewaysDontFit, cautions, problems, require_fit
from channels.ussd.dialects import DIALECTS, dialect_of
from channels.ussd.dialects.dialled import Dialled, begins_with, parted, service_code
from tests.ussd.dialects.kit.gateway import gateway


@pytest.mark.parametrize(
    ("expected", "written", "codes"),
    [
        (("*123#", ""), "*123#", []),
        (("*123#", "2*600902000001"), "*123*2*600902000001#", []),
        (("*123#", "2"), "*123*2", []),
        (("*123#", "2"), "123*2", []),
        (("*123*2#", ""), "*123*2#", ["*123*2#"]),
        (("*123*2#", "5"), "*123*2*5#", ["*123#", "*123*2#"]),
        (("*123#", "25"), "*123*25#", ["*123*2#"]),
        (("*384*123#", "2"), "*384*123*2#", ["384*123"]),
        (("#123#", ""), "#123#", []),
        (("*#123#", "4"), "*#123*4#", []),
        (("*123#", "*2"), "*123**2#", []),
        (("*123#", "rain"), "*123*rain#", []),
        (None, "", []),
        (None, "hello", []),
        (None, "*#", []),
        (None, "*123#4", []),
        (None, "*" + "1" * 300 + "#", []),
    ],
)
def test_a_dialled_string_is_parted(expected: tuple[str, str] | None, written: str, codes: list[str]) -> None:
    assert (Dialled(*expected) if expected else None) == parted(written, tuple(codes))


@pytest.mark.parametrize(
    ("expected", "written"),
    [("*123#", "*123#"), ("*123#", "123"), ("*384*123#", "*384*123"), ("", "abc"), ("", ""), ("", "1" * 40)],
)
def test_a_service_code_is_spelled_one_way(expected: str, written: str) -> None:
    assert expected == service_code(written)


@pytest.mark.parametrize(
    ("expected", "written"),
    [(True, "123"), (True, "123*4"), (True, "*123#"), (False, "1234"), (False, "1"), (False, "")],
)
def test_what_was_dialled_begins_with_a_service(expected: bool, written: str) -> None:
    assert expected is begins_with(written, ["*123#"])


@pytest.mark.parametrize(
    ("expected", "written"),
    [
        ("africas_talking", "africas_talking"),
        ("africas_talking", "Africa's Talking"),
        ("africas_talking", "africastalking"),
        ("comviva", "Comviva Flares"),
        ("madapi", "mtn-madapi"),
        (None, "pigeon"),
    ],
)
def test_a_dialect_is_known_however_it_is_spelled(expected: str | None, written: str) -> None:
    found = dialect_of(written)
    assert expected == (found.name if found else None)


def test_all_gateways_of_the_list_are_spoken_to() -> None:
    assert {
        "africas_talking", "safaricom", "hubtel", "arkesel", "nalo", "beem", "infobip", "comviva", "truroute", "madapi",
        "restcomm", "dmark", "plain",
    } == set(DIALECTS)  # fmt: skip


@pytest.mark.parametrize(
    ("expected", "written"),
    [
        ('dialect = "hubtell" is none that is spoken: did you mean hubtel?', "hubtell"),
        ('dialect = "Plane" is none that is spoken: did you mean plain?', "Plane"),
        (f'dialect = "pigeon" is none that is spoken: there are {", ".join(DIALECTS)}', "pigeon"),
    ],
)
def test_an_unknown_dialect_is_told_with_the_nearest(expected: str, written: str) -> None:
    assert [expected] == list(problems(gateway(written)))


def test_a_door_that_can_not_be_opened_says_which_one() -> None:
    with pytest.raises(GatewaysDontFit, match='"hub": dialect = "hubtell"'):
        require_fit([gateway("plain"), gateway("hubtell")])
    require_fit([gateway(name) for name in DIALECTS])


def test_a_gateway_that_marks_no_first_request_needs_to_know_what_is_dialled() -> None:
    assert ["service_codes is empty"] == [one.partition(":")[0] for one in cautions(gateway("comviva"))]
    assert [] == list(cautions(gateway("comviva", service_codes=["*123#"]))) == list(cautions(gateway("plain")))
