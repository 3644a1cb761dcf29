"""The database: SQLite or PostgreSQL (with TimescaleDB where that is installed), opened and brought to this version.

Statements are plain SQL that both understand; where they differ there is a `Dialect`.
"""

import contextlib
import math
import sqlite3
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Self

import structlog
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import (
    ArgumentError,
    DBAPIError,
    InterfaceError,
    NoSuchModuleError,
    OperationalError,
    SQLAlchemyError,
)
from sqlalchemy.pool import NullPool

from edge.codec import format_time
from edge.errors import ConfigError, StoreEdgeError
from edge.ingest.steps import STEPS, Flavour
from edge.ingest.views import views

CONNECT_S = 5
# A statement that takes longer is given up: what it wrote is undone, and the broker still has the messages.
STATEMENT_S = 30
SQLITE_WAIT_S = 30
# One number for all that change the schema at the same time (pg_advisory_xact_lock).
_SCHEMA_LOCK = 0x57_0E_ED_6E

_log = structlog.get_logger()


class DatabaseError(StoreEdgeError):
    """The database is not there, or gave a transaction up: try again."""


class RefusedError(StoreEdgeError):
    """The database does not take these values, now or ever."""


class Database:
    """One database for one thread. Use as a context manager.

    Attributes:
        postgres: PostgreSQL, else SQLite.
    """

    def __init__(self, url: str, password: str | None = None) -> None:
        """Nothing is connected yet.

        Args:
            url: ``sqlite:///FILE`` or ``postgresql://USER@HOST/NAME``.
            password: PostgreSQL's; without it PGPASSWORD, PGPASSFILE or ``~/.pgpass`` is asked.

        Raises:
            ConfigError: it is none of these.
        """
        self._url = _checked(url)
        self.postgres = self._url.get_backend_name() == "postgresql"
        self._engine = _postgres(self._url, password) if self.postgres else _sqlite(self._url)
        self._connection: Connection | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let the connection go; the next transaction makes another."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(SQLAlchemyError):
                connection.close()

    @contextlib.contextmanager
    def transaction(self) -> Iterator["Transaction"]:
        """All or nothing.

        Raises:
            DatabaseError: it is not there, or gave up; nothing was written.
            RefusedError: it does not take the values; nothing was written.
        """
        try:
            if self._connection is None:
                self._connection = self._engine.connect()
            with self._connection.begin():
                yield Transaction(self._connection, postgres=self.postgres)
        except (OperationalError, InterfaceError) as error:
            self.close()
            raise DatabaseError(f"expected the database at {self._shown()}, found: {_first_line(error)}") from error
        except DBAPIError as error:
            self.close()
            raise RefusedError(f"the database refused: {_first_line(error)}") from error
        except UnicodeError as error:
            self.close()
            raise RefusedError(f"the database refused: {error}") from error

    def upgrade(self) -> None:
        """Bring the schema to this version; several may do so at once.

        Raises:
            ConfigError: the schema is of a newer version.
            DatabaseError: the database is not there.
        """
        with self.transaction() as transaction:
            if self.postgres:
                transaction.run("SELECT pg_advisory_xact_lock(:key)", key=_SCHEMA_LOCK)
            transaction.run("CREATE TABLE IF NOT EXISTS schema_version (version INTEGER PRIMARY KEY)")
            version = int(transaction.one("SELECT coalesce(max(version), 0) FROM schema_version"))
            if version > len(STEPS):
                raise ConfigError(
                    f"expected a schema of version {len(STEPS)} at most, found {version}; upgrade store-edge"
                )
            for number, step in enumerate(STEPS[version:], version + 1):
                flavour = Flavour.of(postgres=self.postgres, timescale=self.postgres and _has_timescale(transaction))
                for statement in step(flavour):
                    transaction.run(statement)
                transaction.run("INSERT INTO schema_version (version) VALUES (:version)", version=number)
                _log.info("schema_upgraded", version=number, timescale=flavour.timescale)
            if version < len(STEPS):
                for statement in views(postgres=self.postgres):
                    transaction.run(statement)

    def _shown(self) -> str:
        return self._url.render_as_string(hide_password=True)


class Transaction:
    """What can be done inside of one.

    Attributes:
        now: the database's own clock, as an expression.
    """

    def __init__(self, connection: Connection, *, postgres: bool) -> None:
        self._connection, self.postgres = connection, postgres
        self.now = Flavour.of(postgres=postgres).now

    def run(self, statement: str, **values: object) -> int:
        """Do one statement; how many rows it touched."""
        return self._connection.execute(text(statement), self._given(values)).rowcount

    def rows(self, statement: str, **values: object) -> Sequence[Any]:
        """The rows that a query gives."""
        return self._connection.execute(text(statement), self._given(values)).all()

    def one(self, statement: str, **values: object) -> Any:  # noqa: ANN401 - whatever was asked for
        """The first column of the first row; None without one."""
        return self._connection.execute(text(statement), self._given(values)).scalar()

    def bulk(self, statement: str, columns: Sequence[Sequence[object]]) -> int:
        """Do one statement over many rows (see `edge.ingest.bulk`); how many rows it touched.

        Args:
            statement: in the database's own words.
            columns: the values, column by column.
        """
        if self.postgres:
            return self._connection.exec_driver_sql(statement, tuple(map(list, columns))).rowcount
        rows = list(zip(*(map(stored, column) for column in columns), strict=True))
        return self._connection.exec_driver_sql(statement, rows).rowcount

    def _given(self, values: dict[str, object]) -> dict[str, object]:
        return values if self.postgres else {name: stored(value) for name, value in values.items()}


def stored(value: object) -> object:
    """How SQLite keeps a value: times as RFC 3339 in UTC with microseconds, which sort as text."""
    return format_time(value) if isinstance(value, datetime) else value


def _checked(url: str) -> URL:
    try:
        parts = make_url(url)
    except ArgumentError:
        raise ConfigError("expected sqlite:///FILE or postgresql://HOST/NAME, found no URL", "--database") from None
    if parts.password is not None:
        raise ConfigError(
            "expected no password in the URL, found one; give it with --database-password-file, or as PGPASSWORD",
            "--database",
        )
    if parts.drivername in {"postgres", "postgresql"}:
        parts = parts.set(drivername="postgresql+psycopg")
    if parts.drivername not in {"postgresql+psycopg", "sqlite"}:
        raise ConfigError(f"expected sqlite or postgresql, found {parts.drivername}", "--database")
    return parts


def _postgres(url: URL, password: str | None) -> Engine:
    options = f"-c timezone=UTC -c statement_timeout={STATEMENT_S * 1000} -c lock_timeout={STATEMENT_S * 1000}"
    try:
        return create_engine(
            url,
            poolclass=NullPool,
            connect_args={
                "connect_timeout": CONNECT_S,
                "options": options,
                "application_name": "store-edge ingest",
                "tcp_user_timeout": STATEMENT_S * 1000,
                **({} if password is None else {"password": password}),
            },
        )
    except (NoSuchModuleError, ModuleNotFoundError):
        raise ConfigError("expected psycopg for PostgreSQL, found none; install store-edge[ingest]") from None


def _sqlite(url: URL) -> Engine:
    engine = create_engine(url, poolclass=NullPool, connect_args={"timeout": SQLITE_WAIT_S})

    @event.listens_for(engine, "connect")
    def connected(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # the transactions are ours
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        # Some builds of SQLite have no mathematics; the views need this of it.
        connection.create_function("sqrt", 1, _root, deterministic=True)

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _root(square: float | None) -> float | None:
    return None if square is None else math.sqrt(square)


def _has_timescale(transaction: Transaction) -> bool:
    return bool(transaction.one("SELECT count(*) FROM pg_extension WHERE extname = 'timescaledb'"))


def _first_line(error: DBAPIError) -> str:
    return (str(error.orig).strip().splitlines() or ["no reason"])[0]
