"""Where the console is, and whether it may be there."""

from __future__ import annotations

from workers.ops.users import Users, UsersError
from workers.settings import Settings
from workers.settings.listening import host_and_port, is_loopback


def address(settings: Settings) -> str:
    """Where a browser finds it."""
    console = settings.console
    scheme = "https" if console.tls_certificate else "http"
    return f"{console.url or f'{scheme}://{console.listen}'}/"


def refusal(settings: Settings) -> str:
    """Why the console may not be started, and how to mend that; '' where it may.

    Beyond this machine it answers only those who log in, so there has to be somebody who can.
    """
    console = settings.console
    if is_loopback(host_and_port(console.listen)[0]):
        return ""
    try:
        nobody = console.users is None or not Users(console.users).all()
    except UsersError as error:
        return str(error)
    if not nobody:
        return ""
    return (
        f'[console] listen = "{console.listen}" lets others in, but there is nobody who can log in:'
        " `tonegate users add NAME --role admin` adds somebody"
    )
