"""A twin on a real pseudo terminal: connect to `path` as to any serial device; pull the cable and plug it in again."""

import os
import pty
import select
import termios
import threading
import time
import tty
from pathlib import Path
from types import TracebackType
from typing import Self

from edge.sim.shelf.twins.twin import Twin

STREAM_S, LOOK_S = 0.1, 0.02


class PtyBus:
    """One bus. Use as a context manager.

    Attributes:
        path: what to connect to; it is gone while the bus is unplugged.
    """

    def __init__(self, path: Path, twin: Twin) -> None:
        self.path, self._twin = path, twin
        self._lock = threading.Lock()
        self._fds: tuple[int, int] | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, name="pty-bus", daemon=True)
        self.garbled = False

    def __enter__(self) -> Self:
        self.plug()
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join()
        self.unplug()

    def plug(self) -> None:
        """Plug the cable in."""
        with self._lock:
            if self._fds is None:
                master, slave = pty.openpty()
                tty.setraw(slave, termios.TCSANOW)
                os.set_blocking(master, False)
                self._fds = master, slave
                self.path.unlink(missing_ok=True)
                self.path.symlink_to(os.ttyname(slave))

    def unplug(self) -> None:
        """Pull the cable."""
        with self._lock:
            if self._fds is not None:
                self.path.unlink(missing_ok=True)
                for fd in self._fds:
                    os.close(fd)
                self._fds = None

    def _work(self) -> None:
        streamed = 0.0
        while not self._stop.wait(0 if self._fds else LOOK_S):
            with self._lock:
                fds = self._fds
                if fds is None:
                    continue
                self._exchange(fds[0])
                if time.monotonic() - streamed >= STREAM_S:
                    streamed = time.monotonic()
                    self._send(fds[0], self._twin.stream())

    def _exchange(self, master: int) -> None:
        ready, _, _ = select.select([master], [], [], LOOK_S)
        if not ready:
            return
        try:
            data = os.read(master, 4096)
        except OSError:
            self._stop.wait(LOOK_S)  # nobody has the other end open
            return
        self._send(master, self._twin.answer(data))

    def _send(self, master: int, data: bytes) -> None:
        if self.garbled:
            data = bytes(byte ^ 0x15 for byte in data)
        try:
            os.write(master, data)
        except BlockingIOError:
            return  # nobody reads: a real line loses it too
