"""Numbers become E.164 from what an SMSC writes, and go back as it wants them."""

from __future__ import annotations

import phonenumbers
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from channels.smpp.addresses import Address, Addresses

LOADED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""A loaded machine is no failure."""

UNKNOWN, INTERNATIONAL, NATIONAL, NETWORK, SUBSCRIBER, NAME, ABBREVIATED = range(7)

READ = [
    # no country: only what says by itself that it is international is touched
    ("8613800000001", None, "8613800000001", INTERNATIONAL),
    ("8613800000001", None, "8613800000001", UNKNOWN),
    ("8613800000001", None, "+8613800000001", UNKNOWN),
    ("8613800000001", None, " +86 138-0000.0001", UNKNOWN),
    ("8613800000001", None, "008613800000001", UNKNOWN),
    ("8613800000001", None, "008613800000001", INTERNATIONAL),
    ("8613800000001", None, "+008613800000001", UNKNOWN),
    ("13800000001", None, "13800000001", NATIONAL),
    ("013800000001", None, "013800000001", UNKNOWN),
    ("0099912345678", None, "0099912345678", UNKNOWN),  # no country code begins with 999
    ("8888", None, "8888", UNKNOWN),
    # China
    ("8613800000001", "CN", "13800000001", NATIONAL),
    ("8613800000001", "CN", "13800000001", UNKNOWN),
    ("8613800000001", "CN", "013800000001", UNKNOWN),
    ("8613800000001", "CN", "8613800000001", UNKNOWN),
    ("8613800000001", "CN", "8613800000001", NATIONAL),
    ("8613800000001", "CN", "+8613800000001", NATIONAL),
    ("8613800000001", "CN", "13800000001", SUBSCRIBER),
    ("861012345678", "CN", "01012345678", UNKNOWN),
    ("14155552671", "CN", "14155552671", INTERNATIONAL),
    ("14155552671", "CN", "0014155552671", UNKNOWN),
    ("14155552671", "CN", "14155552671", UNKNOWN),  # no Chinese number
    ("14155552671", "CN", "14155552671", NATIONAL),  # nor is it one for being called national
    ("8888", "CN", "8888", UNKNOWN),
    ("8888", "CN", "8888", ABBREVIATED),
    # Russia and Kazakhstan share +7 and the trunk prefix 8
    ("79161234567", "RU", "9161234567", NATIONAL),
    ("79161234567", "RU", "89161234567", UNKNOWN),
    ("79161234567", "RU", "79161234567", UNKNOWN),
    ("77012345678", "KZ", "7012345678", NATIONAL),
    ("77012345678", "KZ", "87012345678", UNKNOWN),
    ("77012345678", "KZ", "77012345678", INTERNATIONAL),
    ("77012345678", "RU", "77012345678", UNKNOWN),
    ("8613800000001", "RU", "8108613800000001", UNKNOWN),  # 810 dials out there
    # North America
    ("12125550123", "US", "2125550123", UNKNOWN),
    ("12125550123", "US", "12125550123", UNKNOWN),
    ("12125550123", "US", "2125550123", NATIONAL),
    ("8613800000001", "US", "0118613800000001", UNKNOWN),
    # Italy: the leading zero of a fixed line belongs to the number
    ("390612345678", "IT", "0612345678", NATIONAL),
    ("390612345678", "IT", "390612345678", INTERNATIONAL),
    ("390612345678", "IT", "+390612345678", UNKNOWN),
    ("393912345678", "IT", "3912345678", UNKNOWN),  # a mobile that begins as the country code does
    ("393912345678", "IT", "393912345678", UNKNOWN),
    # Tanzania, Bangladesh, Turkey
    ("255712345678", "TZ", "0712345678", UNKNOWN),
    ("255712345678", "TZ", "0712345678", INTERNATIONAL),  # no country code begins with 0
    ("255712345678", "TZ", "712345678", NATIONAL),
    ("255712345678", "TZ", "255712345678", UNKNOWN),
    ("8613800000001", "TZ", "0008613800000001", UNKNOWN),
    ("8613800000001", "TZ", "008613800000001", UNKNOWN),
    ("8801712345678", "BD", "01712345678", UNKNOWN),
    ("8801712345678", "BD", "1712345678", NATIONAL),
    ("8801712345678", "BD", "8801712345678", NATIONAL),
    ("905321234567", "TR", "05321234567", UNKNOWN),
    ("905321234567", "TR", "5321234567", NATIONAL),
    ("905321234567", "TR", "905321234567", UNKNOWN),
    # a range that the numbering plan does not know yet: said to be national it is, else nothing is certain
    ("905991234567", "TR", "5991234567", NATIONAL),
    ("5991234567", "TR", "5991234567", UNKNOWN),
    # no country of this name
    ("13800000001", "XX", "13800000001", NATIONAL),
    # no number
    ("", None, "", UNKNOWN),
    ("", "CN", "+", UNKNOWN),
    ("", None, "Bank", UNKNOWN),
    ("", None, "INFO4U", UNKNOWN),
    ("", None, "12345678", NAME),
    ("", None, "\xb2\xb3", UNKNOWN),
    ("", None, "1234567890123456", UNKNOWN),
    ("", "CN", "+1234567890123456", INTERNATIONAL),
    ("123456789012345", None, "123456789012345", INTERNATIONAL),
]


@pytest.mark.parametrize(("number", "country", "address", "ton"), READ)
def test_a_subscribers_number_is_its_e164_digits_or_what_came_where_nothing_is_certain(
    number: str, country: str | None, address: str, ton: int
) -> None:
    assert number == Addresses(country=country).international(address, ton)


@pytest.mark.parametrize("country", sorted(phonenumbers.SUPPORTED_REGIONS))
def test_every_countrys_example_comes_back_from_each_way_of_writing_it(country: str) -> None:
    mobile = phonenumbers.example_number_for_type(country, phonenumbers.PhoneNumberType.MOBILE)
    example = mobile or phonenumbers.example_number(country)
    national = phonenumbers.national_significant_number(example)
    number = f"{example.country_code}{national}"
    addresses = Addresses(country=country)
    assert (number, number, number) == (
        addresses.international(number, INTERNATIONAL),
        addresses.international("+" + number),
        addresses.international(national, NATIONAL),
    )
    for number_format in ("international", "plus", "national"):
        there = Addresses(country=country, number_format=number_format).destination(number)
        assert number == addresses.international(there.addr, there.ton)


@pytest.mark.parametrize(
    ("code", "address"),
    [("8888", "8888"), ("8888", "+8888"), ("8888", " 88-88 "), ("106901234567890123", "106901234567890123"),
     ("", "1" * 21), ("", "TONES"), ("", "")],
)  # fmt: skip
def test_a_short_code_is_its_digits(code: str, address: str) -> None:
    assert code == Addresses(country="CN").short_code(address)


@pytest.mark.parametrize(
    ("address", "settings", "text"),
    [
        (Address(0, 0, "8888"), Addresses(), "8888"),
        (Address(5, 0, "TONES"), Addresses(), "TONES"),
        (Address(5, 0, "Ring 4 you!"), Addresses(), "Ring 4 you!"),
        (Address(0, 0, "Ring 4 you!!"), Addresses(), "Ring 4 you!!"),  # longer than a name may be
        (Address(0, 1, "8888"), Addresses(source_npi=1), "8888"),
        (Address(5, 0, "TONES"), Addresses(source_npi=1), "TONES"),
        (Address(3, 9, "8888"), Addresses(source_ton=3, source_npi=9), "8888"),
        (Address(1, 1, "TONES"), Addresses(source_ton=1, source_npi=1), "TONES"),
        (Address(0, 0, "8888"), Addresses(country="CN", source_ton=0), "8888"),
    ],
)
def test_an_answer_comes_from_the_short_code_or_name_as_the_bind_writes_it(
    address: Address, settings: Addresses, text: str
) -> None:
    assert address == settings.source(text)


PLUS = Addresses(number_format="plus")


@pytest.mark.parametrize(
    ("address", "settings", "number"),
    [
        (Address(1, 1, "8613800000001"), Addresses(), "8613800000001"),
        (Address(1, 1, "8613800000001"), Addresses(country="CN"), "8613800000001"),
        (Address(1, 1, "+8613800000001"), PLUS, "8613800000001"),
        (Address(2, 1, "13800000001"), Addresses(country="CN", number_format="national"), "8613800000001"),
        (Address(1, 1, "14155552671"), Addresses(country="CN", number_format="national"), "14155552671"),
        (Address(2, 1, "9161234567"), Addresses(country="RU", number_format="national"), "79161234567"),
        (Address(2, 1, "0612345678"), Addresses(country="IT", number_format="national"), "390612345678"),
        (Address(2, 1, "712345678"), Addresses(country="TZ", number_format="national"), "255712345678"),
        (Address(0, 0, "8613800000001"), Addresses(dest_ton=0, dest_npi=0), "8613800000001"),
        (Address(0, 1, "13800000001"), Addresses("CN", "national", dest_ton=0), "8613800000001"),
        (Address(1, 1, "14155552671"), Addresses("CN", "national", dest_ton=2), "14155552671"),  # never as one of CN
        (Address(1, 1, "8613800000001"), Addresses(number_format="national"), "8613800000001"),  # of no country
        (Address(0, 1, "8888"), Addresses(), "8888"),  # back as it came
        (Address(0, 1, "8888"), PLUS, "8888"),
        (Address(0, 1, "013800000001"), PLUS, "013800000001"),
        (Address(1, 1, "8888"), Addresses(dest_ton=1), "8888"),
    ],
)
def test_an_answer_goes_to_the_number_as_the_bind_writes_it(address: Address, settings: Addresses, number: str) -> None:
    assert address == settings.destination(number)


def test_an_address_in_a_log_shows_no_number() -> None:
    """Promise 6: no full phone number in any log."""
    assert "138" not in repr(Addresses().destination("8613800000001"))


@LOADED
@given(st.text(max_size=24), st.integers(0, 7), st.sampled_from([None, "CN", "RU", "US", "IT", "TZ", "BD", "TR"]))
def test_whatever_comes_it_is_digits_that_end_as_they_came_or_nothing(
    address: str, ton: int, country: str | None
) -> None:
    number = Addresses(country=country).international(address, ton)
    digits = "".join(letter for letter in address if letter in "0123456789")
    assert number == "" or (number.isascii() and number.isdigit() and len(number) <= 15)
    assert number.endswith(digits[-4:]) or number == ""
