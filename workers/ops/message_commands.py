"""The commands about messages: find them, see one's life, do them again, give them up."""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from workers.ops.prompt import author as whoever_calls
from workers.ops.prompt import fail, settings_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workers.journal import Filter
    from workers.settings import Settings

AsJson = Annotated[bool, typer.Option("--json", help="As JSON, for a script.")]
Reveal = Annotated[bool, typer.Option("--reveal", help="Show whole numbers and texts.")]
Reason = Annotated[str, typer.Option(help="Why, for the history.")]
Author = Annotated[str, typer.Option(help="Who, for the history.", show_default="this user and host")]
Number = Annotated[str, typer.Option(help="Of this sender.")]
State = Annotated[
    str,
    typer.Option(
        help="received, claimed, waiting, done, refused, accepted, unknown, dead; several with commas between."
    ),
]
Outcome = Annotated[str, typer.Option(help="Why it ended so, e.g. balance.")]
Bind = Annotated[str, typer.Option(help="That came over this bind.")]
_CHANNELS = ("sms", "ussd", "gift", "renewal")
"""The last two are of our own messages."""
_SPACED = re.compile(r"[\s().-]")
_NUMBER = re.compile("[0-9]{1,20}|#[0-9a-f]+")
"""Digits, or what a purge has put in their place."""
"""How numbers are grouped where they are written down."""
Channel = Annotated[str, typer.Option(help=f"That came by this channel: {', '.join(_CHANNELS)}.")]
Code = Annotated[str, typer.Option(help="With this in their text, a tone code for instance.")]
Since = Annotated[str, typer.Option(help="2h, 3d or 2025-01-31T08:00.")]
Until = Annotated[str, typer.Option(help="Likewise.")]


def messages(
    context: typer.Context,
    number: Number = "",
    state: State = "",
    outcome: Outcome = "",
    bind: Bind = "",
    channel: Channel = "",
    code: Code = "",
    since: Since = "",
    until: Until = "",
    limit: Annotated[int, typer.Option(min=1, max=10000, help="How many on a page.")] = 50,
    cursor: Annotated[str, typer.Option(help="Where the page begins, as the one before has told.")] = "",
    json: AsJson = False,
    reveal: Reveal = False,
) -> None:
    """Find messages, the newest first."""
    from workers.ops import look

    wanted = _filter(number, state, outcome, bind, channel, code, since, until)
    try:
        look.messages(settings_of(context), wanted, limit=limit, cursor=cursor, json=json, reveal=reveal)
    except ValueError:
        raise typer.BadParameter("take it from the page before", param_hint="--cursor") from None


def show(context: typer.Context, message: str, json: AsJson = False, reveal: Reveal = False) -> None:
    """The whole life of one MESSAGE on one time line, by its id or transaction id."""
    from workers.ops import look

    if not look.show(settings_of(context), message, json=json, reveal=reveal):
        fail(f"no message {message}; find it with `tonegate messages`")


def replay(
    context: typer.Context,
    message: Annotated[list[str] | None, typer.Argument(help="Ids or transaction ids.")] = None,
    file: Annotated[
        typer.FileText | None,
        typer.Option(
            help="A file of ids or transaction ids, one in a line; - is standard input.",
            encoding="utf-8-sig",
            errors="replace",  # what is no text is no message, and told as such
        ),
    ] = None,
    number: Number = "",
    state: State = "",
    outcome: Outcome = "",
    bind: Bind = "",
    channel: Channel = "",
    code: Code = "",
    since: Since = "",
    until: Until = "",
    yes: Annotated[bool, typer.Option("--yes", help="Do it; without, it is only shown what would be done.")] = False,
    rate: Annotated[
        float | None,
        typer.Option(
            min=0, help="Messages a second; 0 is as fast as it goes. By default 100, and 50 with a SQLite journal."
        ),
    ] = None,
    resume: Annotated[
        int | None, typer.Option(metavar="RUN", min=1, max=2**63 - 1, help="Go on with a replay that was interrupted.")
    ] = None,
    runs: Annotated[bool, typer.Option("--runs", help="List the last replays, and what is left of them.")] = False,
    report: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Save what became of each there: .json or .csv.")
    ] = None,
    author: Author = "",
    reason: Reason = "",
    json: AsJson = False,
) -> None:
    """Do messages again, under their own transaction id: what is done is never ordered again.

    Without --yes it only says what would happen, and why.
    """
    settings = settings_of(context)
    listed = [line.strip() for line in file or () if line.strip()]
    if file is not None and not listed:
        raise typer.BadParameter("it names no message: an id or a transaction id in each line", param_hint="--file")
    which = [*(message or []), *listed]
    given = (number, state, outcome, bind, channel, code, since, until)
    _require_said(context)
    wanted = _filter(*given) if any(given) else None
    if which and wanted:  # they would be added up, and not narrow each other down
        raise typer.BadParameter("name messages, or say which by --state and the like, not both")
    if sum((bool(which) or wanted is not None, resume is not None, runs)) != 1:
        raise typer.BadParameter("name messages, or say which by --state and the like; or --resume, or --runs")
    if report and resume is None and not yes:
        raise typer.BadParameter("it saves what became of each: with --yes or --resume", param_hint="--report")
    if rate is not None and not math.isfinite(rate):
        raise typer.BadParameter("a number of messages a second; 0 is as fast as it goes", param_hint="--rate")
    if runs:
        from workers.ops import planned

        planned.runs(settings, json=json)
        return
    if resume is None and not yes:
        from workers.ops import planned

        well = planned.plan(settings, which, wanted, json=json)
    else:
        who = author or whoever_calls()
        well = _done(settings, which, wanted, resume, author=who, reason=reason, rate=rate, report=report, json=json)
    if not well:
        raise typer.Exit(1)


def _require_said(context: typer.Context) -> None:
    """A script whose variable is empty asks for everything, where it means one number or one bind."""
    for name in ("number", "state", "outcome", "bind", "channel", "code", "since", "until"):
        source = context.get_parameter_source(name)
        if source is not None and source.name == "COMMANDLINE" and not str(context.params[name]).strip():
            raise typer.BadParameter("it is empty, which fits every message: leave it out", param_hint=f"--{name}")


def _done(
    settings: Settings,
    which: Sequence[str],
    wanted: Filter | None,
    resume: int | None,
    *,
    author: str,
    reason: str,
    rate: float | None,
    report: Path | None,
    json: bool,
) -> bool:
    """Replay, or go on with a replay; False where one of `which` doesn't exist."""
    from workers import moments
    from workers.ops import mend
    from workers.ops.replaying import NoSuchRunError

    moments.begin(settings, "replay")
    try:
        if resume is not None:
            mend.resume(settings, resume, report=report, json=json)
            return True
        return mend.replay(
            settings, which, wanted, author=author, reason=reason, rate_per_s=rate, report=report, json=json
        )
    except (NoSuchRunError, mend.NotSavedError) as error:
        fail(str(error))
    except mend.CannotSaveError as error:
        raise typer.BadParameter(str(error), param_hint="--report") from None


def bury(
    context: typer.Context, message: list[str], author: Author = "", reason: Reason = "", json: AsJson = False
) -> None:
    """Give up messages that wait for operations; whose message it was is told, where nothing was told yet.

    Exit code 0: all of them are given up, now or before; 1: one doesn't exist, or is left as it is.
    """
    from workers.ops import mend

    who = author or whoever_calls()
    if not mend.bury(settings_of(context), message, author=who, reason=reason, json=json):
        raise typer.Exit(1)


def _filter(
    number: str, state: str, outcome: str, bind: str, channel: str, code: str, since: str, until: str
) -> Filter:
    from workers.journal import Filter, InboxState
    from workers.ops import look

    try:
        begin, end = look.when(since), look.when(until)
    except (ValueError, OverflowError):
        raise typer.BadParameter("write 2h, 3d or 2025-01-31T08:00", param_hint="--since/--until") from None
    if channel and channel not in _CHANNELS:
        raise typer.BadParameter(f"no {channel}; there are {', '.join(_CHANNELS)}", param_hint="--channel")
    digits = _SPACED.sub("", number).lstrip("+")
    if number and not _NUMBER.fullmatch(digits):
        raise typer.BadParameter("write its digits with the country code, such as 8613800000001", param_hint="--number")
    wanted = Filter(digits, state, outcome, bind, channel, code, begin, end)
    if unknown := [one for one in wanted.states_as_given if one not in list(InboxState)]:
        told = f"no {', '.join(unknown)}; there are {', '.join(InboxState)}"
        raise typer.BadParameter(told, param_hint="--state")
    return wanted
