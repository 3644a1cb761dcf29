"""Answered rows on their way out of the outbox."""

import structlog
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.reasoncodes import ReasonCode

from edge.errors import CodecError
from edge.outbox.outbox import Outbox
from edge.outbox.rows import Row
from edge.uplink.figures import Figures
from edge.uplink.flight import Verdict
from edge.uplink.receipts import Receipts

# Acknowledged rows are deleted this many, or this long, at a time.
ACK_ROWS, ACK_S = 256, 0.05

_log = structlog.get_logger()


class Done:
    """Takes what rows were answered, and deletes those that were delivered, some at a time: one fsync for many."""

    def __init__(self, outbox: Outbox, figures: Figures, receipts: Receipts | None) -> None:
        self._outbox, self._figures, self._receipts = outbox, figures, receipts
        self._rows: list[int] = []
        self._flushed_s = 0.0

    def take(self, verdict: Verdict, row: Row, reason: int, at: float) -> None:
        """Do what a row's answer asks for."""
        if verdict is Verdict.DELIVERED:
            self._figures.acked += 1
            if self._receipts is None:
                self._rows.append(row.rowid)
            else:
                self._receipts.delivered(row, at)
        elif verdict is Verdict.NEVER:
            name = ReasonCode(PacketTypes.PUBACK, identifier=reason).getName()
            self._outbox.set_aside(row.rowid, f"broker: {name}")
            self._figures.set_aside += 1
            _log.error("event_set_aside", source=str(row.record.source), sequence=row.record.sequence, reason=name)

    def received(self, payload: bytes, at: float) -> None:
        """The cloud said what its database has."""
        try:
            if self._receipts is not None:
                self._rows += self._receipts.received(payload, at)
        except CodecError as error:
            _log.error("receipt_not_read", error=str(error))

    def flush(self, at: float, *, now: bool = False) -> None:
        """Delete what was delivered, if it is time."""
        if self._rows and (now or len(self._rows) >= ACK_ROWS or at - self._flushed_s >= ACK_S):
            # Should it fail they are sent again; they must not be counted in whatever file is there by then.
            rows, self._rows, self._flushed_s = self._rows, [], at
            self._outbox.ack(rows)
