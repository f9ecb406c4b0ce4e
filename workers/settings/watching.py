"""Where the host is looked at: `[console]`, `[metrics]`."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from workers.settings.table import Listen, Table


class ConsoleSettings(Table):
    """The operations console."""

    listen: Listen = Field("127.0.0.1:8080", description="HOST:PORT; this machine alone until you say otherwise")
    users: Path | None = Field(
        None,
        examples=["users.json"],
        description=(
            "file of users and roles, written by `tonegate users`; without it the console answers this machine alone,"
            " without a log-in, as an operator"
        ),
    )
    url: str = Field(
        "",
        pattern=r"^(https?://[^\s/]+)?$",
        examples=["https://console.example"],
        description=(
            "where browsers reach it, if by a name or through a proxy; `https` also keeps the cookies to encrypted"
            " connections"
        ),
    )
    tls_certificate: Path | None = Field(None, description="PEM file, to speak HTTPS without a proxy; with `tls_key`")
    tls_key: Path | None = Field(None, description="its key, a PEM file")
    session_s: float = Field(
        43_200.0, ge=60, description="how long a log-in lasts: one shift of twelve hours; log-outs end it at once"
    )


class MetricsSettings(Table):
    """What monitoring reads: `/metrics` for Prometheus and `/health`."""

    listen: Listen | None = Field(
        None,
        examples=["192.0.2.7:9464"],
        description=(
            "HOST:PORT for /metrics and /health alone, for a host without a console or a network without its users;"
            " without it they are on the console's"
        ),
    )
    allow: list[str] = Field(
        default=[],
        examples=[["192.0.2.0/24"]],
        description=(
            "addresses or networks that may read them, besides this machine; others hear from /health whether all is"
            " well, and nothing else"
        ),
    )
