"""The pages of the outbox's file, as SQLite counts them."""

import sqlite3
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pages:
    """How much of the file is in use, in bytes.

    Attributes:
        used: by what is in it.
        empty: given back by what was removed, and to be used again.
    """

    used: int
    empty: int


def count(db: sqlite3.Connection) -> Pages:
    """As they are now, inside the caller's transaction."""
    pages, empty, size = db.execute(
        "SELECT page_count, freelist_count, page_size FROM pragma_page_count, pragma_freelist_count, pragma_page_size"
    ).fetchone()
    return Pages(used=int((pages - empty) * size), empty=int(empty * size))
