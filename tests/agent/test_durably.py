"""What an agent emits or keeps reaches the disk, also where that is full for a while."""

import threading
from collections.abc import Iterable, Iterator

import pytest

from edge.agent.durably import Durably
from edge.clock import SystemClock
from edge.codec import Source
from edge.errors import OutboxError
from edge.events import Event, GatewayStarted, Kind, Stamp
from tests.heartbeat_pipe import Line

SOURCE = Source(Kind.GATEWAY, "supervisor")
EVENT = GatewayStarted(version="1", config_hash="c")


@pytest.fixture
def line() -> Iterator[Line]:
    with Line() as line:
        yield line


class FullDisk:
    """An outbox that refuses for a while."""

    def __init__(self, refusals: int) -> None:
        self.refusals = refusals
        self.accepted: list[Event] = []
        self.state: bytes | None = None

    def append(self, _source: Source, event: Event, _stamp: Stamp) -> int:
        self.refusals -= 1
        if self.refusals >= 0:
            raise OutboxError("expected room on the disk, found none")
        self.accepted.append(event)
        return len(self.accepted)

    def remember(self, _source: Source, state: bytes, happened: Iterable[tuple[Event, Stamp]] = ()) -> None:
        self.refusals -= 1
        if self.refusals >= 0:
            raise OutboxError("expected room on the disk, found none")
        self.state = state
        self.accepted += [event for event, _ in happened]

    def recall(self, _source: Source) -> bytes | None:
        return self.state


def durable(disk: FullDisk, line: Line, stop: threading.Event) -> Durably:
    return Durably(SOURCE, disk, line.writer, stop)


def test_a_full_disk_is_waited_out_with_a_heartbeat_and_nothing_is_accepted_twice(line: Line) -> None:
    disk = FullDisk(refusals=3)
    durable(disk, line, threading.Event()).emit(EVENT, SystemClock().now())
    assert disk.accepted == [EVENT]
    assert len(line.heard()) >= 2


def test_a_state_is_kept_with_its_events_once_the_disk_has_room(line: Line) -> None:
    disk = FullDisk(refusals=2)
    way = durable(disk, line, threading.Event())
    way.remember(b"two left", [(EVENT, SystemClock().now())])
    assert (way.recall(), disk.accepted) == (b"two left", [EVENT])


def test_a_stop_while_the_disk_is_full_is_told_to_the_agent(line: Line) -> None:
    stop = threading.Event()
    stop.set()
    disk = FullDisk(refusals=100)
    with pytest.raises(OutboxError):
        durable(disk, line, stop).emit(EVENT, SystemClock().now())
    assert disk.accepted == []
