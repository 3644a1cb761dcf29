"""The gateway's own events reach the outbox, and a broken disk reaches nobody."""

import contextlib
from pathlib import Path

from edge.clock import SystemClock
from edge.events import ConfigApplied, GatewayStarted
from edge.outbox.outbox import Outbox
from edge.supervisor.announcer import SOURCE, WAITING, Announcer

QUOTA = 1 << 24


def test_events_reach_the_outbox_in_order(tmp_path: Path) -> None:
    path = tmp_path / "outbox.db"
    announcer = Announcer(path, QUOTA, SystemClock())
    announcer.announce(GatewayStarted(version="1", config_hash="c"))
    announcer.start(wait_s=10)
    announcer.announce(ConfigApplied(config_hash="c"))
    announcer.close(wait_s=10)
    with contextlib.closing(Outbox(path, quota_bytes=QUOTA)) as outbox:
        found = [row.record for row in outbox.pending(0, 10)]
    assert [(one.source, one.type, one.sequence) for one in found] == [
        (SOURCE, "gateway.started.v1", 1),
        (SOURCE, "config.applied.v1", 2),
    ]


def test_an_outbox_that_cannot_be_opened_neither_raises_nor_blocks(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    announcer = Announcer(tmp_path / "file" / "outbox.db", QUOTA, SystemClock())
    announcer.start(wait_s=5)
    for _ in range(2 * WAITING):
        announcer.announce(ConfigApplied(config_hash="c"))
    announcer.close(wait_s=5)
