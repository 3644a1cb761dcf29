"""What was asked for from afar, on the disk: accepted once, done once, answered until the answer has arrived.

One SQLite file that the uplink fills and the agents and the supervisor work off. What was begun and never answered (its
process died over it) is answered as interrupted, and not begun again: to weigh a zero twice may be wrong.
"""

import contextlib
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import msgspec

from edge.errors import StoreEdgeError
from edge.fleet.commands import BODIES, Command

# An order is remembered for so long, and no more of them than this.
KEPT_S, KEPT_ROWS = 7 * 86_400.0, 10_000
# Asked for and not begun within this time, it is out of date.
WAITS_S = 120.0
BUSY_S = 5.0

_SCHEMA = """
CREATE TABLE IF NOT EXISTS orders (
    correlation TEXT PRIMARY KEY, name TEXT NOT NULL, doer TEXT NOT NULL, body BLOB NOT NULL, reply_to TEXT NOT NULL,
    wall_s REAL NOT NULL, state TEXT NOT NULL, outcome BLOB, replied INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS open_orders ON orders (doer, state);
CREATE INDEX IF NOT EXISTS open_replies ON orders (state, replied);
CREATE TABLE IF NOT EXISTS desired (one INTEGER PRIMARY KEY CHECK (one = 1), text TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS reported (one INTEGER PRIMARY KEY CHECK (one = 1), version INTEGER NOT NULL, told BLOB);
"""


class OrderBookError(StoreEdgeError):
    """The file cannot be read or written."""


class Standing(Enum):
    """What became of a command that was brought here."""

    NEW = "new"
    KNOWN = "known"  # asked before: not done again
    BUSY = "busy"  # too many of its kind


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer on its way."""

    correlation: str
    topic: str
    payload: bytes


class OrderBook:
    """One file, opened. Each process has its own; one thread uses it.

    Args:
        path: made if it is not there.

    Raises:
        OrderBookError: the disk or its rights do not let us.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = _opened(path)
            path.chmod(0o600)
        except (sqlite3.Error, OSError) as error:
            raise self._told(error) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give the file back."""
        self._db.close()

    def accept(self, command: Command, wall_s: float) -> Standing:
        """Take a command in; it is on the disk when this returns.

        Args:
            command: that is allowed.
            wall_s: now, seconds since 1970.
        """
        with self._writing() as db:
            # The answer to one that is known already is given again.
            known = db.execute(
                "UPDATE orders SET replied = 0 WHERE correlation = ? RETURNING 1", (command.correlation,)
            ).fetchall()
            if known:
                return Standing.KNOWN
            (lately,) = db.execute(
                "SELECT count(*) FROM orders WHERE name = ? AND wall_s > ? AND wall_s <= ?",
                (command.name, wall_s - 60, wall_s),
            ).fetchone()
            if lately >= BODIES[command.name].per_minute:
                return Standing.BUSY
            db.execute(
                "INSERT INTO orders (correlation, name, doer, body, reply_to, wall_s, state)"
                " VALUES (?, ?, ?, ?, ?, ?, 'new')",
                (command.correlation, command.name, command.doer, command.body, command.reply_to, wall_s),
            )
            self._forget(db, wall_s)
        return Standing.NEW

    def take(self, doer: str) -> list[Command]:
        """What `doer` is to do now; it is never given again."""
        if not self._read("SELECT 1 FROM orders WHERE doer = ? AND state = 'new' LIMIT 1", doer):
            return []
        with self._writing() as db:
            rows = db.execute(
                "UPDATE orders SET state = 'taken' WHERE doer = ? AND state = 'new'"
                " RETURNING name, correlation, reply_to, doer, body",
                (doer,),
            ).fetchall()
        return [
            Command(name=name, correlation=correlation, reply_to=reply_to, doer=who, body=body)
            for name, correlation, reply_to, who, body in rows
        ]

    def answer(self, correlation: str, outcome: bytes) -> None:
        """Say what became of an order (JSON)."""
        with self._writing() as db:
            # A price book's text is long, and of no use once it was taken or refused.
            db.execute(
                "UPDATE orders SET state = 'done', outcome = ?, replied = 0, body = '' WHERE correlation = ?",
                (outcome, correlation),
            )

    def interrupted(self, doer: str, outcome: bytes) -> None:
        """`doer` begins anew: what it had begun before is not known to be done."""
        with self._writing() as db:
            db.execute(
                "UPDATE orders SET state = 'done', outcome = ? WHERE doer = ? AND state = 'taken'", (outcome, doer)
            )

    def expire(self, wall_s: float, outcome: bytes) -> None:
        """Nobody began these in time: their device is not configured, or does not run."""
        late = wall_s - WAITS_S
        if self._read("SELECT 1 FROM orders WHERE state = 'new' AND wall_s < ? LIMIT 1", late):
            with self._writing() as db:
                db.execute(
                    "UPDATE orders SET state = 'done', outcome = ? WHERE state = 'new' AND wall_s < ?", (outcome, late)
                )

    def replies(self) -> list[Reply]:
        """The answers that have not arrived yet."""
        rows = self._read(
            "SELECT correlation, reply_to, outcome FROM orders WHERE state = 'done' AND replied = 0 AND reply_to != ''"
            " LIMIT 16"
        )
        return [Reply(correlation, topic, outcome) for correlation, topic, outcome in rows]

    def replied(self, correlation: str) -> None:
        """The broker has this answer."""
        with self._writing() as db:
            db.execute("UPDATE orders SET replied = 1 WHERE correlation = ?", (correlation,))

    def desire(self, text: str) -> None:
        """A configuration is wanted."""
        if self._read("SELECT 1 FROM desired WHERE text = ?", text):
            return
        with self._writing() as db:
            db.execute("INSERT INTO desired VALUES (1, ?) ON CONFLICT DO UPDATE SET text = excluded.text", (text,))

    def desired(self) -> str | None:
        """The configuration that is wanted; None when none ever was."""
        rows = self._read("SELECT text FROM desired")
        return str(rows[0][0]) if rows else None

    def report(self, told: bytes) -> None:
        """What became of it (JSON)."""
        with self._writing() as db:
            db.execute(
                "INSERT INTO reported VALUES (1, 1, ?)"
                " ON CONFLICT DO UPDATE SET version = version + 1, told = excluded.told",
                (told,),
            )

    def reported(self) -> tuple[int, bytes] | None:
        """Version and text of the last report."""
        rows = self._read("SELECT version, told FROM reported")
        return (int(rows[0][0]), bytes(rows[0][1])) if rows else None

    def _forget(self, db: sqlite3.Connection, wall_s: float) -> None:
        db.execute(
            "DELETE FROM orders WHERE wall_s < ? OR correlation IN"
            " (SELECT correlation FROM orders ORDER BY wall_s DESC LIMIT -1 OFFSET ?)",
            (wall_s - KEPT_S, KEPT_ROWS),
        )

    def _read(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        try:
            return self._db.execute(statement, values).fetchall()
        except sqlite3.Error as error:
            raise self._told(error) from error

    @contextlib.contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        try:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
                self._db.execute("COMMIT")
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
        except sqlite3.Error as error:
            raise self._told(error) from error

    def _told(self, error: BaseException) -> OrderBookError:
        return OrderBookError(
            f"{self._path}: expected to read and write the orders, found: {error}; move the file away if it is damaged"
        )


def _opened(path: Path) -> sqlite3.Connection:
    """Open the file, or a new one in place of one that is damaged: no event is in it."""
    try:
        return _connected(path)
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):
            raise
        for suffix in ("-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        path.replace(path.with_name(path.name + ".damaged"))
        return _connected(path)


def _connected(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=BUSY_S)
    try:
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("PRAGMA synchronous=FULL")
        db.executescript(_SCHEMA)
    except BaseException:
        db.close()
        raise
    return db


def said(*, ok: bool, **more: object) -> bytes:
    """An outcome as JSON."""
    return msgspec.json.encode({"ok": ok, **more})
