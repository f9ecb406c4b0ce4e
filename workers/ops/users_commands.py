"""`tonegate users`: who may log in to the console."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from workers.ops.prompt import author as whoever_calls
from workers.ops.prompt import fail, settings_of
from workers.ops.users import Role, Users, UsersError

users = typer.Typer(help="Who may log in to the console, and as what.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="As JSON, for a script.")]
Name = Annotated[str, typer.Argument(help="A small letter first, then letters, digits, '.', '_' or '-'.")]
Reason = Annotated[str, typer.Option(help="Why, for the history.")]
Author = Annotated[str, typer.Option(help="Who, for the history.", show_default="this user and host")]
_ROLES = tuple(role.word for role in Role)


@users.command()
def add(
    context: typer.Context,
    name: Name,
    role: Annotated[str, typer.Option(help=f"What the user may do: {', '.join(_ROLES)}.")] = Role.VIEWER.word,
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from standard input, for a script.")
    ] = False,
    author: Author = "",
    reason: Reason = "",
) -> None:
    """Add a user, or give one another role and password: sessions begun before end at once."""
    if role not in _ROLES:
        raise typer.BadParameter(f"no {role}; there are {', '.join(_ROLES)}", param_hint="--role")
    file = _file(context)
    password = (
        sys.stdin.readline().rstrip("\r\n")
        if password_stdin
        else typer.prompt("Password", hide_input=True, confirmation_prompt="The same again")
    )
    try:
        is_new = file.add(name, Role.named(role), password)
    except UsersError as error:
        fail(str(error))
    _note(context, "user set", author, user=name, role=role, reason=reason)
    typer.echo(f"{name} {'may log in' if is_new else 'is changed, and may log in'} as {role}")


@users.command()
def remove(context: typer.Context, name: Name, author: Author = "", reason: Reason = "") -> None:
    """Take a user away: the sessions end at once."""
    try:
        _file(context).remove(name)
    except UsersError as error:
        fail(str(error))
    _note(context, "user removed", author, user=name, reason=reason)
    typer.echo(f"{name} can't log in any more")


@users.command("list")
def list_(context: typer.Context, json: AsJson = False) -> None:
    """Who may log in, as what, and since when."""
    from workers.ops.shown import as_json, as_table, moment

    try:
        found = sorted(_file(context).all().values(), key=lambda user: user.name)
    except UsersError as error:
        fail(str(error))
    if json:
        as_json([{"name": user.name, "role": user.role.word, "since": user.since} for user in found])
    else:
        rows = [(user.name, user.role.word, moment(user.since)) for user in found]
        as_table(("name", "role", "since"), rows, "no user: add one with `tonegate users add NAME --role admin`")


def _note(context: typer.Context, event: str, author: str, **detail: object) -> None:
    from workers.ops import deeds

    deeds.note(settings_of(context), event, author or whoever_calls(), **detail)


def _file(context: typer.Context) -> Users:
    file = settings_of(context).console.users
    if file is None:
        fail('no file of users: set [console] users = "users.json" in the settings first')
    return Users(file)
