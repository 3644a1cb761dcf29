"""store-edge's outbox beside two queues on SQLite: accepted and taken per second, and bytes written for an event.

    python -m tests.bench.peers_outbox [--events 3000] [--folder ON_THE_DISK_TO_MEASURE]

Needs the extra [peers]. Each queue takes the same events one by one, and then gives them all back and has them
acknowledged: the peers one at a time, as their interfaces have it; ours in batches, as the uplink does. What a put
promises differs: ours and SQLiteAckQueue have the event on the disk (WAL, synchronous=FULL), litequeue has not.
"""

import argparse
import contextlib
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from edge.bench.outbox import EVENT, PAYLOAD, QUOTA
from edge.clock import SystemClock
from edge.codec import Source
from edge.events import Kind
from edge.outbox.outbox import Outbox

BATCH = 256
# Put one event; take and acknowledge all of them.
Queue = tuple[Callable[[], object], Callable[[], None]]


@contextlib.contextmanager
def ours(folder: Path) -> Iterator[Queue]:
    """This project's outbox."""
    source, clock = Source(Kind.CAMERA, "door"), SystemClock()
    with Outbox(folder / "outbox.db", quota_bytes=QUOTA) as outbox:

        def drain() -> None:
            while rows := outbox.pending(0, BATCH):
                outbox.ack([row.rowid for row in rows])

        yield lambda: outbox.append(source, EVENT, clock.now()), drain


@contextlib.contextmanager
def persist_queue(folder: Path) -> Iterator[Queue]:
    """persist-queue's SQLiteAckQueue, each put committed."""
    import persistqueue

    queue = persistqueue.SQLiteAckQueue(str(folder), multithreading=True, auto_commit=True)

    def drain() -> None:
        while queue.size:
            queue.ack(queue.get(block=False))

    yield lambda: queue.put(PAYLOAD), drain
    queue.close()


@contextlib.contextmanager
def litequeue(folder: Path) -> Iterator[Queue]:
    """litequeue as it comes: a put returns before the disk has it."""
    import litequeue

    queue = litequeue.LiteQueue(str(folder / "queue.db"))

    def drain() -> None:
        while (message := queue.pop()) is not None:
            queue.done(message.message_id)

    yield lambda: queue.put(PAYLOAD.decode()), drain
    queue.close()


QUEUES = {"store-edge": ours, "persist-queue SQLiteAckQueue": persist_queue, "litequeue": litequeue}


def measure(opened: Callable[[Path], contextlib.AbstractContextManager[Queue]], events: int, place: Path) -> object:
    """One queue's figures, or that it is not installed."""
    with tempfile.TemporaryDirectory(dir=place) as folder, contextlib.ExitStack() as stack:
        try:
            put, drain = stack.enter_context(opened(Path(folder)))
        except ImportError:
            return "not installed"
        written, began = _written_bytes(), time.perf_counter()
        for _ in range(events):
            put()
        filled, written = time.perf_counter(), _written_bytes() - written
        drain()
        drained = time.perf_counter()
    return {
        "accepted_per_s": round(events / (filled - began)),
        "taken_per_s": round(events / (drained - filled)),
        "written_bytes_per_event": round(written / events),
    }


def _written_bytes() -> int:
    """What this process has had written to disks so far (proc(5), /proc/pid/io, `write_bytes`)."""
    lines = Path("/proc/self/io").read_text(encoding="ascii").splitlines()
    return int(dict(line.split(": ") for line in lines)["write_bytes"])


def main() -> None:
    """Print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--events", type=int, default=3000)
    parser.add_argument("--folder", type=Path, default=Path.cwd())
    options = parser.parse_args()
    figures = {name: measure(queue, options.events, options.folder) for name, queue in QUEUES.items()}
    sys.stdout.write(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()
