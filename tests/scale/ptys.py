"""A pseudo terminal as a serial line: the master is the device's end, closing it unplugs the device."""

import os
import pty
import termios
import tty
from dataclasses import dataclass
from pathlib import Path
from typing import Self


@dataclass
class Line:
    """One line; `link` is the path to connect to, which goes when the device is unplugged and comes back with it."""

    link: Path
    master: int = -1
    slave: int = -1

    def __enter__(self) -> Self:
        self.plug()
        return self

    def __exit__(self, *_: object) -> None:
        if self.master >= 0:
            self.unplug()

    def plug(self) -> None:
        self.master, self.slave = pty.openpty()
        tty.setraw(self.slave, termios.TCSANOW)
        self.link.symlink_to(os.ttyname(self.slave))

    def unplug(self) -> None:
        self.link.unlink()
        os.close(self.slave)
        os.close(self.master)
        self.master = self.slave = -1

    def send(self, data: bytes) -> None:
        os.write(self.master, data)

    def heard(self, most: int = 4096) -> bytes:
        os.set_blocking(self.master, False)
        try:
            return os.read(self.master, most)
        except BlockingIOError:
            return b""

    def drain(self) -> None:
        """Throw away what the other end was sent and has not read."""
        termios.tcflush(self.slave, termios.TCIFLUSH)
