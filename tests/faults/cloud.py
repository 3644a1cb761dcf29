"""A cloud that keeps what it gets in a place of its own, and says so on `rcpt`."""

import json
import threading
from collections import defaultdict
from typing import Self

from edge.codec import Gateway, Received
from edge.events import FootfallCounted
from edge.ingest.receipt_book import MOST_RUNS
from edge.ingest.sequences import runs_of
from tests.faults.witness import Witness

EVERY_S = 0.2


class Cloud(Witness):
    """A witness that gives receipts for everything that it has.

    Attributes:
        numbers: of the producers' events that came.
    """

    def __init__(self, port: int, gateway: Gateway) -> None:
        super().__init__(port)
        self._topic = f"{gateway.prefix}/rcpt"
        self.numbers: set[int] = set()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, name="receipts", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *trouble: object) -> None:
        self._stop.set()
        self._thread.join()
        super().__exit__(None, None, None)

    def _work(self) -> None:
        ledger, seen = Ledger(), 0
        while not self._stop.wait(EVERY_S):
            new = self._received[seen:]
            for one in new:
                ledger.add(one)
                if isinstance(one.event, FootfallCounted):
                    self.numbers.add(one.event.in_)
            seen += len(new)
            if receipts := ledger.receipts():
                self._client.publish(self._topic, json.dumps(receipts), qos=1)


class Ledger:
    """Which sequences came of each source and epoch."""

    def __init__(self) -> None:
        self._through: defaultdict[tuple[str, str], int] = defaultdict(int)
        self._beyond: defaultdict[tuple[str, str], set[int]] = defaultdict(set)
        self._new: set[tuple[str, str]] = set()

    def add(self, one: Received) -> None:
        key = str(one.record.source), one.record.epoch
        beyond = self._beyond[key]
        self._new.add(key)
        if one.record.sequence > self._through[key]:
            beyond.add(one.record.sequence)
        while self._through[key] + 1 in beyond:
            self._through[key] += 1
            beyond.remove(self._through[key])

    def receipts(self) -> list[dict[str, object]]:
        """Of what came since the last call; like the real cloud it names a few runs, else a backlog drowns the link."""
        new, self._new = sorted(self._new), set()
        return [
            {
                "source": source,
                "epoch": epoch,
                "through": self._through[source, epoch],
                "beyond": runs_of(self._beyond[source, epoch])[:MOST_RUNS],
            }
            for source, epoch in new
        ]
