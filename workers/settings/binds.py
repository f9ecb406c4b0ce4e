"""The settings of a bind with an SMSC: everything in which SMSCs differ, each a key with its reason."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr

from workers.settings.screens import ScreenChars
from workers.settings.table import Listen, Table

Alphabet = Literal["gsm", "ascii", "latin-1", "ucs2"]
NationalTable = Literal["spoken", "tr", "es", "pt", "bn", "gu", "hi", "kn", "ml", "or", "pa", "ta", "te", "ur"]
"""ISO 639-1 names of the languages that have tables of their own in 3GPP 23.038; `spoken`: of `dialogue.languages`."""
RegisteredDelivery = Literal["always", "failure", "never"]


UssdDialect = Literal["generic", "tata", "sixdee", "mica", "echo", "vendor_tlv"]
"""How gateways speak USSD over SMPP; `echo`: Cloudhopper, NowSMS, TOPS; `vendor_tlv`: those with TLV 0x1501."""


class BindSettings(Table):
    """One bind with one SMSC (SMPP 3.4 §2.2)."""

    # whom we bind to, and as whom

    name: str = Field(
        pattern=r"^[A-Za-z0-9_.-]{1,40}$",
        examples=["main"],
        description="what logs, metrics and the console call it",
    )
    host: str = Field("127.0.0.1", min_length=1, description="the SMSC's address; the simulator's by default")
    port: int = Field(2775, ge=1, le=65535, description="the SMSC's TCP port; 2775 is the registered one")
    system_id: str = Field(
        min_length=1,
        max_length=15,
        examples=["tonegate"],
        description="our account there (SMPP 3.4 §5.2.1: 15 characters)",
    )
    password: SecretStr = Field(
        SecretStr(""),
        examples=["file:/etc/tonegate/smsc"],
        description="its password (SMPP 3.4 §5.2.2: 8 characters)",
    )
    system_type: str = Field("", max_length=12, description="what some SMSCs want to read in a bind (SMPP 3.4 §5.2.3)")
    interface_version: Literal["3.4", "5.0"] = Field(
        "3.4", description="the version we say we speak; an SMSC of 5.0 serves 3.4 alike and tells less of its load"
    )
    address_range: str = Field(
        "",
        max_length=40,
        description="which addresses the SMSC is to route here, where it goes by that (SMPP 3.4 §5.2.7); most don't",
    )
    mode: Literal["transceiver", "receiver", "transmitter"] = Field(
        "transceiver",
        description=("both ways in one bind, texts in only, or answers out only; one bind is the least to watch"),
    )
    smsc: str | None = Field(
        None,
        max_length=64,
        examples=["north"],
        description=(
            "binds with the same word here are with one SMSC, whose message ids and receipts they share;"
            " by default those with the same host and port"
        ),
    )
    short_codes: list[str] = Field(
        default=[],
        examples=[["8888"]],
        description="the short codes it serves; several binds may serve one; none named means any it is handed",
    )

    # TLS and outbind

    tls: bool = Field(
        False,
        description=(
            "TLS to the SMSC, its certificate checked; few offer it, most are reached through a private network"
        ),
    )
    tls_ca: Path | None = Field(
        None, description="who signs the SMSC's certificate, a PEM file; by default whom the system trusts"
    )
    tls_certificate: Path | None = Field(
        None, description="our own certificate, a PEM file, where the SMSC asks for one"
    )
    tls_key: Path | None = Field(None, description="the key of our certificate, a PEM file without password")
    tls_server_name: str | None = Field(
        None, description="the name in the SMSC's certificate, where it is not `host` (an address, a tunnel)"
    )
    outbind_listen: Listen | None = Field(
        None,
        examples=["0.0.0.0:2776"],
        description=(
            "HOST:PORT to wait at for an SMSC that connects to us and says outbind (SMPP 3.4 §2.2.1);"
            " `host` and `port` are not used then"
        ),
    )
    outbind_system_id: str = Field(
        "", max_length=15, description="what the SMSC calls itself in its outbind; another is hung up on"
    )
    outbind_password: SecretStr = Field(
        SecretStr(""), description="the SMSC's password in its outbind (SMPP 3.4 §4.1.7)"
    )

    # timers, window and rate

    window: int = Field(
        10,
        ge=1,
        le=1000,
        description="`submit_sm` that may wait for their response at once; 10 is what most SMSCs allow",
    )
    rate_per_s: float = Field(
        100.0, gt=0, description="`submit_sm` in a second at most; your contract with the SMSC says"
    )
    response_s: float = Field(
        10.0, gt=0, description="how long a bind, `submit_sm` or `enquire_link` waits for its response"
    )
    enquire_link_s: float = Field(
        30.0,
        gt=0,
        description=(
            "silence after which the link is asked whether it lives; firewalls forget idle ones after minutes"
        ),
    )
    ack_within_s: float = Field(
        5.0,
        gt=0,
        description=(
            "how long the journal may take before the SMSC is told to keep the message; below the SMSC's own"
            " response time-out, commonly 10 s or more"
        ),
    )
    statuses: Path | None = Field(
        None,
        description="a file that overrides rows of the shipped table of what each command_status does to a text",
    )

    # the way answers take

    reply_via: str | None = Field(None, description="the bind that sends the answers, where this one only receives")
    share: list[str] = Field(
        default=[], description="binds that send its answers beside it at all times, whichever has room"
    )
    failover: list[str] = Field(default=[], description="binds that send the answers while this one is down")
    failover_after_s: float = Field(
        5.0, ge=0, description="how long it is down before they do; a reconnect is quicker than that"
    )

    # USSD over this bind

    ussd_dialect: UssdDialect | None = Field(
        None, description="which variant of USSD the gateway at its other end speaks; by default none, and all is texts"
    )
    ussd_dialled_in: Literal["short_message", "destination_addr"] = Field(
        "short_message", description="where a first message has what was dialled"
    )
    ussd_service_codes: list[str] = Field(
        default=[],
        examples=[["*123#", "*123*7#"]],
        description="the codes that are this service's; what is dialled behind one is a shortcut; by default the first"
        " segment is the code",
    )
    ussd_data_coding: Literal[0, 15] = Field(
        15, description="`data_coding` of a screen in the 7-bit alphabet; 72 is that of any other (3GPP 23.038 §5)"
    )
    ussd_screen_chars: ScreenChars = 160
    ussd_push_for: list[str] = Field(
        default=[], description="binds whose questions this one shows on a screen, beside its own (`ussd.push`)"
    )
    ussd_end_op: int | None = Field(
        None, ge=0, le=255, description="`ussd_service_op` of the last screen, where the gateway wants another"
    )

    # addresses

    country: str | None = Field(
        None,
        pattern="^[A-Z]{2}$",
        examples=["CN"],
        description=(
            "whose national numbers the SMSC sends (ISO 3166), to be kept in international form;"
            " by default numbers are international already"
        ),
    )
    number_format: Literal["international", "plus", "national"] = Field(
        "international",
        description="how a subscriber's number is written to the SMSC: `861380…`, `+861380…`, or as in `country`",
    )
    source_ton: int | None = Field(
        None,
        ge=0,
        le=7,
        description="type of number of the short code (SMPP 3.4 §5.2.5); by default 0, and 5 for a name",
    )
    source_npi: int = Field(0, ge=0, le=18, description="numbering plan of the short code (SMPP 3.4 §5.2.6)")
    dest_ton: int | None = Field(
        None, ge=0, le=7, description="type of number of the subscriber; by default 1, and 2 where written as national"
    )
    dest_npi: int = Field(1, ge=0, le=18, description="numbering plan of the subscriber; 1 is E.164")

    # alphabets

    default_alphabet: Literal["gsm", "ascii", "latin-1"] = Field(
        "gsm", description="what this SMSC means by `data_coding` 0, its own default (SMPP 3.4 §5.2.19)"
    )
    gsm_data_coding: Literal[0, 1] = Field(
        0, description="how this SMSC labels text in the GSM alphabet; 1 is properly ASCII, and some use it so"
    )
    gsm_packed: bool = Field(
        False, description="whether GSM text is packed, eight characters to seven octets; rare over SMPP"
    )
    alphabets: list[Alphabet] = Field(
        default=["gsm", "ucs2"],
        min_length=1,
        description=(
            "what answers may be sent in: the shortest that holds a text is taken; `ucs2` should be among them,"
            " `latin-1` and `ascii` only where the SMSC passes them on unspoilt"
        ),
    )
    national_tables: list[NationalTable] = Field(
        default=["spoken"],
        examples=[["tr", "pt"]],
        description=(
            "languages whose shift tables (3GPP 23.038 §6.2.1.2) may be used where they save a part; `spoken` stands"
            " for those of `dialogue.languages`, since handsets sold elsewhere may not know them"
        ),
    )
    message_class: Literal[0, 1, 2, 3] | None = Field(
        None,
        description="message class in `data_coding` (3GPP 23.038 §4): 0 shows at once and isn't kept; by default none",
    )

    # long texts

    long_texts: Literal["udh", "udh16", "sar", "payload"] = Field(
        "udh",
        description=(
            "how a text of several parts goes out: a user data header with an 8-bit or 16-bit reference, `sar_…`"
            " TLVs, or whole in `message_payload`, which the SMSC splits"
        ),
    )
    parts_within_s: float = Field(
        600.0,
        gt=0,
        description=(
            "how long after its last part a long text from a subscriber waits for those that are missing;"
            " then what has come is handed on, marked"
        ),
    )

    # how answers are submitted, and receipts

    submit_with: Literal["submit_sm", "data_sm"] = Field("submit_sm", description="the PDU that carries answers")
    service_type: str = Field("", max_length=5, description="`service_type` of answers (SMPP 3.4 §5.2.11)")
    validity_s: int | None = Field(
        None,
        ge=1,
        le=8_553_600,
        description="how long the SMSC tries to deliver an answer; by default as long as it wants",
    )
    urgent_priority: int = Field(
        0,
        ge=0,
        le=3,
        description="`priority_flag` of what somebody waits for (USSD, consent); the rest has 0; some SMSCs refuse any",
    )
    registered_delivery: RegisteredDelivery = Field(
        "always", description="whether a receipt is asked for, where the text's own template doesn't say"
    )
    receipt_ids: Literal["auto", "same", "hex_to_decimal", "decimal_to_hex"] = Field(
        "auto",
        description=(
            "how the id in a receipt is written, beside that in the response: the same (but for case and leading"
            " zeros), or in the other base; `auto` tries the same first, then the other base for the same number"
        ),
    )
    receipt_part: Literal["all", "first", "last"] = Field(
        "all", description="whose receipts say that a text of several parts is delivered"
    )
