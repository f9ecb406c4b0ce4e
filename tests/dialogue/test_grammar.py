"""The files of command words: what an operator may write, and what is refused with line and cure."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from workers.dialogue import SHIPPED_TEMPLATES, Action, Command, Grammar, TemplatesError, understand
from workers.dialogue.grammar import ARGUMENTS
from workers.dialogue.urgency import QUEUES, queue_of, stops


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SHIPPED_TEMPLATES, tmp_path / "templates"))


def edit(path: Path, old: str, new: str) -> int:
    """Change a file; the line of the change, from 1."""
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def test_bare_on_off_yes_and_no_in_yaml_are_words_and_not_truth_values() -> None:
    """PyYAML reads them as booleans (YAML 1.1); these are our commonest commands."""
    grammar = Grammar.load(SHIPPED_TEMPLATES, ["en"])
    assert {"ON", "OFF", "YES", "NO", "N", "Y"} <= set(grammar.everywhere.words)


def test_a_word_added_to_the_file_is_understood(folder: Path) -> None:
    edit(folder / "en/commands.yaml", "[HELP,", "[HELP, Hjälp, '求助', ما,")
    grammar = Grammar.load(folder, ["en"])
    for text in ("hjälp", "HJA\u0308LP", "求助", "ما"):
        assert Command(Action.HELP) == understand(text, "8613800000009", grammar)


def test_another_shape_of_tone_codes_is_a_line_in_a_file(folder: Path) -> None:
    edit(folder / "commands.yaml", "'[0-9]{12}'", "'[1-9][0-9]{4}'")
    edit(folder / "commands.yaml", "'600902000001'", "'10021'")
    grammar = Grammar.load(folder, ["en"])
    assert Command(Action.ORDER, tone_codes=("10021", "10022")) == understand("10021#10022", "8613800000009", grammar)


BROKEN = [
    ("en/commands.yaml", "help: [HELP,", "help: [GET,", "'GET' means order already", "keep it in one place"),
    ("en/commands.yaml", "  gift:", "  gifts:", "'gifts' is no action", "the actions are order, gift"),
    ("en/commands.yaml", "list: [LIST,", "list: [12,", "'12' can't be a word", "at least one letter"),
    ("en/commands.yaml", "help: [HELP, MENU, COMMANDS]", "help: []", "'help' has no words", "help: [WORD"),
    ("en/commands.yaml", "help: [HELP", "list: [HELP", "'list' stands on line", "keep one"),
    ("en/commands.yaml", "gift: [GIFT,", "gift: [GIFT, '", "not YAML", "mend the line"),
    ("en/commands.yaml", "sentence: [STOP,", "sentence: [HALT,", "'HALT' is no word of close", "add it there"),
    ("commands.yaml", "'[0-9]{12}'", "'[0-9'", "'tone_code' is no regular expression", "such as"),
    ("commands.yaml", "'600902000001'", "'600'", "'600' does not fit its own expression", "digits only"),
    ("commands.yaml", "codes_at_most: 5", "codes_at_most: 9", "'9' can't be the most codes", "from 1 to 5"),
    ("commands.yaml", "codes_at_most: 5", "codes: 5", "'codes' is no entry", "it has codes_at_most"),
]


FIVE = ["en", "zh", "fr", "ar", "sw"]
SHORT_CODES = """
short_codes:
  "5000":
    languages: [en, zh]
    words:
      order: [TT]
  "5001":
    words:
      list: [DEF]
"""


@pytest.mark.parametrize(
    ("short_code", "text", "understood"),
    [
        ("5000", "TT 600902000001", True),
        ("5000", "GET 600902000001", True),
        ("5000", "订购600902000001", True),
        ("5000", "PRENDRE 600902000001", False),  # French is not spoken there
        ("5001", "TT 600902000001", False),  # a word of another short code
        ("5001", "PRENDRE 600902000001", True),
        ("5001", "DEF", True),
        ("6000", "PRENDRE 600902000001", True),  # one without a set of its own understands all languages
        ("6000", "TT 600902000001", False),
        ("", "PATA 600902000001", True),
    ],
)
def test_a_short_code_has_words_and_languages_of_its_own(
    folder: Path, short_code: str, text: str, understood: bool
) -> None:
    path = folder / "commands.yaml"
    path.write_text(path.read_text(encoding="utf-8") + SHORT_CODES, encoding="utf-8")
    grammar = Grammar.load(folder, FIVE)
    found = understand(text, "8613800000009", grammar, short_code=short_code)
    assert understood == isinstance(found, Command)


@pytest.mark.parametrize(
    ("of_5000", "what", "right"),
    [
        ("languages: [en, tlh]", "'tlh' is not spoken", "take some of en, zh"),
        ("words: {help: [GET]}", "'GET' means order already (en)", "keep it in one place"),
        ("words: {helps: [SOS]}", "'helps' is no action", "the actions are order"),
        ("words: {help: ['12']}", "'12' can't be a word", "at least one letter"),
        ("aliases: {help: [SOS]}", "'aliases' is nothing of a short code", "languages and words"),
    ],
)
def test_a_broken_set_of_a_short_code_is_refused_with_its_line(
    folder: Path, of_5000: str, what: str, right: str
) -> None:
    path = folder / "commands.yaml"
    text = path.read_text(encoding="utf-8") + f'short_codes:\n  "5000":\n    {of_5000}\n'
    path.write_text(text, encoding="utf-8")
    with pytest.raises(TemplatesError) as caught:
        Grammar.load(folder, FIVE)
    (finding,) = caught.value.findings
    assert (path, text.count("\n")) == (finding.file, finding.line)
    assert what in finding.what
    assert right in finding.right


@pytest.mark.parametrize(
    ("file", "old", "new", "what"),
    [
        ("fr/commands.yaml", "copy: [COPIER,", "copy: [SEND,", "'SEND' means gift already (en)"),
        ("sw/commands.yaml", "help: [MSAADA,", "help: [ＧＥＴ,", "'ＧＥＴ' means order already (en)"),
        ("fr/commands.yaml", "help: [AIDE,", "help: [ÁRRET,", "'ÁRRET' means delete already (fr)"),
        ("ar/commands.yaml", "help: [مساعدة,", "help: [الغاء,", "'الغاء' means delete already (ar)"),
        ("fr/commands.yaml", "polite: [SVP,", "polite: [STOP,", "'STOP' is a command"),
        ("zh/commands.yaml", "names: [ZH,", "names: [FRENCH,", "'FRENCH' is the name of"),
    ],
)
def test_words_that_collide_however_they_are_written_are_refused(
    folder: Path, file: str, old: str, new: str, what: str
) -> None:
    line = edit(folder / file, old, new)
    with pytest.raises(TemplatesError) as caught:
        Grammar.load(folder, FIVE)
    assert [line] == [finding.line for finding in caught.value.findings if what in finding.what], str(caught.value)


@pytest.mark.parametrize(("file", "old", "new", "what", "right"), BROKEN)
def test_a_broken_file_is_refused_with_its_line_and_cure(
    folder: Path, file: str, old: str, new: str, what: str, right: str
) -> None:
    line = edit(folder / file, old, new)
    with pytest.raises(TemplatesError) as caught:
        Grammar.load(folder, ["en"])
    told = [finding for finding in caught.value.findings if what in finding.what and right in finding.right]
    assert [folder / file] == [finding.file for finding in told]
    assert line <= told[0].line <= line + 1 or "YAML" in what
    assert str(folder / file) in str(caught.value)


def test_a_missing_file_is_told_by_its_path(folder: Path) -> None:
    with pytest.raises(TemplatesError, match=r"xx/commands\.yaml:0: can't be read"):
        Grammar.load(folder, ["en", "xx"])


def test_every_action_has_its_arguments_and_its_queue() -> None:
    assert set(Action) == set(ARGUMENTS) == set(QUEUES)


@pytest.mark.parametrize(
    ("text", "queue", "stopping"),
    [
        ("600902000001", "orders", False),
        ("GIFT 600902000001 8613800138001", "orders", False),
        ("DEL 600902000001", "orders", False),
        ("STOP 600902000001", "orders", False),
        ("ON", "orders", False),
        ("STOP", "interactive", True),
        ("YES 482193", "interactive", False),
        ("LIST", "interactive", False),
        ("HELP", "interactive", False),
        ("what is this", "interactive", False),
    ],
)
def test_what_is_charged_waits_apart_from_what_is_only_asked(text: str, queue: str, stopping: bool) -> None:
    understood = understand(text, "8613800000009", Grammar.load(SHIPPED_TEMPLATES, ["en"]))
    assert (queue, stopping) == (queue_of(understood), stops(understood))
