"""What a row begins and ends with: numbers for the names of an event, and what puts its time right later. Pure."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from edge.codec import Received
from edge.events import ClockState, Stamp
from edge.ingest.bulk import Table

Row = tuple[Any, ...]
Told = tuple[Table, Row]


class Numbers(NamedTuple):
    """What an event's names are in the database.

    Attributes:
        of_stream: the stream that an eviction is about; else 0.
    """

    gateway: int
    stream: int
    boot: int
    of_stream: int = 0


def key(received: Received, n: Numbers) -> tuple[int, int, datetime]:
    """The columns that know an event: its stream, its sequence and its time."""
    return n.stream, received.record.sequence, received.record.stamp.wall


def repair(stamp: Stamp, n: Numbers) -> tuple[int | None, datetime | None]:
    """What it takes to put a wrong time right later: the boot, and what the box held for its wall clock at zero."""
    if stamp.clock_state is ClockState.TRUSTED:
        return None, None
    return n.boot, stamp.wall - timedelta(seconds=stamp.monotonic_s)
