"""What all tables of the journal are declared with."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, MetaData
from sqlalchemy.sql.elements import ColumnElement

metadata = MetaData()

Id = BigInteger().with_variant(Integer, "sqlite")  # SQLite gives rowids only to a plain INTEGER PRIMARY KEY


def partial_index(name: str, *columns: Column[object], where: ColumnElement[bool], unique: bool = False) -> Index:
    """Declare an index of the rows that `where` is true for, on both databases."""
    return Index(name, *columns, unique=unique, sqlite_where=where, postgresql_where=where)
