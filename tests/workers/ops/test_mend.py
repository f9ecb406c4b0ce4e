"""`tonegate replay`: what whoever sits before it is told when it is cut short."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.journal.kit.messages import accept, claim, message
from workers.journal import Ending, Filter, InboxState, Journal, JournalUnavailable
from workers.journal.replay_runs import Runs
from workers.ops import mend, planned
from workers.settings import Settings, load

WISH = {"author": "asha", "reason": "ticket 7", "rate_per_s": None, "report": None, "json": False}


@pytest.fixture
async def settings(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Of a journal with three messages that wait for operations; two of them go into a transaction."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("workers.ops.replaying._KEPT_AT_ONCE", 2)
    with Journal(sqlite_url) as journal:
        await accept(journal, *(message(number=f"8613800{no:06d}") for no in range(3)))
        for row in await claim(journal):
            await journal.finish(Ending(row, InboxState.DEAD, "busy"))
    return load(None, {"TONEGATE_JOURNAL__URL": sqlite_url})


@pytest.mark.parametrize("error", [KeyboardInterrupt(), JournalUnavailable("disk full")], ids=["ctrl-c", "disk full"])
async def test_whoever_is_cut_short_before_it_begins_is_told_that_nothing_is_done(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], error: BaseException
) -> None:
    def cut(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(Runs, "add", cut)
    with pytest.raises(type(error)):
        mend.replay(settings, [], Filter(state="dead"), **WISH)  # type: ignore[arg-type]
    assert "interrupted before anything was done" in capsys.readouterr().err
    planned.runs(settings, json=False)
    assert "no replay yet" in capsys.readouterr().out


async def test_whoever_is_cut_short_later_is_told_how_the_rest_is_done(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def cut(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Runs, "step", cut)
        with pytest.raises(KeyboardInterrupt):
            mend.replay(settings, [], Filter(state="dead"), **WISH)  # type: ignore[arg-type]
    assert "`tonegate replay --resume 1` does the rest" in capsys.readouterr().err
    mend.resume(settings, 1, report=None, json=False)
    assert "replay 1: 3 of 3 done" in capsys.readouterr().out


MORE = (
    "more than 2 messages fit: these are the newest of them, back to message 2\n"
    "the rest wants a second run, with --until just after that one came: `tonegate show 2`\n"
)


async def test_that_more_fit_than_a_replay_takes_is_told_before_and_after_it_and_the_rest_is_left_to_a_second(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Promise 4: what is left out silently is taken for done, and its subscribers hear nothing."""
    monkeypatch.setattr("workers.ops.replaying.MOST", 2)
    dead = Filter(state="dead")
    assert planned.plan(settings, [], dead, json=False)
    assert capsys.readouterr().out.endswith(f"{MORE}nothing is done yet: 2 of them with --yes\n")
    assert planned.plan(settings, [], dead, json=True)
    told = json.loads(capsys.readouterr().out)
    assert (2, [2, 3], True) == (told["count"], told["groups"][0]["ids"], told["more"])
    assert mend.replay(settings, [], dead, **WISH)  # type: ignore[arg-type]
    assert capsys.readouterr().out.endswith(f"replay 1: 2 of 2 done\n{MORE}")
    assert mend.replay(settings, [], dead, **WISH | {"json": True})  # type: ignore[arg-type]
    told = json.loads(capsys.readouterr().out)
    assert (1, False) == (told["run"]["total"], told["more"])


async def test_where_no_message_fits_it_is_said_so(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    assert planned.plan(settings, [], Filter(state="unknown"), json=False)
    assert "no message fits\nnothing to do\n" == capsys.readouterr().out


async def test_where_nothing_can_be_done_it_is_said_why_and_no_replay_is_kept(
    settings: Settings, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """A script that asks every few minutes would fill the list of replays."""
    with Journal(settings.journal.url) as journal:
        await accept(journal, message(number="8613800000009"))  # it waits for a worker
    wish = {**WISH, "report": tmp_path / "report.json"}
    assert mend.replay(settings, ["4"], None, **wish)  # type: ignore[arg-type]
    said = capsys.readouterr().out
    assert "[]\n" == (tmp_path / "report.json").read_text()
    assert mend.replay(settings, ["4"], None, **WISH | {"json": True})  # type: ignore[arg-type]
    told = json.loads(capsys.readouterr().out)
    (group,) = told["groups"]
    assert (None, 1, "nothing") == (told["run"], group["count"], group["what"])
    assert (True, True) == (group["why"] in said, said.endswith("nothing to do\n"))
    planned.runs(settings, json=False)
    assert "no replay yet" in capsys.readouterr().out
