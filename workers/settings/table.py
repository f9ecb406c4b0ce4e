"""What every table of settings has in common."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Listen = Annotated[str, Field(pattern=r"^(\[[0-9A-Fa-f:]+\]|[^\s:]+):\d{1,5}$", examples=["127.0.0.1:8080"])]
_PASSWORD_IN_URL = re.compile(r"(://[^/@\s]*:)[^/@\s]+@")


class Table(BaseModel):
    """Frozen, no key but those it names, and a `repr` that may stand in a log."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, hide_input_in_errors=True, validate_default=True, validate_by_name=True
    )

    def __repr_args__(self) -> Iterable[tuple[str | None, object]]:
        """As pydantic's, but a URL shows no password: this is what ends up in a log."""
        for name, value in super().__repr_args__():
            yield name, without_password(value) if isinstance(value, str) else value


def without_password(url: str) -> str:
    """The same with `***` in the place of a password that it may hold."""
    return _PASSWORD_IN_URL.sub(r"\1***@", url)
