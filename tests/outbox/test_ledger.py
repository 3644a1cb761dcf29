"""Whatever is done to an outbox, for each source accepted = delivered + pending + evicted, and order is kept."""

import tempfile
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from edge.codec import Source
from edge.events import (
    CheckoutSessionOpened,
    ClockState,
    Direction,
    Event,
    FootfallCrossed,
    GatewayStarted,
    Kind,
    Priority,
    Stamp,
)
from edge.outbox.notice import SELF
from edge.outbox.outbox import Outbox

STAMP = Stamp(wall=datetime(2026, 11, 1, tzinfo=UTC), monotonic_s=1.0, boot_id="b", clock_state=ClockState.TRUSTED)
EVENTS: dict[Source, tuple[Priority, Event]] = {
    Source(Kind.GATEWAY, "supervisor"): (Priority.TELEMETRY, GatewayStarted(version="1", config_hash="x" * 500)),
    Source(Kind.CAMERA, "door"): (
        Priority.TRAFFIC,
        FootfallCrossed(line="d" * 60, direction=Direction.IN, confidence=0.9),
    ),
    Source(Kind.CHECKOUT, "lane"): (Priority.CHECKOUT, CheckoutSessionOpened(session="s" * 60)),
}
QUOTA = 96 * 1024  # an empty outbox takes 32 KiB


class OutboxModel(RuleBasedStateMachine):
    """Three sources of three priorities, over a quota that is soon reached."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "outbox.db"
        self.outbox = Outbox(self.path, quota_bytes=QUOTA)
        self.accepted: Counter[Source] = Counter()
        self.delivered: Counter[Source] = Counter()

    @rule(source=st.sampled_from(list(EVENTS)), count=st.integers(1, 80), days=st.integers(-400, 400))
    def append(self, source: Source, count: int, days: int) -> None:
        for _ in range(count):
            self.accepted[source] += 1
            stamp = msgspec.structs.replace(STAMP, wall=STAMP.wall + timedelta(days=days))
            assert self.outbox.append(source, EVENTS[source][1], stamp) == self.accepted[source]

    @rule(count=st.integers(1, 100))
    def ack(self, count: int) -> None:
        rows = self.outbox.pending(0, count)
        self.delivered.update(row.record.source for row in rows)
        self.outbox.ack([row.rowid for row in rows])
        self.outbox.ack([row.rowid for row in rows])  # a second acknowledgement counts nothing

    @rule()
    def set_aside(self) -> None:
        for row in self.outbox.pending(0, 1):
            self.outbox.set_aside(row.rowid, "broker: payload format invalid")

    @rule()
    def reopen(self) -> None:
        self.outbox.close()
        self.outbox = Outbox(self.path, quota_bytes=QUOTA)

    @invariant()
    def the_ledger_balances(self) -> None:
        ledger = {line.source: line for line in self.outbox.ledger()}
        for line in ledger.values():
            assert line.accepted == line.delivered + line.pending + sum(line.evicted.values())
            assert line.delivered == self.delivered[line.source]
        assert all(ledger[source].accepted == count for source, count in self.accepted.items())
        assert self.outbox.depth().rows == sum(line.pending for line in ledger.values())

    @invariant()
    def what_is_pending_is_in_order(self) -> None:
        rows = self.outbox.pending(0, 10_000)
        assert [row.rowid for row in rows] == sorted({row.rowid for row in rows})
        for source in {row.record.source for row in rows}:
            own = [row.record.sequence for row in rows if row.record.source == source]
            assert own == sorted(set(own))

    @invariant()
    def every_eviction_is_reported_or_its_report_is_counted(self) -> None:
        ledger = {line.source: line for line in self.outbox.ledger()}
        if any(line.evicted for line in ledger.values()):
            assert ledger[SELF].accepted > 0

    def teardown(self) -> None:
        self.outbox.close()
        self.folder.cleanup()


TestOutboxModel = OutboxModel.TestCase
TestOutboxModel.settings = settings(max_examples=12, stateful_step_count=15, deadline=None)
