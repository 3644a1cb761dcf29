"""Both databases for the tests of the ingest: SQLite always, PostgreSQL where it is on the machine."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.ingest.database import Database
from edge.sim.postgres import Postgres, programs, start_postgres


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    if programs() is None:
        pytest.skip("PostgreSQL is not on this machine")
    with start_postgres({"fsync": "off"}) as server:
        yield server


def empty(server: Postgres) -> None:
    """Leave the tables and nothing in them: making them anew takes longer than most tests."""
    with Database(server.url) as database:
        database.upgrade()
        with database.transaction() as transaction:
            names = transaction.rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
            tables = ", ".join(name for (name,) in names if name != "schema_version")
            transaction.run(f"TRUNCATE {tables} RESTART IDENTITY")


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/ingest.db"
    server: Postgres = request.getfixturevalue("postgres")
    empty(server)
    return server.url


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    """A database with the schema."""
    with Database(url) as one:
        one.upgrade()
        yield one
