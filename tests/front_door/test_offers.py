"""Offers through the running product: a file makes a tone cheaper, the question tells that price, and it is charged."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tests.front_door.hosts import CODE, Host, until
from workers.dialogue import SHIPPED_TEMPLATES

FIRST, SECOND, THIRD, FLOODING = (f"86138000009{no}" for no in range(10, 14))
OFFER = "offers:\n  spring: {tones: '600902000001', price: 120, quota: {total: 1}}\n"
MOST = 8


def own_words(host: Host, more: str = "") -> Path:
    """Give a host templates of its own; its file of offers."""
    shutil.copytree(SHIPPED_TEMPLATES, host.folder / "templates")
    with host.settings.open("a") as file:
        file.write(f'[dialogue]\ntemplates = "templates"\n{more}')
    return host.folder / "templates" / "offers" / "spring.yaml"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    """A host that asks before it charges, and takes so many texts in a minute; one child alone works on orders."""
    one = Host(tmp_path_factory.mktemp("shop"))
    one.settings.write_text(
        one.settings.read_text()
        .replace('order = "none"', 'order = "reply"')
        .replace("[worker]", "[worker]\nprocesses = 1")
    )
    own_words(one, f"[limits]\nmessages_per_minute = {MOST}\n")
    try:
        one.up()
        yield one
    finally:
        one.end()


def told(host: Host, *words: str) -> Any:
    shown = host.run("offers", *words, "--json")
    assert shown.returncode == 0, shown.stderr
    return json.loads(shown.stdout)


def refused(host: Host) -> int:
    """How often the worker of orders has said that a file of templates is broken."""
    return sum(line.startswith("worker ") and "templates_refused" in line for line in host.said().splitlines())


def test_an_offer_is_live_and_told_before_the_yes_charged_after_it_and_sold_as_often_as_it_may(shop: Host) -> None:
    """Promise 3: nobody is charged without having said yes to that tone at that price."""
    file = shop.folder / "templates" / "offers" / "spring.yaml"
    assert "costs 2.00 yuan" in shop.answered(CODE, FIRST)
    file.write_text(OFFER)
    asking = count(8613800000920)
    until(lambda: "costs 1.20 yuan" in shop.answered(CODE, str(next(asking))), shop.said)
    assert "costs 1.20 yuan" in shop.answered(CODE, FIRST)
    assert "costs 1.20 yuan" in shop.answered(CODE, SECOND)
    assert "You paid 1.20 yuan" in shop.answered("YES", FIRST)
    # The last one of it is gone: what the second said yes to can't be had any more, so it is asked again.
    answer = shop.answered("YES", SECOND)
    assert "The price has just changed; nothing was charged." in answer
    assert "costs 2.00 yuan" in answer
    assert "You paid 2.00 yuan" in shop.answered("YES", SECOND)
    (paid,) = json.loads(shop.run("messages", "--number", FIRST, "--code", "YES", "--json").stdout)
    life = json.loads(shop.run("show", str(paid["id"]), "--json").stdout)
    assert [(CODE, 120, "spring", "kept")] == [
        (charge["thing"], charge["amount"], charge["offer_id"], charge["state"]) for charge in life["charges"]
    ]
    shown = shop.run("show", str(paid["id"])).stdout
    assert [f"{paid['transaction_id']}01 {CODE} 1.20 yuan spring kept"] == [
        " ".join(line.split()) for line in shown.splitlines() if "spring" in line
    ]
    assert "charged 1.20 yuan" in shown
    (row,) = told(shop, "list")
    assert ("spring", 1, 1, True) == (row["id"], row["had"], row["total"], row["open"])
    found = told(shop, "explain", "--number", SECOND, "--tone", CODE)
    assert (200, None, "sold out: 1 of 1") == (found["price"], found["offer"], found["rules"][0]["why"])
    before = refused(shop)
    file.write_text(OFFER.replace("120", "cheap"))
    until(lambda: refused(shop) > before, shop.said)
    assert "costs 2.00 yuan" in shop.answered(CODE, THIRD), "the old goes on"
    looked = shop.run("offers", "check")
    assert 1 == looked.returncode
    assert f"WRONG {file}:2: 'spring': price: 'cheap' is no price" in looked.stdout
    assert f"WRONG templates: {file}:2: 'spring'" in shop.run("check").stdout
    file.write_text(OFFER)


def test_a_flood_is_told_once_and_stop_is_heard_through_it(shop: Host) -> None:
    """Promise 4: the one answer says that those of the next minute are not done either."""
    for _ in range(MOST + 1):  # at once: where each waited for its answer, a minute would soon be over
        shop.say("HELP", FLOODING)
    *heard, last = until(lambda: shop.heard(FLOODING)[MOST:] and shop.heard(FLOODING), shop.said)
    assert [True] * MOST == ["Send a tone's code" in answer for answer in heard]
    assert "nor any other of the next minute. Nothing was charged." in last
    for _ in range(3):
        shop.say(CODE, FLOODING)
    assert "service is closed" in shop.answered("STOP", FLOODING)
    shown = shop.run("messages", "--number", FLOODING, "--outcome", "flood", "--json")
    assert 3 == len(json.loads(shown.stdout))


EXPLAINED = """\
offers:
  night: {hours: 22:00-06:00, time_zone: UTC, price: 100}
  zone: {brands: M-Zone, price: 50%}
"""


@pytest.mark.parametrize(
    ("offer", "price", "said", "at", "brand"),
    [
        (None, 200, "2.00 yuan", "2027-02-05T12:00+00:00", "Gold"),
        ("night", 100, "1.00 yuan", "2027-02-05T22:00+00:00", "Gold"),
        ("night", 100, "1.00 yuan", "2027-02-06T13:59+08:00", "Gold"),
        ("zone", 100, "1.00 yuan", "2027-02-06T14:00+08:00", "m-zone"),
    ],
)
def test_explain_says_which_offer_wins_without_a_core_where_all_is_given(
    host: Host, offer: str | None, price: int, said: str, at: str, brand: str
) -> None:
    own_words(host).write_text(EXPLAINED)
    words = [
        "--number",
        "+8613800000001",
        "--tone",
        CODE,
        "--price",
        "200",
        "--brand",
        brand,
        "--level",
        "",
        "--at",
        at,
    ]
    found = told(host, "explain", *words)
    assert (offer, price, "86138*****001") == (found["offer"], found["price"], found["number"])
    assert {"night", "zone"} == {rule["offer"] for rule in found["rules"]}
    shown = host.run("offers", "explain", *words).stdout
    assert f"{CODE} costs {said} at" in shown
    assert "8613800000001" not in shown


def test_prices_are_money_for_people_and_minor_units_for_scripts(host: Host) -> None:
    own_words(host).write_text("offers:\n  flat: {price: 100}\n  part: {price: 80%}\n  dear: {price: 5000}\n")
    words = ["--number", "8613800000001", "--tone", CODE, "--price", "200", "--brand", "", "--level", ""]
    shown = [" ".join(line.split()) for line in host.run("offers", "explain", *words).stdout.splitlines()]
    for line in (
        "wins flat 1.00 yuan 0 wins: price 1.00 yuan, priority 0 spring.yaml:2",
        "fits part 1.60 yuan 0 beaten by flat, which is cheaper spring.yaml:3",
        "dear 50.00 yuan 0 50.00 yuan is dearer than the catalogue's 2.00 yuan spring.yaml:4",
    ):
        assert line in shown
    assert [
        (100, "wins: price 100, priority 0"),
        (160, "beaten by flat, which is cheaper"),
        (5000, "5000 is dearer than the catalogue's 200"),
    ] == [(rule["price"], rule["why"]) for rule in told(host, "explain", *words)["rules"]]
    listed = [" ".join(line.split()) for line in host.run("offers", "list").stdout.splitlines()]
    assert {"flat 1.00 yuan 0 yes spring.yaml:2", "part 80% 0 yes spring.yaml:3"} <= {*listed}
    assert ["5000", "100", "80%"] == [one["price"] for one in told(host, "list")]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("give one code", ["--number", "8613800000001"]),
        ("give one code", ["--number", "8613800000001", "--tone", "1", "--bundle", "2"]),
        ("give digits", ["--number", "anna", "--tone", CODE]),
        ("2027-02-05T22:00", ["--number", "8613800000001", "--tone", CODE, "--at", "tomorrow"]),
    ],
)
def test_explain_called_wrongly_says_how_it_is_called(host: Host, said: str, words: list[str]) -> None:
    called = host.run("offers", "explain", *words)
    assert 2 == called.returncode
    assert said in " ".join(called.stderr.replace("│", " ").split())


def test_what_cannot_be_known_without_a_core_is_told_with_what_to_give_instead(host: Host) -> None:
    asked = host.run("offers", "explain", "--number", "8613800000001", "--tone", CODE)
    assert (1, "") == (asked.returncode, asked.stdout)
    assert "give --price, --brand and --level yourself" in asked.stderr


def test_cautions_are_told_and_nothing_is_wrong(host: Host) -> None:
    file = own_words(host)
    (host.folder / "templates" / "club.yaml").unlink()  # whose boxes would be held against the catalogue
    file.write_text("offers:\n  a: {price: 100}\n  b: {price: 50, hours: 09:00-12:00, time_zone: UTC}\n")
    looked = host.run("offers", "check")
    assert 0 == looked.returncode
    assert f"warn  {file}:3: 'b' meets 'a' (spring.yaml:2) at the same priority" in looked.stdout
    assert "note  prices were not held against the catalogue" not in looked.stdout, "no tone is named"
    as_json = json.loads(host.run("offers", "check", "--json").stdout)
    assert (True, 2, 1) == (as_json["well"], as_json["offers"], len(as_json["cautions"]))
