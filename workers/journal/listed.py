"""Any number of values as one parameter of a statement, which is the same for all of them."""

from __future__ import annotations

from sqlalchemy import String, TableValuedAlias, bindparam, cast, func
from sqlalchemy.dialects import postgresql


def listed(dialect: str, name: str) -> TableValuedAlias:
    """Rows of the column `value`, one for each text of the JSON list that the parameter `name` is given."""
    values = bindparam(name, type_=String())
    rows = (
        func.json_array_elements_text(cast(values, postgresql.JSON))
        if dialect == "postgresql"
        else func.json_each(values)
    )
    return rows.table_valued("value", name=f"listed_{name}")
