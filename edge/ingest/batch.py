"""When what came is written: a batch is full, old enough, or the broker has fallen silent. Pure."""

from typing import Generic, TypeVar

import msgspec

T = TypeVar("T")


class BatchRule(msgspec.Struct, frozen=True, kw_only=True):
    """When to write.

    Attributes:
        most: messages of a batch.
        age_s: the oldest waits so long, at most.
        quiet_s: when nothing came for so long there is nothing to wait for.
    """

    most: int = 500
    age_s: float = 0.2
    quiet_s: float = 0.005


class Batch(Generic[T]):
    """What came and is not written yet. Times are monotonic seconds."""

    def __init__(self, rule: BatchRule) -> None:
        self._rule = rule
        self._first_s = self._last_s = 0.0
        self.items: list[T] = []

    def add(self, items: list[T], at: float) -> None:
        """More came."""
        if not items:
            return
        if not self.items:
            self._first_s = at
        self.items += items
        self._last_s = at

    def due(self, at: float) -> bool:
        """Whether it is time to write."""
        if not self.items:
            return False
        rule = self._rule
        full = len(self.items) >= rule.most
        return full or at - self._first_s >= rule.age_s or at - self._last_s >= rule.quiet_s

    def take(self) -> list[T]:
        """Everything, to be written."""
        items, self.items = self.items, []
        return items
