"""Words go live when a file changes, and a broken change leaves the old ones in force."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from workers.dialogue import SHIPPED_TEMPLATES, Action, Command, TemplatesError, Words, understand, word_files
from workers.reloading import Reloaded

OLD, NEW = "You can't give a tone to yourself.", "Giving to yourself is no gift."


class Desk:
    """An operator's folder of words, and a worker that reads it by a clock that the test moves."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.now_s = 100.0
        self.words = Reloaded(
            lambda: Words.load(folder, ["en", "fr"], "en"),
            lambda: word_files(folder, ["en", "fr"]),
            clock=lambda: self.now_s,
        )

    def edit(self, file: str, old: str, new: str) -> None:
        path = self.folder / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    def said(self, after_s: float = 1.0) -> str:
        self.now_s += after_s
        return self.words.current().wording.say("gift_self", "en")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(Path(shutil.copytree(SHIPPED_TEMPLATES, tmp_path / "templates")))


def test_a_change_of_wording_is_in_force_within_a_second(desk: Desk) -> None:
    desk.edit("en/answers.yaml", OLD, NEW)
    assert OLD in desk.said(after_s=0.5)
    assert NEW in desk.said(after_s=0.5)


def test_a_new_command_word_is_understood_without_a_restart(desk: Desk) -> None:
    desk.edit("fr/commands.yaml", "help: [AIDE,", "help: [AIDE, SECOURS,")
    desk.said()
    grammar = desk.words.current().grammar
    assert Command(Action.HELP) == understand("secours", "8613800138001", grammar)


def test_a_change_of_the_shared_file_counts_too(desk: Desk) -> None:
    desk.edit("commands.yaml", "codes_at_most: 5", "codes_at_most: 2")
    desk.said()
    assert 2 == desk.words.current().grammar.codes_at_most


def test_a_file_that_takes_the_place_of_another_with_its_time_and_size_is_read(desk: Desk, tmp_path: Path) -> None:
    path = desk.folder / "en/answers.yaml"
    was = path.stat()
    other = tmp_path / "other.yaml"
    other.write_text(path.read_text(encoding="utf-8").replace("can't give", "can't send"), encoding="utf-8")
    os.utime(other, ns=(was.st_atime_ns, was.st_mtime_ns))
    other.replace(path)
    assert "can't send" in desk.said()


@pytest.mark.parametrize(
    ("file", "old", "new", "line_has", "what"),
    [
        ("en/answers.yaml", OLD, "{{ nobody }}", "gift_self:", "nobody"),
        ("en/answers.yaml", "  gift_self:", "  gift_selfs:", "gift_selfs:", "is no reason"),
        ("fr/commands.yaml", "help: [AIDE,", "help: [GET,", "help:", "'GET' means order already"),
        ("fr/answers.yaml", "answers:\n", "answers: [\n", None, "not YAML"),
    ],
)
def test_a_broken_change_is_refused_with_file_line_and_reason_and_the_old_words_go_on(
    desk: Desk, file: str, old: str, new: str, line_has: str | None, what: str
) -> None:
    before = desk.words.current()
    desk.edit(file, old, new)
    with capture_logs() as logs:
        assert OLD in desk.said()
        assert OLD in desk.said()
    assert before is desk.words.current()
    (told,) = (log["finding"] for log in logs if what in log["finding"])  # once, not each second
    path, line, _ = told.split(":", 2)
    assert str(desk.folder / file) == path
    if line_has:
        assert line_has in (desk.folder / file).read_text(encoding="utf-8").splitlines()[int(line) - 1]


def test_what_is_mended_goes_live(desk: Desk) -> None:
    desk.edit("en/answers.yaml", OLD, "{{ nobody }}")
    desk.said()
    desk.edit("en/answers.yaml", "{{ nobody }}", NEW)
    assert NEW in desk.said()


def test_a_file_that_is_gone_is_a_broken_change(desk: Desk) -> None:
    (desk.folder / "fr/answers.yaml").unlink()
    with capture_logs() as logs:
        assert OLD in desk.said()
    assert ["templates_refused"] == [log["event"] for log in logs]


def test_one_message_keeps_the_words_it_began_with(desk: Desk) -> None:
    begun = desk.words.current()
    desk.edit("en/answers.yaml", OLD, NEW)
    assert NEW in desk.said()
    assert OLD in begun.wording.say("gift_self", "en")


def test_nothing_is_read_again_while_nothing_changes(desk: Desk) -> None:
    before = desk.words.current()
    desk.said(after_s=60)
    assert before is desk.words.current()


def test_a_start_with_broken_words_is_refused(desk: Desk) -> None:
    desk.edit("en/answers.yaml", OLD, "{{ nobody }}")
    with pytest.raises(TemplatesError, match="nobody"):
        Desk(desk.folder)
