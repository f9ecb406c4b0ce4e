"""The SMSC's conduct as a command line gives it, and the ids and times it writes."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from channels.simulator import Conduct, Faults
from channels.simulator.message_ids import IdForm, written
from channels.simulator.times import absolute, seconds_until
from channels.smpp.text import Habits

NOW = 1_800_000_000.0  # 2027-01-15 08:00:00 UTC


@pytest.mark.parametrize(
    ("conduct", "text"),
    [
        (Conduct(), ""),
        (Conduct(version="5.0", window=7), "version=5.0,window=7"),
        (Conduct(system_id="007", password="1234"), " system_id = 007 , password=1234 "),
        (Conduct(habits=Habits(long_texts="sar", national=("tr", "pt"))), "long_texts=sar,national=tr+pt"),
        (Conduct(habits=Habits(gsm_data_coding=1, gsm_packed=True)), "gsm_data_coding=1,gsm_packed=true"),
        (Conduct(habits=Habits(default_alphabet="latin-1")), "default_alphabet=latin-1"),
        (Conduct(response_id="hex", receipt_id="decimal"), "response_id=hex,receipt_id=decimal"),
        (Conduct(receipt_first=True, receipt_form="lower"), "receipt_first=true,receipt_form=lower"),
        (Conduct(tls_certificate=Path("/etc/smsc.pem")), "tls_certificate=/etc/smsc.pem"),
    ],
)
def test_conduct_is_read_from_the_command_line(conduct: Conduct, text: str) -> None:
    assert conduct == Conduct.parse(text)


@pytest.mark.parametrize(
    ("reason", "text"),
    [
        ("no conduct 'colour=red'", "colour=red"),
        ("no conduct 'version'", "version"),
        ("conduct version: input should be '3.4' or '5.0'", "version=6"),
        ("conduct long_texts: input should be 'udh', 'udh16', 'sar' or 'payload'", "long_texts=long"),
        ("conduct window: input should be a valid integer", "window=wide"),
        ("outbind 'esme' is not HOST:PORT", "outbind=esme"),
        ("conduct gsm_data_coding: input should be 0 or 1", "gsm_data_coding=3"),
    ],
)
def test_conduct_that_makes_no_sense_is_refused_with_its_name(reason: str, text: str) -> None:
    with pytest.raises(ValueError, match=reason):
        Conduct.parse(text)


def test_the_page_on_the_simulator_names_every_conduct_and_fault() -> None:
    page = (Path(__file__).parents[2] / "docs" / "simulator.md").read_text()
    names = {one.name for one in (*fields(Conduct), *fields(Habits))} - {"habits"} | set(Faults.model_fields)
    assert {name for name in names if f"`{name}`" not in page} == set()


def test_a_password_does_not_show_in_its_repr() -> None:
    assert "secret" not in repr(Conduct(password="secret", outbind_password="secret"))


@pytest.mark.parametrize(
    ("message_id", "form"),
    [
        ("3ade68b1", "hex"),
        ("3ADE68B1", "hex_upper"),
        ("0000000000003ade68b1", "hex_zeros"),
        ("987654321", "decimal"),
        ("00000000000987654321", "decimal_zeros"),
    ],
)
def test_one_number_is_written_as_ids_of_each_form(message_id: str, form: IdForm) -> None:
    assert message_id == written(987_654_321, form)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (60, "000000000100000R"),
        (86_400 + 7200, "000001020000000R"),
        (0, "270115080000000+"),
        (90, "270115080130000+"),
        (0, "270115160000032+"),  # 16:00 in Shanghai
        (0, "270115030000020-"),  # 03:00 in New York
        (-3600, "270115070000000+"),
    ],
)
def test_a_time_is_so_many_seconds_off(seconds: float, text: str) -> None:
    assert seconds == pytest.approx(seconds_until(text, NOW), abs=0.001)


@pytest.mark.parametrize(
    ("reason", "text"),
    [
        ("is no time of SMPP", "soon"),
        ("is no time of SMPP", "270115080000000"),
        ("is no time of SMPP", "2701150800000004+"),
        (r"month must be in 1\.\.12", "271315080000000+"),
        ("further from UTC than half a day", "270115080000099+"),
    ],
)
def test_a_time_that_is_none_is_refused(reason: str, text: str) -> None:
    with pytest.raises(ValueError, match=reason):
        seconds_until(text, NOW)


def test_a_time_written_reads_as_itself() -> None:
    assert absolute(NOW) == "270115080000000+"
    assert seconds_until(absolute(NOW + 12.3), NOW) == pytest.approx(12.3, abs=0.11)
