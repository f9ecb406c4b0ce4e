"""The commands about SMSCs: the binds with them, and the answers that they have."""

from __future__ import annotations

from typing import Annotated

import typer

from workers.ops.prompt import author as whoever_calls
from workers.ops.prompt import fail, settings_of

binds = typer.Typer(help="The binds with SMSCs: how they are, on and off, set anew.", no_args_is_help=True)
sent = typer.Typer(help="Answers that an SMSC has: what became of them, cancel, replace.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="As JSON, for a script.")]
Reason = Annotated[str, typer.Option(help="Why, to be kept with who.")]
WaitS = Annotated[float, typer.Option("--wait-s", min=0, help="How many seconds to wait until it is so.")]
Names = Annotated[list[str], typer.Argument(help="Binds, as the settings name them.")]
Which = Annotated[
    str, typer.Argument(metavar="MESSAGE[/ANSWER]", help="Its id or transaction id; the last answer by default.")
]
_WAIT_S = 30.0
_ANSWER_S = 15.0


@binds.command("list")
def list_(context: typer.Context, json: AsJson = False) -> None:
    """How each bind is, on each host, and who has switched it off."""
    from workers.ops import binds as look

    look.show(settings_of(context), json=json)


@binds.command()
def stop(
    context: typer.Context, names: Names, reason: Reason = "", wait_s: WaitS = _WAIT_S, json: AsJson = False
) -> None:
    """Take no more over these binds, finish what is in hand and unbind; it stays so until `start`."""
    _turn(context, names, on=False, reason=reason, wait_s=wait_s, json=json)


@binds.command()
def start(
    context: typer.Context, names: Names, reason: Reason = "", wait_s: WaitS = _WAIT_S, json: AsJson = False
) -> None:
    """Bind these again."""
    _turn(context, names, on=True, reason=reason, wait_s=wait_s, json=json)


@binds.command()
def reload(context: typer.Context, reason: Reason = "", wait_s: WaitS = _WAIT_S, json: AsJson = False) -> None:
    """Read the binds' settings anew: what has changed is drained and bound as it is set now, the rest goes on."""
    from workers.ops import binds as look

    if not look.reload(settings_of(context), reason=reason, wait_s=wait_s, json=json):
        raise typer.Exit(1)


@binds.command()
def move(
    context: typer.Context,
    old: Annotated[str, typer.Argument(metavar="OLD", help="The bind that is gone.")],
    new: Annotated[str, typer.Argument(metavar="NEW", help="The bind that sends what waits for it.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do it; without, it is only shown what would be done.")] = False,
    author: Annotated[str, typer.Option(help="Who, for the history.", show_default="this user and host")] = "",
    reason: Reason = "",
    json: AsJson = False,
) -> None:
    """Let the answers that wait over OLD go over NEW, where OLD will not be bound again.

    Exit code 0: all of them do, or what would be done is told; 1: some stay, or OLD is not at rest.
    """
    from workers.ops import binds as look
    from workers.ops import moving

    who, settings = author or whoever_calls(), settings_of(context)
    try:
        if yes:
            from workers.ops.mend import bell_of

            done = moving.move(settings, old, new, author=who, reason=reason, json=json, bells=bell_of)
        else:
            done = moving.move(settings, old, new, author=who, reason=reason, json=json)
    except look.NoSuchBind as error:
        raise typer.BadParameter(str(error), param_hint="OLD/NEW") from None
    except moving.CannotMove as error:
        fail(str(error))
    if not done:
        raise typer.Exit(1)


def _turn(context: typer.Context, names: list[str], *, on: bool, reason: str, wait_s: float, json: bool) -> None:
    from workers.ops import binds as look

    try:
        done = look.turn(settings_of(context), names, on=on, reason=reason, wait_s=wait_s, json=json)
    except look.NoSuchBind as error:
        raise typer.BadParameter(str(error), param_hint="NAME") from None
    if not done:
        raise typer.Exit(1)


@sent.command()
def query(
    context: typer.Context, which: Which, reason: Reason = "", wait_s: WaitS = _ANSWER_S, json: AsJson = False
) -> None:
    """Ask the SMSC what became of an answer (query_sm)."""
    _ask(context, "query", which, reason=reason, wait_s=wait_s, json=json)


@sent.command()
def cancel(
    context: typer.Context, which: Which, reason: Reason = "", wait_s: WaitS = _ANSWER_S, json: AsJson = False
) -> None:
    """Have the SMSC drop an answer that isn't delivered yet (cancel_sm)."""
    _ask(context, "cancel", which, reason=reason, wait_s=wait_s, json=json)


@sent.command()
def replace(
    context: typer.Context,
    which: Which,
    text: Annotated[str, typer.Option(help="What it is to say instead.")],
    reason: Reason = "",
    wait_s: WaitS = _ANSWER_S,
    json: AsJson = False,
) -> None:
    """Have the SMSC deliver another text instead of an answer that isn't delivered yet (replace_sm)."""
    if not text:
        raise typer.BadParameter("say something, or cancel it", param_hint="--text")
    _ask(context, "replace", which, text=text, reason=reason, wait_s=wait_s, json=json)


def _ask(
    context: typer.Context, kind: str, which: str, *, text: str = "", reason: str, wait_s: float, json: bool
) -> None:
    from workers.journal.orders import Kind
    from workers.ops import sent as look

    try:
        done = look.ask(settings_of(context), Kind(kind), which, text=text, reason=reason, wait_s=wait_s, json=json)
    except look.CannotAsk as error:
        fail(str(error))
    if not done:
        raise typer.Exit(1)
