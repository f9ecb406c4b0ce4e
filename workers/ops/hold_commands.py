"""The commands that pause and go on."""

from __future__ import annotations

from typing import Annotated

import typer

from workers.ops.prompt import author as whoever_calls
from workers.ops.prompt import settings_of

What = Annotated[
    list[str] | None, typer.Argument(metavar="WHAT", help="core (all calls to it), sms, ussd, or binds by their names.")
]
Reason = Annotated[str, typer.Option(help="Why, to be kept with who.")]
Author = Annotated[str, typer.Option(help="Who.", show_default="this user and host")]
WaitS = Annotated[float, typer.Option("--wait-s", min=0, help="How many seconds to wait until a bind is so.")]
AsJson = Annotated[bool, typer.Option("--json", help="As JSON, for a script.")]
_WAIT_S = 30.0


def pause(
    context: typer.Context,
    what: What = None,
    reason: Reason = "",
    author: Author = "",
    wait_s: WaitS = _WAIT_S,
    json: AsJson = False,
) -> None:
    """Pause all calls to the core, a channel or a bind until `resume`; without WHAT, show what is paused."""
    from workers.ops import holding

    if not what:
        holding.show(settings_of(context), json=json)
    else:
        _turn(context, what, on=False, author=author, reason=reason, wait_s=wait_s, json=json)


def resume(
    context: typer.Context,
    what: Annotated[list[str], typer.Argument(metavar="WHAT", help="As it was paused.")],
    reason: Reason = "",
    author: Author = "",
    wait_s: WaitS = _WAIT_S,
    json: AsJson = False,
) -> None:
    """Go on with what was paused."""
    _turn(context, what, on=True, author=author, reason=reason, wait_s=wait_s, json=json)


def _turn(
    context: typer.Context, what: list[str], *, on: bool, author: str, reason: str, wait_s: float, json: bool
) -> None:
    from workers.ops import holding
    from workers.ops.binds import NoSuchBind

    who, settings = author or whoever_calls(), settings_of(context)
    try:
        done = holding.turn(settings, what, on=on, author=who, reason=reason, wait_s=wait_s, json=json)
    except NoSuchBind as error:
        raise typer.BadParameter(f"{error}; or core, sms, ussd", param_hint="WHAT") from None
    if not done:
        raise typer.Exit(1)
