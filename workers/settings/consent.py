"""How a yes is asked for before a charge: `[consent]`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field, SecretStr

from workers.settings.table import Table

ConsentWay = Literal["none", "reply", "numbered", "external"]


class ConsentRuleSettings(Table):
    """Another way for some messages: the first row that fits counts; what a row leaves out fits all."""

    action: Literal["", "open", "order", "join", "gift", "copy"] = Field("", description="for this action alone")
    channel: Literal["", "sms", "ussd"] = Field("", description="for this channel alone")
    brand: str = Field(
        "", description="for subscribers of this brand alone; the core is asked for it before each charge"
    )
    way: ConsentWay = Field(description="how a yes is asked for")

    def covers(self, other: ConsentRuleSettings) -> bool:
        """Whether whatever fits the other row fits this one: behind it the other would never count."""
        return (
            self.action in ("", other.action)
            and self.channel in ("", other.channel)
            and self.brand.casefold() in ("", other.brand.casefold())
        )


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

    @property
    def ways(self) -> Mapping[str, ConsentWay]:
        """How a yes is asked for before each action where no rule fits."""
        return {"open": self.open, "order": self.order, "join": self.join, "gift": self.gift, "copy": self.copy_}
