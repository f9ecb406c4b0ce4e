"""How a bind comes to its connection: it calls the SMSC, or waits to be called."""

from __future__ import annotations

from channels.smpp.session.hooks import Hooks
from channels.smpp.session.outbind import outbind
from channels.smpp.session.tcp import tcp
from channels.smpp.session.terms import Connect
from workers.settings import BindSettings


def connecting(settings: BindSettings, hooks: Hooks | None = None) -> Connect:
    """By `outbind_listen`; the hooks are the session's, and hear an outbind."""
    return tcp(settings) if settings.outbind_listen is None else outbind(settings, hooks)
