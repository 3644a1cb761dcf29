"""The gateway as `store-edge run` has it, in a thread of this process: for the demo and for measurements."""

import contextlib
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

from edge import logs
from edge.agent.roster import outbox_path, quota_bytes
from edge.clock import SystemClock
from edge.supervisor.announcer import Announcer
from edge.supervisor.jobs import ConfigFile, jobs_of
from edge.supervisor.supervisor import Supervisor

OUTBOX_WAIT_S = 5.0
STOP_S = 3.0
ANNOUNCER_WAIT_S = 0.5


@contextlib.contextmanager
def running(file: ConfigFile, log: Path) -> Iterator[Supervisor]:
    """Run a gateway. Main thread only: at the end it is stopped, has drained, and no signal cuts that short.

    Args:
        file: its configuration.
        log: gets what the supervisor and the agents log; written anew.
    """
    config = file.config
    announcer = Announcer(outbox_path(config), quota_bytes(config), SystemClock())
    stop = threading.Event()
    with log.open("w", encoding="utf-8") as output:
        logs.configure(output, agent="supervisor")
        announcer.start(OUTBOX_WAIT_S)
        supervisor = Supervisor(jobs_of(file), config.supervisor, announce=announcer.announce, output=output.fileno())
        thread = threading.Thread(target=supervisor.run, args=(stop,), name="supervisor")
        thread.start()
        try:
            yield supervisor
        finally:
            with _undisturbed():
                stop.set()
                thread.join(STOP_S)
                announcer.close(ANNOUNCER_WAIT_S)
                logs.configure()


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """While things are being ended, an impatient second Ctrl-C must not leave half of them running."""
    before = {one: signal.signal(one, signal.SIG_IGN) for one in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
