"""Receipts that wait to be published: the newest of each stream, told to a gateway at most so often. Pure."""

from collections.abc import Iterable

import msgspec

from edge.codec import Gateway
from edge.ingest.store import Advance
from edge.uplink.receipts import Receipt

# Runs behind the watermark that a receipt names; what is not named is told when the holes below are filled.
MOST_RUNS = 64


class ReceiptBook:
    """What is to be told to whom.

    A stream that only got what was there already is told again too: its receipt may have been lost.
    """

    def __init__(self, every_s: float) -> None:
        """Nothing is to be told.

        Args:
            every_s: between two messages to one gateway, at least.
        """
        self._every_s = every_s
        self._waiting: dict[Gateway, dict[tuple[str, str], Advance]] = {}
        self._due: dict[Gateway, float] = {}

    def note(self, advances: Iterable[Advance], at: float) -> None:
        """These are committed, at monotonic seconds `at`."""
        for one in advances:
            self._waiting.setdefault(one.gateway, {})[one.source, one.epoch] = one
            self._due.setdefault(one.gateway, at + self._every_s)

    def due(self, at: float) -> list[tuple[Gateway, bytes]]:
        """What is to be published now: to whom, and the payload."""
        ready = [gateway for gateway, due_s in self._due.items() if due_s <= at]
        return [(gateway, self._page(gateway)) for gateway in ready]

    def _page(self, gateway: Gateway) -> bytes:
        del self._due[gateway]
        return msgspec.json.encode([_receipt(one) for one in self._waiting.pop(gateway).values()])


def _receipt(one: Advance) -> Receipt:
    progress = one.progress
    return Receipt(source=one.source, epoch=one.epoch, through=progress.through, beyond=progress.beyond(MOST_RUNS))
