"""What is said, how much of it and when: `[dialogue]`, `[limits]`, `[gifts]`, `[renewals]`."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from workers.settings.table import Table


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


class LimitsSettings(Table):
    """What one number may do; 0 is no limit, and stopping never has one."""

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
