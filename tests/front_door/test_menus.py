"""`tonegate menu`: for the product team at its terminal, and for its CI."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

import tonegate
from tests.ussd.menu.kit.files import edit, templates
from workers.dialogue import SHIPPED_TEMPLATES

ORDER = SHIPPED_TEMPLATES / "ussd" / "dials" / "order_by_code.yaml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with settings that name templates of their own."""
    templates(tmp_path)
    (tmp_path / "tonegate.toml").write_text('[dialogue]\nlanguages = ["en", "zh"]\ntemplates = "templates"\n')
    return tmp_path


def run(folder: Path, *words: str | Path, keys: str = "") -> Result:
    config = ("--config", str(folder / "tonegate.toml"))
    return CliRunner().invoke(tonegate.app, [*config, "menu", *map(str, words)], input=keys)


def test_check_says_that_all_is_well(folder: Path) -> None:
    ended = run(folder, "check")
    assert 0 == ended.exit_code, ended.output
    assert "menu main: 63 screens in en, zh, version " in ended.output


def test_check_tells_file_line_and_cure(folder: Path) -> None:
    home = folder / "templates" / "ussd" / "main" / "home.yaml"
    line = edit(home, "next_screen: browse\n", "next_screen: nowhere\n") - 1
    ended = run(folder, "check")
    assert 1 == ended.exit_code
    assert f"home.yaml:{line}: 'home' leads to 'nowhere', which is no screen" in ended.output.replace("\n", "")
    found = json.loads(run(folder, "check", "--json").output)
    assert [(line, str(home))] == [(one["line"], one["file"]) for one in found]


def test_test_runs_every_script_in_whatever_language_it_speaks(folder: Path) -> None:
    ended = run(folder, "test")
    assert 0 == ended.exit_code, ended.output
    assert len([*ORDER.parent.glob("*.yaml")]) == ended.output.count("ok ")


def test_test_tells_the_line_and_the_screen_that_was_shown(folder: Path) -> None:
    script = folder / "templates" / "ussd" / "dials" / ORDER.name
    edit(script, "1 Buy", "3 Buy")
    ended = run(folder, "test", script)
    assert 1 == ended.exit_code
    assert "order_by_code.yaml:15: '3 Buy' is not on the screen" in ended.output
    assert "Moon River: 2.00 yuan for 30 days\n1 Buy" in ended.output


def test_graph_is_mermaid_or_drawn(folder: Path) -> None:
    assert run(folder, "graph").output.split("\n")[1] == "flowchart LR"
    assert 0 == run(folder, "graph", "--svg", folder / "menu.svg").exit_code
    assert (folder / "menu.svg").read_text(encoding="utf-8").startswith("<svg")
    assert 2 == run(folder, "graph", "nothing").exit_code


@pytest.mark.parametrize(
    ("expected", "keys"),
    [
        (["Ringback tones", "hung up"], ""),
        (
            ["Code of the tone:", "2.00 yuan", "would be placed: action order, code 600902000001"],
            "2\n600902000001\n1\n",
        ),
        (["would be placed: action top"], "1\n1\n"),
    ],
    ids=["nothing", "an order", "what the script has no answer to"],
)
def test_play_dials_by_a_scripts_answers_and_orders_nothing(folder: Path, expected: list[str], keys: str) -> None:
    ended = run(folder, "play", "--canned", ORDER, keys=keys)
    assert 0 == ended.exit_code, ended.output
    for text in expected:
        assert text in ended.output


def test_play_shows_how_full_a_screen_is(folder: Path) -> None:
    assert " of 140 " in run(folder, "play", "--canned", ORDER, "--chars", "140").output
    assert " of 61 " in run(folder, "play", "--canned", ORDER, "--chars", "140", "--language", "zh").output


def test_what_can_not_be_played_is_told_in_one_line(folder: Path) -> None:
    ended = run(folder, "play", "--canned", folder / "gone.yaml")
    assert 1 == ended.exit_code
    assert "can't be read" in ended.output
