"""What the lines of one camera counted, ever rising, in a small file: the camera writes it, the shop's count reads it.

Sums and not steps, so that a reader that was away has missed nothing. An interval that was on its way when the power
failed may be missing here, though its event is in the outbox: the count drifts by it until the shop closes.
"""

import dataclasses
from pathlib import Path

import msgspec

from edge import whole_file
from edge.agent.protocol import Agent, Emit, Host
from edge.events import Event, FootfallCounted, Stamp
from edge.occupancy.occupancy import DoorCount

Totals = dict[str, DoorCount]


class DoorBook:
    """The sums of one camera's lines."""

    def __init__(self, path: Path, camera: str) -> None:
        self._path, self._camera = path, camera
        self._totals = read(path)

    def add(self, event: FootfallCounted) -> None:
        """Take in an interval; it is on disk when this returns.

        Raises:
            OSError: the disk does not take it.
        """
        count = count_of(event, self._camera)
        before = self._totals.get(count.line, DoorCount(line=count.line))
        self._totals[count.line] = before.plus(count)
        self._path.parent.mkdir(parents=True, exist_ok=True)
        whole_file.replace(self._path, msgspec.json.encode(self._totals))


class BookedAgent:
    """A camera's agent whose counted intervals also go into a book."""

    def __init__(self, agent: Agent, book: DoorBook) -> None:
        self._agent, self._book = agent, book

    def run(self, host: Host) -> None:
        """Run it (`Agent.run`)."""
        self._agent.run(dataclasses.replace(host, emit=self._booking(host.emit)))

    def _booking(self, emit: Emit) -> Emit:
        def book(event: Event, stamp: Stamp) -> None:
            emit(event, stamp)
            if isinstance(event, FootfallCounted):
                self._book.add(event)

        return book


def book_path(data_dir: Path, camera: str) -> Path:
    """Where a camera's book lies."""
    return data_dir / "doors" / f"{camera}.json"


def read(path: Path) -> Totals:
    """The sums so far; none where there is no book, or one that cannot be read: it begins anew."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Totals)
    except (OSError, msgspec.DecodeError):
        return {}


def count_of(event: FootfallCounted, camera: str) -> DoorCount:
    """An interval event as a door's count; where it says no deviation, nobody watched."""
    told = event.in_sd is not None and event.out_sd is not None
    return DoorCount(
        line=f"{camera}/{event.line}",
        in_=event.in_,
        out=event.out,
        in_variance=(event.in_sd or 0.0) ** 2,
        out_variance=(event.out_sd or 0.0) ** 2,
        told_s=event.interval_s,
        watched_s=event.observed_s,
        unwatched_s=0.0 if told else event.interval_s,
    )
