"""A source's state and the events that led to it: both on disk, or neither."""

import multiprocessing
import os
import signal
import time
from pathlib import Path

from edge.clock import SystemClock
from edge.codec import Source
from edge.events import Kind, StockMove, StockMoved
from edge.outbox.outbox import Outbox

SHELF = Source(Kind.SHELF, "aisle-3")
QUOTA = 2**24


def picked(left: int) -> StockMoved:
    return StockMoved(
        plate="p1", gtin="06901234567892", quantity=-left, cause=StockMove.PICK, weight_delta_g=-1.0, confidence=1.0
    )


def test_a_source_finds_its_own_state_again(tmp_path: Path) -> None:
    with Outbox(tmp_path / "outbox.db", quota_bytes=QUOTA) as outbox:
        assert outbox.recall(SHELF) is None
        outbox.remember(SHELF, b"five left")
        outbox.remember(Source(Kind.SHELF, "aisle-4"), b"other")
    with Outbox(tmp_path / "outbox.db", quota_bytes=QUOTA) as outbox:
        assert outbox.recall(SHELF) == b"five left"


def test_a_damaged_file_gives_its_states_to_the_new_one(tmp_path: Path) -> None:
    path = tmp_path / "outbox.db"
    with Outbox(path, quota_bytes=QUOTA) as outbox:
        outbox.remember(SHELF, b"five left", [(picked(n + 1), SystemClock().now()) for n in range(400)])
        before = outbox.epoch
    with path.open("r+b") as file:
        file.seek(60_000)
        file.write(os.urandom(4096))
    with Outbox(path, quota_bytes=QUOTA) as outbox:
        assert outbox.epoch != before
        assert outbox.recall(SHELF) == b"five left"


def _count_up(path: Path) -> None:
    clock = SystemClock()
    with Outbox(path, quota_bytes=QUOTA) as outbox:
        n = int(outbox.recall(SHELF) or b"0")
        while True:
            n += 1
            outbox.remember(SHELF, str(n).encode(), [(picked(n), clock.now())])


def test_a_source_that_is_killed_at_any_moment_finds_exactly_the_events_of_its_state(tmp_path: Path) -> None:
    path = tmp_path / "outbox.db"
    context = multiprocessing.get_context("spawn")
    for _ in range(5):
        child = context.Process(target=_count_up, args=(path,))
        child.start()
        time.sleep(0.8)
        assert child.pid is not None
        os.kill(child.pid, signal.SIGKILL)
        child.join()
    with Outbox(path, quota_bytes=QUOTA) as outbox:
        kept = int(outbox.recall(SHELF) or b"0")
        (line,) = outbox.ledger()
    assert kept > 0
    assert (line.accepted, line.pending) == (kept, kept)
