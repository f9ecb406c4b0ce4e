"""Every setting: its default, its unit and its reason, in one place.

The reference page `docs/settings.md` is made from this file.  A key that is not here stops the start.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class JournalSettings(_Table):
    """Where messages, answers and their history are kept."""

    url: str = Field("sqlite:///tonegate.db", description="SQLAlchemy URL: sqlite:///FILE or postgresql+psycopg://…")


class RedisSettings(_Table):
    """The Redis-compatible server that carries the bells; it holds nothing that can't be made again."""

    url: str = Field("embedded", description="redis://… of your server, or 'embedded': one started by `tonegate up`")


class BindSettings(_Table):
    """One bind with one SMSC (SMPP 3.4 §2.2)."""

    name: str = Field(description="what logs, metrics and the console call this bind")
    host: str = Field("127.0.0.1", description="the SMSC's address")
    port: int = Field(2775, ge=1, le=65535, description="the SMSC's TCP port; 2775 is the registered one")
    system_id: str = Field(max_length=15, description="our account at the SMSC")
    password: SecretStr = Field(SecretStr(""), description="its password, at most 8 characters (SMPP 3.4 §5.2.2)")
    system_type: str = Field("", max_length=12, description="what some SMSCs want in bind (SMPP 3.4 §5.2.3)")
    mode: Literal["transceiver", "receiver", "transmitter"] = Field(
        "transceiver", description="both ways in one bind, texts in only, or answers out only"
    )
    short_codes: list[str] = Field(default=[], description="the short codes it serves; none named means any")
    window: int = Field(10, ge=1, le=1000, description="submit_sm that may wait for their response at once")
    rate_per_s: float = Field(100.0, gt=0, description="submit_sm sent in a second at most; the operator's contract says")
    tls: bool = Field(False, description="TLS to the SMSC")
    enquire_link_s: float = Field(30.0, gt=0, description="silence after which the link is asked whether it lives")
    ussd_dialect: str | None = Field(None, description="USSD over this bind, in which variant")
    reply_via: str | None = Field(None, description="the bind that sends the answers, where this one is a receiver")
    failover: list[str] = Field(default=[], description="binds that send the answers while this one is down")
    ack_within_s: float = Field(
        5.0, gt=0, description="how long the journal may take before the SMSC is told to keep the message; below the SMSC's own response time-out"
    )


class SmppSettings(_Table):
    """The binds."""

    binds: list[BindSettings] = Field(default=[], description="one table [[smpp.binds]] for each")


class GatewaySettings(_Table):
    """One USSD gateway over HTTP."""

    name: str = Field(description="what logs and the console call it")
    dialect: str = Field("plain", description="the shape of its requests")
    path: str = Field("/ussd", description="where it posts to")
    secret: SecretStr | None = Field(None, description="signs its callbacks; without it `allow` alone is the trust")
    allow: list[str] = Field(default=["127.0.0.0/8"], description="addresses it may call from")
    screen_chars: int = Field(160, ge=20, le=182, description="characters on one screen, navigation included")


class UssdSettings(_Table):
    """The USSD door."""

    listen: str = Field("127.0.0.1:8081", description="HOST:PORT of the HTTP door")
    answer_within_s: float = Field(4.0, gt=0, description="how long the last screen waits for the result; gateways give 5 s or more")
    session_s: float = Field(180.0, gt=0, description="how long a session lives without a key pressed")
    repeat_s: float = Field(3.0, gt=0, description="the same input within this time is the gateway repeating itself")
    gateways: list[GatewaySettings] = Field(default=[], description="one table [[ussd.gateways]] for each")


class CoreSettings(_Table):
    """The ringtone core's SOAP door."""

    url: str = Field("http://127.0.0.1:8082/usdp", description="where the core listens")
    account: str = Field("tonegate", description="our portal account")
    password: SecretStr = Field(SecretStr(""), description="its password")
    timeout_s: float = Field(5.0, gt=0, description="how long one call may take")
    settle_s: float = Field(
        10.0, ge=0, description="how long after a lost call the core is asked what became of it; above timeout_s, since earlier absence proves nothing"
    )
    query_transaction: bool = Field(True, description="whether the core has System.queryTransaction; without it a lost gift is parked")
    flavour: Literal["document", "encoded"] = Field("document", description="SOAP style: document/literal, or the vendor's rpc/encoded")
    codes: Path | None = Field(None, description="a file that overrides the shipped table of result codes")


class ConsentSettings(_Table):
    """How a subscriber says yes before a charge."""

    open: Literal["none", "reply", "numbered", "external"] = Field("none", description="before the service is opened")
    order: Literal["none", "reply", "numbered", "external"] = Field("none", description="before a tone is ordered")
    gift: Literal["none", "reply", "numbered", "external"] = Field("none", description="before a gift is presented")
    copy_: Literal["none", "reply", "numbered", "external"] = Field("none", alias="copy", description="before a tone is copied")
    expires_s: float = Field(3600.0, gt=0, description="how long a question stays open; India's regulator allows 60 min by SMS")
    act_within_s: float = Field(86400.0, gt=0, description="how long a yes given in time stays good")


class DialogueSettings(_Table):
    """Words and languages."""

    languages: list[str] = Field(default=["en"], min_length=1, description="folders under templates/ that are spoken")
    default_language: str = Field("en", description="where nothing tells the subscriber's")
    templates: Path | None = Field(None, description="a folder of your own wording; the shipped one by default")
    dedupe_s: float = Field(
        120.0, ge=0, description="how long after a lost response the same text counts as the SMSC's redelivery"
    )


class WorkerSettings(_Table):
    """The Celery workers."""

    processes: int = Field(2, ge=1, description="children that serve orders and bulk; one more serves interactive alone")
    concurrency: int = Field(32, ge=1, le=1000, description="messages one child has in work at once")
    attempts: int = Field(5, ge=1, description="answers 'busy' and crashes after which a message is dead")
    lease_s: float = Field(30.0, gt=0, description="how long a claim holds without being renewed")
    sweep_s: float = Field(1.0, gt=0, description="how often the sweeper looks for what was left lying")


class SandboxSettings(_Table):
    """The sandbox core."""

    url: str = Field("sqlite:///sandbox.db", description="its own database")
    faults: str = Field("", description="faults it starts with, e.g. 'slow=0.5,busy=0.1'")


class ConsoleSettings(_Table):
    """The operations console."""

    listen: str = Field("127.0.0.1:8080", description="HOST:PORT")
    users: Path | None = Field(None, description="file of users and roles; without it the console stays on loopback")


class Settings(_Table):
    """All of it, one table of the file to a field."""

    journal: JournalSettings = JournalSettings()
    redis: RedisSettings = RedisSettings()
    smpp: SmppSettings = SmppSettings()
    ussd: UssdSettings = UssdSettings()
    core: CoreSettings = CoreSettings()
    consent: ConsentSettings = ConsentSettings()
    dialogue: DialogueSettings = DialogueSettings()
    worker: WorkerSettings = WorkerSettings()
    sandbox: SandboxSettings = SandboxSettings()
    console: ConsoleSettings = ConsoleSettings()
