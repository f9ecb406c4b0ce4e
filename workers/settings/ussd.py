"""The USSD door and the gateways that call it over HTTP: `[ussd]`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, SecretStr

from workers.settings.screens import ScreenChars
from workers.settings.table import Listen, Table


class GatewaySettings(Table):
    """One USSD gateway over HTTP."""

    name: str = Field(
        pattern=r"^[A-Za-z0-9_.-]{1,40}$", examples=["hub"], description="what logs and the console call it"
    )
    dialect: str = Field("plain", description="the shape of its requests; docs/ussd.md has them all")
    path: str = Field("/ussd", pattern=r"^/[A-Za-z0-9._~/-]*$", description="where it posts to")
    secret: SecretStr | None = Field(None, description="signs its callbacks; without it `allow` alone is the trust")
    allow: list[str] = Field(
        default=["127.0.0.0/8"],
        examples=[["192.0.2.7", "2001:db8::/32"]],
        description="addresses and networks it may call from; this machine alone until you say otherwise",
    )
    service_codes: list[Annotated[str, Field(pattern=r"^\*?[0-9]+(\*[0-9]+)*#?$")]] = Field(
        default=[],
        examples=[["*123#", "*384*123#"]],
        description=(
            "what subscribers dial to come here, so that the rest of a dialled string is known for a shortcut; by"
            " default its first segment is the service, as in `*123*2#`"
        ),
    )
    country: str | None = Field(
        None,
        pattern="^[A-Z]{2}$",
        examples=["CN"],
        description="whose national numbers it sends (ISO 3166); by default numbers are international already",
    )
    screen_chars: ScreenChars = 160


class UssdSettings(Table):
    """The USSD door."""

    listen: Listen = Field("127.0.0.1:8081", description="HOST:PORT of the HTTP door")
    answer_within_s: float = Field(
        4.0, gt=0, description="how long the last screen waits for the result; gateways give 5 s or more"
    )
    session_s: float = Field(
        180.0, gt=0, description="how long a session lives without a key pressed, as networks have it"
    )
    repeat_s: float = Field(3.0, gt=0, description="the same input within this time is the gateway repeating itself")
    look_within_s: float = Field(
        2.5,
        gt=0,
        description=(
            "how long a screen may take to look something up at the core; then the answer goes by text message, and the"
            " dial ends while the gateway still waits"
        ),
    )
    reply_via: str = Field(
        "",
        examples=["main"],
        description="the bind by which those who dialled are texted; the first that sends by default",
    )
    text_from: str = Field(
        "",
        pattern="^[0-9A-Za-z]{0,20}$",
        examples=["8888"],
        description="the short code from which they are texted; that bind's first by default",
    )
    push: list[Literal["gift", "consent"]] = Field(
        default=[],
        examples=[["gift", "consent"]],
        description=(
            "which questions are shown on a screen that we begin, where a bind speaks USSD: `gift` to who is given a"
            " tone, `consent` to who has texted an order; what no screen shows goes by text, as all does by default"
        ),
    )
    push_wait_s: float = Field(
        30.0, gt=0, description="how long such a screen may take before its question goes by text as well"
    )
    behind: list[str] = Field(
        default=[],
        examples=[["10.0.0.5"]],
        description=(
            "proxies before the door, whose `X-Forwarded-For` is believed; by default nobody's, and the caller is who"
            " opened the connection"
        ),
    )
    gateways: list[GatewaySettings] = Field(default=[], description="one table `[[ussd.gateways]]` for each")
