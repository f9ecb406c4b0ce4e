"""The ringtone core, and what it can: `[core]`."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr

from workers.settings.table import Table


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
    gift_needs_service: bool = Field(
        True,
        description=(
            "whether the core lets nobody give a tone who has no service himself; he is asked whether to open it"
            " before a gift's price is told"
        ),
    )
    order_opens_service: bool = Field(
        False,
        description=(
            "whether the core opens the service with a number's first order; where it does not, who has no service is"
            " asked whether to open it before the price of a tone or a bundle is told"
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
