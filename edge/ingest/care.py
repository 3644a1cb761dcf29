"""Housekeeping: nothing that nobody asked for grows for ever."""

from datetime import datetime, timedelta

from edge.ingest.database import Database
from edge.ingest.settings import DeadLetterRule

EVERY_S = 300.0


def clean(database: Database, rule: DeadLetterRule, at: datetime) -> int:
    """Forget dead letters that are too old, or too many; how many.

    Args:
        database: where they are.
        rule: how long they are kept.
        at: this moment, UTC.

    Raises:
        DatabaseError: the database is not there.
    """
    with database.transaction() as transaction:
        old = transaction.run("DELETE FROM dead_letter WHERE received_at < :then", then=at - timedelta(days=rule.days))
        many = transaction.run(
            "DELETE FROM dead_letter WHERE id <= (SELECT id FROM dead_letter ORDER BY id DESC LIMIT 1 OFFSET :rows)",
            rows=rule.rows,
        )
    return old + many
