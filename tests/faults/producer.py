"""An agent that emits numbered events as fast as it may, and keeps its own account of what was accepted.

`python -m tests.faults.producer CONFIG NAME`: started by the supervisor, with everything real around it: outbox, emit,
heartbeat, death with the parent. The account is a file that is written, not synced: it has to outlive this process,
which is killed, and not the machine, which is not.
"""

import contextlib
import os
import sys
import time
from pathlib import Path

from edge import logs
from edge.agent.protocol import Host
from edge.agent.roster import outbox_path, quota_bytes, source_named
from edge.agent.supervised import heartbeat_of_parent, tie_to_parent
from edge.agent.worker import serve
from edge.config.read import load
from edge.events import FootfallCounted
from edge.outbox.outbox import Outbox

PAUSE_S = 0.01
TRIED, ACCEPTED = "+", "="
ENOUGH = "enough"


class Producer:
    """Emits until it is told to stop, or until the file `ENOUGH` is in the data directory."""

    def __init__(self, data_dir: Path, name: str) -> None:
        self._enough = data_dir / ENOUGH
        self._account = account_path(data_dir, name)

    def run(self, host: Host) -> None:
        fd = os.open(self._account, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        number = time.monotonic_ns()  # above all numbers of the processes before this one
        while not self._enough.exists() and not host.stop.is_set():
            number += 1
            now = host.clock.now()
            os.write(fd, f"{TRIED}{number}\n".encode())
            host.emit(
                FootfallCounted(
                    line="door", in_=number, out=0, interval_start=now.wall, interval_s=PAUSE_S, observed_s=PAUSE_S
                ),
                now,
            )
            os.write(fd, f"{ACCEPTED}{number}\n".encode())
            host.beat(number=number)
            host.stop.wait(PAUSE_S)
        os.close(fd)


def account_path(data_dir: Path, name: str) -> Path:
    """Where the producer of a name keeps its account: beside the data, not among them, where a disk is filled."""
    return data_dir.parent / f"account-{name.replace('/', '-')}"


def main() -> int:
    tie_to_parent()
    config_file, name = sys.argv[1:]
    logs.configure(agent=name)
    heartbeat = heartbeat_of_parent()
    heartbeat.hello()
    config = load(Path(config_file))
    with contextlib.closing(Outbox(outbox_path(config), quota_bytes=quota_bytes(config))) as outbox:
        return serve(Producer(Path(config.store.data_dir), name), source_named(name), outbox, heartbeat)


if __name__ == "__main__":
    sys.exit(main())
