"""A heartbeat pipe with both ends in one process."""

import os
from typing import Self

from edge.agent.heartbeat import HeartbeatLine, HeartbeatReader, HeartbeatWriter, read_all
from edge.clock import SystemClock


class Line:
    """The agent's end is `writer`; use as a context manager."""

    def __init__(self) -> None:
        self.theirs, self.ours = os.pipe()
        os.set_blocking(self.theirs, False)
        self.writer = HeartbeatWriter(self.ours, SystemClock().monotonic_s)

    def heard(self) -> list[HeartbeatLine]:
        return HeartbeatReader().feed(read_all(self.theirs)[0])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self.theirs)
        os.close(self.ours)
