"""Every setting: its default, its unit and its reason, in one place.

The reference page `docs/settings.md` is made from this file.  A key that is not here stops the start.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, PrivateAttr, SecretStr

from workers.settings.binds import BindSettings
from workers.settings.lines import Key
from workers.settings.table import Listen, Table

ConsentWay = Literal["none", "reply", "numbered", "external"]


class JournalSettings(Table):
    """Where messages, answers and their history are kept: the one thing to back up."""

    url: str = Field(
        "sqlite:///tonegate.db",
        pattern=r"^(sqlite:///.+|postgresql\+psycopg://.+)$",
        examples=["sqlite:///tonegate.db", "postgresql+psycopg://tonegate@db/tonegate"],
        json_schema_extra={"secret": True},
        description=(
            "the database: `sqlite:///FILE`, which is enough for one host, or `postgresql+psycopg://…` where"
            " several share the work"
        ),
    )


class RedisSettings(Table):
    """The Redis-compatible server that carries the bells; it holds nothing that can't be made again."""

    url: str = Field(
        "embedded",
        pattern=r"^(embedded|(redis|rediss|unix)://.+)$",
        examples=["embedded", "redis://127.0.0.1:6379/0"],
        json_schema_extra={"secret": True},
        description=(
            "`redis://…` of your own server (one for Tonegate alone, with `noeviction`), or `embedded`: one"
            " that `tonegate up` starts on a socket beside the journal"
        ),
    )


class SmppSettings(Table):
    """The binds with SMSCs."""

    pdu_log: Path | None = Field(
        None,
        description=(
            "a file to which every PDU is written, decoded, with numbers, texts and passwords masked: for an"
            " operator's support; none by default, since it grows"
        ),
    )
    binds: list[BindSettings] = Field(default=[], description="one table `[[smpp.binds]]` for each")


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
    screen_chars: int = Field(
        160,
        ge=20,
        le=182,
        description="characters on one screen, navigation included; 182 of the 7-bit alphabet fit",
    )


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


class CoreSettings(Table):
    """The ringtone core's SOAP door."""

    url: str = Field(
        "http://127.0.0.1:8082/usdp",
        pattern=r"^https?://[^\s/]+(/\S*)?$",
        examples=["http://127.0.0.1:8082/usdp"],
        description="where the core listens; the sandbox's address by default",
    )
    account: str = Field("tonegate", min_length=1, description="our portal account")
    password: SecretStr = Field(SecretStr(""), examples=["file:/etc/tonegate/core"], description="its password")
    timeout_s: float = Field(
        5.0, gt=0, description="how long one call may take; a healthy core answers in well under one"
    )
    settle_s: float = Field(
        10.0,
        ge=0,
        description=(
            "how long after a lost call the core is asked what became of it; above `timeout_s`, since earlier"
            " absence proves nothing"
        ),
    )
    query_transaction: bool = Field(
        True,
        description=(
            "whether the core has `System.queryTransaction`; without it a gift whose answer was lost is parked"
        ),
    )
    expected_price: bool = Field(
        True,
        description=(
            "whether the core takes `expectedPrice` and `offerCode`; without them the price is read just before each"
            " call and held against the charge, and offers are not sold"
        ),
    )
    gift_opens_service: bool = Field(
        True,
        description=(
            "whether the core takes `expectedFee` with a gift, which opens its recipient's service when he takes it;"
            " without it nobody can give a tone to a number that has no service"
        ),
    )
    renew_tone: bool = Field(
        True,
        description=(
            "whether the core has `UserToneManage.renewTone`; without it nobody renews a tone by text, and no lower"
            " price is tried"
        ),
    )
    flavour: Literal["document", "encoded"] = Field(
        "document", description="SOAP style: document/literal, or the vendor's rpc/encoded"
    )
    codes: Path | None = Field(None, description="a file that overrides the shipped table of result codes")


class ConsentRuleSettings(Table):
    """Another way for some messages: the first row that fits counts; what a row leaves out fits all."""

    action: Literal["", "open", "order", "join", "gift", "copy"] = Field("", description="for this action alone")
    channel: Literal["", "sms", "ussd"] = Field("", description="for this channel alone")
    brand: str = Field(
        "", description="for subscribers of this brand alone; the core is asked for it before each charge"
    )
    way: ConsentWay = Field(description="how a yes is asked for")


class ConsentGatewaySettings(Table):
    """The operator's own consent gateway, for the way `external`; docs/consent.md has its protocol."""

    url: str = Field(
        "",
        pattern=r"^(https?://[^\s/]+(/\S*)?)?$",
        examples=["https://consent.example/ask"],
        description="where it listens",
    )
    secret: SecretStr | None = Field(None, description="signs requests and answers (HMAC-SHA256)")
    wait_s: float = Field(3.0, gt=0, description="how long one request may take; then nothing is charged")


class ConsentSettings(Table):
    """How a subscriber says yes before a charge; stopping never needs a yes."""

    open: ConsentWay = Field("reply", description="before the service is opened, where that is charged")
    order: ConsentWay = Field("reply", description="before a tone is ordered")
    join: ConsentWay = Field("reply", description="before a level of the music club is joined")
    gift: ConsentWay = Field("reply", description="before a gift is presented")
    copy_: ConsentWay = Field("reply", alias="copy", description="before a tone is copied")
    rules: list[ConsentRuleSettings] = Field(default=[], description="one table `[[consent.rules]]` for each")
    expires_s: float = Field(
        3600.0, gt=0, description="how long a question stays open; India's regulator allows 60 min by SMS"
    )
    act_within_s: float = Field(
        86400.0, gt=0, description="how long a yes given in time stays good: one day's outage of a core"
    )
    silence: Literal["told", "untold"] = Field(
        "untold",
        description="whether a question that nobody answered is told to have ended; nothing is charged either way",
    )
    gateway: ConsentGatewaySettings = ConsentGatewaySettings()


class LimitsSettings(Table):
    """What one number may do; 0 is without end.  Stopping has no limit."""

    messages_per_minute: int = Field(
        0,
        ge=0,
        le=1000,
        description=(
            "texts of one number that are done in a minute; one answer tells of all that come in the minute after;"
            " 30 is more than anybody types"
        ),
    )
    spending_per_day: int = Field(
        0, ge=0, description="what one number may spend from midnight to midnight, in the core's smallest unit"
    )
    gifts_per_month: int = Field(0, ge=0, description="gifts one number may offer in a calendar month")
    quiet_hours: str = Field(
        "",
        pattern=r"^(|([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d)$",
        examples=["21:00-08:00"],
        description="when nobody is asked about a gift, such as `21:00-08:00`: the giver is told; none by default",
    )
    time_zone: str = Field("UTC", examples=["Asia/Shanghai"], description="whose midnights and hours are meant")


class GiftSettings(Table):
    """Gifts that wait for their recipient's yes."""

    deadline_s: float = Field(
        18_000.0, gt=0, description="how long a recipient may take; at most as long as the core keeps a gift"
    )
    remind_before_s: float = Field(
        0.0, ge=0, description="how long before its end a recipient is reminded of a gift; 0: not at all"
    )
    refuse_at_deadline: bool = Field(
        True, description="whether the core is told that a gift is over; off for one that ends it by itself by then"
    )


class RenewalSettings(Table):
    """Tones that renew by themselves."""

    notice_before_s: float = Field(
        86_400.0,
        ge=0,
        description=(
            "how long before a tone renews its number is told, after half of its period at the latest; regulators ask"
            " for 24 h; 0: not at all, and then no lower price is tried either"
        ),
    )


class DialogueSettings(Table):
    """Words and languages."""

    languages: list[str] = Field(
        default=["en"], min_length=1, description="the languages spoken: folders under the templates"
    )
    default_language: str = Field("en", description="where nothing tells the subscriber's; one of `languages`")
    prefixes: dict[str, str] = Field(
        default={},
        examples=[{"86": "zh", "255": "sw"}],
        description=(
            'the language of numbers that begin so, E.164 digits, as in `{86 = "zh", 255 = "sw"}`, where neither'
            " LANG nor the words used tell it; the longest counts"
        ),
    )
    templates: Path | None = Field(None, description="a folder of your own wording; the shipped one by default")
    dedupe_s: float = Field(
        120.0,
        ge=0,
        description=(
            "how long after a lost response the same text counts as the SMSC's redelivery, not as a second"
            " order; most SMSCs try again within two minutes"
        ),
    )


class WorkerSettings(Table):
    """The Celery workers."""

    processes: int = Field(
        2,
        ge=1,
        le=256,
        description="children that serve orders and bulk, one to a core; one more serves interactive alone",
    )
    concurrency: int = Field(
        32,
        ge=1,
        le=1000,
        description=("messages one child has in work at once; what the ringtone core bears divided by children"),
    )
    attempts: int = Field(5, ge=1, description="answers 'busy' and crashes after which a message is dead")
    lease_s: float = Field(
        30.0,
        gt=0,
        description=("how long a claim holds without being renewed, so how long a killed worker's messages wait"),
    )
    sweep_s: float = Field(
        1.0, gt=0, description="how often the sweeper looks for what was left lying; a lost bell costs this"
    )


class SandboxSettings(Table):
    """The sandbox core."""

    url: str = Field(
        "sqlite:///sandbox.db", pattern=r"^sqlite:///.+$", description="its own database, a file of SQLite"
    )
    faults: str = Field("", description="faults it starts with, e.g. `slow=0.5,busy=0.1`")


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


class RetentionSettings(Table):
    """How long it is known who texted what; after that texts are blanked and numbers hashed."""

    days: int = Field(
        0,
        ge=0,
        description=(
            "finished messages older than this are purged by themselves, once a day in the small hours; 0 is never:"
            " then `tonegate purge` is yours to call"
        ),
    )
    key: SecretStr | None = Field(
        None,
        description=(
            "hashes the numbers, so that people can still be counted; without it a key is made in a file beside a"
            " SQLite journal. Throw it away, and nobody finds out any more whose they were"
        ),
    )


class Settings(Table):
    """All of it, one table of the file to a field."""

    journal: JournalSettings = JournalSettings()
    redis: RedisSettings = RedisSettings()
    smpp: SmppSettings = SmppSettings()
    ussd: UssdSettings = UssdSettings()
    core: CoreSettings = CoreSettings()
    consent: ConsentSettings = ConsentSettings()
    limits: LimitsSettings = LimitsSettings()
    gifts: GiftSettings = GiftSettings()
    renewals: RenewalSettings = RenewalSettings()
    dialogue: DialogueSettings = DialogueSettings()
    worker: WorkerSettings = WorkerSettings()
    sandbox: SandboxSettings = SandboxSettings()
    console: ConsoleSettings = ConsoleSettings()
    metrics: MetricsSettings = MetricsSettings()
    retention: RetentionSettings = RetentionSettings()

    _file: Path | None = PrivateAttr(None)
    _folder: Path = PrivateAttr(default_factory=Path.cwd)
    _warnings: tuple[str, ...] = PrivateAttr(())
    _origins: Mapping[Key, str] = PrivateAttr(default_factory=dict)

    @property
    def file(self) -> Path | None:
        """The file they were read from; None where there was none."""
        return self._file

    @property
    def folder(self) -> Path:
        """Where relative paths count from."""
        return self._folder

    def origin(self, path: Key) -> str:
        """Where a value comes from: `tonegate.toml:12`, `environment variable …` or `default`."""
        return self._origins.get(path, "default")

    @property
    def warnings(self) -> tuple[str, ...]:
        """What doesn't stop the start but ought to be known: one sentence each, no secrets."""
        return self._warnings
