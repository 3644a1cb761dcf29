"""Statements over many rows at a time, in each database's own words. Pure.

PostgreSQL takes one array per column: one statement, planned once, whatever the number of rows. The arrays go in binary
(``%b``), for as text every quote in them would have to be escaped. SQLite takes the rows.
"""

from collections.abc import Mapping
from functools import lru_cache

import msgspec


class Table(msgspec.Struct, frozen=True):
    """A table that is written in bulk.

    Attributes:
        name: of the table.
        columns: each with its type in PostgreSQL.
        conflict: what follows ON CONFLICT.
    """

    name: str
    columns: tuple[tuple[str, str], ...]
    conflict: str = "DO NOTHING"


@lru_cache
def insert(table: Table, *, postgres: bool) -> str:
    """Insert rows; what is there already is left, or changed as the table says."""
    names = ", ".join(name for name, _ in table.columns)
    head = f"INSERT INTO {table.name} ({names})"
    if not postgres:
        return f"{head} VALUES ({', '.join('?' * len(table.columns))}) ON CONFLICT {table.conflict}"
    # JSON goes as text, which is half the work for the driver, and is read by the database.
    arrays = ", ".join("%b::text[]" if kind == "jsonb" else f"%b::{kind}[]" for _, kind in table.columns)
    taken = ", ".join(f"new.{name}::jsonb" if kind == "jsonb" else f"new.{name}" for name, kind in table.columns)
    return f"{head} SELECT {taken} FROM unnest({arrays}) AS new({names}) ON CONFLICT {table.conflict}"


@lru_cache
def update(table: Table, key: str, *, postgres: bool) -> str:
    """Change rows by their key; the key is the table's last column."""
    names = [name for name, _ in table.columns]
    if not postgres:
        changes = ", ".join(f"{name} = ?" for name in names[:-1])
        return f"UPDATE {table.name} SET {changes} WHERE {key} = ?"
    changes = ", ".join(f"{name} = new.{name}" for name in names[:-1])
    arrays = ", ".join(f"%b::{kind}[]" for _, kind in table.columns)
    return (
        f"UPDATE {table.name} SET {changes} FROM unnest({arrays}) AS new({', '.join(names)})"
        f" WHERE {table.name}.{key} = new.{key}"
    )


def table(name: str, columns: Mapping[str, str], conflict: str = "DO NOTHING") -> Table:
    """A table by name and columns."""
    return Table(name, tuple(columns.items()), conflict)
