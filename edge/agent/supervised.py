"""What ties an agent's process to its supervisor: it beats to it, stops at its word, and does not outlive it."""

import ctypes
import os
import signal
import threading

from edge.agent.heartbeat import FD_VARIABLE, HeartbeatWriter
from edge.clock import SystemClock
from edge.errors import ConfigError

# prctl(2): which signal this process gets when its parent dies.
_PR_SET_PDEATHSIG = 1


def heartbeat_of_parent() -> HeartbeatWriter:
    """The line to the supervisor that started this process.

    Raises:
        ConfigError: none did, or it is gone already.
    """
    fd = os.environ.get(FD_VARIABLE, "")
    if not fd.isdigit():
        raise ConfigError(
            f"expected a heartbeat pipe in {FD_VARIABLE}, found {fd!r}; only the supervisor starts agents"
        )
    heartbeat = HeartbeatWriter(int(fd), SystemClock().monotonic_s)
    if heartbeat.supervisor_is_gone():
        raise ConfigError("expected a supervisor, found that it is gone")
    return heartbeat


def tie_to_parent() -> None:
    """Have the kernel kill this process when the supervisor dies: an orphan beside its successor would count twice.

    SIGKILL and not SIGTERM, because a hung orphan would not obey. What was accepted is on disk.
    """
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def stopped_by_signal() -> threading.Event:
    """An event that SIGTERM sets. SIGINT is the supervisor's business."""
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda _number, _frame: stop.set())
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    return stop
