"""The sign of life: JSON Lines over a pipe that an agent's process inherits from the supervisor.

The agent never waits for the supervisor: a line that does not fit into the pipe is dropped, the next one says more
anyway. A line is at most PIPE_BUF bytes, so that it goes in whole or not at all (pipe(7)).
"""

import contextlib
import math
import os
import select
import threading
from collections.abc import Callable

import msgspec

FD_VARIABLE = "STORE_EDGE_HEARTBEAT_FD"
# An agent may beat at every frame; the supervisor hears it at most so often.
INTERVAL_S = 0.2
PIPE_BUF = 4096
ERROR_LENGTH = 500
_READ_BYTES = 65536

Figure = float | int | str


class HeartbeatLine(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line.

    Attributes:
        seq: counts up from 0; 0 is the process itself, everything after it the agent's loop.
        figures: what the agent shows, by name; all that it ever gave, each with its last value.
        error: what it dies of, when it can still say so.
    """

    seq: int
    figures: dict[str, Figure] = {}
    error: str = ""


class HeartbeatWriter:
    """The agent's end. May be called from any of its threads."""

    def __init__(self, fd: int, monotonic_s: Callable[[], float]) -> None:
        """Take over the pipe.

        Args:
            fd: its writing end.
            monotonic_s: seconds on a clock that does not jump.
        """
        os.set_blocking(fd, False)
        os.set_inheritable(fd, False)
        self._fd = fd
        self._monotonic_s = monotonic_s
        self._lock = threading.Lock()
        self._figures: dict[str, Figure] = {}
        self._seq = 0
        self._due_s = 0.0

    def hello(self) -> None:
        """Say that the process is there, before the agent's loop begins."""
        with self._lock:
            self._write(HeartbeatLine(seq=0))

    def beat(self, **figures: Figure) -> None:
        """Say that the loop is alive. Never blocks; numbers wait for INTERVAL_S after the last line.

        A text is a state, and a state that changed is told at once.

        Raises:
            BrokenPipeError: the supervisor is gone.
        """
        with self._lock:
            new = {name: value for name, value in figures.items() if _can_be_told(value)}
            changed = any(isinstance(value, str) and self._figures.get(name) != value for name, value in new.items())
            self._figures |= new
            now_s = self._monotonic_s()
            if changed or now_s >= self._due_s:
                self._say(now_s)

    def last_words(self, error: str = "") -> None:
        """Say the newest figures at once, and what the agent dies of if it does."""
        with self._lock, contextlib.suppress(BrokenPipeError):  # nobody is there to hear it
            self._say(self._monotonic_s(), error[:ERROR_LENGTH])

    def supervisor_is_gone(self) -> bool:
        """Whether nobody holds the other end any more (poll(2): POLLERR on a pipe without a reader)."""
        poll = select.poll()
        poll.register(self._fd, 0)
        return bool(poll.poll(0))

    def _say(self, now_s: float, error: str = "") -> None:
        self._seq += 1
        self._due_s = now_s + INTERVAL_S
        self._write(HeartbeatLine(seq=self._seq, figures=self._figures, error=error))

    def _write(self, line: HeartbeatLine) -> None:
        data = _encode(line)
        if len(data) > PIPE_BUF:
            data = _encode(HeartbeatLine(seq=line.seq, error=line.error))
        with contextlib.suppress(BlockingIOError):  # the pipe is full: this line is dropped
            os.write(self._fd, data)


class HeartbeatReader:
    """The supervisor's end: bytes in any pieces to lines. Pure."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> list[HeartbeatLine]:
        """The lines that are complete now; what is none is passed over."""
        *whole, self._rest = (self._rest + data).split(b"\n")
        self._rest = self._rest[-PIPE_BUF:]
        return [line for text in whole if (line := _decode(text)) is not None]


def read_all(fd: int) -> tuple[bytes, bool]:
    """Everything that waits in a non-blocking pipe, and whether its writer closed it."""
    data = bytearray()
    while True:
        try:
            piece = os.read(fd, _READ_BYTES)
        except BlockingIOError:
            return bytes(data), False
        if not piece:
            return bytes(data), True
        data += piece


def _can_be_told(value: Figure) -> bool:
    return not isinstance(value, float) or math.isfinite(value)


def _encode(line: HeartbeatLine) -> bytes:
    # The hook is for numpy's numbers, which msgspec does not know.
    return msgspec.json.encode(line, enc_hook=float) + b"\n"


def _decode(text: bytes) -> HeartbeatLine | None:
    try:
        return msgspec.json.decode(text, type=HeartbeatLine)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
