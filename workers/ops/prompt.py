"""How every command begins, who calls it and how it fails: settings read, or one line for each thing that is wrong."""

from __future__ import annotations

import getpass
import os
import socket
from typing import TYPE_CHECKING, NoReturn

import typer

if TYPE_CHECKING:
    from workers.settings import Settings


def settings_of(context: typer.Context) -> Settings:
    """The settings that `--config` names; ends the command where they can't be used."""
    from workers.settings import SettingsError, load

    try:
        return load(context.find_root().obj, os.environ)
    except SettingsError as error:
        fail(*error.problems)


def fail(*lines: str) -> NoReturn:
    """End the command with exit code 1."""
    for line in lines:
        typer.echo(f"error: {line}", err=True)
    raise typer.Exit(1)


def address(option: str, text: str) -> tuple[str, int]:
    """`127.0.0.1:2775` or `[::1]:2775` as host and port; ends the command as called wrongly if it is neither."""
    host, colon, port = text.rpartition(":")
    if not (colon and port.isdecimal() and int(port) < 65536):
        raise typer.BadParameter(f"{text!r} is not HOST:PORT, such as 127.0.0.1:2775", param_hint=option)
    return host.strip("[]") or "127.0.0.1", int(port)


def author() -> str:
    """Who calls a command that changes something: `name@host`."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError):  # a container's user may have no name
        name = "unknown"
    return f"{name}@{socket.gethostname()}"[:96]
