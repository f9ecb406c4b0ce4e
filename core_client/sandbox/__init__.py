"""A small ringtone core with the contract of the real one, so that everything runs on one laptop.

It checks credentials, right, parameters and procedure in that order, keeps subscribers, tones, gifts and a ledger of
charges in a database of its own, remembers replies by transaction id, and misbehaves on demand.  What it answers is
on the disk before it is sent.  Numbers are born with a state that their prefix tells: 86138 funded, 86139 without the
service, 86137 without balance, 86136 barred.
"""

from core_client.sandbox.app import PATH, create_app
from core_client.sandbox.connection import running, server
from core_client.sandbox.faults import FaultError, Faults
from core_client.sandbox.procedure import Limits

__all__ = ["PATH", "FaultError", "Faults", "Limits", "create_app", "running", "serve", "server"]


def serve(host: str, port: int, url: str = "sqlite:///sandbox.db", faults: str = "") -> None:
    """Run the sandbox until SIGINT or SIGTERM. Raises FaultError, and what SQLAlchemy and the socket raise."""
    server(create_app(url, faults), host, port).run()
