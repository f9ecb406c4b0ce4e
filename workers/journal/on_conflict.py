"""INSERT … ON CONFLICT: both databases know it, and SQLAlchemy has one for each."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from sqlalchemy.dialects import postgresql, sqlite

INSERT_BY_DIALECT: Mapping[str, type[postgresql.Insert | sqlite.Insert]] = MappingProxyType(
    {"postgresql": postgresql.Insert, "sqlite": sqlite.Insert}
)
"""By `connection.dialect.name`; called with a table."""
