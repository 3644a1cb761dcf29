"""Simulated time: what is to be done next is the earliest of all that is due."""

import heapq
import itertools
from collections.abc import Callable, Iterator


class Clock:
    """Time that passes only from one thing to be done to the next.

    Attributes:
        now: seconds.
    """

    def __init__(self) -> None:
        self.now = 0.0
        self._queue: list[tuple[float, int, Callable[[], None]]] = []
        self._order = itertools.count()

    def then(self, after_s: float, do: Callable[[], None]) -> None:
        """Do something later."""
        heapq.heappush(self._queue, (self.now + after_s, next(self._order), do))

    def run_until(self, over: Callable[[], bool]) -> None:
        """Let time pass; there must always be something left to do."""
        while not over():
            self.now, _, do = heapq.heappop(self._queue)
            do()

    def walk(self, waits: Iterator[float], done: list[bool]) -> None:
        """Go on with somebody until they wait again; `done[0]` is set when they are gone."""
        wait = next(waits, None)
        if wait is None:
            done[0] = True
        else:
            self.then(wait, lambda: self.walk(waits, done))
