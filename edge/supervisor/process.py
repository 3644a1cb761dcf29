"""One agent's operating-system process: started with a heartbeat pipe, asked to stop, killed with all its children."""

import contextlib
import os
import signal
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass

from edge.agent.heartbeat import FD_VARIABLE, HeartbeatLine, HeartbeatReader, read_all
from edge.supervisor import systemd

# How long to wait for a process that was sent SIGKILL; one in uninterruptible sleep may take for ever.
KILL_WAIT_S = 1.0


@dataclass(frozen=True)
class Job:
    """An agent to run.

    Attributes:
        name: ``camera/entrance`` or ``uplink``.
        command: what starts its process.
        last: stopped after all others, because it sends what they still say.
    """

    name: str
    command: Sequence[str]
    last: bool = False


class AgentProcess:
    """A running process. It leads a process group of its own, which a terminal's Ctrl-C does not reach."""

    def __init__(self, command: Sequence[str], output: int | None = None) -> None:
        """Start it.

        Args:
            command: the program and its arguments.
            output: the file descriptor for what it writes; the supervisor's stderr when absent.

        Raises:
            OSError: it cannot be started.
        """
        self._fd, theirs = os.pipe()
        os.set_blocking(self._fd, False)
        try:
            self._child = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=2 if output is None else output,
                stderr=output,
                env=_environment(theirs),
                pass_fds=(theirs,),
                process_group=0,
            )
        except OSError:
            os.close(self._fd)
            raise
        finally:
            os.close(theirs)
        self.pid = self._child.pid
        self._reader = HeartbeatReader()
        self._closed = False

    @property
    def fd(self) -> int | None:
        """The heartbeat's reading end, to wait on; None when the process closed it."""
        return None if self._closed else self._fd

    def heartbeats(self) -> list[HeartbeatLine]:
        """What it said since the last call."""
        if self._closed:
            return []
        data, at_end = read_all(self._fd)
        if at_end:
            self._close()
        return self._reader.feed(data)

    def ended(self) -> int | None:
        """Its exit status, or minus the signal that killed it; None while it runs. Sweeps up what it left behind."""
        # Not reaped yet, the process keeps its group's number from being given to somebody else.
        if os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
            return None
        self.kill()
        return self._child.wait()

    def ask_to_stop(self) -> None:
        """Send SIGTERM to the agent; it looks after its own children."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGTERM)

    def kill(self) -> None:
        """Send SIGKILL to the agent and its children."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)

    def dispose(self) -> None:
        """Give the pipe back; call it once the process ended or was given up."""
        if not self._closed:
            self._close()

    def _close(self) -> None:
        os.close(self._fd)
        self._closed = True


def told(status: int, last_words: str = "") -> str:
    """How a process ended, for a person."""
    if status < 0:
        return f"killed by {signal.Signals(-status).name}"
    return last_words or f"exit status {status}"


def _environment(heartbeat_fd: int) -> dict[str, str]:
    ours = {name: value for name, value in os.environ.items() if name not in systemd.VARIABLES}
    return ours | {FD_VARIABLE: str(heartbeat_fd)}
