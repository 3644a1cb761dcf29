"""sd_notify: telling systemd that the gateway is ready, alive and stopping (sd_notify(3), sd_watchdog_enabled(3)).

One datagram to the socket that NOTIFY_SOCKET names. Without systemd nothing is sent and nothing fails.
"""

import contextlib
import os
import socket
from collections.abc import Mapping

READY = "READY=1"
ALIVE = "WATCHDOG=1"
STOPPING = "STOPPING=1"
# What an agent must not inherit: it would speak in the gateway's name.
VARIABLES = ("NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID")


class Notifier:
    """The line to systemd, if there is one.

    Attributes:
        watchdog_s: how often to call `alive` at least; None when nobody listens for it.
    """

    def __init__(self, environment: Mapping[str, str] = os.environ, pid: int | None = None) -> None:
        """Read what systemd asks for.

        Args:
            environment: the variables to read.
            pid: of this process; asked for when absent.
        """
        self._address = _address(environment.get("NOTIFY_SOCKET", ""))
        self.watchdog_s = _watchdog_s(environment, os.getpid() if pid is None else pid) if self._address else None
        self._alive_due_s = 0.0

    def ready(self) -> None:
        """Everything is started."""
        self._send(f"{READY}\nSTATUS=running")

    def stopping(self) -> None:
        """The stop began."""
        self._send(STOPPING)

    def alive(self, at: float) -> None:
        """The supervisor's loop is alive; sent at half of the watchdog's time, however often this is called.

        Args:
            at: monotonic seconds.
        """
        if self.watchdog_s is not None and at >= self._alive_due_s:
            self._alive_due_s = at + self.watchdog_s
            self._send(ALIVE)

    def _send(self, state: str) -> None:
        if not self._address:
            return
        with (
            contextlib.suppress(OSError),  # systemd's end is gone or full; its watchdog decides what that means
            socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC | socket.SOCK_NONBLOCK) as line,
        ):
            line.sendto(state.encode(), self._address)


def _address(name: str) -> str:
    """A path, or with a leading ``@`` a name in Linux' abstract namespace."""
    return f"\0{name[1:]}" if name.startswith("@") else name


def _watchdog_s(environment: Mapping[str, str], pid: int) -> float | None:
    microseconds = environment.get("WATCHDOG_USEC", "")
    if not microseconds.isdigit() or environment.get("WATCHDOG_PID", str(pid)) != str(pid):
        return None
    return int(microseconds) / 1e6 / 2
